import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { candidates } from '../../src/commands/completion-candidates.ts';
import { locateHome } from '../../src/home.ts';
import { program } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { packageRoot } from '../support/host.ts';
import { sandboxWithVm } from './ssh-support.ts';

it.each([
  [['mis'], ['mission']],
  [
    ['mission', ''],
    [
      ...['list', 'reset', 'verify'],
      ...['create-bucket', 'create-vm', 'least-privilege', 'node-storage', 'python-storage'],
      'vm-shell',
    ],
  ],
  [
    ['mission', 'cr'],
    ['create-bucket', 'create-vm'],
  ],
  [['lesson', 'st'], ['storage']],
  [['compare', 'cloud-st'], ['cloud-storage']],
  [['glossary', 'soft'], ['soft-delete']],
  [['glossary', '버'], ['버킷']],
  [
    ['lesson', 'storage', '--section', 'cl'],
    ['clouds', 'classes'],
  ],
  [['lesson', 'storage', '--format', 'm'], ['md']],
  [
    ['author', 'new', ''],
    ['lesson', 'mission'],
  ],
  [
    ['author', 'check', 'c'],
    ['cost', 'compute', 'container', 'cicd', 'create-bucket', 'create-vm'],
  ],
  [['author', 'new', 'lesson', ''], []],
  [
    ['sandbox', 'st'],
    ['start', 'stop', 'status'],
  ],
  [
    ['sandbox', 'start', '--p'],
    ['--port', '--plain'],
  ],
  [
    ['--lang', ''],
    ['ko', 'en'],
  ],
  [['mission', 'create-bucket', '--target', 'g'], ['gcp']],
  [['compl'], ['completion']],
  [['nothing-like-it', ''], []],
])('after %j come %j', async (words, expected) => {
  const home = locateHome(temporaryDirectory(), '/', '/');
  expect(await candidates(words, packageRoot, home)).toEqual(expected);
});

it('after ssh come the VMs of the running sandbox', async () => {
  const { home, zone } = await sandboxWithVm();
  expect(await candidates(['ssh', 'w'], packageRoot, home)).toEqual(['web-1']);
  expect(await candidates(['ssh', 'web-1', '--zone', ''], packageRoot, home)).toEqual([zone]);
  expect(await candidates(['ssh', 'web-1', ''], packageRoot, home)).toEqual([]);
});

it('bash completes with the script that cloudlab prints', async (context) => {
  const run = promisify(execFile);
  const bash = await run('bash', ['--version']).catch(() => undefined);
  if (bash === undefined) context.skip('bash is not installed');
  const home = temporaryDirectory();
  const bin = join(home, 'bin');
  mkdirSync(bin);
  symlinkSync(program, join(bin, 'cloudlab'));
  const script = `
    eval "$(cloudlab completion bash)"
    COMP_WORDS=(cloudlab mission cr); COMP_CWORD=2
    _cloudlab
    echo "\${COMPREPLY[@]}"`;
  const env = { CLOUDLAB_HOME: home, PATH: `${bin}:${process.env['PATH']}` };
  const { stdout } = await run('bash', ['--norc', '-c', script], { env });
  expect(stdout.trim().split(/\s+/)).toEqual(['create-bucket', 'create-vm']);
});

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';
import { surroundings } from '../support/machine.ts';

/** What goes wrong is told with a way out and the right exit code, and nothing is left behind. */
describe('bad input', () => {
  const cases: readonly {
    readonly name: string;
    readonly argv: readonly string[];
    readonly code: number;
    readonly says: readonly string[];
  }[] = [
    {
      name: 'a mistyped command',
      argv: ['sandbx', 'status'],
      code: 2,
      says: ['no command "sandbx"', 'cloudlab sandbox'],
    },
    {
      name: 'a mistyped subcommand',
      argv: ['sandbox', 'strat'],
      code: 2,
      says: ['cloudlab sandbox start'],
    },
    {
      name: 'a mistyped mission',
      argv: ['mission', 'creat-bucket'],
      code: 2,
      says: ['cloudlab mission create-bucket'],
    },
    { name: 'a mistyped lesson', argv: ['lesson', 'storag'], code: 2, says: ['lesson storage'] },
    {
      name: 'nothing like any mission',
      argv: ['mission', 'zzzzzzzz'],
      code: 2,
      says: ['cloudlab mission list'],
    },
    { name: 'a mistyped option', argv: ['mission', 'list', '--jsno'], code: 2, says: ['--json'] },
    {
      name: 'an option without its value',
      argv: ['env', '--shell'],
      code: 2,
      says: ['--shell needs'],
    },
    { name: 'a word too many', argv: ['doctor', 'now'], code: 2, says: ['"now"'] },
    { name: 'a missing argument', argv: ['completion'], code: 2, says: ['<shell> is missing'] },
    { name: 'an unknown language', argv: ['--lang', 'fr', 'doctor'], code: 2, says: ['ko, en'] },
    {
      name: 'a port that is none',
      argv: ['sandbox', 'start', '--port', '70000'],
      code: 2,
      says: ['70000', '0-65535'],
    },
    {
      name: 'a bucket name with capitals',
      argv: ['mission', 'create-bucket', '--set', 'bucket=MyBucket'],
      code: 2,
      says: ['"MyBucket"', 'lower-case', 'Nothing has been created'],
    },
    {
      name: 'a bucket name that is too short',
      argv: ['mission', 'create-bucket', '--set', 'bucket=ab'],
      code: 2,
      says: ['3 to 63'],
    },
    {
      name: "Google's own name",
      argv: ['mission', 'create-bucket', '--set', 'bucket=my-g00gle-bucket'],
      code: 2,
      says: ['google'],
    },
    {
      name: 'a file that does not exist',
      argv: ['mission', 'create-bucket', '--set', 'file=missing.csv'],
      code: 2,
      says: ['missing.csv', 'Nothing has been created'],
    },
    {
      name: 'a folder that does not exist',
      argv: ['mission', 'create-bucket', '--set', 'folder=missing'],
      code: 2,
      says: ['no folder at'],
    },
    {
      name: 'something that cannot be set',
      argv: ['mission', 'create-bucket', '--set', 'bukcet=x'],
      code: 2,
      says: ['--set bucket=…'],
    },
    {
      name: 'a setting without a value',
      argv: ['mission', 'create-bucket', '--set', 'bucket'],
      code: 2,
      says: ['name=value'],
    },
    {
      name: 'GCP without a project',
      argv: ['mission', 'create-bucket', '--target', 'gcp'],
      code: 2,
      says: ['--project'],
    },
    {
      name: 'an unknown target',
      argv: ['mission', 'create-bucket', '--target', 'aws'],
      code: 2,
      says: ['sandbox, gcp'],
    },
    { name: 'an unknown shell', argv: ['completion', 'tcsh'], code: 2, says: ['bash, zsh, fish'] },
    { name: 'a run that never was', argv: ['cleanup', 'nosuchrun'], code: 2, says: ['nosuchrun'] },
    { name: 'no sandbox to stop', argv: ['sandbox', 'stop'], code: 3, says: ['sandbox start'] },
    { name: 'no sandbox to point at', argv: ['env'], code: 3, says: ['sandbox start'] },
    { name: 'a reset that nobody confirms', argv: ['sandbox', 'reset'], code: 2, says: ['--yes'] },
  ];

  it.each(cases)('$name', async ({ argv, code, says }) => {
    const home = temporaryDirectory();
    mkdirSync(join(home, 'sandbox'));
    const outcome = await new TestHost({ home }).run(...argv);
    expect(outcome.stderr).toMatch(/^Error: /);
    // Where lines were broken does not matter here.
    const told = outcome.stderr.replaceAll(/\s+/g, ' ');
    for (const words of says) expect(told).toContain(words);
    expect(outcome.stdout).toBe('');
    expect(outcome.code).toBe(code);
    expect(
      existsSync(join(home, 'workspaces')) ? readdirSync(join(home, 'workspaces')) : [],
    ).toEqual([]);
  });

  it('GCP without a confirmation: the plan is shown, and nothing is done', async () => {
    const home = temporaryDirectory();
    const argv = ['mission', 'create-bucket', '--target', 'gcp', '--project', 'demo-project'];
    const outcome = await new TestHost({ home }).run(...argv);
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toContain('It will create 6 things');
    expect(outcome.stderr).toContain('--yes');
    expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
    expect((await new TestHost({ home }).run('cleanup')).stdout).toContain('No run');
  });

  it('--json tells errors as an object too', async () => {
    const outcome = await new TestHost({ home: temporaryDirectory() }).run(
      'mission',
      'nope',
      '--json',
    );
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      error: { code: 'unknown-mission', what: expect.any(String), next: expect.any(String) },
    });
    expect(outcome.code).toBe(2);
  });
});

describe('a bad surrounding', () => {
  it('a .env with a wrong value names the file, the variable and what was expected', async () => {
    const home = temporaryDirectory();
    writeFileSync(join(home, '.env'), 'CLOUDLAB_PORT=eighty\n');
    const outcome = await new TestHost({ home }).run('mission', 'list');
    expect(outcome.code).toBe(2);
    const told = outcome.stderr.replaceAll(/\s+/g, ' ');
    for (const words of ['CLOUDLAB_PORT', '"eighty"', '.env', '65535'])
      expect(told).toContain(words);
  });

  it('a .env with a wrong value stops neither the help nor the cleanup', async () => {
    const home = temporaryDirectory();
    writeFileSync(join(home, '.env'), 'CLOUDLAB_PORT=eighty\nCLOUDLAB_LANG=ko\n');
    expect((await new TestHost({ home }).run('--help')).code).toBe(0);
    const cleanup = await new TestHost({ home }).run('cleanup');
    expect(cleanup.code).toBe(0);
    expect(cleanup.stderr).toContain('CLOUDLAB_PORT');
    expect(cleanup.stdout).toContain('남아 있는 것이 없어요');
  });

  it('a data directory that cannot be made', async () => {
    const file = join(temporaryDirectory(), 'a-file');
    writeFileSync(file, '');
    const home = join(file, 'home');
    for (const argv of [['mission', 'create-bucket'], ['sandbox', 'start'], ['doctor']]) {
      const outcome = await new TestHost({ home, cwd: '/' }).run(...argv);
      expect(outcome.code).toBe(3);
      expect(outcome.stdout + outcome.stderr).toContain('CLOUDLAB_HOME=');
    }
  });

  it('a data directory of a newer version is left as it is', async () => {
    const home = temporaryDirectory();
    writeFileSync(join(home, 'layout.json'), '{"layout":99}');
    const outcome = await new TestHost({ home }).run('mission', 'create-bucket');
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain('newer cloudlab');
    expect(readFileSync(join(home, 'layout.json'), 'utf8')).toBe('{"layout":99}');
  });

  it("a sandbox's data of a newer version is left as it is", async () => {
    const home = temporaryDirectory();
    const data = join(home, 'sandbox');
    mkdirSync(data);
    writeFileSync(join(data, 'format.json'), '{"format":99}');
    const outcome = await new TestHost({ home }).run('sandbox', 'start');
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain('newer cloudlab');
    expect(readdirSync(data)).toEqual(['format.json']);
  });

  it('a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const home = temporaryDirectory();
    const outcome = await new TestHost({ home }).run('sandbox', 'start', '--port', String(port));
    server.close();
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain(`Port ${port}`);
    expect(outcome.stderr).toContain('--port');
  });

  it('a bucket that somebody else has is reported and not touched', async () => {
    const home = temporaryDirectory();
    const keep = await new TestHost({ home }).run(
      ...['mission', 'create-bucket', '--set', 'bucket=taken-bucket', '--keep', '--json'],
    );
    expect(JSON.parse(keep.stdout)).toMatchObject({ verdict: 'passed', kept: true });
    const host = new TestHost({ home, seed: 'another' });
    const outcome = await host.run(
      ...['mission', 'create-bucket', '--set', 'bucket=taken-bucket', '--keep', '--json'],
    );
    const report = JSON.parse(outcome.stdout);
    expect(report).toMatchObject({ verdict: 'error', created: [], survivors: [] });
    expect(report.tasks[0].hint).toContain('--set bucket=NAME');
    expect(outcome.code).toBe(3);
    const { startSandbox } = await import('../../src/sandbox/server.ts');
    const { Storage } = await import('@google-cloud/storage');
    const after = await startSandbox({ dataDir: join(home, 'sandbox'), ...surroundings });
    const [exists] = await new Storage({ projectId: 'cloudlab-sandbox', apiEndpoint: after.url })
      .bucket('taken-bucket')
      .exists();
    await after.close();
    expect(exists).toBe(true);
  });
});

describe('an odd terminal', () => {
  it.each([0, 20])('of %i columns gets the whole mission without a flood', async (columns) => {
    const home = temporaryDirectory();
    const outcome = await new TestHost({ home, columns }).run('mission', 'create-bucket', '--auto');
    expect(outcome.code).toBe(0);
    expect(outcome.stderr.length).toBeLessThan(20_000);
    expect(outcome.stdout).toContain('5/5');
  });

  it('NO_COLOR and --no-color leave no escape codes in a pipe or on a terminal', async () => {
    const home = temporaryDirectory();
    const variables = { NO_COLOR: '1' };
    const coloured = await new TestHost({ home, columns: 80 }).run('mission', 'list');
    expect(coloured.stdout).toContain('\u001b[');
    const plain = await new TestHost({ home, columns: 80, variables }).run('mission', 'list');
    expect(plain.stdout).not.toContain('\u001b[');
    const flag = await new TestHost({ home, columns: 80 }).run('mission', 'list', '--no-color');
    expect(flag.stdout).not.toContain('\u001b[');
    const pipe = await new TestHost({ home }).run('mission', 'create-bucket');
    expect(pipe.stdout + pipe.stderr).not.toContain('\u001b[');
  });

  it('a closed stdout is no error', async () => {
    const home = temporaryDirectory();
    const { execFile } = await import('node:child_process');
    const { program } = await import('../support/cli.ts');
    const command = `"${process.execPath}" "${program}" lesson storage | head -1; echo "\${PIPESTATUS[0]}"`;
    const text = await new Promise<string>((resolve, reject) => {
      const env = { PATH: process.env['PATH'], CLOUDLAB_HOME: home, CLOUDLAB_LANG: 'en' };
      execFile('bash', ['--norc', '-c', command], { env }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      );
    });
    expect(text.trim().split('\n')).toEqual([expect.stringContaining('Object storage'), '0']);
  });

  it('--version answers alone', async () => {
    const result = await runProgram(['--version'], { home: temporaryDirectory() });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

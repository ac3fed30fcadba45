import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CliOptions, runProgram, startSandboxProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { keptRuntime, keptRuntimes } from '../support/runtimes.ts';

/*
 * The whole mission from the command line, in a pipe, with the interpreters of this machine:
 * in a sandbox of its own, and in one that wants to see credentials.
 */

/** A home whose client libraries are those that the tests keep. */
function home(): CliOptions {
  const folder = temporaryDirectory();
  symlinkSync(keptRuntimes, join(folder, 'runtimes'), 'junction');
  const secrets = { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/key.json', AWS_PROFILE: 'mine' };
  return { home: folder, variables: { HOME: folder, ...secrets } };
}

for (const language of ['python', 'node'] as const) {
  test(`${language}-storage is played unattended`, { timeout: 120_000 }, async (context) => {
    await keptRuntime(context, language);
    const { code, stdout, stderr } = await runProgram(
      ['mission', `${language}-storage`, '--auto', '--json'],
      home(),
    );
    expect([code, stderr]).toEqual([0, '']);
    const { verdict, survivors, tasks } = JSON.parse(stdout);
    expect([verdict, survivors]).toEqual(['passed', []]);
    expect(tasks.map(({ state }: { state: string }) => state)).toEqual(Array(4).fill('passed'));
  });
}

test('where credentials are asked for, a Python program gets the learner’s', {
  timeout: 120_000,
}, async (context) => {
  await keptRuntime(context, 'python');
  const options = home();
  await startSandboxProgram(options, '--auth', 'enforce', '--port', '0');
  const python = await runProgram(['mission', 'python-storage', '--auto', '--json'], options);
  expect([python.code, JSON.parse(python.stdout).verdict]).toEqual([0, 'passed']);
  // Google's library for Node.js cannot show any there.
  const node = await runProgram(['mission', 'node-storage', '--auto', '--json'], options);
  expect(node.code).toBe(3);
  expect(JSON.parse(node.stdout).error.code).toBe('mission-open-sandbox-only');
});

import { expect, it } from 'vitest';
import { finished, startProgram, startSandboxProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';

/** A mission about being refused wants a sandbox that refuses. */

const play = (home: string, ...options: string[]) =>
  finished(startProgram(['mission', 'least-privilege', ...options], { home }));

it('does not start in a sandbox that refuses nobody', async () => {
  const home = temporaryDirectory();
  await startSandboxProgram({ home });
  const { code, stderr } = await play(home);
  expect(stderr).toContain('about being refused');
  expect(stderr).toContain('cloudlab sandbox stop');
  expect(code).toBe(3);
});

it('uses a sandbox that was started to refuse', { timeout: 60_000 }, async () => {
  const home = temporaryDirectory();
  await startSandboxProgram({ home }, '--auth', 'enforce');
  const { code, stdout } = await play(home, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'passed', survivors: [] });
  expect(code).toBe(0);
});

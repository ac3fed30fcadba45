import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';

const run = (home: string, ...argv: string[]) => new TestHost({ home }).run('mission', ...argv);

it('verifies a finished mission anew, and says so where none is finished', async () => {
  const home = temporaryDirectory();
  const none = await run(home, 'verify', '--all');
  expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('not finished a mission')]);
  await run(home, 'create-bucket', '--json');
  const { code, stdout } = await run(home, 'verify', '--all', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([
    { mission: 'create-bucket', verdict: 'passed', survivors: 0 },
  ]);
  const table = await run(home, 'verify', 'create-bucket');
  expect(table.stdout).toMatch(/create-bucket +5\/5 +[\d.]+ s +pass/);
}, 60_000);

it('refuses to verify what does not exist, and to guide where nobody sits', async () => {
  const home = temporaryDirectory();
  expect((await run(home, 'verify', 'create-bukcet')).code).toBe(2);
  expect((await run(home, 'create-bucket', '--guided')).stderr).toContain('at a terminal only');
});

it('resets nothing where nothing is unfinished', async () => {
  const home = temporaryDirectory();
  expect(await run(home, 'reset')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('No mission'),
  });
  expect(JSON.parse((await run(home, 'reset', '--json')).stdout)).toEqual({ runs: [] });
});

import { expect, it } from 'vitest';
import { runProgram, startSandboxProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';

it('shows the clock of the running sandbox, and moves it', async () => {
  const home = temporaryDirectory();
  const { url } = await startSandboxProgram({ home });
  const clock = async (...args: string[]) =>
    JSON.parse((await runProgram(['clock', ...args, '--json'], { home })).stdout);
  expect(await clock()).toEqual({ time: expect.any(String), aheadSeconds: 0 });
  expect(await clock('advance', '2w')).toMatchObject({ aheadSeconds: 14 * 86_400 });
  const moved = await clock('advance', '90m');
  expect(moved.aheadSeconds).toBe(14 * 86_400 + 5400);
  const answer = await fetch(`${url}/_cloudlab/status`);
  const status = (await answer.json()) as { time: string };
  expect(Date.parse(status.time) - Date.parse(moved.time)).toBeLessThan(60_000);

  const english = await runProgram(['clock'], { home });
  expect(english.stdout).toContain('14 days, 1 hour, 30 minutes ahead of the real time');
  const korean = await runProgram(['clock', '--lang', 'ko'], { home });
  expect(korean.stdout).toContain('실제 시각보다 14일 1시간 30분 앞서 있어요');
  const far = await runProgram(['clock', 'advance', '9999999w'], { home });
  expect(far).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('cannot be moved that far'),
  });
});

it.each(['30', 'd', '0d', '-1d', '1.5h', '1y', '1D', ' 1d', '1d2h', ''])(
  'does not take %j for a duration',
  async (text) => {
    const host = new TestHost({ home: temporaryDirectory() });
    expect(await host.run('clock', 'advance', '--', text)).toMatchObject({ code: 2, stdout: '' });
  },
);

it('needs a running sandbox', async () => {
  const host = new TestHost({ home: temporaryDirectory() });
  expect(await host.run('clock', 'advance', '1d')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('cloudlab sandbox start'),
  });
});

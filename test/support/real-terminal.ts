import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onTestFinished, type TestContext } from 'vitest';
import { temporaryDirectory } from './directories.ts';

const run = promisify(execFile);

/** A test without tmux is skipped, and says so. */
export async function skipWithoutTmux(context: TestContext): Promise<void> {
  const found = await run('tmux', ['-V']).catch(() => undefined);
  if (found === undefined) context.skip('tmux is not installed');
}

/**
 * A shell in a real pseudo-terminal, held by tmux, with real keys.
 *
 * @param columns the window's width; 60 rows, so that little scrolls away
 * @param home where cloudlab keeps everything; several windows may share one
 */
export async function openTerminal(columns: number, language: string, home = temporaryDirectory()) {
  const socket = `${temporaryDirectory()}/tmux`;
  const tmux = (...args: string[]) => run('tmux', ['-S', socket, '-u', '-f', '/dev/null', ...args]);
  const screen = async () => (await tmux('capture-pane', '-p', '-S', '-', '-t', 'learner')).stdout;
  const env = {
    PATH: process.env['PATH'],
    CLOUDLAB_HOME: home,
    CLOUDLAB_LANG: language,
    LC_ALL: 'C.UTF-8',
    PS1: '$ ',
  };
  await run(
    'tmux',
    // biome-ignore format: one line of a command
    ['-S', socket, '-u', '-f', '/dev/null', 'new-session', '-d', '-s', 'learner', '-x', String(columns), '-y', '60', 'bash --norc'],
    { env: env as NodeJS.ProcessEnv },
  );
  onTestFinished(async () => void (await tmux('kill-server').catch(() => {})));
  return {
    home,
    screen,
    type: (...keys: string[]) => tmux('send-keys', '-t', 'learner', ...keys),
    /** The processes: of the window itself, and of the shell in it. */
    async pids() {
      const { stdout } = await tmux('display', '-p', '-t', 'learner', '#{pid} #{pane_pid}');
      const [window = 0, shell = 0] = stdout.split(' ').map(Number);
      return { window, shell };
    },
    async shows(words: string) {
      for (let waited = 0; waited < 200; waited += 1) {
        // Words may be broken over lines on a narrow screen.
        if ((await screen()).replaceAll(/\s/g, '').includes(words.replaceAll(/\s/g, ''))) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`never shown: ${words}\n${await screen()}`);
    },
  };
}

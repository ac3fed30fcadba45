import { environmentOf, openClientSession, type SessionOptions } from '../cloud/client-session.ts';
import { findProgram } from '../cloud/find-program.ts';
import type { Context, Host, Interrupt } from '../context.ts';
import { type ExitCode, passedOn, reasonOf, UserError } from '../errors.ts';
import { runChild } from './run-child.ts';

/**
 * Runs one command with every client pointed at the sandbox: the one that runs, or an empty
 * one of its own that nobody else finds and nothing stays of, unless `--data` keeps it.
 *
 * @returns the command's own exit code
 * @throws UserError `command-missing`, `command-unusable`, and as `openClientSession`
 */
export async function execute(
  context: Context,
  command: string,
  args: readonly string[],
  options: Omit<SessionOptions, 'private'>,
): Promise<ExitCode> {
  const { host, home, terminal } = context;
  const path = findProgram(host, command);
  // Said before a sandbox is started for nothing. What is there and cannot be run, the system says.
  if (path === undefined && !/[\\/]/.test(command))
    throw new UserError('command-missing', { command });
  const session = await openClientSession(host, home, { ...options, private: true });
  try {
    terminal.detail(session.url);
    const environment = environmentOf(host, session.environment);
    const program = { path: path ?? command, args, environment, passOn: passOnOf(context) };
    if (!terminal.json) return passedOn(await runChild(host, program));
    const { code, ...printed } = await runCaptured(host, program);
    terminal.printJson({ code, ...printed });
    return passedOn(code);
  } catch (error) {
    throw asUserError(error, command);
  } finally {
    await session.close();
  }
}

/** At a terminal Ctrl-C reaches the command by itself, and once is enough. */
function passOnOf({ host }: Context) {
  const atTerminal = host.streams.stdin.isTTY === true;
  return (interrupt: Interrupt) => (interrupt === 'SIGINT' && atTerminal ? undefined : interrupt);
}

async function runCaptured(
  host: Host,
  program: Omit<Parameters<typeof runChild>[1], 'stdio' | 'started'>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' };
  const code = await runChild(host, {
    ...program,
    stdio: ['inherit', 'pipe', 'pipe'],
    started(process) {
      for (const name of ['stdout', 'stderr'] as const) {
        process[name]?.setEncoding('utf8').on('data', (text: string) => {
          printed[name] += text;
        });
      }
    },
  });
  return { code, ...printed };
}

function asUserError(error: unknown, command: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new UserError('command-missing', { command }, { cause: error });
  if (code === 'EACCES' || code === 'ENOEXEC') {
    return new UserError(
      'command-unusable',
      { command, reason: reasonOf(error) },
      { cause: error },
    );
  }
  return error;
}

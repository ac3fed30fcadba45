import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { wrap } from '../terminal/width.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.clock,
  examples: ['cloudlab clock', 'cloudlab clock advance 30d'],
  subcommands: {
    advance: defineCommand({
      summary: (say) => say.commands.clockAdvance,
      arguments: [{ name: '<duration>', text: (say) => say.options.duration }],
      examples: ['cloudlab clock advance 30d', 'cloudlab clock advance 12h --json'],
      run: async (context, [duration = '']) => advance(context, parseDuration(duration)),
    }),
  },
  run: show,
});

const secondsOf = { m: 60, h: 3600, d: 24 * 3600, w: 7 * 24 * 3600 } as const;

/**
 * The seconds in a duration such as `30d`.
 *
 * @throws UserError `bad-duration`
 */
export function parseDuration(text: string): number {
  const [, digits = '', unit = ''] = /^([1-9]\d{0,6})([mhdw])$/.exec(text) ?? [];
  if (unit === '') throw new UserError('bad-duration', { value: text });
  return Number(digits) * secondsOf[unit as keyof typeof secondsOf];
}

async function show({ home, terminal, say }: Context): Promise<ExitCode> {
  const { findRunningSandbox } = await import('../cloud/running-sandbox.ts');
  const running = await findRunningSandbox(home);
  if (running === undefined) throw new UserError('sandbox-not-running', {});
  const { time, aheadSeconds } = running.status;
  if (terminal.json) terminal.printJson({ time, aheadSeconds });
  else {
    terminal.print(say.clock.shows(time));
    terminal.print(wrap(say.clock.ahead(aheadSeconds), terminal.columns));
  }
  return exitCodes.done;
}

async function advance({ home, terminal, say }: Context, seconds: number): Promise<ExitCode> {
  const { advanceClock, findRunningSandbox } = await import('../cloud/running-sandbox.ts');
  const running = await findRunningSandbox(home);
  if (running === undefined) throw new UserError('sandbox-not-running', {});
  const { url } = running.address;
  const clock = await advanceClock(running.address, seconds).catch(() => 'failed' as const);
  if (clock === 'too-far') throw new UserError('clock-too-far', {});
  if (clock === 'failed') throw new UserError('sandbox-unreachable', { url, asked: 'advance' });
  const { time, aheadSeconds } = clock;
  if (terminal.json) terminal.printJson({ time, aheadSeconds });
  else {
    terminal.print(say.clock.shows(time));
    terminal.print(wrap(say.clock.ahead(aheadSeconds), terminal.columns));
    terminal.note(say.clock.caughtUp);
  }
  return exitCodes.done;
}

import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { defineCommand, type OptionValues } from './command.ts';

const usage = 'cloudlab network reach <from> <to> --port <n>';

export default defineCommand({
  summary: (say) => say.commands.network,
  examples: ['cloudlab network reach my-computer web-1 --port 22'],
  subcommands: {
    reach: defineCommand({
      summary: (say) => say.commands.networkReach,
      arguments: [
        { name: '<from>', text: (say) => say.reach.options.from },
        { name: '<to>', text: (say) => say.reach.options.to },
      ],
      options: [
        { flags: '--port <n>', text: (say) => say.reach.options.port },
        { flags: '--protocol <name>', text: (say) => say.reach.options.protocol },
        { flags: '--zone <zone>', text: (say) => say.options.zone },
      ],
      examples: [
        'cloudlab network reach my-computer web-1 --port 22',
        'cloudlab network reach web-1 web-2 --port 80',
        'cloudlab network reach web-1 8.8.8.8 --protocol udp --port 53',
        'cloudlab network reach internet web-1 --protocol icmp --json',
      ],
      helpSections: (say) => [
        {
          title: say.reach.ends.title,
          rows: [
            { name: 'web-1, ZONE/web-1', text: say.reach.ends.vm },
            { name: 'my-computer, me, internet', text: say.reach.ends.me },
            { name: '10.178.0.2, 8.8.8.8', text: say.reach.ends.address },
            { name: 'metadata, google-apis', text: say.reach.ends.google },
          ],
        },
      ],
      run: reach,
    }),
  },
  run: async () => {
    throw new UserError('missing-argument', { name: 'reach', usage });
  },
});

/** Exit code 1 where there is no way, so that scripts can ask too. */
async function reach(
  context: Context,
  [from = '', to = '']: readonly (string | undefined)[],
  options: OptionValues,
): Promise<ExitCode> {
  const protocol = readProtocol(options['protocol']);
  const port = readPort(options['port']);
  if (port === undefined && protocol !== 'icmp') {
    throw new UserError('missing-argument', { name: '--port', usage });
  }
  const { findRunningSandbox } = await import('../cloud/running-sandbox.ts');
  const { askReach } = await import('../cloud/reach.ts');
  const running = await findRunningSandbox(context.home);
  if (running === undefined) throw new UserError('sandbox-not-running', {});
  const zone = options['zone'] as string | undefined;
  const wish = { from, to, protocol, port: protocol === 'icmp' ? undefined : port, zone };
  const { url } = running.address;
  const answer = await askReach(url, wish);
  const { whereHere } = await import('../cloud/reach-here.ts');
  const here = await whereHere(url, wish, answer);
  if (context.terminal.json) context.terminal.printJson({ ...answer, ...(here && { here }) });
  else {
    const { showReach } = await import('./network-view.ts');
    showReach(context, wish, answer, here);
  }
  return answer.allowed ? exitCodes.done : exitCodes.failed;
}

function readProtocol(given: unknown): 'tcp' | 'udp' | 'icmp' {
  const value = given ?? 'tcp';
  if (value === 'tcp' || value === 'udp' || value === 'icmp') return value;
  throw new UserError('bad-option-value', {
    option: '--protocol',
    value: String(value),
    expected: 'tcp, udp, icmp',
  });
}

function readPort(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const value = String(given);
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new UserError('bad-option-value', { option: '--port', value, expected: '0-65535' });
}

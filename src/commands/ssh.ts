import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, passedOn, UserError } from '../errors.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.ssh,
  arguments: [
    { name: '[vm]', text: (say) => say.options.vm },
    { name: '[command...]', text: (say) => say.options.vmCommand },
  ],
  options: [
    { flags: '--zone <zone>', text: (say) => say.options.zone },
    { flags: '--user <name>', text: (say) => say.options.user },
    { flags: '-t, --tty', text: (say) => say.options.tty },
    { flags: '--print', text: (say) => say.options.print },
    { flags: '--config', text: (say) => say.options.config },
  ],
  examples: [
    'cloudlab ssh web-1',
    'cloudlab ssh web-1 --zone asia-northeast3-a -- df -h',
    'cloudlab ssh web-1 --print',
    'cloudlab ssh --config',
  ],
  helpSections: (say) => [
    {
      title: say.ssh.elsewhere,
      rows: [
        { name: 'gcloud compute ssh VM --zone ZONE', text: say.ssh.onGcp },
        { name: 'cloudlab ssh --config', text: say.ssh.withOpenssh },
      ],
    },
  ],

  async run(context, [vm, ...words], options) {
    const wishes = {
      zone: options['zone'] as string | undefined,
      user: options['user'] as string | undefined,
      terminal: options['tty'] === true,
      words: words.filter((word) => word !== undefined),
    };
    if (options['config'] === true) return config(context, vm, wishes);
    if (vm === undefined) missing('<vm>');
    if (options['print'] === true) return print(context, vm, wishes);
    if (context.terminal.json && wishes.words.length === 0) missing('-- <command>');
    return logIn(context, vm, wishes);
  },
});

interface Wishes {
  readonly zone: string | undefined;
  readonly user: string | undefined;
  readonly terminal: boolean;
  readonly words: readonly string[];
}

function missing(name: string): never {
  throw new UserError('missing-argument', { name, usage: 'cloudlab ssh <vm> [-- <command>]' });
}

async function logIn(context: Context, vm: string, wishes: Wishes): Promise<ExitCode> {
  const { connectToVm, describeFault, openLogin } = await import('../cloud/ssh-login.ts');
  const { host, settings, terminal } = context;
  const login = await openLogin(context, vm, wishes);
  const connection = await connectToVm(context, login);
  const command = wishes.words.length === 0 ? undefined : wishes.words.join(' ');
  try {
    if (terminal.json && command !== undefined) {
      const result = await connection.run(command, { timeoutMs: 24 * 3600 * 1000 });
      terminal.printJson(result);
      return passedOn(result.code);
    }
    const { runSession } = await import('../cloud/ssh-terminal.ts');
    const { LANG, LC_ALL } = settings;
    const end = await runSession(connection, host, {
      ...(command !== undefined && { command }),
      terminal: terminal.interactive && (command === undefined || wishes.terminal),
      term: settings.TERM ?? 'xterm-256color',
      env: { ...(LANG && { LANG }), ...(LC_ALL && { LC_ALL }) },
    });
    if (end === 'interrupted') return exitCodes.interrupted;
    return passedOn(end.code);
  } catch (error) {
    throw describeFault(error, login.machine);
  } finally {
    await connection.close();
  }
}

async function print(context: Context, vm: string, wishes: Wishes): Promise<ExitCode> {
  const { openLogin } = await import('../cloud/ssh-login.ts');
  const { opensshCommand, shellLine } = await import('../cloud/ssh-config.ts');
  const { home, terminal } = context;
  const { machine, project, user } = await openLogin(context, vm, wishes);
  const words = opensshCommand(home, machine, project, user, wishes.words);
  if (terminal.json) terminal.printJson({ command: words });
  else terminal.print(shellLine(words));
  return exitCodes.done;
}

async function config(context: Context, vm: string | undefined, wishes: Wishes): Promise<ExitCode> {
  const { openLogins } = await import('../cloud/ssh-login.ts');
  const { writeOpensshConfig } = await import('../cloud/ssh-config.ts');
  const { home, say, terminal } = context;
  const { machines, project, user } = await openLogins(context, vm, wishes);
  const { path, text } = writeOpensshConfig(home, machines, project, user);
  if (terminal.json) {
    terminal.printJson({
      path,
      user,
      machines: machines.map(({ name, zone, ssh }) => ({ name, zone, ...ssh })),
    });
  } else if (machines.length === 0) {
    terminal.note(say.ssh.noneRunning);
  } else {
    terminal.print(text.trimEnd());
    terminal.note(say.ssh.config(path));
  }
  return exitCodes.done;
}

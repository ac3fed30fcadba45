import { chooseShell, evalCommands, printVariables } from '../cloud/shell-families.ts';
import { exitCodes, UserError } from '../errors.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.env,
  options: [
    { flags: '--shell <shell>', text: (say) => say.options.shell },
    { flags: '--tls', text: (say) => say.options.envTls },
  ],
  examples: [
    'eval "$(cloudlab env)"',
    'eval "$(cloudlab env --tls)"',
    'cloudlab env --shell fish | source',
    'cloudlab env --json',
  ],

  async run({ host, home, terminal, settings, say }, _values, options) {
    const { findRunningSandbox } = await import('../cloud/running-sandbox.ts');
    const { clientEnvironment } = await import('../cloud/client-session.ts');
    const shell = chooseShell(
      options['shell'] as string | undefined,
      settings.SHELL,
      host.platform,
    );
    const running = await findRunningSandbox(home);
    if (running === undefined) throw new UserError('sandbox-not-running', {});
    const { address, status } = running;
    const variables = await clientEnvironment(
      host,
      home,
      { address, projectId: status.projectId },
      { tls: options['tls'] === true },
    );
    if (terminal.json) {
      terminal.printJson(variables);
      return exitCodes.done;
    }
    terminal.print(printVariables(variables, shell));
    if (terminal.interactive) terminal.note(say.env.forShell(evalCommands[shell]));
    return exitCodes.done;
  },
});

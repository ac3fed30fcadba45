import {
  chooseShell,
  clientVariables,
  evalCommands,
  printVariables,
  proxyExceptions,
  tlsVariables,
} from '../cloud/client-env.ts';
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
    const shell = chooseShell(
      options['shell'] as string | undefined,
      settings.SHELL,
      host.platform,
    );
    const running = await findRunningSandbox(home);
    if (running === undefined) throw new UserError('sandbox-not-running', {});
    const { url, tls } = running.address;
    const { projectId } = running.status;
    const overTls = options['tls'] === true;
    if (overTls && tls === undefined) throw new UserError('sandbox-without-tls', {});
    const variables = {
      ...(overTls && tls !== undefined
        ? tlsVariables(tls, projectId, home.gsutilConfig)
        : clientVariables(url, projectId)),
      ...proxyExceptions(host.variables),
    };
    if (terminal.json) {
      terminal.printJson(variables);
      return exitCodes.done;
    }
    terminal.print(printVariables(variables, shell));
    if (terminal.interactive) terminal.note(say.env.forShell(evalCommands[shell]));
    return exitCodes.done;
  },
});

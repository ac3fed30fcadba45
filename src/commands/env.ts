import {
  chooseShell,
  clientVariables,
  evalCommands,
  printVariables,
  proxyExceptions,
} from '../cloud/client-env.ts';
import { exitCodes, UserError } from '../errors.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.env,
  options: [{ flags: '--shell <shell>', text: (say) => say.options.shell }],
  examples: ['eval "$(cloudlab env)"', 'cloudlab env --shell fish | source', 'cloudlab env --json'],

  async run({ host, home, terminal, settings, say }, _values, options) {
    const { findRunningSandbox } = await import('../cloud/running-sandbox.ts');
    const shell = chooseShell(
      options['shell'] as string | undefined,
      settings.SHELL,
      host.platform,
    );
    const running = await findRunningSandbox(home);
    if (running === undefined) throw new UserError('sandbox-not-running', {});
    const variables = {
      ...clientVariables(running.address.url, running.status.projectId),
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

import { shells } from '../cloud/shell-families.ts';
import { readAuthMode } from './auth-mode.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.shell,
  options: [
    { flags: '--shell <shell>', text: () => shells.join(', ') },
    { flags: '--data <dir>', text: (say) => say.options.data },
    { flags: '--auth <mode>', text: (say) => say.options.auth },
    { flags: '--tls', text: (say) => say.options.shellTls },
  ],
  examples: ['cloudlab shell', 'cloudlab shell --shell zsh', 'cloudlab shell --auth enforce'],
  helpSections: (say) => [
    {
      title: say.shell.notYet,
      rows: [
        { name: 'bq', text: say.shell.bq },
        { name: 'psql', text: say.shell.psql },
        { name: 'Java', text: say.shell.java },
      ],
    },
  ],

  async run(context, _values, options) {
    const { openShell } = await import('./shell-open.ts');
    return openShell(context, {
      shell: options['shell'] as string | undefined,
      data: options['data'] as string | undefined,
      auth: readAuthMode(options['auth']),
      tls: options['tls'] === true,
    });
  },
});

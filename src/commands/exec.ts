import { UserError } from '../errors.ts';
import { readAuthMode } from './auth-mode.ts';
import { defineCommand } from './command.ts';

const usage = 'cloudlab exec [--auth enforce] [--data DIR] -- COMMAND …';

export default defineCommand({
  summary: (say) => say.commands.exec,
  arguments: [{ name: '[command...]', text: (say) => say.options.execCommand }],
  options: [
    { flags: '--data <dir>', text: (say) => say.options.data },
    { flags: '--auth <mode>', text: (say) => say.options.auth },
    { flags: '--tls', text: (say) => say.options.shellTls },
  ],
  examples: [
    'cloudlab exec -- gcloud storage buckets list',
    'cloudlab exec -- npm test',
    `cloudlab exec --auth enforce -- sh -c 'python3 upload.py && python3 check.py'`,
  ],
  commandAfter: usage,

  async run(context, words, options) {
    const [command, ...args] = words.filter((word) => word !== undefined);
    if (command === undefined)
      throw new UserError('missing-argument', { name: '<command>', usage });
    const { execute } = await import('./exec-run.ts');
    return execute(context, command, args, {
      data: options['data'] as string | undefined,
      auth: readAuthMode(options['auth']),
      tls: options['tls'] === true,
    });
  },
});

import { exitCodes } from '../errors.ts';
import { defineCommand } from './command.ts';

/** Answers the completion scripts: the words typed so far, the last one unfinished. */
export default defineCommand({
  summary: (say) => say.commands.completion,
  arguments: [{ name: '[words...]', text: () => '' }],
  examples: ['cloudlab complete -- mission cr'],
  hidden: true,

  async run({ home, host, terminal }) {
    const at = host.argv.indexOf('--');
    const words = at < 0 ? [] : host.argv.slice(at + 1);
    const { candidates } = await import('./completion-candidates.ts');
    for (const candidate of await candidates(words, host.packageRoot, home)) {
      terminal.print(candidate);
    }
    return exitCodes.done;
  },
});

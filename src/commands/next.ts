import { exitCodes } from '../errors.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.progress.commands.next,
  examples: ['cloudlab next', 'cloudlab next --json'],

  async run(context) {
    const { terminal } = context;
    const { whatNext } = await import('../tutor/progress/next.ts');
    const next = await whatNext(context);
    const command = `cloudlab ${next.command.join(' ')}`;
    if (terminal.json) {
      const { kind, title, why } = next;
      terminal.printJson({ kind, title, why, command });
    } else {
      const { printNext } = await import('../tutor/progress/view.ts');
      printNext(context, next);
    }
    return exitCodes.done;
  },
});

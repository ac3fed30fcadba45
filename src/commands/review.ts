import { exitCodes, UserError } from '../errors.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.progress.commands.review,
  options: [{ flags: '--cap <n>', text: (say) => say.progress.options.cap }],
  examples: ['cloudlab review', 'cloudlab review --cap 5', 'cloudlab review --json'],

  async run(context, _values, options) {
    const cap = readCap(options['cap']);
    const { runReview } = await import('../tutor/review/review.ts');
    await runReview(context, cap);
    return exitCodes.done;
  },
});

const largestCap = 500;

function readCap(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  const cap = Number(text);
  if (/^\d{1,3}$/.test(text) && cap >= 1 && cap <= largestCap) return cap;
  const expected = `1-${largestCap}`;
  throw new UserError('bad-option-value', { option: '--cap', value: text, expected });
}

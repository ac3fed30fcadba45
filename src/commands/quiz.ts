import { loadContent } from '../content/load.ts';
import { exitCodes, UserError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { findLesson } from './find-lesson.ts';

export default defineCommand({
  summary: (say) => say.progress.commands.quiz,
  arguments: [{ name: '[lesson]', text: (say) => say.progress.options.quizLesson }],
  options: [{ flags: '--seed <n>', text: (say) => say.progress.options.seed }],
  examples: ['cloudlab quiz', 'cloudlab quiz storage', 'cloudlab quiz storage --seed 7'],

  async run(context, [name], options) {
    const entries = loadContent(context.host.packageRoot).lessons();
    const lesson = name === undefined ? undefined : findLesson(entries, name);
    const seed = readSeed(options['seed']);
    const { runQuiz } = await import('../tutor/review/quiz.ts');
    await runQuiz(context, lesson, seed);
    return exitCodes.done;
  },
});

function readSeed(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed;
  const expected = `0-${2 ** 32 - 1}`;
  throw new UserError('bad-option-value', { option: '--seed', value: text, expected });
}

import type { LessonEntry } from '../../content/compiled.ts';
import { loadContent } from '../../content/load.ts';
import type { Context } from '../../context.ts';
import { wrap } from '../../terminal/width.ts';
import { openKeeper } from '../progress/keep.ts';
import { learningOf } from '../progress/learning.ts';
import { stateOfLesson } from '../progress/lessons.ts';
import { printQuestionSheet } from '../questions/sheet.ts';
import { shuffle } from '../shuffle.ts';
import { printCommand, printHeading } from '../stage.ts';
import { askRound, freshSeed, type Named, readQuestions, sayReadAgain } from './round.ts';

/** How many questions a mixture has. */
const mixed = 10;

/**
 * Asks the questions of a lesson in their order, or some of all finished lessons.
 *
 * @param seed decides which, and the order of what can be chosen; a fresh one where there is none
 * @throws Interrupted on Ctrl-C
 */
export async function runQuiz(
  context: Context,
  lesson: LessonEntry | undefined,
  given: number | undefined,
): Promise<void> {
  const { terminal, host, say } = context;
  const keeper = openKeeper(context);
  const seed = given ?? freshSeed(context);
  const entries = loadContent(host.packageRoot).lessons();
  const finished = entries.filter((entry) => stateOfLesson(keeper.progress, entry).finished);
  const named =
    lesson === undefined
      ? shuffle(questionsOf(finished), seed).slice(0, mixed)
      : questionsOf([lesson]);
  const questions = readQuestions(context, named);
  if (terminal.json) {
    terminal.printJson({ seed, questions });
    return;
  }
  const words = say.progress.quiz;
  if (questions.length === 0) {
    printCommand(terminal, words.noneFinished, `cloudlab quiz ${entries[0]?.id ?? ''}`);
    return;
  }
  const title = lesson?.title[say.language] ?? words.mixture(questions.length);
  if (!terminal.interactive) {
    terminal.print(title);
    const sheet = questions.map(({ question }) => question);
    printQuestionSheet({ terminal, say: say.lesson }, sheet, seed);
    return;
  }
  printHeading({ terminal }, title);
  const score = await askRound(context, questions, seed, learningOf(context, keeper));
  const judged = score.right.length + score.wrong.length;
  if (judged > 0) {
    const { length } = score.right;
    const text = score.left ? words.stopped(length, judged) : say.lesson.score(length, judged);
    terminal.print(terminal.paint.strong(wrap(text, terminal.columns)));
  }
  if (score.wrong.length > 0 && keeper.keeps) {
    terminal.print(wrap(say.progress.review.wrongAgain(score.wrong.length), terminal.columns));
  }
  sayReadAgain(context, score);
}

function questionsOf(entries: readonly LessonEntry[]): Named[] {
  return entries.flatMap(({ id, questionIds }) =>
    questionIds.map((question) => ({ lesson: id, question })),
  );
}

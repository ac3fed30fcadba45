import type { Lesson } from '../content/compiled.ts';
import type { Context } from '../context.ts';
import { Interrupted } from '../errors.ts';
import { wrap } from '../terminal/width.ts';
import type { Learning } from './learning.ts';
import { askQuestions, type Score } from './questions/ask.ts';
import { printReadAgain } from './read-again.ts';
import { experimentsOf } from './run-experiment.ts';
import { type Desk, printCommand, printMission } from './stage.ts';

/**
 * Asks all questions of a lesson, keeps the answers, and says what to do with them.
 *
 * @returns true where the reader stayed to the end
 */
export async function quizLesson(
  context: Context,
  desk: Desk,
  lesson: Lesson,
  learning: Learning,
): Promise<boolean> {
  const seed = new DataView(Uint8Array.from(context.host.random(4)).buffer).getUint32(0);
  const questions = lesson.questions.map((question) => ({ lesson: lesson.id, question }));
  const score = await askQuestions(desk, questions, {
    seed,
    tryOut: experimentsOf(context),
    answered: ({ question }, answer) => learning.answer(lesson.id, question.id, answer),
  }).catch((error) => {
    if (error instanceof Interrupted) sayHowToGoOn(desk, lesson);
    throw error;
  });
  printScore(desk, lesson, score);
  return !score.left;
}

function sayHowToGoOn({ terminal, say }: Desk, { id }: Lesson): void {
  printCommand(terminal, say.questionsLater, `cloudlab lesson ${id} --quiz`);
}

function printScore(desk: Desk, lesson: Lesson, score: Score): void {
  const { terminal, say } = desk;
  const judged = score.right.length + score.wrong.length;
  if (score.left) {
    const text = say.stoppedQuiz(score.right.length, judged);
    printCommand(terminal, text, `cloudlab lesson ${lesson.id} --quiz`);
    return;
  }
  const { right, skipped } = score;
  if (judged > 0) terminal.print(terminal.paint.strong(say.score(right.length, judged)));
  if (skipped.length > 0)
    terminal.print(wrap(say.skippedQuestions(skipped.length), terminal.columns));
  terminal.print();
  const wrong = new Set(score.wrong.map(({ question }) => question.section));
  printReadAgain(
    desk,
    lesson.sections
      .filter(({ id }) => wrong.has(id))
      .map(({ id, title }) => ({ lesson: lesson.id, id, title })),
  );
  printMission(desk, lesson);
}

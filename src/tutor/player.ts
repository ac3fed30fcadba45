import type { Lesson } from '../content/compiled.ts';
import type { Context } from '../context.ts';
import { Interrupted } from '../errors.ts';
import { renderBlocks } from '../terminal/markdown.ts';
import { widthOf, wrap } from '../terminal/width.ts';
import { openReplies } from './keys.ts';
import { askQuestions } from './quiz.ts';
import {
  type Action,
  askAction,
  positionOf,
  printCommand,
  printHeading,
  printMission,
  type Stage,
} from './stage.ts';

/**
 * Plays a lesson on a terminal: a title, the sections, the questions. Everything
 * is printed below what was there, so that the terminal's own scrolling leads
 * back to it; only the line that asks for a key gives way.
 *
 * A lesson is a row of stops: 0 is the title, 1 to n are the sections, n + 1
 * offers the questions.
 */

/** Where to begin: at a stop, or straight with the questions. */
export type Start = number | 'questions';

/** Keys were pressed, or nobody is there any more: both are a polite end. */
type Ending = 'quit' | 'questions';

/** @throws Interrupted on Ctrl-C; the terminal is then as it was */
export async function playLesson(context: Context, lesson: Lesson, start: Start): Promise<void> {
  const { terminal, say, host } = context;
  const replies = await openReplies(context);
  const stage: Stage = { terminal, say: say.lesson, replies, lesson };
  try {
    const ending = start === 'questions' ? start : await readThrough(stage, start);
    if (ending === 'quit') return;
    printHeading(stage, say.lesson.questionsTitle);
    const seed = new DataView(Uint8Array.from(host.random(4)).buffer).getUint32(0);
    const score = await askQuestions(stage, lesson.questions, seed);
    printScore(stage, score);
  } finally {
    replies.close();
  }
}

async function readThrough(stage: Stage, start: number): Promise<Ending> {
  const { sections } = stage.lesson;
  let stop = start;
  while (stop <= sections.length + 1) {
    const action = await visit(stage, stop).catch((error) => {
      if (error instanceof Interrupted) sayWhereToGoOn(stage, stop);
      throw error;
    });
    if (action === 'quit') {
      sayWhereToGoOn(stage, stop);
      return 'quit';
    }
    stop = action === 'next' ? stop + 1 : Math.max(stop - 1, 0);
  }
  return 'questions';
}

async function visit(stage: Stage, stop: number): Promise<Action> {
  const { terminal, say, lesson } = stage;
  const { keys } = say;
  const quit = { key: 'q', word: keys.quit };
  const back = { key: 'p', word: keys.previous };
  if (stop === 0) {
    printTitle(stage);
    return askAction(stage, positionOf(0, lesson.sections.length), [
      { key: 'n', word: keys.start },
      quit,
    ]);
  }
  const section = lesson.sections[stop - 1];
  if (section === undefined) {
    printHeading(stage, say.questionsTitle);
    terminal.print(wrap(say.questionsOffer(lesson.questions.length), terminal.columns));
    terminal.print();
    const all = positionOf(lesson.sections.length, lesson.sections.length);
    return askAction(stage, all, [{ key: 'n', word: keys.start }, back, quit]);
  }
  const position = positionOf(stop, lesson.sections.length);
  printHeading(stage, `${position} ${section.title}`);
  return showPages(stage, position, renderBlocks(terminal, section.blocks));
}

/** Prints as much as the window holds at a time; what is taller would scroll away unread. */
async function showPages(stage: Stage, position: string, text: string): Promise<Action> {
  const { terminal, say } = stage;
  const quit = { key: 'q', word: say.keys.quit };
  const back = { key: 'p', word: say.keys.previous };
  let left = text.split('\n');
  for (;;) {
    // Measured anew for each page: the window may have been resized meanwhile.
    const count = linesOfPage(left, roomFor(terminal), terminal.columns);
    terminal.print(left.slice(0, count).join('\n'));
    left = left.slice(count);
    if (left.length === 0) terminal.print();
    const word = left.length > 0 ? say.keys.more : say.keys.next;
    const action = await askAction(stage, position, [{ key: 'n', word }, back, quit]);
    if (action !== 'next' || left.length === 0) return action;
  }
}

/** Rows of one page; without a known height, and for a screen reader, there are no pages. */
function roomFor({ plain, streams }: Context['terminal']): number {
  const rows = streams.stdout.rows ?? 0;
  // The heading and the prompt take four.
  return plain || rows <= 0 ? Number.POSITIVE_INFINITY : Math.max(rows - 4, 5);
}

/** How many lines fill a page; it ends between paragraphs where that leaves it at least half full. */
function linesOfPage(lines: readonly string[], room: number, columns: number): number {
  let used = 0;
  let gap = 0;
  for (const [index, line] of lines.entries()) {
    const rows = Math.max(1, Math.ceil(widthOf(line) / columns));
    if (used + rows > room && index > 0) return gap || index;
    used += rows;
    if (line === '' && used > room / 2) gap = index + 1;
  }
  return lines.length;
}

function printTitle({ terminal, say, lesson }: Stage): void {
  const { title, summary, minutes, asOf, sections, questions } = lesson;
  const { columns, paint } = terminal;
  printHeading({ terminal }, title);
  terminal.print(wrap(summary, columns));
  terminal.print(paint.faint(wrap(say.size(minutes, sections.length, questions.length), columns)));
  terminal.print();
  for (const [index, section] of sections.entries()) {
    const number = `  ${index + 1}. `;
    terminal.print(wrap(number + section.title, columns, ' '.repeat(number.length)));
  }
  terminal.print();
  terminal.print(paint.faint(wrap(say.asOf(asOf), columns)));
  terminal.print();
}

function sayWhereToGoOn({ terminal, say, lesson }: Stage, stop: number): void {
  const section = lesson.sections[stop - 1];
  if (stop === 0) return;
  const [text, command] =
    section === undefined
      ? [say.questionsLater, `cloudlab lesson ${lesson.id} --quiz`]
      : [say.stopped(section.title), `cloudlab lesson ${lesson.id} --section ${section.id}`];
  printCommand(terminal, text, command);
}

function printScore(stage: Stage, { answered, right }: { answered: number; right: number }): void {
  const { terminal, say, lesson } = stage;
  const all = lesson.questions.length;
  if (answered < all) {
    printCommand(terminal, say.stoppedQuiz(right, answered), `cloudlab lesson ${lesson.id} --quiz`);
    return;
  }
  terminal.print(terminal.paint.strong(say.score(right, all)));
  if (right < all) terminal.print(wrap(say.readAgain, terminal.columns));
  terminal.print();
  printMission(stage);
}

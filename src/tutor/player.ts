import type { Lesson, Section } from '../content/compiled.ts';
import type { Context } from '../context.ts';
import { Interrupted } from '../errors.ts';
import { renderBlocks } from '../terminal/markdown.ts';
import { widthOf, wrap } from '../terminal/width.ts';
import type { Search } from './finding.ts';
import { openReplies } from './keys.ts';
import type { Learning } from './learning.ts';
import {
  type Action,
  askAction,
  type Choice,
  type Desk,
  goalLines,
  positionOf,
  printCommand,
  printHeading,
} from './stage.ts';

/**
 * Plays a lesson on a terminal: a title, the sections, the questions. Everything
 * is printed below what was there, so that the terminal's own scrolling leads
 * back to it; only the line that asks for a key gives way.
 *
 * A lesson is a row of stops: 0 is the title, 1 to n are the sections, n + 1
 * offers the questions.
 */

export interface Visit {
  /** Where to begin: at a stop, where the reader stopped, or straight with the questions. */
  readonly start: number | 'where-stopped' | 'questions';
  readonly learning: Learning;
  /** What `/` asks; without it the key is not offered. */
  readonly search?: Search | undefined;
}

/** A lesson that is being played. */
interface Stage extends Desk {
  readonly lesson: Lesson;
  readonly learning: Learning;
  readonly search: Search | undefined;
}

/** What somebody does at a stop; `goTo` is the number of another one. */
type Move = Exclude<Action, 'search'> | { readonly goTo: number };

/**
 * @returns true where the reader stayed until the last question
 * @throws Interrupted on Ctrl-C; the terminal is then as it was
 */
export async function playLesson(context: Context, lesson: Lesson, visit: Visit): Promise<boolean> {
  const { terminal, say } = context;
  const { learning, search } = visit;
  const replies = openReplies(context);
  const stage: Stage = { terminal, say: say.lesson, replies, lesson, learning, search };
  try {
    if (visit.start === 'questions') printHeading(stage, say.lesson.questionsTitle);
    else if (!(await readThrough(stage, firstStop(stage, visit.start)))) return false;
    const { quizLesson } = await import('./lesson-quiz.ts');
    return await quizLesson(context, stage, lesson, learning);
  } finally {
    replies.close();
  }
}

function firstStop({ terminal, say, lesson, learning }: Stage, start: number | 'where-stopped') {
  if (start !== 'where-stopped') return start;
  const section = learning.stoppedAt(lesson.id);
  const stop = lesson.sections.findIndex(({ id }) => id === section) + 1;
  if (stop > 0) terminal.print(wrap(say.resumed, terminal.columns));
  return stop;
}

/** @returns true where the reader goes on to the questions */
async function readThrough(stage: Stage, start: number): Promise<boolean> {
  const { lesson, learning } = stage;
  let stop = start;
  while (stop <= lesson.sections.length + 1) {
    const move = await visitStop(stage, stop).catch((error) => {
      if (error instanceof Interrupted) sayWhereToGoOn(stage, stop);
      throw error;
    });
    if (move === 'quit') {
      sayWhereToGoOn(stage, stop);
      return false;
    }
    const section = lesson.sections[stop - 1];
    if (section !== undefined && (move === 'next' || move === 'skip')) {
      learning.leave(lesson.id, section.id, move === 'next' ? 'done' : 'skipped');
    }
    if (typeof move === 'object') stop = move.goTo;
    else stop = move === 'previous' ? Math.max(stop - 1, 0) : stop + 1;
  }
  return true;
}

async function visitStop(stage: Stage, stop: number): Promise<Move> {
  const { terminal, say, lesson, learning } = stage;
  const { sections, questions } = lesson;
  if (stop === 0) {
    printHeading(stage, lesson.title);
    return showPages(stage, positionOf(0, sections.length), 'title', titlePage(stage));
  }
  const section = sections[stop - 1];
  if (section === undefined) {
    printHeading(stage, say.questionsTitle);
    terminal.print(wrap(say.questionsOffer(questions.length), terminal.columns));
    terminal.print();
    const all = positionOf(sections.length, sections.length);
    return askMove(stage, all, keysAt(stage, say.keys.start, 'questions'));
  }
  learning.enter(lesson.id, section.id);
  return showSection(stage, section, stop);
}

async function showSection(stage: Stage, section: Section, stop: number): Promise<Move> {
  const { terminal, lesson } = stage;
  const position = positionOf(stop, lesson.sections.length);
  printHeading(stage, `${position} ${section.title}`, stop / lesson.sections.length);
  return showPages(stage, position, 'section', renderBlocks(terminal, section.blocks));
}

/** Prints as much as the window holds at a time; what is taller would scroll away unread. */
async function showPages(
  stage: Stage,
  position: string,
  stop: 'title' | 'section',
  text: string,
): Promise<Move> {
  const { terminal, say } = stage;
  const last = stop === 'title' ? say.keys.start : say.keys.next;
  let left = text.split('\n');
  for (let taken = linesOfHeading; ; taken = 1) {
    // Measured anew for each page: the window may have been resized meanwhile.
    const count = linesOfPage(left, roomFor(terminal, taken), terminal.columns);
    terminal.print(left.slice(0, count).join('\n'));
    left = left.slice(count);
    if (left.length === 0) terminal.print();
    const word = left.length > 0 ? say.keys.more : last;
    const move = await askMove(stage, position, keysAt(stage, word, stop));
    if (move !== 'next' || left.length === 0) return move;
  }
}

/** The keys that lead somewhere from a stop; `next` is what going on means there. */
function keysAt(
  { say, search }: Stage,
  next: string,
  stop: 'title' | 'section' | 'questions',
): Choice[] {
  const { keys } = say;
  return [
    { key: 'n', word: next },
    ...(stop === 'title' ? [] : [{ key: 'p', word: keys.previous }]),
    ...(stop === 'section' ? [{ key: 's', word: keys.skip }] : []),
    ...(search === undefined ? [] : [{ key: '/', word: keys.search }]),
    { key: 'q', word: keys.quit },
  ];
}

/** Asks where to go; a search that leads nowhere asks again. */
async function askMove(stage: Stage, position: string, choices: readonly Choice[]): Promise<Move> {
  for (;;) {
    const action = await askAction(stage, position, choices);
    if (action !== 'search') return action;
    const { search, lesson } = stage;
    if (search === undefined) continue;
    const { askSearch } = await import('./ask-search.ts');
    const found = await askSearch(stage, lesson, search);
    if (found === 'quit') return 'quit';
    if (found !== undefined) return { goTo: found };
  }
}

/** With the empty lines around it, and the line of the prompt. */
const linesOfHeading = 5;

/** Rows of one page; without a known height, and for a screen reader, there are no pages. */
function roomFor({ plain, streams }: Context['terminal'], taken: number): number {
  const rows = streams.stdout.rows ?? 0;
  return plain || rows <= 0 ? Number.POSITIVE_INFINITY : Math.max(rows - taken, 5);
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

function titlePage({ terminal, say, lesson, learning }: Stage): string {
  const { summary, minutes, asOf, goals, sections, questions } = lesson;
  const { columns, paint } = terminal;
  const contents = sections.map((section, index) => {
    const number = `  ${`${index + 1}.`.padStart(`${sections.length}.`.length)} `;
    const state = say.states[learning.stateOf(lesson.id, section.id)];
    const text = state === '' ? section.title : `${section.title} (${state})`;
    return wrap(number + text, columns, ' '.repeat(number.length));
  });
  return [
    wrap(summary, columns),
    paint.faint(wrap(say.size(minutes, sections.length, questions.length), columns)),
    ...goalLines({ terminal, say }, goals),
    '',
    ...contents,
    '',
    paint.faint(wrap(say.asOf(asOf), columns)),
  ].join('\n');
}

function sayWhereToGoOn({ terminal, say, lesson }: Stage, stop: number): void {
  const section = lesson.sections[stop - 1];
  if (stop === 0) return;
  if (section === undefined) {
    printCommand(terminal, say.questionsLater, `cloudlab lesson ${lesson.id} --quiz`);
    return;
  }
  // Where it stopped is kept; the section is named for one who comes from elsewhere.
  const command = `cloudlab lesson ${lesson.id} --section ${section.id}`;
  printCommand(terminal, say.stopped(section.title), command);
}

import type { Lesson } from '../content/compiled.ts';
import type { Context } from '../context.ts';
import type { Messages } from '../i18n/messages.ts';
import { describeRows } from '../terminal/list.ts';
import { widthOf, wrap } from '../terminal/width.ts';
import type { Composed, Entry, Prompt, Replies } from './keys.ts';

/** Where something is shown. */
export interface Page {
  readonly terminal: Context['terminal'];
  readonly say: Messages['lesson'];
}

/** Where something is shown and asked. */
export interface Desk extends Page {
  readonly replies: Replies;
}

/** What can be done at a stop. */
export type Action = 'next' | 'previous' | 'skip' | 'search' | 'quit';

/** A key that can be pressed now, and what it does in a word. */
export interface Choice {
  readonly key: string;
  readonly word: string;
  /** What the help says of it; by its key where it is left out. */
  readonly help?: string;
}

const actions: Readonly<Record<string, Action>> = {
  '': 'next',
  n: 'next',
  p: 'previous',
  s: 'skip',
  '/': 'search',
  q: 'quit',
};

/** Asks where to go until the answer is one of the offered keys; the end of the input means quit. */
export async function askAction(
  desk: Desk,
  position: string,
  choices: readonly Choice[],
): Promise<Action> {
  const keys = choices.map(({ key }) => key);
  const answer = await askKey(desk, position, choices, (text) => keys.includes(text || 'n'));
  return answer === undefined ? 'quit' : (actions[answer] ?? 'quit');
}

/**
 * Asks until `accepts` an answer. `h` explains the keys; so does, where whole
 * lines are read, any answer that cannot be used. A stray key is just ignored.
 */
export async function askKey(
  desk: Desk,
  position: string,
  choices: readonly Choice[],
  accepts: (answer: string) => boolean,
): Promise<string | undefined> {
  const prompt = promptLine(desk, position, choices);
  const numbers = areNumbered(desk, choices) ? [...choices.map(({ key }) => key), 'h'] : [];
  for (;;) {
    const typed = await desk.replies.ask(prompt);
    const answer = typed === undefined ? undefined : (numbers[Number(typed) - 1] ?? typed);
    if (answer === undefined || accepts(answer)) return answer;
    if (answer === 'h' || answer === '?' || desk.terminal.plain) printHelp(desk, choices);
  }
}

/** Plain output numbers what can be done, unless numbers are answers already; the keys work too. */
function areNumbered({ terminal }: Page, choices: readonly Choice[]): boolean {
  return terminal.plain && !choices.some(({ key }) => /\d/.test(key));
}

/**
 * Asks for something that is written and ended with Enter, or for one of the
 * keys that are offered beside it; `h` explains them.
 */
export async function askWritten(
  desk: Desk,
  position: string,
  choices: readonly Choice[],
  type: Entry['type'],
): Promise<Composed | undefined> {
  const hotkeys = `${choices.map(({ key }) => (key.length === 1 ? key : '')).join('')}h?`;
  const prompt = promptLine(desk, position, choices);
  for (;;) {
    const answer = await desk.replies.compose(prompt, { hotkeys, type });
    if (answer === undefined || !('key' in answer) || !'h?'.includes(answer.key)) return answer;
    printHelp(desk, choices);
  }
}

/**
 * One line that fits the window: with words where there is room, otherwise with one, or the keys
 * alone. In plain output the words stay, on as many lines as they need.
 */
function promptLine(page: Page, position: string, choices: readonly Choice[]): Prompt {
  const { terminal, say } = page;
  const { accent, faint } = terminal.paint;
  const offered = [...choices, { key: 'h', word: say.keys.help }];
  if (terminal.plain) {
    const isNumbered = areNumbered(page, choices);
    const words = offered.map(({ key, word }, index) => `${isNumbered ? index + 1 : key} ${word}`);
    return () => `${wrap(`${position} ${words.join(', ')} >`, terminal.columns - 1)} `;
  }
  const long = offered.map(({ key, word }) => `${accent(key)} ${faint(word)}`).join('  ');
  const short = offered.map(({ key }) => accent(key)).join(' ');
  const [first, ...others] = offered.map(({ key, word }) => [accent(key), faint(word)] as const);
  const middle = [first?.join(' '), ...others.map(([key]) => key)].join('  ');
  const lines = [
    `${position} ${long} > `,
    `${position} ${middle} > `,
    `${position} ${short} > `,
    `${position.replaceAll(/[[\]]/g, '')} ${short} > `,
    `${short} > `,
  ];
  return (reserved) =>
    lines.find((line) => widthOf(line) + reserved < terminal.columns) ??
    (reserved === 0 ? `${short} > ` : '> ');
}

export function printHelp({ terminal, say }: Page, choices: readonly Choice[]): void {
  const { help } = say;
  const isNumbered = areNumbered({ terminal, say }, choices);
  const rows = choices.map(({ key, help: own }, index) => ({
    name: isNumbered ? `${index + 1}, ${key}` : key,
    text: own ?? (isHelped(key, help) ? help[key] : ''),
  }));
  terminal.print();
  terminal.print(describeRows(terminal, rows));
  terminal.print(wrap(`  ${help.layout}`, terminal.columns, '  '));
  terminal.print();
}

function isHelped(key: string, help: Page['say']['help']): key is keyof typeof help {
  return Object.hasOwn(help, key);
}

/** `[2/9]` */
export function positionOf(number: number, all: number): string {
  return `[${number}/${all}]`;
}

/**
 * A heading on a line of its own.
 *
 * @param progress how far this is, from 0 to 1; the number says it too
 */
export function printHeading(
  { terminal }: Pick<Page, 'terminal'>,
  text: string,
  progress?: number,
): void {
  const { paint, columns, animated } = terminal;
  terminal.print();
  terminal.print(paint.strong(wrap(text, columns)));
  if (progress !== undefined && animated) {
    const length = Math.min(columns - 1, longestProgress);
    const done = Math.round(length * progress);
    terminal.print(paint.accent('━'.repeat(done)) + paint.faint('─'.repeat(length - done)));
  }
  terminal.print();
}

const longestProgress = 48;

/** What the reader can do afterwards, after an empty line. */
export function goalLines({ terminal, say }: Page, goals: Lesson['goals']): string[] {
  if (goals.length === 0) return [];
  const items = goals.map((goal) => wrap(`  - ${goal}`, terminal.columns, '    '));
  return ['', wrap(say.goals, terminal.columns), ...items];
}

/** What to do next: the mission that puts the lesson to use. */
export function printMission({ terminal, say }: Page, lesson: Lesson): void {
  if (lesson.mission === undefined) return;
  printCommand(terminal, say.mission, `cloudlab mission ${lesson.mission}`);
}

/** The command stands on a line of its own, so that it can be copied. */
export function printCommand(terminal: Context['terminal'], text: string, command: string): void {
  terminal.print(wrap(text, terminal.columns));
  terminal.print(`  ${terminal.paint.code(command)}`);
}

import type { Lesson } from '../content/compiled.ts';
import type { Context } from '../context.ts';
import type { Messages } from '../i18n/messages.ts';
import { describeRows } from '../terminal/list.ts';
import { widthOf, wrap } from '../terminal/width.ts';
import type { Replies } from './keys.ts';

/** What the player and the quiz are played on. */
export interface Stage {
  readonly terminal: Context['terminal'];
  readonly say: Messages['lesson'];
  readonly replies: Replies;
  readonly lesson: Lesson;
}

export type Action = 'next' | 'previous' | 'quit';

/** A key that can be pressed now, and what it does in a word. */
export interface Choice {
  readonly key: string;
  readonly word: string;
}

const actions: Readonly<Record<string, Action>> = {
  '': 'next',
  n: 'next',
  p: 'previous',
  q: 'quit',
};

/** Asks where to go until the answer is one of the offered keys; the end of the input means quit. */
export async function askAction(
  stage: Stage,
  position: string,
  choices: readonly Choice[],
): Promise<Action> {
  const keys = choices.map(({ key }) => key);
  const answer = await askKey(stage, position, choices, (text) => keys.includes(text || 'n'));
  return answer === undefined ? 'quit' : (actions[answer] ?? 'quit');
}

/**
 * Asks until `accepts` an answer. `h` explains the keys; so does, where whole
 * lines are read, any answer that cannot be used. A stray key is just ignored.
 */
export async function askKey(
  stage: Stage,
  position: string,
  choices: readonly Choice[],
  accepts: (answer: string) => boolean,
): Promise<string | undefined> {
  const { terminal, say, replies } = stage;
  const offered = [...choices, { key: 'h', word: say.keys.help }];
  for (;;) {
    const answer = await replies.ask(promptLine(stage, position, offered));
    if (answer === undefined || accepts(answer)) return answer;
    if (answer === 'h' || answer === '?' || terminal.plain) printHelp(stage, choices);
  }
}

/** One line that fits the window: with words where there is room, otherwise the keys alone. */
function promptLine({ terminal }: Stage, position: string, choices: readonly Choice[]): string {
  const { accent, faint } = terminal.paint;
  const long = choices.map(({ key, word }) => `${accent(key)} ${faint(word)}`).join('  ');
  const short = choices.map(({ key }) => accent(key)).join(' ');
  const lines = [long, short].map((keys) => `${position} ${keys} > `);
  return lines.find((line) => widthOf(line) < terminal.columns) ?? `${short} > `;
}

function printHelp({ terminal, say }: Stage, choices: readonly Choice[]): void {
  const rows = choices.map(({ key }) => ({ name: key, text: explainKey(say, key) }));
  terminal.print();
  terminal.print(describeRows(terminal, rows));
  terminal.print(wrap(`  ${say.help.layout}`, terminal.columns, '  '));
  terminal.print();
}

function explainKey({ help }: Stage['say'], key: string): string {
  return key === 'n' || key === 'p' || key === 'q' ? help[key] : help.number;
}

/** `[2/9]` */
export function positionOf(number: number, all: number): string {
  return `[${number}/${all}]`;
}

/** A heading on a line of its own, with its place in front. */
export function printHeading({ terminal }: Pick<Stage, 'terminal'>, text: string): void {
  terminal.print();
  terminal.print(terminal.paint.strong(wrap(text, terminal.columns)));
  terminal.print();
}

/** What to do next: the mission that puts the lesson to use. */
export function printMission({ terminal, say, lesson }: Omit<Stage, 'replies'>): void {
  if (lesson.mission === undefined) return;
  printCommand(terminal, say.mission, `cloudlab mission ${lesson.mission}`);
}

/** The command stands on a line of its own, so that it can be copied. */
export function printCommand(terminal: Context['terminal'], text: string, command: string): void {
  terminal.print(wrap(text, terminal.columns));
  terminal.print(`  ${terminal.paint.code(command)}`);
}

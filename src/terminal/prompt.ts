import { createInterface } from 'node:readline/promises';
import { Interrupted } from '../errors.ts';
import type { Terminal } from './terminal.ts';

export interface Choice<Value> {
  readonly value: Value;
  readonly name: string;
  readonly description?: string;
}

/**
 * Lets the user pick one. With `--plain` the choices are numbered and a number
 * is typed; otherwise the arrow keys move a cursor.
 *
 * @throws Interrupted on Ctrl-C or a closed input
 */
export async function select<Value>(
  terminal: Terminal,
  message: string,
  choices: readonly Choice<Value>[],
): Promise<Value> {
  if (terminal.plain) return selectByNumber(terminal, message, choices);
  const { select: ask } = await import('@inquirer/prompts');
  return asInterruption(
    ask(
      {
        message,
        choices: choices.map(({ value, name, description }) =>
          description === undefined ? { value, name } : { value, name, description },
        ),
        loop: false,
        theme: terminal.paint.enabled ? {} : monochrome,
      },
      { input: terminal.streams.stdin, output: terminal.streams.stdout },
    ),
  );
}

/** inquirer colours by itself and does not know NO_COLOR. */
const same = (text: string) => text;
const monochrome = {
  prefix: { idle: '?', done: '>' },
  style: {
    answer: same,
    message: same,
    highlight: same,
    description: same,
    help: same,
    key: same,
    disabled: same,
  },
};

async function selectByNumber<Value>(
  terminal: Terminal,
  message: string,
  choices: readonly Choice<Value>[],
): Promise<Value> {
  terminal.print(message);
  choices.forEach((choice, index) => {
    terminal.print(`  ${index + 1}. ${choice.name}`);
  });
  for (;;) {
    const answer = await askLine(terminal, `1-${choices.length}: `);
    const chosen = choices[Number.parseInt(answer.normalize('NFKC'), 10) - 1];
    if (chosen !== undefined) return chosen.value;
  }
}

/** Letters that mean yes: in English, in Korean, and the jamo on the y key. */
const yes = /^(y|yes|예|네|응|ㅛ)$/iu;
const no = /^(n|no|아니오|아니요|아뇨|ㅜ)$/iu;

/** Asks until it is answered with yes or no; an empty answer means no. */
export async function confirm(terminal: Terminal, message: string, hint: string): Promise<boolean> {
  for (;;) {
    const answer = (await askLine(terminal, `${message} ${hint} `)).trim().normalize('NFC');
    if (yes.test(answer)) return true;
    if (answer === '' || no.test(answer)) return false;
  }
}

/** One line, read by the terminal's own line editing, so that Hangul is composed before it arrives. */
export async function askLine(terminal: Terminal, question: string): Promise<string> {
  const { stdin: input, stdout: output } = terminal.streams;
  const lines = createInterface({ input, output });
  const closed = new Promise<never>((_, reject) => {
    lines.once('close', () => reject(new Interrupted()));
    lines.once('SIGINT', () => reject(new Interrupted()));
  });
  try {
    return await Promise.race([lines.question(question), closed]);
  } finally {
    closed.catch(() => {});
    lines.close();
  }
}

async function asInterruption<T>(prompt: Promise<T>): Promise<T> {
  try {
    return await prompt;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new Interrupted(undefined, { cause: error });
    }
    throw error;
  }
}

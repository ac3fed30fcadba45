import { createInterface, type Key } from 'node:readline';
import type { Context } from '../context.ts';
import { Interrupted } from '../errors.ts';
import { wrap } from './width.ts';

/** What a question needs: where to ask, and to hear of Ctrl-C. */
type Asker = Pick<Context, 'terminal' | 'host' | 'say'>;

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
  asker: Asker,
  message: string,
  choices: readonly Choice<Value>[],
): Promise<Value> {
  const { terminal } = asker;
  if (terminal.plain) return selectByNumber(asker, message, choices);
  const { select: ask } = await import('@inquirer/prompts');
  return unlessInterrupted(asker, (signal) =>
    ask(
      {
        message,
        choices: choices.map(({ value, name, description }) =>
          description === undefined ? { value, name } : { value, name, description },
        ),
        loop: false,
        theme: theme(asker),
      },
      { input: terminal.streams.stdin, output: terminal.streams.stdout, signal },
    ),
  );
}

/** inquirer speaks English, and colours although NO_COLOR is set. */
function theme({ terminal, say }: Asker) {
  const same = (text: string) => text;
  const keysHelpTip = () => terminal.paint.faint(say.prompts.selectKeys);
  if (terminal.paint.enabled) return { style: { keysHelpTip } };
  return {
    prefix: { idle: '?', done: '>' },
    style: {
      answer: same,
      message: same,
      highlight: same,
      description: same,
      help: same,
      key: same,
      disabled: same,
      keysHelpTip,
    },
  };
}

async function selectByNumber<Value>(
  asker: Asker,
  message: string,
  choices: readonly Choice<Value>[],
): Promise<Value> {
  const { terminal } = asker;
  terminal.print(wrap(message, terminal.columns));
  choices.forEach((choice, index) => {
    terminal.print(wrap(`  ${index + 1}. ${choice.name}`, terminal.columns, '     '));
  });
  for (;;) {
    const answer = await askLine(asker, `1-${choices.length}: `);
    const chosen = choices[Number.parseInt(answer.normalize('NFKC'), 10) - 1];
    if (chosen !== undefined) return chosen.value;
  }
}

/** Letters that mean yes: in English, in Korean, and the jamo on the y key. */
const yes = /^(y|yes|예|네|응|ㅛ)$/iu;
const no = /^(n|no|아니오|아니요|아뇨|ㅜ)$/iu;

/** Asks until it is answered with yes or no; an empty answer means no. */
export async function confirm(asker: Asker, message: string, hint: string): Promise<boolean> {
  for (;;) {
    const answer = (await askLine(asker, `${wrap(`${message} ${hint}`, asker.terminal.columns)} `))
      .trim()
      .normalize('NFC');
    if (yes.test(answer)) return true;
    if (answer === '' || no.test(answer)) return false;
  }
}

/**
 * One line, read by the terminal's own line editing, so that Hangul is
 * composed before it arrives.
 *
 * @throws Interrupted on Ctrl-C or a closed input
 */
async function askLine({ terminal, host }: Asker, question: string): Promise<string> {
  const lines = createInterface({ input: terminal.streams.stdin, terminal: false });
  terminal.streams.stdout.write(question);
  try {
    return await new Promise((resolve, reject) => {
      const stopListening = host.interrupts.listen(() => reject(new Interrupted()));
      lines.once('line', resolve);
      lines.once('close', () => {
        stopListening();
        reject(new Interrupted());
      });
    });
  } finally {
    lines.close();
  }
}

/** inquirer knows of Ctrl-C; signals, Ctrl-D and a closed input would leave it waiting for ever. */
async function unlessInterrupted<T>(
  { terminal, host }: Asker,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { stdin } = terminal.streams;
  const controller = new AbortController();
  const abort = () => controller.abort();
  const onKey = (_typed: unknown, { ctrl, name }: Key) => {
    if (ctrl && name === 'd') abort();
  };
  const stopListening = host.interrupts.listen(abort);
  stdin.on('keypress', onKey);
  stdin.on('end', abort);
  try {
    return await ask(controller.signal);
  } catch (error) {
    if (error instanceof Error && /^(Exit|Abort)PromptError$/.test(error.name)) {
      throw new Interrupted(undefined, { cause: error });
    }
    throw error;
  } finally {
    stopListening();
    stdin.off('keypress', onKey);
    stdin.off('end', abort);
  }
}

import { createInterface, emitKeypressEvents, type Key } from 'node:readline';
import type { Context } from '../context.ts';
import { Interrupted } from '../errors.ts';

/**
 * A learner's answers: single keys where the terminal can give them, whole
 * lines with `--plain`. Both arrive as the same small words, so that the player
 * does not know which of the two it is reading.
 *
 * An answer is what the keys say in Latin letters. On a Korean layout `n` types
 * ㅜ; `n` and then `p` even arrive as one composed letter, ㅞ. Enter and the
 * space bar are the empty answer.
 */
export interface Replies {
  /**
   * Shows a prompt and waits for the answer.
   *
   * @returns undefined once there will be no more answers (Ctrl-D, a closed input)
   * @throws Interrupted on Ctrl-C and its relatives
   */
  ask(prompt: string): Promise<string | undefined>;
  /** Gives the keyboard back as it was found. Safe to call twice. */
  close(): void;
}

type Use = Pick<Context, 'host' | 'terminal'>;

/** Reads nothing until something is asked; `close` must be called on every way out. */
export async function openReplies(context: Use): Promise<Replies> {
  const { convertHangulToQwerty } = await import('es-hangul');
  const toLatin = (text: string) => convertHangulToQwerty(composeHangul(text)).toLowerCase();
  const { terminal } = context;
  const canReadKeys = typeof terminal.streams.stdin.setRawMode === 'function';
  return terminal.plain || !canReadKeys ? openLines(context, toLatin) : openKeys(context, toLatin);
}

/** Answers that have arrived, and whoever waits for the next. */
class Inbox {
  private readonly waiting: string[] = [];
  private ending: { error?: Error } | undefined;
  private wake: (() => void) | undefined;

  put(answer: string): void {
    this.waiting.push(answer);
    this.wake?.();
  }

  /** No more answers: an end, or with an error an interruption, which also drops what has arrived. */
  end(error?: Error): void {
    if (error !== undefined) this.waiting.length = 0;
    this.ending ??= error === undefined ? {} : { error };
    this.wake?.();
  }

  async take(): Promise<string | undefined> {
    while (this.waiting.length === 0 && this.ending === undefined) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const answer = this.waiting.shift();
    if (answer === undefined && this.ending?.error !== undefined) throw this.ending.error;
    return answer;
  }
}

/** An Enter this soon after a Hangul letter is the one that ended its composition. */
const compositionEnter = 50;

/** Events after which a keyboard says nothing more. */
const endings = ['end', 'close', 'error'] as const;

function openKeys({ host, terminal }: Use, toLatin: (text: string) => string): Replies {
  const { stdin, stdout } = terminal.streams;
  const inbox = new Inbox();
  let composedAt = Number.NEGATIVE_INFINITY;

  const onKey = (typed: string | undefined, { name, ctrl, meta }: Key) => {
    if (ctrl && name === 'c') inbox.end(new Interrupted());
    else if (ctrl && name === 'd') inbox.end();
    else if (ctrl || meta) return;
    else if (name === 'return' || name === 'enter') {
      if (host.clock.elapsed() - composedAt > compositionEnter) inbox.put('');
    } else if (name === 'space') inbox.put('');
    // Arrows, function keys and pasted control characters are nothing that was asked for.
    else if (typed !== undefined && /^[^\p{C}\p{Z}]+$/u.test(typed)) {
      if (/[^\p{ASCII}]/u.test(typed)) composedAt = host.clock.elapsed();
      for (const letter of toLatin(fullWidthToAscii(typed))) inbox.put(letter);
    }
  };
  const onEnd = () => inbox.end();

  emitKeypressEvents(stdin);
  stdin.on('keypress', onKey);
  for (const event of endings) stdin.on(event, onEnd);
  const stopListening = host.interrupts.listen(() => inbox.end(new Interrupted()));
  stdin.setRawMode(true);
  stdin.resume();
  return {
    async ask(prompt) {
      stdout.write(prompt);
      try {
        return await inbox.take();
      } finally {
        // The prompt gives way to what was asked for; a terminal that cannot redraw keeps it.
        stdout.write(terminal.animated ? '\r\u001b[2K' : '\n');
      }
    },
    close() {
      // A terminal that has gone away answers this with an error event, so still listen.
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('keypress', onKey);
      for (const event of endings) stdin.off(event, onEnd);
      stopListening();
    },
  };
}

function openLines({ host, terminal }: Use, toLatin: (text: string) => string): Replies {
  const { stdin, stdout } = terminal.streams;
  const inbox = new Inbox();
  // Without `terminal` the line is edited by the system, which composes Hangul and echoes it.
  const lines = createInterface({ input: stdin, terminal: false });
  lines.on('line', (line) => inbox.put(toLatin(fullWidthToAscii(withoutControls(line)))));
  lines.on('close', () => inbox.end());
  const stopListening = host.interrupts.listen(() => inbox.end(new Interrupted()));
  return {
    async ask(prompt) {
      stdout.write(prompt);
      let answer: string | undefined;
      try {
        answer = await inbox.take();
        return answer;
      } finally {
        // Enter has ended the line, unless there was none.
        if (answer === undefined) stdout.write('\n');
      }
    },
    close() {
      stopListening();
      lines.close();
    },
  };
}

function withoutControls(line: string): string {
  return line
    .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '')
    .replace(/\p{C}/gu, '')
    .trim();
}

/** Some input methods send a letter as the jamo of decomposed text, U+1107 for ㅂ. */
const letterOfJamo = new Map(
  Array.from(
    'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ',
    (letter) => [letter.normalize('NFKD'), letter],
  ),
);

function composeHangul(text: string): string {
  return Array.from(text.normalize('NFC'), (one) => letterOfJamo.get(one) ?? one).join('');
}

/** Korean input methods have a full-width mode, in which 1 arrives as １. */
function fullWidthToAscii(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) - 0xfee0),
  );
}

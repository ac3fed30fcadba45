import { emitKeypressEvents, type Key } from 'node:readline';
import type { Context } from '../context.ts';
import { Interrupted } from '../errors.ts';
import { Inbox } from './inbox.ts';
import { openLines } from './lines.ts';
import { mixPastes, Pasting, tellPastes } from './pasting.ts';
import { PromptLine } from './prompt-line.ts';
import { composeHangul, fullWidthToAscii, toLatin } from './typed.ts';

/**
 * A learner's answers: single keys where the terminal can give them, whole
 * lines with `--plain`. Both arrive in the same shape, so that the player does
 * not know which of the two it is reading.
 */
export interface Replies {
  /**
   * Shows a prompt and waits for one key, or one line. What it says comes in Latin letters: on a
   * Korean layout `n` types ㅜ; `n` and then `p` even arrive as one composed letter, ㅞ. Enter and
   * the space bar are the empty answer.
   *
   * @param until ends the question; `undefined` is then the answer
   * @param onPaste is told of pasted text, which is no answer; of a line, with `--plain`, it is not
   * @returns undefined once there will be no more answers (Ctrl-D, a closed input)
   * @throws Interrupted on Ctrl-C and its relatives
   */
  ask(
    prompt: Prompt,
    until?: AbortSignal,
    onPaste?: (text: string) => void,
  ): Promise<string | undefined>;
  /** Prints above the prompt that is being shown, which is then shown anew, as it is by now. */
  above(print: () => void): void;
  /** What the prompt that is being shown says may have changed. */
  renew(): void;
  /**
   * Shows a prompt behind which something longer is written, and ended with Enter.
   *
   * @returns undefined and throws as `ask`
   */
  compose(prompt: Prompt, entry: Entry): Promise<Composed | undefined>;
  /**
   * Does something that takes a while. What is typed meanwhile is forgotten; Ctrl-C aborts the
   * signal, and is thrown once the work has ended.
   */
  during<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Gives the keyboard back as it was found. Safe to call twice. */
  close(): void;
}

/**
 * A prompt for the window as it is now.
 *
 * @param reserved columns that are needed behind it
 */
export type Prompt = (reserved: number) => string;

/** How something is written behind a prompt. */
export interface Entry {
  /** Keys that are an answer of their own, unless `type` takes them as part of what is written. */
  readonly hotkeys: string;
  /**
   * What a key makes of what has been written so far; undefined where it has no meaning in it.
   *
   * @param typed one character, Hangul as it was typed
   */
  type(written: string, typed: string): string | undefined;
}

/** A key that is an answer of its own, or what was written. */
export type Composed = { readonly key: string } | { readonly written: string };

type Use = Pick<Context, 'host' | 'terminal'>;

/** Reads nothing until something is asked; `close` must be called on every way out. */
export function openReplies(context: Use): Replies {
  const { terminal } = context;
  const canReadKeys = typeof terminal.streams.stdin.setRawMode === 'function';
  return terminal.plain || !canReadKeys ? openLines(context) : openKeys(context);
}

/** A press of a key that means something. */
type Press =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  /** `composing`: it may have ended the composition of a Hangul letter, and nothing else. */
  | { readonly kind: 'enter'; readonly composing: boolean }
  | { readonly kind: 'erase' }
  | { readonly kind: 'clear' };

/** An Enter this soon after a Hangul letter is the one that ended its composition. */
const compositionEnter = 50;

/** Events after which a keyboard says nothing more. */
const endings = ['end', 'close', 'error'] as const;

function openKeys({ host, terminal }: Use): Replies {
  const { stdin, stdout } = terminal.streams;
  const inbox = new Inbox<Press>();
  const promptLine = new PromptLine(terminal);
  const pasting = new Pasting();
  let composedAt = Number.NEGATIVE_INFINITY;

  const onKey = (typed: string | undefined, key: Key) => {
    const { name, ctrl, meta } = key;
    if (ctrl && name === 'c') return inbox.end(new Interrupted());
    const pasted = pasting.take(typed, key);
    if (pasted === 'more') return;
    if (pasted !== 'typed') {
      // One character alone comes from a voice or a picture of a keyboard.
      const kind = Array.from(pasted.text).length === 1 ? 'text' : 'paste';
      inbox.put({ kind, text: pasted.text });
    } else if (ctrl && name === 'd') inbox.end();
    else if (ctrl && name === 'z') suspend();
    else if ((ctrl && name === 'u') || name === 'escape') inbox.put({ kind: 'clear' });
    else if (name === 'backspace') inbox.put({ kind: 'erase' });
    else if (ctrl || meta) return;
    else if (name === 'return' || name === 'enter') {
      const composing = host.clock.elapsed() - composedAt <= compositionEnter;
      inbox.put({ kind: 'enter', composing });
    } else if (name === 'space') inbox.put({ kind: 'text', text: ' ' });
    // Arrows, function keys and pasted control characters are nothing that was asked for.
    else if (typed !== undefined && /^[^\p{C}\p{Z}]+$/u.test(typed)) {
      if (/[^\p{ASCII}]/u.test(typed)) composedAt = host.clock.elapsed();
      for (const text of composeHangul(fullWidthToAscii(typed))) inbox.put({ kind: 'text', text });
    }
  };
  const onEnd = () => inbox.end();
  const onResize = () => promptLine.fit();
  const takeKeyboard = () => {
    stdin.setRawMode(true);
    if (terminal.animated) stdout.write(tellPastes);
  };
  const giveKeyboardBack = () => {
    if (terminal.animated) stdout.write(mixPastes);
    stdin.setRawMode(false);
  };
  const suspend = () => {
    promptLine.leave();
    giveKeyboardBack();
    host.job.suspend();
    // Where no shell looks after the job, it is not stopped, and nothing tells that it goes on.
    onResumed();
  };
  const onResumed = () => {
    // The shell has had the terminal since, and left it in its own state; this one only looks raw.
    stdin.setRawMode(false);
    takeKeyboard();
    promptLine.showAgain();
  };

  emitKeypressEvents(stdin);
  stdin.on('keypress', onKey);
  for (const event of endings) stdin.on(event, onEnd);
  stdout.on('resize', onResize);
  const stopListening = host.interrupts.listen(() => inbox.end(new Interrupted()));
  const stopWatching = host.job.onResumed(onResumed);
  takeKeyboard();
  stdin.resume();

  /** The Latin letter of a press; more of them wait for the next question. */
  const letterOf = async (text: string): Promise<string> => {
    const letters = await toLatin(text);
    // Hangul that is no keys in a row is something else that somebody began to write.
    if (letters.length > 1 && !/^[npsqhwrvy]+$/.test(letters)) return '';
    const [first = '', ...rest] = letters;
    inbox.putBack(rest.map((letter) => ({ kind: 'text', text: letter })));
    return first;
  };

  return {
    async ask(prompt, until, onPaste) {
      promptLine.show(prompt, '');
      try {
        for (;;) {
          const press = await inbox.take(until);
          if (press === undefined) return undefined;
          if (press.kind === 'enter' && !press.composing) return '';
          if (press.kind === 'paste') onPaste?.(press.text);
          if (press.kind !== 'text') continue;
          if (press.text === ' ') return '';
          const letter = await letterOf(press.text);
          if (letter !== '') return letter;
        }
      } finally {
        promptLine.end();
      }
    },
    async compose(prompt, { hotkeys, type }) {
      let written = '';
      promptLine.show(prompt, written);
      try {
        for (;;) {
          const press = await inbox.take();
          if (press === undefined) return undefined;
          if (press.kind === 'enter') return { written };
          if (press.kind === 'clear') written = '';
          else if (press.kind === 'erase') written = withoutLast(written);
          else if (press.kind === 'paste') {
            for (const one of press.text) written = type(written, one) ?? written;
          } else {
            const longer = type(written, press.text);
            if (longer === undefined) {
              const letter = await letterOf(press.text);
              if (hotkeys.includes(letter) && letter !== '') return { key: letter };
            }
            written = longer ?? written;
          }
          promptLine.show(prompt, written);
        }
      } finally {
        promptLine.end();
      }
    },
    above(print) {
      promptLine.leave();
      print();
      promptLine.showAgain();
    },
    renew: () => promptLine.renew(),
    during: (work) => inbox.during(work),
    close() {
      // A terminal that has gone away answers this with an error event, so still listen.
      giveKeyboardBack();
      stdin.pause();
      stdin.off('keypress', onKey);
      for (const event of endings) stdin.off(event, onEnd);
      stdout.off('resize', onResize);
      stopListening();
      stopWatching();
    },
  };
}

/** Without its last character, and the space that separated it. */
function withoutLast(text: string): string {
  const parts = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  return parts.slice(0, -1).join('').trimEnd();
}

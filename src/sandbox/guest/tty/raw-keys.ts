import { StringDecoder } from 'node:string_decoder';
import type { Keys } from '../kernel/programs.ts';

/** What a program with a screen of its own is given: keys as they are pressed, and the window. */
export class RawKeys implements Keys {
  readonly #decoder = new StringDecoder('utf8');
  readonly #write: (text: string) => void;
  readonly #window: () => { columns: number; rows: number };
  readonly #closed: () => void;
  #waiting: string[] = [];
  #wake: (() => void) | undefined;
  #open = true;

  /**
   * @param write to the client, as it is
   * @param closed the terminal's line editing has its keys back
   */
  constructor(
    write: (text: string) => void,
    window: () => { columns: number; rows: number },
    closed: () => void,
  ) {
    this.#write = write;
    this.#window = window;
    this.#closed = closed;
  }

  push(bytes: Uint8Array): void {
    const text = this.#decoder.write(Buffer.from(bytes));
    const room = MOST_KEYS - this.#waiting.length;
    if (room > 0) this.#waiting.push(...keysOf(text).slice(0, room));
    this.#wake?.();
  }

  resized(): void {
    this.#waiting.push('resize');
    this.#wake?.();
  }

  get window(): { columns: number; rows: number } {
    return this.#window();
  }

  draw(text: string): void {
    if (this.#open) this.#write(text);
  }

  async next(signal: AbortSignal, timeoutMs?: number): Promise<string | undefined> {
    if (this.#waiting.length === 0 && this.#open && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(done, timeoutMs);
        const stop = done;
        signal.addEventListener('abort', stop, { once: true });
        this.#wake = done;
        function done() {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          resolve();
        }
      });
      this.#wake = undefined;
    }
    if (!this.#open || signal.aborted) return undefined;
    return this.#waiting.shift() ?? 'timeout';
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#wake?.();
    this.#closed();
  }
}

const MOST_KEYS = 65_536;

/** One key each: a character, a control character, or a name for an escape sequence. */
function keysOf(text: string): string[] {
  const keys: string[] = [];
  for (const [found] of text.matchAll(/\x1b\[[0-9;?]*[A-Za-z~]|\x1bO[A-Za-z]|\x1b|[\s\S]/gu)) {
    if (found.length > 1 && found.startsWith('\x1b')) {
      const name = SEQUENCES[found.replace(/^\x1bO/, '\x1b[')];
      if (name !== undefined) keys.push(name);
    } else keys.push(found);
  }
  return keys;
}

/** As xterm sends them, in both of its modes. */
const SEQUENCES: Readonly<Record<string, string>> = {
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1b[H': 'home',
  '\x1b[F': 'end',
  '\x1b[1~': 'home',
  '\x1b[4~': 'end',
  '\x1b[3~': 'delete',
  '\x1b[5~': 'page-up',
  '\x1b[6~': 'page-down',
};

import { createInterface, type Interface } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import type { Keys } from '../kernel/programs.ts';
import type { Input } from '../shell/runtime.ts';
import { RawKeys } from './raw-keys.ts';

export interface TerminalOptions {
  columns: number;
  rows: number;
  /** To the client. */
  write(bytes: Uint8Array): void;
  /** Ctrl-C while something runs. */
  interrupt(signal: 'INT' | 'QUIT'): void;
  /** What Tab offers. */
  complete(line: string): [string[], string];
}

/**
 * A terminal: the kernel's line discipline and readline of bash in one. While a line is asked
 * for, node:readline edits it (arrows, history, Ctrl-A/E/K/U/W/L, wide characters); otherwise
 * keys are kept for the next line, all but Ctrl-C and Ctrl-\.
 */
export class Terminal implements Input {
  columns: number;
  rows: number;
  readonly #options: TerminalOptions;
  readonly #keys = new PassThrough();
  readonly #screen: Writable & { columns?: number; rows?: number };
  readonly #readline: Interface & { history?: string[] };
  #waiting: ((line: string | undefined) => void) | undefined;
  #ahead: Buffer[] = [];
  #hidden = false;
  #partial = '';
  #completes = false;
  #closed = false;
  #sought: { text: string; skip: number } | undefined;
  #found: string | undefined;
  /** While a program draws its own screen. */
  #raw: RawKeys | undefined;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.columns = options.columns;
    this.rows = options.rows;
    this.#screen = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#hidden) options.write(crlf(chunk));
        done();
      },
    });
    Object.assign(this.#screen, { columns: options.columns, rows: options.rows });
    this.#readline = createInterface({
      input: this.#keys,
      output: this.#screen,
      terminal: true,
      historySize: 1000,
      removeHistoryDuplicates: false,
      escapeCodeTimeout: 50,
      completer: (line: string) => (this.#completes ? options.complete(line) : [[], line]),
    }) as Interface & { history?: string[] };
    this.#readline.on('line', (line) => this.#answer(line));
    this.#readline.on('SIGINT', () => this.#abandon());
    // Ctrl-Z: jobs cannot be stopped here; without a listener node would stop itself.
    this.#readline.on('SIGTSTP', () => {});
    this.#readline.on('close', () => {
      this.#closed = true;
      this.#answer(undefined);
    });
  }

  /** Keys from the client. */
  feed(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (this.#raw) {
      this.#raw.push(bytes);
      return;
    }
    // A key at a time where it matters: after Return, what follows belongs to the next question.
    for (const byte of pieces(bytes)) {
      if (this.#waiting) this.#give(byte);
      else this.#keep(byte);
    }
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    Object.assign(this.#screen, { columns, rows });
    this.#screen.emit('resize');
    this.#raw?.resized();
  }

  /** What programs print: the beginning of a line that is not at its end is part of a prompt. */
  print(bytes: Uint8Array): Uint8Array {
    const shown = crlf(bytes);
    const text = Buffer.from(bytes).toString('utf8');
    const cut = text.lastIndexOf('\n') + 1;
    const rest = cut > 0 ? text.slice(cut) : this.#partial + text;
    this.#partial = rest.length < 2000 && !/[\x00-\x1a\x1c-\x1f]/.test(rest) ? rest : '';
    return shown;
  }

  close(): void {
    this.#raw?.close();
    this.#readline.close();
  }

  /** Keys that were pressed before go to the program that asks now. */
  openKeys(): Keys {
    const before = this.#raw;
    const raw = new RawKeys(
      (text) => this.#options.write(Buffer.from(text, 'utf8')),
      () => ({ columns: this.columns, rows: this.rows }),
      () => {
        if (this.#raw === raw) this.#raw = before;
      },
    );
    this.#raw = raw;
    for (const piece of this.#ahead.splice(0)) raw.push(piece);
    return raw;
  }

  /** A line for the shell, with history and completion; `null` after Ctrl-C, undefined at the end. */
  async prompt(text: string, history: string[]): Promise<string | null | undefined> {
    this.#completes = true;
    if (this.#readline.history) {
      this.#readline.history.splice(0, Infinity, ...history.toReversed().slice(0, 1000));
    }
    const line = await this.#question(text, undefined);
    this.#completes = false;
    return line === '\x03' ? null : line;
  }

  async ask(prompt: string, echo: boolean, signal: AbortSignal): Promise<string | undefined> {
    if (!echo) {
      this.#options.write(crlf(Buffer.from(prompt)));
      this.#hidden = true;
    }
    try {
      const kept = [...(this.#readline.history ?? [])];
      const line = await this.#question(echo ? prompt : '', signal);
      this.#readline.history?.splice(0, Infinity, ...kept);
      return line === '\x03' ? undefined : line;
    } finally {
      this.#hidden = false;
      if (!echo) this.#options.write(Buffer.from('\r\n'));
    }
  }

  async readLine(signal: AbortSignal): Promise<string | undefined> {
    const line = await this.ask('', true, signal);
    return line === undefined ? undefined : `${line}\n`;
  }

  async readAll(signal: AbortSignal): Promise<Uint8Array> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.readLine(signal);
      if (line === undefined) return Buffer.from(lines.join(''), 'utf8');
      lines.push(line);
    }
  }

  #question(text: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    if (this.#closed || signal?.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const stop = () => this.#answer(undefined);
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiting = (line) => {
        signal?.removeEventListener('abort', stop);
        resolve(line);
      };
      // Only the last line of a prompt is edited under.
      const cut = text.lastIndexOf('\n') + 1;
      if (cut > 0) this.#options.write(crlf(Buffer.from(text.slice(0, cut))));
      // node goes to the beginning of the line and writes it again.
      this.#readline.setPrompt((cut > 0 ? '' : this.#partial) + text.slice(cut));
      this.#partial = '';
      this.#readline.prompt();
      const ahead = this.#ahead;
      this.#ahead = [];
      for (const piece of ahead) this.feed(piece);
    });
  }

  #give(piece: Buffer): void {
    if (this.#search(piece)) return;
    // Ctrl-D at the beginning of a line is the end of input; node would close for good.
    if (piece.length === 1 && piece[0] === 4 && this.#readline.line === '') {
      this.#answer(undefined);
      return;
    }
    // At once, not in a later turn as a stream would: what follows may belong to a program.
    this.#keys.emit('data', piece);
  }

  /** Ctrl-R, as readline of bash has it: the newest line of the history that holds what is typed. */
  #search(piece: Buffer): boolean {
    const key = piece.toString('utf8');
    const { history = [] } = this.#readline;
    if (this.#sought === undefined) {
      if (key !== '\x12' || !this.#completes) return false;
      this.#sought = { text: '', skip: 0 };
    } else if (key === '\x12') this.#sought.skip += 1;
    else if (key === '\x7f' || key === '\b') {
      this.#sought = { text: [...this.#sought.text].slice(0, -1).join(''), skip: 0 };
    } else if (/^[^\x00-\x1f\x7f]+$/.test(key)) {
      this.#sought = { text: this.#sought.text + key, skip: 0 };
    } else {
      // Any other key ends the search and then does what it does; Ctrl-G brings nothing back.
      const line = key === '\x07' || key === '\x03' ? '' : (this.#found ?? '');
      this.#sought = undefined;
      this.#found = undefined;
      Object.assign(this.#readline, { line, cursor: line.length });
      this.#options.write(Buffer.from('\r\x1b[K'));
      this.#readline.prompt(true);
      return key === '\x07' || key === '\x1b';
    }
    const { text, skip } = this.#sought;
    const matches = text === '' ? [] : history.filter((one) => one.includes(text));
    this.#sought.skip = Math.min(skip, Math.max(0, matches.length - 1));
    this.#found = matches[this.#sought.skip];
    const failed = text !== '' && this.#found === undefined ? 'failed ' : '';
    const shown = `(${failed}reverse-i-search)\`${text}': ${this.#found ?? ''}`;
    const most = Math.max(20, this.columns - 1);
    this.#options.write(Buffer.from(`\r\x1b[K${shown.replaceAll('\n', ' ').slice(0, most)}`));
    return true;
  }

  #keep(piece: Buffer): void {
    if (piece[0] === 3 || piece[0] === 28) {
      this.#ahead = [];
      this.#options.write(Buffer.from(piece[0] === 3 ? '^C\r\n' : '^\\\r\n'));
      this.#options.interrupt(piece[0] === 3 ? 'INT' : 'QUIT');
    } else if (piece[0] === 26) this.#options.write(Buffer.from(NO_STOPPING));
    else if (this.#ahead.length < 65_536) this.#ahead.push(piece);
  }

  #abandon(): void {
    if (!this.#waiting) return;
    this.#options.write(Buffer.from('^C\r\n'));
    Object.assign(this.#readline, { line: '', cursor: 0 });
    this.#answer('\x03');
    this.#options.interrupt('INT');
  }

  #answer(line: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(line);
  }
}

/** Ctrl-Z while something runs. */
const NO_STOPPING =
  '^Z\r\nbash: nothing can be stopped and continued on this machine: end it with Ctrl-C, and start it with & at its end to go on typing meanwhile\r\n';

/** A terminal goes to the beginning of the line only when it is told so. */
export function crlf(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  if (!text.includes('\n')) return bytes;
  return Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'latin1');
}

/** Return, line feed, Ctrl-C, Ctrl-D, Ctrl-R, Ctrl-Z, Ctrl-\\. */
const ALONE = new Set([13, 10, 3, 4, 18, 26, 28]);

/** Control keys alone, all between them together: escape sequences and characters stay whole. */
function pieces(bytes: Uint8Array): Buffer[] {
  const found: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (!ALONE.has(byte)) continue;
    if (at > from) found.push(Buffer.from(bytes.subarray(from, at)));
    found.push(Buffer.from(bytes.subarray(at, at + 1)));
    from = at + 1;
  }
  if (from < bytes.length) found.push(Buffer.from(bytes.subarray(from)));
  return found;
}

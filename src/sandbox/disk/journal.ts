import { appendFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Records on disk, a line of JSON each, for what is worth keeping but not worth waiting for:
 * `append` returns at once, and what a quarter of a second has brought is written in one go,
 * without an fsync. What is not written yet when the process is killed is lost; what is cut off
 * by a crash is the last line, which is left out when it is read.
 *
 * It never takes more than twice `maxBytes`: a file that has reached them becomes the one
 * before, whose predecessor goes.
 */
export class Journal<Value extends object> {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #log: (line: string) => void;
  #waiting: Value[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Writes, one after the other. */
  #work: Promise<void> = Promise.resolve();
  /** Of the current file; unknown until it is first written to. */
  #bytes: number | undefined;
  #failed = false;

  /**
   * @param directory of its own; made when there is something to write
   * @param log is told when it begins to fail
   */
  constructor(directory: string, log: (line: string) => void, maxBytes = 4 * 1024 * 1024) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
    this.#log = log;
  }

  /** Takes a record, which must not change any more. */
  append(value: Value): void {
    this.#waiting.push(value);
    if (this.#waiting.length >= MANY) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), PAUSE).unref();
  }

  /** Everything that was appended and is not rotated away, the oldest first. */
  async read(): Promise<Value[]> {
    this.#flush();
    await this.#work;
    const files = await Promise.all(
      [this.#before, this.#current].map((path) => readFile(path, 'utf8').catch(() => '')),
    );
    return files.flatMap((text) => text.split('\n').flatMap((line) => parsed<Value>(line)));
  }

  /** Removes everything, what waits to be written included. */
  async clear(): Promise<void> {
    this.#waiting = [];
    this.#flush();
    await this.#then(async () => {
      await rm(this.#directory, { recursive: true, force: true });
      this.#bytes = undefined;
    });
  }

  /** Resolves once everything is written. */
  async close(): Promise<void> {
    this.#flush();
    await this.#work;
  }

  get #current(): string {
    return join(this.#directory, 'current.jsonl');
  }

  get #before(): string {
    return join(this.#directory, 'before.jsonl');
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const values = this.#waiting;
    if (values.length === 0) return;
    this.#waiting = [];
    void this.#then(async () => {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
      await this.#write(text);
    });
  }

  async #write(text: string): Promise<void> {
    if (this.#bytes === undefined) {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      this.#bytes = await stat(this.#current).then(
        ({ size }) => size,
        () => 0,
      );
      // A line that a crash has cut off must not spoil the next one.
      if (this.#bytes > 0) text = `\n${text}`;
    }
    await appendFile(this.#current, text, { mode: 0o600 });
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes < this.#maxBytes) return;
    await rename(this.#current, this.#before);
    this.#bytes = 0;
  }

  /** Does something after all that was to be done; a failure is told once, and stops nothing. */
  #then(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).then(
      () => {
        this.#failed = false;
      },
      (error: Error) => {
        // Half a line may be there: the next one begins with a line end.
        this.#bytes = undefined;
        if (!this.#failed) this.#log(`the journal ${this.#directory} fails: ${error.message}`);
        this.#failed = true;
      },
    );
    return this.#work;
  }
}

/** Milliseconds in which records gather before they are written. */
const PAUSE = 250;
/** So many are written at once. */
const MANY = 1000;

function parsed<Value>(line: string): Value[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as Value];
  } catch {
    return [];
  }
}

/**
 * A small file that several processes change at once, kept as numbered
 * versions: `41.json`, `42.json`. The highest number counts. Whoever changes
 * something reads the highest, and links a whole, flushed file under the next
 * number, which only one process can do; the others find the name taken, read
 * what is there now, and change that. So nobody waits for a lock, nobody can die
 * holding one, and a crash at any moment leaves the old version or the new.
 *
 * A slow process may link a number that was used and cleared away meanwhile. So
 * whoever finds a higher number beside the own one cannot know whether that was
 * built upon it, and makes the change again: a change must be the same when it
 * is made twice. The highest is never cleared away, so that a number alone
 * stands at the top only where it follows from all before it.
 *
 * The versions before the newest are what is left where the newest is damaged.
 */
import {
  constants,
  copyFileSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { createFileAtomically, draftPrefix } from '../../atomic-file.ts';

export interface Version {
  readonly number: number;
  readonly text: string;
}

/** Versions that are kept behind the newest. */
const spare = 2;

/** A draft that was not touched for so long belongs to a process that died, in milliseconds. */
const abandoned = 3_600_000;

export class Versions {
  constructor(private readonly folder: string) {}

  /** All that there are, the newest first; each is read when it is asked for. */
  *newestFirst(): Generator<Version> {
    let seen = Number.POSITIVE_INFINITY;
    // A version that vanishes before it is read was cleared away: there are newer ones.
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const number = this.numbers().find((one) => one < seen);
      if (number === undefined) return;
      const text = this.read(number);
      if (text === undefined) continue;
      yield { number, text };
      seen = number;
    }
  }

  /** The number that the next version has: one that was never used. */
  next(): number {
    return Math.max(0, ...this.names().map(numberUsedIn)) + 1;
  }

  /**
   * @param number from `next()`, asked before the newest version was read
   * @returns true where it is certain that what is the newest from now on follows from it
   */
  add(number: number, text: string): boolean {
    const path = this.pathOf(number);
    if (!createFileAtomically(path, text)) return false;
    const numbers = this.numbers();
    this.clear(numbers);
    return numbers[0] === number;
  }

  /** Moves a version out of the way, and never over another file. Returns where it is now. */
  setAside(number: number): string {
    const aside = join(this.folder, `damaged-${number}.json`);
    try {
      renameSync(this.pathOf(number), aside);
    } catch (error) {
      // Another process has done it, or nobody may write here: then it stays, and is passed over.
      const { code } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' ? aside : this.pathOf(number);
    }
    return aside;
  }

  /** Where the versions are that were set aside, the oldest first. */
  setAsideBefore(): string[] {
    return this.names()
      .filter((name) => /^damaged-\d+\.json$/.test(name))
      .toSorted((one, other) => numberUsedIn(one) - numberUsedIn(other))
      .map((name) => join(this.folder, name));
  }

  /** Copies a version to a name under which it stays. Returns the path; an older copy is left as it is. */
  backUp(number: number, name: string): string {
    const path = this.backUpPath(number, name);
    try {
      copyFileSync(this.pathOf(number), path, constants.COPYFILE_EXCL);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return path;
  }

  backUpPath(number: number, name: string): string {
    return join(this.folder, `${name}-${number}.json`);
  }

  private clear(numbers: readonly number[]): void {
    const [newest = 0] = numbers;
    try {
      for (const number of numbers) {
        if (number < newest - spare) rmSync(this.pathOf(number), { force: true });
      }
      const now = statSync(this.pathOf(newest)).mtimeMs;
      for (const name of this.names().filter((one) => one.startsWith(draftPrefix))) {
        const path = join(this.folder, name);
        const left = statSync(path, { throwIfNoEntry: false });
        if (left !== undefined && now - left.mtimeMs > abandoned) rmSync(path, { force: true });
      }
    } catch {
      // What is open elsewhere cannot be removed on Windows; the next one tries again.
    }
  }

  /** Undefined where it was cleared away; nothing at all where no file lies under the name. */
  private read(number: number): string | undefined {
    const path = this.pathOf(number);
    const there = statSync(path, { throwIfNoEntry: false });
    if (there === undefined) {
      return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? '' : undefined;
    }
    // A directory cannot be read, and a pipe would be read for ever.
    if (!there.isFile()) return '';
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Descending. */
  private numbers(): number[] {
    return this.names()
      .flatMap((name) => /^([1-9]\d{0,14})\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((one, other) => other - one);
  }

  private names(): string[] {
    try {
      return readdirSync(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  private pathOf(number: number): string {
    return join(this.folder, `${number}.json`);
  }
}

/** Names of more digits are not ours: numbers so large cannot be counted up. */
function numberUsedIn(name: string): number {
  return Number(/^(?:damaged-)?([1-9]\d{0,14})\.json$/.exec(name)?.[1] ?? 0);
}

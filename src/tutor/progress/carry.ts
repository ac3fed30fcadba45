/** Progress to a file and back, and away. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeFileAtomically } from '../../atomic-file.ts';
import type { Context } from '../../context.ts';
import { reasonOf, type TransferTrouble, UserError } from '../../errors.ts';
import { emptyProgress, type Progress } from './format.ts';
import { openStore } from './keep.ts';
import { merge } from './merge.ts';
import { unwritable } from './store.ts';
import { claimsToBeTransfer, fromTransfer, toTransfer } from './transfer.ts';

/** Some thousand times what a diligent year makes. */
const largest = 20_000_000;

/** What an error calls it. */
const stdin = 'stdin';

/** What a file has brought, as numbers. */
export interface Added {
  readonly sections: number;
  readonly answers: number;
  readonly missions: number;
  readonly days: number;
}

/** The text of an export. */
export function exportText(context: Context): string {
  return toTransfer(openStore(context).read(), context.host.clock.now());
}

/**
 * Writes an export to a file; an older export there is replaced, anything else is not.
 *
 * @returns the whole path
 * @throws UserError `export-exists`, `transfer-unusable`, and as reading progress
 */
export function exportToFile(context: Context, file: string): string {
  const path = resolve(context.host.cwd, file);
  const text = exportText(context);
  try {
    const there = readIfThere(path);
    if (there !== undefined && !claimsToBeTransfer(there))
      throw new UserError('export-exists', { path });
    writeFileAtomically(path, text);
  } catch (error) {
    throw error instanceof UserError ? error : trouble(path, 'unwritable', error);
  }
  return path;
}

function readIfThere(path: string): Uint8Array | undefined {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return undefined;
  // A device such as /dev/full could be read for ever.
  if (!there.isFile() || there.size > largest) throw new UserError('export-exists', { path });
  return readFileSync(path);
}

/**
 * Merges an exported file with what is kept here.
 *
 * @param file `-` for stdin
 * @returns what was new here, and where the progress stands as it was before
 * @throws UserError `transfer-unusable`, `progress-newer`, `progress-unwritable`; nothing is changed then
 */
export async function importFrom(
  context: Context,
  file: string,
): Promise<{ added: Added; before: string | undefined }> {
  const { host } = context;
  const path = file === '-' ? stdin : resolve(host.cwd, file);
  const bytes = file === '-' ? await readStdin(context) : readFile(path);
  const incoming = fromTransfer(bytes, path);
  const store = openStore(context);
  const known = store.read();
  const added = difference(known, merge(known, incoming));
  const isNew = Object.values(added).some((number) => number > 0);
  const before = isNew ? store.backUp('before-import') : undefined;
  store.update((progress) => merge(progress, incoming));
  return { added, before };
}

function readFile(path: string): Uint8Array {
  try {
    const bytes = readUpTo(path, largest);
    if (bytes === undefined) throw trouble(path, 'too-large');
    return bytes;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw isMissing ? trouble(path, 'missing') : trouble(path, 'unreadable', error);
  }
}

/** A whole file, or what comes out of a pipe or a device; undefined where that is more than so many bytes. */
function readUpTo(path: string, most: number): Uint8Array | undefined {
  const file = openSync(path, 'r');
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const chunk = Buffer.alloc(1 << 20);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks);
      size += read;
      if (size > most) return undefined;
      chunks.push(chunk.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}

async function readStdin({ terminal }: Context): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of terminal.streams.stdin as AsyncIterable<Uint8Array | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > largest) throw trouble(stdin, 'too-large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function difference(before: Progress, after: Progress): Added {
  const [one, other] = [count(before), count(after)];
  return {
    sections: other.sections - one.sections,
    answers: other.answers - one.answers,
    missions: other.missions - one.missions,
    days: other.days - one.days,
  };
}

function count({ lessons, missions, days }: Progress): Added {
  const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);
  const all = Object.values(lessons);
  return {
    sections: sum(all.map(({ sections }) => Object.keys(sections).length)),
    answers: sum(all.flatMap(({ attempts }) => Object.values(attempts).map((one) => one.length))),
    missions: sum(Object.values(missions).map((times) => times.length)),
    days: days.length,
  };
}

/** What `reset` would forget, and where a copy of it goes; undefined where nothing is kept. */
export function whatToForget(context: Context): { progress: Progress; path: string } | undefined {
  return openStore(context).readFor('before-reset');
}

/**
 * Forgets everything, after an export of it was written.
 *
 * @throws UserError `progress-unwritable`; nothing is forgotten then
 */
export function forget(context: Context, known: { progress: Progress; path: string }): void {
  const { host, home } = context;
  try {
    writeFileAtomically(known.path, toTransfer(known.progress, host.clock.now()));
  } catch (error) {
    throw unwritable(home, error);
  }
  openStore(context).update(emptyProgress);
}

function trouble(path: string, why: TransferTrouble, cause?: unknown): UserError {
  const reason = cause === undefined ? undefined : reasonOf(cause);
  return new UserError('transfer-unusable', { path, why, reason }, { cause });
}

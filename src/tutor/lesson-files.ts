import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Section } from '../content/compiled.ts';
import { UserError } from '../errors.ts';

/**
 * Writes the files that a lesson asks its reader to save, so that nobody has to copy a program out
 * of a terminal, where it stands indented. All of them or none: a file of that name with
 * something else in it is the reader's own, and is left alone.
 *
 * @param folder where the reader stands
 * @returns the names that now hold what the lesson says
 * @throws UserError `lesson-file-differs`, `lesson-file-unwritable`
 */
export function writeLessonFiles(folder: string, sections: readonly Section[]): string[] {
  const files = sections
    .flatMap(({ blocks }) => blocks)
    .flatMap((block) =>
      block.kind === 'file' ? [{ name: block.name, text: `${block.text}\n` }] : [],
    );
  for (const { name, text } of files) {
    const there = read(join(folder, name));
    if (there !== undefined && there !== text) throw new UserError('lesson-file-differs', { name });
  }
  for (const { name, text } of files) write(join(folder, name), text);
  return [...new Set(files.map(({ name }) => name))];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unwritable(path, error);
  }
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

const unwritable = (path: string, error: unknown) =>
  new UserError('lesson-file-unwritable', { path, reason: (error as Error).message });

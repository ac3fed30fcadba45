import { createHash } from 'node:crypto';
import type { Sources } from './compile.ts';
import { translationRecord } from './schema.ts';
import { readYaml } from './yaml.ts';

/** A piece of text that is translated as a whole: a section, a question, a term. */
export interface Part {
  /** The same in both languages: `section why`, `question nightly-archive`. */
  readonly id: string;
  readonly line: number;
  /** As the author wrote it, before the facts are in it. */
  readonly text: string;
}

/** Where a folder keeps for which English text each Korean part was written. */
export const translationFile = 'translation.yaml';

/** What identifies an English text; spaces and line breaks do not matter. */
function hashOf(text: string): string {
  return createHash('sha256').update(text.replace(/\s+/g, ' ').trim()).digest('hex').slice(0, 12);
}

/** The record for a folder whose Korean is up to date. */
export function makeTranslationRecord(english: readonly Part[]): string {
  const head =
    '# For which English text each Korean part was written; made by cloudlab author accept.\n';
  // In quotes: a hash of digits alone would be read as a number.
  return head + english.map(({ id, text }) => `${id}: "${hashOf(text)}"\n`).join('');
}

/**
 * Names every Korean part whose English has changed since the translation was
 * accepted. Stale is not broken: a build goes on, `author check` and the tests do not.
 *
 * @param file where the Korean part of an id stands
 */
export function checkTranslation(
  sources: Sources,
  folder: string,
  english: readonly Part[],
  korean: readonly (Part & { readonly file: string })[],
): void {
  const path = `${folder}/${translationFile}`;
  const known = sources.list(folder).includes(translationFile)
    ? readYaml(sources.read(path) ?? '', 1, translationRecord, sources.problems.of(path))?.value
    : {};
  for (const { id, text } of english) {
    const now = hashOf(text);
    const accepted = known?.[id];
    if (accepted === now) continue;
    const there = korean.find((part) => part.id === id);
    if (there === undefined) continue;
    sources.unfinished.of(there.file)(
      there.line,
      id,
      `a translation of the English as it is now (${now})`,
      accepted === undefined
        ? 'one that nobody has accepted'
        : `one of an earlier text (${accepted})`,
    );
  }
}

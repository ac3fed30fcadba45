import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
import { makeTranslationRecord, type Part, translationFile } from '../content/translation.ts';

/**
 * Says that the Korean of a folder says what its English says now.
 *
 * @returns the file that says so, relative to the repository
 */
export function writeTranslationRecord(
  root: string,
  folder: string,
  english: readonly Part[],
): string {
  const file = `${folder}/${translationFile}`;
  // Not private: it is committed with the text.
  writeFileAtomically(join(root, file), makeTranslationRecord(english), 0o644);
  return file;
}

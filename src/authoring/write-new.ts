import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { newLesson } from './new-lesson.ts';
import { newMission } from './new-mission.ts';

export type Kind = 'lesson' | 'mission';

/** Lower case, digits and single dashes: as the content's schema has it. */
const goodId = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Makes the folder of a new lesson, after all that exist, or of a new mission. Nothing that exists is touched.
 *
 * @param root the repository
 * @param today for the lesson's `asOf`
 * @returns the folder, relative to the repository, and the names of the files in it
 * @throws UserError `bad-content-id`, `content-exists`
 */
export function writeNew(
  root: string,
  kind: Kind,
  id: string,
  today: Date,
): { readonly folder: string; readonly files: readonly string[] } {
  if (!goodId.test(id)) throw new UserError('bad-content-id', { id });
  const folder = kind === 'lesson' ? lessonFolder(root, id) : `missions/${id}`;
  if (existsSync(join(root, folder))) throw new UserError('content-exists', { folder });
  const files =
    kind === 'lesson' ? newLesson(id, today.toISOString().slice(0, 10)) : newMission(id);
  mkdirSync(join(root, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(root, folder, name), text, { flag: 'wx' });
  }
  return { folder, files: Object.keys(files) };
}

/** The number after the last; where a lesson of this id exists, its folder. */
function lessonFolder(root: string, id: string): string {
  const folders = readdirSync(join(root, 'lessons')).filter((name) => /^\d\d-/.test(name));
  const own = folders.find((name) => name.slice(3) === id);
  const last = Math.max(0, ...folders.map((name) => Number(name.slice(0, 2))));
  return `lessons/${own ?? `${String(last + 1).padStart(2, '0')}-${id}`}`;
}

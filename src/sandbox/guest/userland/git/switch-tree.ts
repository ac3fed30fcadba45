import { joined } from '../../fs/paths.ts';
import { Failure } from '../program.ts';
import { changesBetween } from './compare.ts';
import type { Repository, Versions } from './repository.ts';

/** What somebody would do with the local changes that are in the way. */
const ADVICE = {
  checkout: 'switch branches',
  merge: 'merge',
  stash: 'apply the stash',
} as const;

/**
 * Takes the index and the working tree from one tree to another. Local changes stay where both
 * trees agree; where they do not, nothing happens at all.
 */
export async function switchTree(
  repository: Repository,
  from: Versions,
  to: Versions,
  doing: keyof typeof ADVICE,
): Promise<void> {
  const index = repository.index();
  const files = index.files;
  const changes = changesBetween(from, to, false);
  const dirty: string[] = [];
  const untracked: string[] = [];
  for (const { path } of changes) {
    const own = files.get(path);
    const wanted = to.get(path);
    const full = joined(repository.dir, path);
    const stat = repository.io.fs.exists(full) ? repository.io.fs.lstat(full) : undefined;
    const there =
      stat && stat.type !== 'folder' ? await repository.workVersion(path, stat) : undefined;
    // Who has it already loses nothing.
    if (there?.oid === wanted?.oid && (own === undefined || own.oid === wanted?.oid)) continue;
    if (own?.oid !== from.get(path)?.oid) dirty.push(path);
    else if (own === undefined && there) untracked.push(path);
    else if (own && there && there.oid !== own.oid) dirty.push(path);
  }
  if (dirty.length > 0) {
    throw new Failure(
      `error: Your local changes to the following files would be overwritten by ${doing}:\n${listed(dirty)}Please commit your changes or stash them before you ${ADVICE[doing]}.\nAborting`,
    );
  }
  if (untracked.length > 0) {
    throw new Failure(
      `error: The following untracked working tree files would be overwritten by ${doing}:\n${listed(untracked)}Please move or remove them before you ${ADVICE[doing]}.\nAborting`,
    );
  }
  // What goes makes room for folders of the same name.
  for (const { path } of changes) {
    if (to.has(path)) continue;
    repository.take(path);
    index.remove(path);
  }
  for (const { path } of changes) {
    const version = to.get(path);
    if (version) index.put(await repository.place(path, version));
  }
  await index.save();
}

/** The index and the working tree become a tree, whatever was changed. */
export async function resetTree(repository: Repository, to: Versions): Promise<void> {
  const index = repository.index();
  for (const { path } of index.all()) {
    if (to.has(path)) continue;
    repository.take(path);
    index.remove(path);
  }
  for (const [path, version] of to) index.put(await repository.place(path, version));
  await index.save();
}

function listed(paths: readonly string[]): string {
  return paths.map((path) => `\t${path}\n`).join('');
}

import type { FileStat } from '../../fs/inode.ts';
import { type Change, changesBetween } from './compare.ts';
import type { Index } from './index-file.ts';
import { modeOf, type Repository, type Versions } from './repository.ts';

/** Where the three trees of a repository stand: HEAD's, the index and the working tree. */
export interface State {
  readonly index: Index;
  readonly head: Versions;
  readonly staged: readonly Change[];
  readonly unstaged: readonly Change[];
  /** Paths, folders with `/` at their end. */
  readonly untracked: readonly string[];
  readonly work: ReadonlyMap<string, FileStat>;
}

export async function stateOf(
  repository: Repository,
  options: { untracked?: 'normal' | 'all' | 'no' } = {},
): Promise<State> {
  const index = repository.index();
  const head = await repository.tree(await repository.head());
  const known = knownFolders(index);
  const work = await repository.workFiles(async (folder) => {
    return !known.has(folder) && (await repository.isIgnored(folder));
  });
  const { conflicts } = index;
  const without = new Map([...head].filter(([path]) => !conflicts.has(path)));
  return {
    index,
    head,
    work,
    staged: changesBetween(without, index.files),
    unstaged: await unstagedOf(repository, index, work),
    untracked:
      options.untracked === 'no'
        ? []
        : await untrackedOf(repository, index, work, options.untracked === 'all'),
  };
}

/** What the working tree has otherwise than the index. */
export async function unstagedOf(
  repository: Repository,
  index: Index,
  work: ReadonlyMap<string, FileStat>,
): Promise<Change[]> {
  const found: Change[] = [];
  for (const [path, entry] of index.files) {
    const stat = work.get(path);
    if (!stat) found.push({ path, kind: 'D' });
    else if (modeOf(stat) !== entry.mode) {
      found.push({ path, kind: (modeOf(stat) ^ entry.mode) & 0o020000 ? 'T' : 'M' });
    } // What was not read from the working tree has no size.
    else if (entry.size > 0 && stat.type === 'file' && stat.size !== entry.size)
      found.push({ path, kind: 'M' });
    else if ((await repository.workVersion(path, stat)).oid !== entry.oid) {
      found.push({ path, kind: 'M' });
    }
    await repository.client.turn();
  }
  return found;
}

async function untrackedOf(
  repository: Repository,
  index: Index,
  work: ReadonlyMap<string, FileStat>,
  all: boolean,
): Promise<string[]> {
  const known = knownFolders(index);
  const found = new Set<string>();
  for (const path of work.keys()) {
    if (index.has(path)) continue;
    const folders = path.split('/').slice(0, -1);
    const at = all
      ? -1
      : folders.findIndex((_, to) => !known.has(folders.slice(0, to + 1).join('/')));
    const name = at < 0 ? path : `${folders.slice(0, at + 1).join('/')}/`;
    if (!found.has(name) && !(await repository.isIgnored(path))) found.add(name);
  }
  return [...found].sort();
}

/** The folders that hold files of the index. */
function knownFolders(index: Index): Set<string> {
  const found = new Set<string>();
  for (const { path } of index.all()) {
    const names = path.split('/').slice(0, -1);
    for (const [at] of names.entries()) found.add(names.slice(0, at + 1).join('/'));
  }
  return found;
}

/** The untracked files that are not ignored, and the ignored ones among those that were named. */
export async function newFiles(
  repository: Repository,
  index: Index,
  work: ReadonlyMap<string, FileStat>,
  wanted: (path: string) => boolean,
): Promise<{ fresh: string[]; ignored: string[] }> {
  const fresh: string[] = [];
  const ignored: string[] = [];
  for (const path of work.keys()) {
    if (index.has(path) || !wanted(path)) continue;
    if (await repository.isIgnored(path)) ignored.push(path);
    else fresh.push(path);
  }
  return { fresh, ignored };
}

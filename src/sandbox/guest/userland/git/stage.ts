import { joined } from '../../fs/paths.ts';
import { Failure } from '../program.ts';
import { failed, fatal } from './failure.ts';
import type { Repository, Versions } from './repository.ts';
import { newFiles, unstagedOf } from './state.ts';
import { matcher, matches, pathIn, shown, wordsOf } from './words.ts';

/** What changes the index: add, rm, mv, restore. */

export async function add(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'add',
    args,
    'A,all u,update f,force n,dry-run v,verbose p,patch i,interactive',
  );
  const { io } = repository;
  if (words.has('p') || words.has('i')) {
    throw fatal("adding parts of files by dialogue is not available in this machine's git");
  }
  const typed = [...words.operands, ...(words.paths ?? [])];
  if (typed.length === 0 && !words.has('A') && !words.has('u')) {
    await io.err(
      'Nothing specified, nothing added.\nhint: Maybe you wanted to say \'git add .\'?\nhint: Turn this message off by running\nhint: "git config advice.addEmptyPathspec false"\n',
    );
    return 0;
  }
  const index = repository.index();
  const work = await repository.workFiles();
  const everywhere = typed.length === 0;
  const wanted = everywhere ? () => true : matcher(repository, typed);
  for (const one of typed) {
    const path = pathIn(repository, one);
    const known =
      [...work.keys()].some((each) => matches(path, each)) ||
      index.all().some((each) => matches(path, each.path));
    if (!known && !isFolder(repository, path)) {
      throw fatal(`pathspec '${one}' did not match any files`);
    }
  }
  const changes = await unstagedOf(repository, index, work);
  const { fresh, ignored } = words.has('u')
    ? { fresh: [], ignored: [] }
    : await newFiles(repository, index, work, wanted);
  const added = words.has('f') ? [...fresh, ...ignored] : fresh;
  const changed = changes
    .filter(({ path, kind }) => wanted(path) && kind !== 'D')
    .map((one) => one.path);
  const resolved = [...index.conflicts.keys()].filter((path) => wanted(path));
  const gone = changes
    .filter(({ path, kind }) => wanted(path) && kind === 'D')
    .map((one) => one.path);
  for (const path of [...added, ...changed, ...resolved]) {
    if (words.has('n') || words.has('v')) await io.out(`add '${path}'\n`);
    if (words.has('n')) continue;
    if (work.has(path)) index.put(await stored(repository, path));
    else index.remove(path);
  }
  for (const path of gone) {
    if (words.has('n') || words.has('v')) await io.out(`remove '${path}'\n`);
    if (!words.has('n')) index.remove(path);
  }
  if (!words.has('n')) await index.save();
  // Only files that somebody named are worth a word.
  const named = ignored.filter((path) => typed.some((one) => pathIn(repository, one) === path));
  if (named.length > 0 && !words.has('f')) {
    throw new Failure(
      `The following paths are ignored by one of your .gitignore files:\n${named.join('\n')}\nhint: Use -f if you really want to add them.\nhint: Turn this message off by running\nhint: "git config advice.addIgnoredFile false"`,
    );
  }
  return 0;
}

/** A file that may not be read ends all, as it does with git. */
async function stored(repository: Repository, path: string) {
  if (
    !repository.io.fs.may('r', joined(repository.dir, path)) &&
    repository.io.fs.exists(joined(repository.dir, path))
  ) {
    throw new Failure(
      `error: open("${path}"): Permission denied\nerror: unable to index file '${path}'\nfatal: adding files failed`,
      128,
    );
  }
  return repository.store(path);
}

function isFolder(repository: Repository, path: string): boolean {
  const full = joined(repository.dir, path);
  return repository.io.fs.exists(full) && repository.io.fs.stat(full).type === 'folder';
}

export async function rm(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf('rm', args, 'cached r f,force q,quiet n,dry-run ignore-unmatch');
  const typed = [...words.operands, ...(words.paths ?? [])];
  const { io } = repository;
  if (typed.length === 0) throw fatal('No pathspec was given. Which files should I remove?');
  const index = repository.index();
  const head = await repository.tree(await repository.head());
  const work = await repository.workFiles();
  const chosen = new Set<string>();
  for (const one of typed) {
    const path = pathIn(repository, one);
    const found = index
      .all()
      .map((entry) => entry.path)
      .filter((each) => matches(path, each));
    if (found.length === 0 && words.has('ignore-unmatch')) continue;
    if (found.length === 0) throw fatal(`pathspec '${one}' did not match any files`);
    if (!found.includes(path) && !/[*?[]/.test(one) && !words.has('r')) {
      throw fatal(`not removing '${one}' recursively without -r`);
    }
    for (const each of found) chosen.add(each);
  }
  if (!words.has('f')) {
    const changed = new Set(
      (await unstagedOf(repository, index, work))
        .filter((one) => one.kind !== 'D')
        .map((one) => one.path),
    );
    const files = index.files;
    for (const path of chosen) {
      const staged = files.get(path)?.oid !== head.get(path)?.oid;
      if (words.has('cached') ? staged && changed.has(path) : staged) {
        throw failed(
          `the following file has changes staged in the index:\n    ${path}\n(use --cached to keep the file, or -f to force removal)`,
        );
      }
      if (!words.has('cached') && changed.has(path)) {
        throw failed(
          `the following file has local modifications:\n    ${path}\n(use --cached to keep the file, or -f to force removal)`,
        );
      }
    }
  }
  for (const path of chosen) {
    if (!words.has('q')) await io.out(`rm '${path}'\n`);
    if (words.has('n')) continue;
    index.remove(path);
    if (!words.has('cached')) repository.take(path);
  }
  await index.save();
  return 0;
}

export async function mv(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf('mv', args, 'f,force k n,dry-run v,verbose');
  const typed = [...words.operands, ...(words.paths ?? [])];
  if (typed.length < 2)
    throw new Failure('usage: git mv [<options>] <source>... <destination>', 129);
  const { fs } = repository.io;
  const target = pathIn(repository, typed.at(-1) as string);
  const index = repository.index();
  const into = isFolder(repository, target);
  for (const one of typed.slice(0, -1)) {
    const source = pathIn(repository, one);
    const to = into ? joined('/', `${target}/${source.split('/').at(-1)}`).slice(1) : target;
    const wrong = (why: string) => fatal(`${why}, source=${source}, destination=${to}`);
    if (!fs.exists(joined(repository.dir, source))) throw wrong('bad source');
    const own = index
      .all()
      .filter((entry) => entry.path === source || entry.path.startsWith(`${source}/`));
    if (own.length === 0) throw wrong('not under version control');
    if (fs.exists(joined(repository.dir, to)) && !words.has('f')) throw wrong('destination exists');
    if (words.has('n')) continue;
    fs.rename(joined(repository.dir, source), joined(repository.dir, to));
    for (const entry of own) {
      index.remove(entry.path);
      index.put({ ...entry, path: `${to}${entry.path.slice(source.length)}` });
    }
  }
  await index.save();
  return 0;
}

export async function restore(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'restore',
    args,
    'S,staged W,worktree s:,source: q,quiet p,patch ours theirs',
  );
  if (words.has('p')) throw fatal("restore --patch is not available in this machine's git");
  const typed = [...words.operands, ...(words.paths ?? [])];
  if (typed.length === 0) throw fatal('you must specify path(s) to restore');
  const staged = words.has('S');
  const source = words.value('s') ?? (staged ? 'HEAD' : undefined);
  const from = source === undefined ? undefined : await treeNamed(repository, source);
  await restorePaths(repository, typed, from, { index: staged, work: words.has('W') || !staged });
  return 0;
}

async function treeNamed(repository: Repository, name: string): Promise<Versions> {
  const oid = await repository.resolve(name);
  if (oid === undefined && name !== 'HEAD') throw fatal(`could not resolve ${name}`);
  return repository.tree(oid);
}

/** Files of a tree, or else of the index, into the index and the working tree. */
export async function restorePaths(
  repository: Repository,
  typed: readonly string[],
  from: Versions | undefined,
  into: { index: boolean; work: boolean },
): Promise<number> {
  const index = repository.index();
  const files = index.files;
  const source: Versions = from ?? new Map(files);
  for (const one of typed) {
    const path = pathIn(repository, one);
    const known = [...source.keys(), ...index.all().map((entry) => entry.path)].some((each) =>
      matches(path, each),
    );
    if (!known) throw failed(`pathspec '${one}' did not match any file(s) known to git`);
  }
  const wanted = matcher(repository, typed);
  const conflict = from ? undefined : [...index.conflicts.keys()].find((path) => wanted(path));
  if (conflict !== undefined) throw failed(`path '${shown(repository, conflict)}' is unmerged`);
  let count = 0;
  for (const [path, version] of source) {
    if (!wanted(path)) continue;
    count++;
    if (into.work) {
      const entry = await repository.place(path, version);
      if (into.index || files.has(path))
        index.put(into.index ? entry : { ...entry, ...pick(files, path, entry) });
    } else index.put({ path, ...version, size: 0, mtime: 0 });
  }
  for (const { path } of index.all()) {
    if (!wanted(path) || source.has(path)) continue;
    if (into.index) index.remove(path);
    if (into.work) repository.take(path);
  }
  await index.save();
  return count;
}

function pick(
  files: ReadonlyMap<string, { oid: string; mode: number }>,
  path: string,
  entry: { oid: string; mode: number },
) {
  const { oid, mode } = files.get(path) ?? entry;
  return { oid, mode };
}

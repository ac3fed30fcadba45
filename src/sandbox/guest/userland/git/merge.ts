import * as git from 'isomorphic-git';
import { joined } from '../../fs/paths.ts';
import { Failure } from '../program.ts';
import { endMerge, mergeHead, personOf } from './commit.ts';
import { changesBetween } from './compare.ts';
import { failed, fatal } from './failure.ts';
import { statText, summary } from './patch.ts';
import type { Repository, Versions } from './repository.ts';
import { stateOf } from './state.ts';
import { conflictOf } from './status.ts';
import { resetTree, switchTree } from './switch-tree.ts';
import { matches, pathIn, wordsOf } from './words.ts';

/** `git merge`. https://git-scm.com/docs/git-merge */
export async function merge(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'merge',
    args,
    'm:,message: no-ff ff-only ff abort continue no-edit e,edit squash no-commit q,quiet allow-unrelated-histories',
  );
  if (words.has('abort')) return abort(repository);
  if (words.has('squash') || words.has('no-commit') || words.has('continue')) {
    throw fatal(
      "that form of merge is not available in this machine's git; after a conflict, `git commit` ends it",
    );
  }
  if (repository.index().conflicts.size > 0) {
    throw new Failure(
      "error: Merging is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict.",
      128,
    );
  }
  if (mergeHead(repository) !== undefined) {
    throw fatal(
      'You have not concluded your merge (MERGE_HEAD exists).\nPlease, commit your changes before you merge.',
    );
  }
  const [name] = words.operands;
  if (name === undefined) throw fatal('No remote for the current branch.');
  if (words.operands.length > 1)
    throw fatal("merging several branches at once is not available in this machine's git");
  const theirs = await repository.resolve(name);
  if (theirs === undefined) throw new Failure(`merge: ${name} - not something we can merge`, 1);
  const message = words.has('m') ? words.values('m').join('\n\n') : undefined;
  return mergeCommit(repository, name, theirs, {
    fastForward: !words.has('no-ff'),
    only: words.has('ff-only'),
    unrelated: words.has('allow-unrelated-histories'),
    ...(message === undefined ? {} : { message }),
  });
}

export async function mergeCommit(
  repository: Repository,
  name: string,
  theirs: string,
  how: { fastForward: boolean; only: boolean; unrelated?: boolean; message?: string },
): Promise<number> {
  const { io } = repository;
  const ours = await repository.head();
  const after = await repository.tree(theirs);
  if (ours === undefined) {
    await switchTree(repository, new Map(), after, 'merge');
    await repository.moveHead(theirs, 'initial pull');
    return 0;
  }
  const bases = (await git.findMergeBase({ ...repository.at, oids: [ours, theirs] })) as string[];
  const [base] = bases;
  if (base === theirs) {
    await io.out('Already up to date.\n');
    return 0;
  }
  const before = await repository.tree(ours);
  if (base === ours && how.fastForward) {
    await io.out(`Updating ${ours.slice(0, 7)}..${theirs.slice(0, 7)}\n`);
    await switchTree(repository, before, after, 'merge');
    await io.out('Fast-forward\n');
    await changed(repository, before, after);
    await repository.moveHead(theirs, `merge ${name}: Fast-forward`);
    return 0;
  }
  if (how.only) throw new Failure('fatal: Not possible to fast-forward, aborting.', 128);
  if (base === undefined && !how.unrelated) throw fatal('refusing to merge unrelated histories');
  return trueMerge(repository, name, { ours, theirs, base, before, after, ...how });
}

interface Sides {
  readonly ours: string;
  readonly theirs: string;
  readonly base: string | undefined;
  readonly before: Versions;
  readonly after: Versions;
  readonly message?: string;
  readonly unrelated?: boolean;
}

async function trueMerge(repository: Repository, name: string, sides: Sides): Promise<number> {
  const { io } = repository;
  const { before, base } = sides;
  const author = personOf(repository.settings, 'author');
  await mustBeClean(
    repository,
    changesBetween(
      base === undefined ? new Map() : await repository.tree(base),
      sides.after,
      false,
    ).map((one) => one.path),
  );
  const kind = name.startsWith('origin/') ? 'remote-tracking branch' : 'branch';
  const into =
    repository.branch === 'master' || repository.branch === undefined
      ? ''
      : ` into ${repository.branch}`;
  const message = sides.message ?? `Merge ${kind} '${name}'${into}`;
  const file = `${repository.gitdir}/index`;
  const index = io.fs.exists(file) ? io.fs.read(file).slice() : new Uint8Array(0);
  try {
    const merged = await git.merge({
      ...repository.at,
      cache: {},
      ours: repository.branch ?? sides.ours,
      theirs: sides.theirs,
      fastForward: false,
      noUpdateBranch: true,
      abortOnConflict: false,
      allowUnrelatedHistories: sides.unrelated ?? false,
      message: `${message}\n`,
      author,
      committer: personOf(repository.settings, 'committer'),
    });
    io.fs.write(file, index);
    const oid = merged.oid as string;
    const after = await repository.tree(oid);
    await autoMerged(repository, sides);
    await switchTree(repository, before, after, 'merge');
    await repository.moveHead(oid, `merge ${name}: Merge made by the 'ort' strategy.`);
    await io.out("Merge made by the 'ort' strategy.\n");
    await changed(repository, before, after);
    return 0;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MergeConflictError') throw error;
  }
  return conflicts(repository, name, message, sides);
}

/** The files that both sides changed, as git names them. */
async function autoMerged(repository: Repository, { base, before, after }: Sides): Promise<void> {
  const old = base === undefined ? new Map() : await repository.tree(base);
  for (const [path, version] of before) {
    const their = after.get(path);
    const was = old.get(path);
    if (
      !their ||
      !was ||
      their.oid === version.oid ||
      was.oid === version.oid ||
      was.oid === their.oid
    )
      continue;
    await repository.io.out(`Auto-merging ${path}\n`);
  }
}

async function conflicts(
  repository: Repository,
  name: string,
  message: string,
  sides: Sides,
): Promise<number> {
  const { io } = repository;
  await autoMerged(repository, sides);
  const found = repository.index().conflicts;
  for (const [path, entries] of found) {
    const full = joined(repository.dir, path);
    const { text } = conflictOf(entries);
    if (io.fs.exists(full)) {
      // isomorphic-git names the sides by their own names; git calls ours HEAD.
      const own = repository.branch ?? sides.ours;
      const marked = io.fs
        .readText(full)
        .replaceAll(`<<<<<<< ${own}\n`, '<<<<<<< HEAD\n')
        .replaceAll(`>>>>>>> ${sides.theirs}\n`, `>>>>>>> ${name}\n`);
      io.fs.write(full, marked);
    }
    if (text === 'both added') await io.out(`CONFLICT (add/add): Merge conflict in ${path}\n`);
    else if (text.startsWith('deleted')) {
      const [gone, kept] = text === 'deleted by us' ? ['HEAD', name] : [name, 'HEAD'];
      await io.out(
        `CONFLICT (modify/delete): ${path} deleted in ${gone} and modified in ${kept}.  Version ${kept} of ${path} left in tree.\n`,
      );
    } else await io.out(`CONFLICT (content): Merge conflict in ${path}\n`);
  }
  const comments = [...found.keys()].map((path) => `#\t${path}\n`).join('');
  io.fs.write(`${repository.gitdir}/MERGE_HEAD`, `${sides.theirs}\n`);
  io.fs.write(`${repository.gitdir}/MERGE_MODE`, '');
  io.fs.write(`${repository.gitdir}/MERGE_MSG`, `${message}\n\n# Conflicts:\n${comments}`);
  io.fs.write(`${repository.gitdir}/ORIG_HEAD`, `${sides.ours}\n`);
  await io.out('Automatic merge failed; fix conflicts and then commit the result.\n');
  return 1;
}

async function mustBeClean(repository: Repository, touched: readonly string[]): Promise<void> {
  const { staged, unstaged } = await stateOf(repository, { untracked: 'no' });
  const own = [
    ...new Set(
      [...staged, ...unstaged.filter(({ path }) => touched.includes(path))].map((one) => one.path),
    ),
  ];
  if (own.length === 0) return;
  throw new Failure(
    `error: Your local changes to the following files would be overwritten by merge:\n${own.map((path) => `\t${path}\n`).join('')}Please commit your changes or stash them before you merge.\nAborting\nMerge with strategy ort failed.`,
    2,
  );
}

async function changed(repository: Repository, before: Versions, after: Versions): Promise<void> {
  const changes = changesBetween(before, after);
  await repository.io.out(await statText(repository, changes, before, after));
  await repository.io.out(summary(repository, changes, before, after));
}

async function abort(repository: Repository): Promise<number> {
  if (mergeHead(repository) === undefined)
    throw fatal('There is no merge to abort (MERGE_HEAD missing).');
  await resetTree(repository, await repository.tree(await repository.head()));
  endMerge(repository);
  return 0;
}

/** `git reset`. https://git-scm.com/docs/git-reset */
export async function reset(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf('reset', args, 'hard soft mixed q,quiet p,patch merge keep');
  const { io } = repository;
  if (words.has('p') || words.has('merge') || words.has('keep')) {
    throw fatal("that form of reset is not available in this machine's git");
  }
  const [first, ...rest] = words.operands;
  const paths = [...(words.paths ?? [])];
  let target = 'HEAD';
  if (first !== undefined) {
    if (
      (await repository.resolve(first)) !== undefined ||
      (first === 'HEAD' && words.paths !== undefined)
    )
      target = first;
    else if (io.fs.exists(first) || repository.index().has(pathIn(repository, first)))
      paths.unshift(first);
    else await repository.mustResolve(first);
  }
  paths.push(...rest);
  const oid = await repository.resolve(target);
  const wanted = await repository.tree(oid);
  if (paths.length > 0) {
    if (words.has('hard') || words.has('soft')) {
      throw fatal(`Cannot do ${words.has('hard') ? 'hard' : 'soft'} reset with paths.`);
    }
    await resetIndex(repository, wanted, paths);
  } else {
    const before = await repository.head();
    if (before !== undefined) io.fs.write(`${repository.gitdir}/ORIG_HEAD`, `${before}\n`);
    if (words.has('soft') && mergeHead(repository) !== undefined) {
      throw fatal('Cannot do a soft reset in the middle of a merge.');
    }
    if (words.has('hard')) await resetTree(repository, wanted);
    else if (!words.has('soft')) await resetIndex(repository, wanted, undefined);
    if (oid !== undefined) await repository.moveHead(oid, `reset: moving to ${target}`);
    endMerge(repository);
    if (words.has('hard') && oid !== undefined && !words.has('q')) {
      const [subject] = (await repository.commit(oid)).message.split('\n');
      await io.out(`HEAD is now at ${oid.slice(0, 7)} ${subject}\n`);
    }
  }
  if (words.has('hard') || words.has('soft') || words.has('q')) return 0;
  const { unstaged } = await stateOf(repository, { untracked: 'no' });
  if (unstaged.length > 0) {
    await io.out(
      `Unstaged changes after reset:\n${unstaged.map(({ kind, path }) => `${kind}\t${path}\n`).join('')}`,
    );
  }
  return 0;
}

async function resetIndex(
  repository: Repository,
  wanted: Versions,
  paths: readonly string[] | undefined,
) {
  const index = repository.index();
  const typed = paths?.map((path) => ({ typed: path, path: pathIn(repository, path) }));
  for (const one of typed ?? []) {
    const known = [...wanted.keys(), ...index.all().map((entry) => entry.path)].some((path) =>
      matches(one.path, path),
    );
    if (!known) throw failed(`pathspec '${one.typed}' did not match any file(s) known to git`);
  }
  const chosen = (path: string) => typed?.some((one) => matches(one.path, path)) ?? true;
  const files = index.files;
  for (const { path } of index.all()) if (chosen(path) && !wanted.has(path)) index.remove(path);
  for (const [path, version] of wanted) {
    if (!chosen(path) || files.get(path)?.oid === version.oid) continue;
    index.put({ path, ...version, size: 0, mtime: 0 });
  }
  await index.save();
}

import * as git from 'isomorphic-git';
import { Failure } from '../program.ts';
import { personOf } from './commit.ts';
import { changesBetween } from './compare.ts';
import { failed, fatal } from './failure.ts';
import type { Repository, Versions } from './repository.ts';
import { stateOf } from './state.ts';
import { longStatus } from './status.ts';
import { resetTree, switchTree } from './switch-tree.ts';
import { wordsOf } from './words.ts';

/** `git stash`: the index and the working tree as two commits; what is put back is unstaged. */
export async function stash(repository: Repository, args: readonly string[]): Promise<number> {
  const [first = 'push', ...rest] = args;
  const command = first.startsWith('-') ? 'push' : first;
  const typed = first.startsWith('-') ? args : rest;
  switch (command) {
    case 'push':
    case 'save':
      return push(repository, command === 'save' ? ['-m', typed.join(' ')] : typed);
    case 'list':
      for (const [at, { why }] of repository.reflog('refs/stash').entries()) {
        await repository.io.out(`stash@{${at}}: ${why}\n`);
      }
      return 0;
    case 'pop':
    case 'apply':
    case 'drop':
      return take(repository, command, typed[0]);
    case 'clear':
      keep(repository, []);
      return 0;
    default:
      throw fatal(`'git stash ${command}' is not available in this machine's git`);
  }
}

async function push(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf('stash', args, 'm:,message: u,include-untracked q,quiet');
  const { io } = repository;
  const head = await repository.head();
  if (head === undefined) throw failed('You do not have the initial commit yet');
  const { index, staged, unstaged, untracked, work } = await stateOf(repository, {
    untracked: 'all',
  });
  const along = words.has('u') ? untracked : [];
  if (staged.length + unstaged.length + along.length === 0) {
    await io.out('No local changes to save\n');
    return 0;
  }
  const files: Versions = new Map(index.files);
  for (const { path, kind } of unstaged) {
    if (kind === 'D') files.delete(path);
    else files.set(path, await repository.store(path));
  }
  for (const path of along) if (work.has(path)) files.set(path, await repository.store(path));
  const person = personOf(repository.settings, 'author');
  const last = await repository.commit(head);
  const subject = `${head.slice(0, 7)} ${last.message.split('\n')[0]}`;
  const where = repository.branch ?? '(no branch)';
  const write = async (message: string, versions: Versions, parent: string[]) =>
    git.writeCommit({
      ...repository.at,
      commit: {
        message: `${message}\n`,
        tree: await repository.writeTree(versions),
        parent,
        author: person,
        committer: person,
      },
    });
  const staging = await write(`index on ${where}: ${subject}`, new Map(index.files), [head]);
  const given = words.value('m');
  const message = given === undefined ? `WIP on ${where}: ${subject}` : `On ${where}: ${given}`;
  const oid = await write(message, files, [head, staging]);
  const line = `${'0'.repeat(40)} ${oid} ${person.name} <${person.email}> ${person.timestamp} +0000\t${message}\n`;
  keep(repository, [...entries(repository), line]);
  for (const path of along) repository.take(path);
  await resetTree(repository, await repository.tree(head));
  await repository.moveHead(head, 'reset: moving to HEAD');
  await io.out(`Saved working directory and index state ${message}\n`);
  return 0;
}

/** The reflog's lines, the oldest first. */
function entries(repository: Repository): string[] {
  const file = `${repository.gitdir}/logs/refs/stash`;
  const { fs } = repository.io;
  return fs.exists(file)
    ? fs
        .readText(file)
        .split('\n')
        .filter(Boolean)
        .map((line) => `${line}\n`)
    : [];
}

function keep(repository: Repository, lines: readonly string[]): void {
  const { fs } = repository.io;
  const { gitdir } = repository;
  const last = lines.at(-1);
  if (last === undefined) {
    for (const file of [`${gitdir}/refs/stash`, `${gitdir}/logs/refs/stash`])
      if (fs.exists(file)) fs.unlink(file);
    return;
  }
  fs.mkdir(`${gitdir}/logs/refs`, { parents: true });
  fs.write(`${gitdir}/logs/refs/stash`, lines.join(''));
  fs.write(`${gitdir}/refs/stash`, `${last.slice(41, 81)}\n`);
}

async function take(
  repository: Repository,
  command: 'pop' | 'apply' | 'drop',
  named = '0',
): Promise<number> {
  const at = Number(/^(?:stash@\{)?(\d+)\}?$/.exec(named)?.[1] ?? Number.NaN);
  const log = repository.reflog('refs/stash');
  if (log.length === 0) throw new Failure('No stash entries found.');
  const one = log[at];
  if (!one) throw failed(`stash@{${named}} is not a valid reference`);
  const { io } = repository;
  if (command !== 'drop') {
    const { parents } = await repository.commit(one.oid);
    const base = await repository.tree(parents[0]);
    const files = await repository.tree(one.oid);
    const head = await repository.tree(await repository.head());
    // Only what the stash changed is put back; where HEAD went on, that is a conflict.
    const target: Versions = new Map(head);
    for (const { path } of changesBetween(base, files, false)) {
      const version = files.get(path);
      if (head.get(path)?.oid !== base.get(path)?.oid) {
        throw failed(`could not restore ${path}: it has changed since; nothing was put back`);
      }
      if (version) target.set(path, version);
      else target.delete(path);
    }
    await switchTree(repository, head, target, 'merge');
    const index = repository.index();
    for (const { path } of changesBetween(head, target, false)) {
      const before = head.get(path);
      if (before) index.put({ path, ...before, size: 0, mtime: 0 });
    }
    await index.save();
    await io.out(`${await longStatus(repository, await stateOf(repository))}\n`);
  }
  if (command !== 'apply') {
    const lines = entries(repository);
    keep(
      repository,
      lines.filter((_, index) => lines.length - 1 - index !== at),
    );
    await io.out(`Dropped refs/stash@{${at}} (${one.oid})\n`);
  }
  return 0;
}

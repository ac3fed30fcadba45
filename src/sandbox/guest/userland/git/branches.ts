import * as git from 'isomorphic-git';
import { noEditor, personOf } from './commit.ts';
import { changesBetween } from './compare.ts';
import { failed, fatal } from './failure.ts';
import { commitsFrom, tracking } from './history.ts';
import type { Repository, Versions } from './repository.ts';
import { restorePaths } from './stage.ts';
import { unstagedOf } from './state.ts';
import { switchTree } from './switch-tree.ts';
import { painter, wordsOf } from './words.ts';

/** Commands about branches and tags. */

/** git-check-ref-format(1). */
export function validName(name: string): boolean {
  return (
    name !== '' &&
    name !== '@' &&
    !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[-/.]|\/\.|[/.]$|\.lock(\/|$)/.test(name)
  );
}

export async function branch(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'branch',
    args,
    'a,all r,remotes d,delete D m,move M v,verbose list show-current f,force u:,set-upstream-to: vv c,copy merged? no-merged? unset-upstream q,quiet',
  );
  const { io } = repository;
  const [first, second] = words.operands;
  const current = repository.branch;
  if (words.has('show-current')) {
    if (current !== undefined) await io.out(`${current}\n`);
    return 0;
  }
  if (words.has('d') || words.has('D'))
    return removeBranches(
      repository,
      words.operands,
      words.has('D') || words.has('f'),
      words.has('r'),
    );
  if (words.has('m') || words.has('M')) {
    const from = second === undefined ? current : first;
    const to = second ?? first;
    if (from === undefined || to === undefined) throw fatal('branch name required');
    return renameBranch(repository, from, to, words.has('M') || words.has('f'));
  }
  const upstream = words.value('u');
  if (upstream !== undefined) return follow(repository, first ?? current, upstream);
  if (first === undefined || words.has('list')) return listBranches(repository, words, first);
  if (!validName(first)) throw fatal(`'${first}' is not a valid branch name`);
  if ((await repository.ref(`refs/heads/${first}`)) !== undefined && !words.has('f')) {
    throw fatal(`a branch named '${first}' already exists`);
  }
  const oid = await repository.resolve(second ?? 'HEAD');
  if (oid === undefined) throw fatal(`Not a valid object name: '${second ?? current ?? 'HEAD'}'.`);
  await repository.setRef(`refs/heads/${first}`, oid);
  return 0;
}

async function listBranches(
  repository: Repository,
  words: { has(name: string): boolean },
  pattern: string | undefined,
): Promise<number> {
  const { io, branch: current } = repository;
  const paint = painter(repository);
  const rows: { name: string; oid: string; own: boolean; remote: boolean }[] = [];
  if (!words.has('r')) {
    for (const name of await repository.refs('heads')) {
      const oid = (await repository.ref(`refs/heads/${name}`)) ?? '';
      rows.push({ name, oid, own: name === current, remote: false });
    }
  }
  if (words.has('r') || words.has('a')) {
    for (const remote of repository.remotes()) {
      for (const one of await repository.refs(`remotes/${remote.name}`)) {
        const name = `${remote.name}/${one}`;
        const oid = (await repository.ref(`refs/remotes/${name}`)) ?? '';
        rows.push({
          name: words.has('r') ? name : `remotes/${name}`,
          oid,
          own: false,
          remote: true,
        });
      }
    }
  }
  const head = await repository.head();
  if (current === undefined && head !== undefined && !words.has('r')) {
    rows.unshift({
      name: `(HEAD detached at ${head.slice(0, 7)})`,
      oid: head,
      own: true,
      remote: false,
    });
  }
  const shown = rows.filter(
    ({ name }) => pattern === undefined || name.includes(pattern.replaceAll('*', '')),
  );
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  for (const { name, oid, own, remote } of shown) {
    const main = remote ? await mainOf(repository, name) : undefined;
    if (main !== undefined) await io.out(`  ${main}\n`);
    const text = own ? paint(32, name) : remote ? paint(31, name) : name;
    const more =
      words.has('v') || words.has('vv')
        ? `${' '.repeat(width - name.length)} ${oid.slice(0, 7)} ${(await repository.commit(oid)).message.split('\n')[0]}`
        : '';
    await io.out(`${own ? '*' : ' '} ${text}${more}\n`);
  }
  return 0;
}

/** In front of a remote's first branch: the one that it has checked out. */
async function mainOf(repository: Repository, name: string): Promise<string | undefined> {
  const [, prefix = '', remote = '', branch] = /^(remotes\/)?([^/]+)\/(.*)$/.exec(name) ?? [];
  const [first] = await repository.refs(`remotes/${remote}`);
  const file = `${repository.gitdir}/refs/remotes/${remote}/HEAD`;
  if (branch !== first || !repository.io.fs.exists(file)) return undefined;
  const target = repository.io.fs.readText(file).trim().replace('ref: refs/remotes/', '');
  return `${prefix}${remote}/HEAD -> ${target}`;
}

async function removeBranches(
  repository: Repository,
  names: readonly string[],
  force: boolean,
  remote: boolean,
) {
  const { io } = repository;
  if (names.length === 0) throw fatal('branch name required');
  for (const name of names) {
    const ref = `refs/${remote ? 'remotes' : 'heads'}/${name}`;
    const oid = await repository.ref(ref);
    if (oid === undefined)
      throw failed(`${remote ? 'remote-tracking ' : ''}branch '${name}' not found.`);
    if (!remote && name === repository.branch) {
      throw failed(`Cannot delete branch '${name}' checked out at '${repository.dir}'`);
    }
    const head = await repository.head();
    if (!force && !remote && (head === undefined || !(await contains(repository, head, oid)))) {
      throw failed(
        `The branch '${name}' is not fully merged.\nIf you are sure you want to delete it, run 'git branch -D ${name}'.`,
      );
    }
    await git.deleteRef({ ...repository.at, ref });
    const { settings } = repository;
    for (const key of ['remote', 'merge']) {
      if (settings.get(`branch.${name}.${key}`) !== undefined)
        settings.set(settings.local as string, `branch.${name}.${key}`, undefined);
    }
    await io.out(
      `Deleted ${remote ? 'remote-tracking ' : ''}branch ${name} (was ${oid.slice(0, 7)}).\n`,
    );
  }
  return 0;
}

/** Whether one commit is the other, or has it among its ancestors. */
export async function contains(repository: Repository, tip: string, oid: string): Promise<boolean> {
  for await (const one of commitsFrom(repository, [tip])) if (one.oid === oid) return true;
  return false;
}

async function renameBranch(repository: Repository, from: string, to: string, force: boolean) {
  if (!validName(to)) throw fatal(`'${to}' is not a valid branch name`);
  const oid = await repository.ref(`refs/heads/${from}`);
  if (from !== to && (await repository.ref(`refs/heads/${to}`)) !== undefined && !force) {
    throw fatal(`a branch named '${to}' already exists`);
  }
  const own = repository.branch === from;
  if (oid === undefined && !own) throw fatal(`No branch named '${from}'.`);
  if (oid !== undefined) {
    // First the old one goes: `a` may become `a/b`.
    await git.deleteRef({ ...repository.at, ref: `refs/heads/${from}` });
    await repository.setRef(`refs/heads/${to}`, oid);
  }
  if (own)
    await repository.attach(
      { branch: to },
      `Branch: renamed refs/heads/${from} to refs/heads/${to}`,
    );
  const { settings } = repository;
  for (const key of ['remote', 'merge']) {
    const value = settings.get(`branch.${from}.${key}`);
    if (value === undefined) continue;
    settings.set(settings.local as string, `branch.${from}.${key}`, undefined);
    settings.set(settings.local as string, `branch.${to}.${key}`, value);
  }
  return 0;
}

async function follow(repository: Repository, name: string | undefined, upstream: string) {
  if (name === undefined)
    throw fatal('could not set upstream of HEAD when it does not point to any branch.');
  if ((await repository.ref(`refs/remotes/${upstream}`)) === undefined) {
    throw fatal(`the requested upstream branch '${upstream}' does not exist`);
  }
  track(repository, name, upstream);
  await repository.io.out(`branch '${name}' set up to track '${upstream}'.\n`);
  return 0;
}

export function track(repository: Repository, name: string, upstream: string): void {
  const [remote = '', ...rest] = upstream.split('/');
  const { settings } = repository;
  settings.set(settings.local as string, `branch.${name}.remote`, remote);
  settings.set(settings.local as string, `branch.${name}.merge`, `refs/heads/${rest.join('/')}`);
}

export async function checkout(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'checkout',
    args,
    'b: B: q,quiet f,force detach orphan: t,track ours theirs p,patch',
  );
  const fresh = words.value('b') ?? words.value('B') ?? words.value('orphan');
  const [first] = words.operands;
  if (words.has('orphan') || words.has('p') || words.has('ours') || words.has('theirs')) {
    throw fatal("that form of checkout is not available in this machine's git");
  }
  if (fresh !== undefined) return create(repository, fresh, first, words.has('B'));
  if (words.paths !== undefined && words.paths.length > 0) {
    return checkoutPaths(repository, first, words.paths, false);
  }
  if (first === undefined) return 0;
  const options = { detach: words.has('detach'), force: words.has('f') };
  const known = await goTo(repository, first, options);
  if (known) return 0;
  // Otherwise it is a file, as long as there is one; after a revision, files of that.
  if (words.operands.length > 1 && (await repository.resolve(first)) !== undefined) {
    return checkoutPaths(repository, first, words.operands.slice(1));
  }
  return checkoutPaths(repository, undefined, words.operands);
}

async function checkoutPaths(
  repository: Repository,
  revision: string | undefined,
  paths: readonly string[],
  told = true,
) {
  const from =
    revision === undefined
      ? undefined
      : await repository.tree(await repository.mustResolve(revision));
  const count = await restorePaths(repository, paths, from, {
    index: revision !== undefined,
    work: true,
  });
  if (!told) return 0;
  const source =
    revision === undefined ? 'the index' : (await repository.mustResolve(revision)).slice(0, 7);
  await repository.io.err(`Updated ${count} path${count === 1 ? '' : 's'} from ${source}\n`);
  return 0;
}

export async function switchTo(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'switch',
    args,
    'c:,create: C: d,detach q,quiet f,force,discard-changes t,track',
  );
  const [first] = words.operands;
  const fresh = words.value('c') ?? words.value('C');
  if (fresh !== undefined) return create(repository, fresh, first, words.has('C'));
  if (first === undefined) throw fatal('missing branch or commit argument');
  if (
    !words.has('d') &&
    first !== '-' &&
    (await repository.ref(`refs/heads/${first}`)) === undefined
  ) {
    const oid = await repository.resolve(first);
    if (oid !== undefined && !(await remoteOf(repository, first))) {
      throw fatal(
        `a branch is expected, got commit '${first}'\nhint: If you want to detach HEAD at the commit, try again with the --detach option.`,
      );
    }
  }
  const known = await goTo(repository, first, { detach: words.has('d'), force: words.has('f') });
  if (!known) throw fatal(`invalid reference: ${first}`);
  return 0;
}

async function create(
  repository: Repository,
  name: string,
  from: string | undefined,
  force: boolean,
) {
  if (!validName(name)) throw fatal(`'${name}' is not a valid branch name`);
  if ((await repository.ref(`refs/heads/${name}`)) !== undefined && !force) {
    throw fatal(`a branch named '${name}' already exists`);
  }
  const head = await repository.head();
  const oid = from === undefined ? head : await repository.resolve(from);
  if (from !== undefined && oid === undefined) {
    throw fatal(`'${from}' is not a commit and a branch '${name}' cannot be created from it`);
  }
  if (oid !== undefined) {
    const tree = async (of: string | undefined): Promise<Versions> => repository.tree(of);
    if (oid !== head) await switchTree(repository, await tree(head), await tree(oid), 'checkout');
    await repository.setRef(`refs/heads/${name}`, oid);
  }
  const before = repository.branch ?? head ?? '';
  await repository.attach({ branch: name }, `checkout: moving from ${before} to ${name}`);
  await repository.io.err(`Switched to a new branch '${name}'\n`);
  return 0;
}

/** The remote that has a branch of this name, where only one has. */
async function remoteOf(repository: Repository, name: string): Promise<string | undefined> {
  const found: string[] = [];
  for (const remote of repository.remotes()) {
    if ((await repository.ref(`refs/remotes/${remote.name}/${name}`)) !== undefined)
      found.push(remote.name);
  }
  return found.length === 1 ? found[0] : undefined;
}

/** False where nothing has this name. */
async function goTo(
  repository: Repository,
  typed: string,
  options: { detach: boolean; force: boolean },
): Promise<boolean> {
  const { io } = repository;
  const name = typed === '-' ? previous(repository) : typed;
  const head = await repository.head();
  let oid = await repository.ref(`refs/heads/${name}`);
  const isBranch = oid !== undefined && !options.detach;
  const remote =
    oid === undefined && !options.detach ? await remoteOf(repository, name) : undefined;
  if (isBranch && repository.branch === name) {
    await io.err(`Already on '${name}'\n`);
    await keptChanges(repository);
    return true;
  }
  oid ??=
    remote === undefined
      ? await repository.resolve(name)
      : await repository.ref(`refs/remotes/${remote}/${name}`);
  if (oid === undefined) return false;
  if (repository.index().conflicts.size > 0) {
    throw failed('you need to resolve your current index first');
  }
  await switchTree(repository, await repository.tree(head), await repository.tree(oid), 'checkout');
  const leaving =
    repository.branch === undefined && head !== undefined && head !== oid ? head : undefined;
  const why = `checkout: moving from ${repository.branch ?? head ?? ''} to ${name}`;
  const left = async () => {
    if (leaving === undefined) return;
    const [subject] = (await repository.commit(leaving)).message.split('\n');
    await io.err(`Previous HEAD position was ${leaving.slice(0, 7)} ${subject}\n`);
  };
  if (remote !== undefined) {
    await repository.setRef(`refs/heads/${name}`, oid);
    track(repository, name, `${remote}/${name}`);
    await io.out(`branch '${name}' set up to track '${remote}/${name}'.\n`);
    await io.err(`Switched to a new branch '${name}'\n`);
  }
  if (isBranch || remote !== undefined) {
    await repository.attach({ branch: name }, why);
    await keptChanges(repository);
    await left();
    if (isBranch) await io.err(`Switched to branch '${name}'\n`);
    const upstream = await tracking(repository, name);
    if (upstream) await io.out(`${upstream.text}\n`);
    return true;
  }
  const [subject] = (await repository.commit(oid)).message.split('\n');
  if (repository.branch !== undefined && !options.detach) {
    await io.err(`Note: switching to '${name}'.

You are in 'detached HEAD' state. You can look around, make experimental
changes and commit them, and you can discard any commits you make in this
state without impacting any branches by switching back to a branch.

If you want to create a new branch to retain commits you create, you may
do so (now or later) by using -c with the switch command. Example:

  git switch -c <new-branch-name>

Or undo this operation with:

  git switch -

Turn off this advice by setting config variable advice.detachedHead to false

`);
  }
  await repository.attach({ oid }, why);
  await keptChanges(repository);
  await left();
  await io.err(`HEAD is now at ${oid.slice(0, 7)} ${subject}\n`);
  return true;
}

function previous(repository: Repository): string {
  const moved = repository.reflog().find(({ why }) => why.startsWith('checkout: moving from '));
  return /^checkout: moving from (.*) to /.exec(moved?.why ?? '')?.[1] ?? '-';
}

/** Local changes that came along. */
async function keptChanges(repository: Repository): Promise<void> {
  const index = repository.index();
  const staged = changesBetween(await repository.tree(await repository.head()), index.files, false);
  const unstaged = await unstagedOf(repository, index, await repository.workFiles());
  const lines = new Map([...staged, ...unstaged].map(({ path, kind }) => [path, kind]));
  for (const [path, kind] of [...lines].sort()) await repository.io.out(`${kind}\t${path}\n`);
}

export async function tag(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf('tag', args, 'a,annotate m:,message: d,delete l,list f,force n? s,sign');
  const { io } = repository;
  const [name, target] = words.operands;
  if (words.has('d')) {
    for (const one of words.operands) {
      const oid = await repository.ref(`refs/tags/${one}`);
      if (oid === undefined) throw failed(`tag '${one}' not found.`);
      await git.deleteRef({ ...repository.at, ref: `refs/tags/${one}` });
      await io.out(`Deleted tag '${one}' (was ${oid.slice(0, 7)})\n`);
    }
    return 0;
  }
  if (name === undefined || words.has('l')) {
    for (const one of await repository.refs('tags')) {
      if (name === undefined || one.startsWith(name.replace(/\*.*$/, ''))) await io.out(`${one}\n`);
    }
    return 0;
  }
  if (!validName(name)) throw fatal(`'${name}' is not a valid tag name.`);
  if ((await repository.ref(`refs/tags/${name}`)) !== undefined && !words.has('f')) {
    throw fatal(`tag '${name}' already exists`);
  }
  const oid = await repository.resolve(target ?? 'HEAD');
  if (oid === undefined) throw fatal(`Failed to resolve '${target ?? 'HEAD'}' as a valid ref.`);
  const message = words.value('m');
  if (message === undefined && !words.has('a')) {
    await repository.setRef(`refs/tags/${name}`, oid);
    return 0;
  }
  if (message === undefined) {
    throw noEditor(repository);
  }
  await git.annotatedTag({
    ...repository.at,
    ref: name,
    message: `${message.trimEnd()}\n`,
    object: oid,
    tagger: personOf(repository.settings, 'committer'),
    force: true,
  });
  return 0;
}

import * as git from 'isomorphic-git';
import { dateOf } from './commit.ts';
import { fatal } from './failure.ts';
import { PATCH_OPTIONS, patchOptions, printPatch } from './patch.ts';
import type { Repository, Versions } from './repository.ts';
import { unstagedOf } from './state.ts';
import { matcher, painter, pathIn, quoted, shown, type Words, wordsOf } from './words.ts';

/** Commands that look back: log, show, diff, reflog, rev-parse, ls-files. */

export type Commit = Awaited<ReturnType<Repository['commit']>>;

/** Commits from the newest to the oldest, children before their parents where clocks are right. */
export async function* commitsFrom(
  repository: Repository,
  tips: readonly string[],
  without: readonly string[] = [],
): AsyncGenerator<Commit> {
  const hidden = new Set<string>();
  for await (const one of without.length > 0 ? commitsFrom(repository, without) : [])
    hidden.add(one.oid);
  const seen = new Set<string>(tips);
  const waiting: Commit[] = [];
  for (const tip of seen) waiting.push(await repository.commit(tip));
  while (waiting.length > 0) {
    waiting.sort((a, b) => b.committer.timestamp - a.committer.timestamp);
    const one = waiting.shift() as Commit;
    if (hidden.has(one.oid)) continue;
    yield one;
    for (const parent of one.parents) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      if (await repository.has(parent)) waiting.push(await repository.commit(parent));
    }
    await repository.client.turn();
  }
}

/** `HEAD -> main, tag: v1`: what points at commits. */
async function decorations(repository: Repository): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const paint = painter(repository);
  const note = (oid: string | undefined, text: string) => {
    if (oid !== undefined) found.set(oid, [...(found.get(oid) ?? []), text]);
  };
  const { branch } = repository;
  const head = await repository.head();
  if (head !== undefined) {
    note(
      head,
      branch === undefined
        ? paint('1;36', 'HEAD')
        : `${paint('1;36', 'HEAD')} -> ${paint('1;32', branch)}`,
    );
  }
  for (const tag of await repository.refs('tags'))
    note(await repository.resolve(`refs/tags/${tag}`), paint('1;33', `tag: ${tag}`));
  for (const { name } of repository.remotes()) {
    for (const one of await repository.refs(`remotes/${name}`)) {
      note(await repository.ref(`refs/remotes/${name}/${one}`), paint('1;31', `${name}/${one}`));
    }
  }
  for (const one of await repository.refs('heads')) {
    if (one !== branch) note(await repository.ref(`refs/heads/${one}`), paint('1;32', one));
  }
  return found;
}

/** `git log`. https://git-scm.com/docs/git-log */
export async function log(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'log',
    args,
    `oneline n:,max-count: graph p,patch,u all decorate? no-decorate pretty? format: author: grep: since: after: reverse merges no-merges first-parent follow abbrev-commit ${PATCH_OPTIONS}`,
  );
  const { io } = repository;
  const { tips, hidden, paths } = await revisionsOf(repository, words);
  const wanted = paths.length === 0 ? undefined : matcher(repository, paths);
  const names =
    words.has('no-decorate') || (!io.toTerminal && !words.has('decorate'))
      ? new Map<string, string[]>()
      : await decorations(repository);
  const most = Number(words.value('n') ?? Number.POSITIVE_INFINITY);
  const pattern = words.value('grep');
  const chosen: Commit[] = [];
  let count = 0;
  for await (const one of commitsFrom(repository, tips, hidden)) {
    // A graph turns commits around, so that a cut comes after that.
    if (count >= most && !words.has('graph')) break;
    if (words.has('no-merges') && one.parents.length > 1) continue;
    if (words.has('merges') && one.parents.length < 2) continue;
    if (pattern !== undefined && !one.message.includes(pattern)) continue;
    const author = words.value('author');
    if (author !== undefined && !`${one.author.name} <${one.author.email}>`.includes(author))
      continue;
    if (wanted && !(await touches(repository, one, wanted))) continue;
    count++;
    chosen.push(one);
  }
  if (words.has('reverse')) chosen.reverse();
  const graph = words.has('graph') ? new Graph() : undefined;
  const shownOnes = graph ? topological(chosen).slice(0, most) : chosen;
  for (const [at, one] of shownOnes.entries()) {
    const last = at === shownOnes.length - 1;
    const text = headText(repository, one, words, names.get(one.oid) ?? []);
    if (graph) {
      await io.out(graph.draw(one, isOneLine(words) || last ? text : `${text}\n`));
    } else if (formatOf(words).startsWith('format:')) {
      // What `format:` prints stands between line feeds, `tformat:` ends with one.
      await io.out(`${at === 0 ? '' : '\n'}${text.slice(0, -1)}`);
    } else await io.out(text);
    if (words.has('p') || hasPatch(words)) {
      if (!isOneLine(words)) await io.out('\n');
      if (one.parents.length < 2) await printOf(repository, one, words, wanted);
    }
    if (!graph && !isOneLine(words) && !last) await io.out('\n');
  }
  return 0;
}

function hasPatch(words: Words): boolean {
  return ['stat', 'shortstat', 'name-only', 'name-status'].some((name) => words.has(name));
}

async function touches(repository: Repository, one: Commit, wanted: (path: string) => boolean) {
  const own = await repository.tree(one.tree);
  const parent = one.parents[0];
  const before = parent === undefined ? new Map() : await repository.tree(parent);
  for (const [path, { oid }] of own) if (wanted(path) && before.get(path)?.oid !== oid) return true;
  for (const path of before.keys()) if (wanted(path) && !own.has(path)) return true;
  return false;
}

async function printOf(
  repository: Repository,
  one: Commit,
  words: Words,
  only?: (path: string) => boolean,
) {
  const [parent] = one.parents;
  const before = parent === undefined ? new Map() : await repository.tree(parent);
  await printPatch(repository, before, await repository.tree(one.tree), {
    ...patchOptions(words),
    ...(only ? { only } : {}),
  });
}

/** Revisions and paths, which may stand beside each other without `--`. */
async function revisionsOf(repository: Repository, words: Words) {
  const tips: string[] = [];
  const hidden: string[] = [];
  const paths: string[] = [...(words.paths ?? [])];
  for (const one of words.operands) {
    const range = /^(.*?)\.\.(.*)$/.exec(one);
    if (range) {
      hidden.push(await repository.mustResolve(range[1] || 'HEAD'));
      tips.push(await repository.mustResolve(range[2] || 'HEAD'));
      continue;
    }
    const oid = await repository.resolve(one.replace(/^\^/, ''));
    if (oid !== undefined) (one.startsWith('^') ? hidden : tips).push(oid);
    else if (words.paths === undefined && repository.io.fs.exists(one)) paths.push(one);
    else await repository.mustResolve(one);
  }
  if (words.has('all')) {
    for (const name of await repository.refs('heads'))
      tips.push((await repository.ref(`refs/heads/${name}`)) as string);
    for (const name of await repository.refs('tags'))
      tips.push((await repository.resolve(`refs/tags/${name}`)) as string);
  }
  if (tips.length === 0) {
    const head = await repository.head();
    if (head === undefined) {
      throw fatal(
        `your current branch '${repository.branch ?? 'HEAD'}' does not have any commits yet`,
      );
    }
    tips.push(head);
  }
  return { tips, hidden, paths };
}

function formatOf(words: Words): string {
  if (words.has('oneline')) return 'oneline';
  const given = words.value('format') ?? words.value('pretty') ?? 'medium';
  return /^(oneline|short|medium|full|format:|tformat:)/.test(given) || !given.includes('%')
    ? given
    : `tformat:${given}`;
}

function isOneLine(words: Words): boolean {
  const format = formatOf(words);
  return format === 'oneline' || format.startsWith('tformat:') || format.startsWith('format:');
}

function headText(
  repository: Repository,
  one: Commit,
  words: Words,
  names: readonly string[],
): string {
  const paint = painter(repository);
  const format = formatOf(words);
  const [subject = ''] = one.message.split('\n');
  const refs =
    names.length === 0
      ? ''
      : paint(33, ` (${names.join(', ')}${repository.io.toTerminal ? '\x1b[33m' : ''})`);
  if (format === 'oneline') {
    const oid = words.has('oneline') ? one.oid.slice(0, 7) : one.oid;
    return `${paint(33, oid)}${refs} ${subject}\n`;
  }
  const custom = /^t?format:(.*)$/s.exec(format)?.[1];
  if (custom !== undefined) return `${formatted(repository, custom, one, names)}\n`;
  const lines = [
    `${paint(33, `commit ${words.has('abbrev-commit') ? one.oid.slice(0, 7) : one.oid}`)}${refs}`,
  ];
  if (one.parents.length > 1)
    lines.push(`Merge: ${one.parents.map((oid) => oid.slice(0, 7)).join(' ')}`);
  lines.push(`Author: ${one.author.name} <${one.author.email}>`);
  if (format === 'full') lines.push(`Commit: ${one.committer.name} <${one.committer.email}>`);
  if (format === 'medium') lines.push(`Date:   ${dateOf(one.author)}`);
  const message = format === 'short' ? [subject] : one.message.trimEnd().split('\n');
  return `${[...lines, '', ...message.map((line) => `    ${line}`.trimEnd())].join('\n')}\n`;
}

/** https://git-scm.com/docs/pretty-formats, as far as one-liners of tutorials use it. */
function formatted(
  repository: Repository,
  format: string,
  one: Commit,
  names: readonly string[],
): string {
  const ago = () => relative(repository.io.kernel.now() / 1000 - one.author.timestamp);
  const [subject = '', ...rest] = one.message.trimEnd().split('\n');
  const values: Record<string, () => string> = {
    H: () => one.oid,
    h: () => one.oid.slice(0, 7),
    T: () => one.tree,
    P: () => one.parents.join(' '),
    p: () => one.parents.map((oid) => oid.slice(0, 7)).join(' '),
    an: () => one.author.name,
    ae: () => one.author.email,
    ad: () => dateOf(one.author),
    ar: ago,
    at: () => String(one.author.timestamp),
    as: () => new Date(one.author.timestamp * 1000).toISOString().slice(0, 10),
    cn: () => one.committer.name,
    ce: () => one.committer.email,
    cd: () => dateOf(one.committer),
    cr: ago,
    s: () => subject,
    b: () => rest.join('\n').replace(/^\n+/, ''),
    d: () => (names.length === 0 ? '' : ` (${names.join(', ')})`),
    D: () => names.join(', '),
    n: () => '\n',
    '%': () => '%',
  };
  return format.replaceAll(
    /%(C\([^)]*\)|C(?:red|green|blue|yellow|reset)|[ac][neadrts]|[HhTPpsbdDn%])/g,
    (whole, name: string) => (name.startsWith('C') ? '' : (values[name]?.() ?? whole)),
  );
}

function relative(seconds: number): string {
  const units: [string, number][] = [
    ['second', 90],
    ['minute', 90 * 60],
    ['hour', 36 * 3600],
    ['day', 14 * 86_400],
  ];
  const size: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86_400 };
  const [unit] = units.find(([, until]) => seconds < until) ?? ['day'];
  const count = Math.max(0, Math.round(seconds / (size[unit] ?? 1)));
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}

/** As `--graph` wants them: no parent before its children, side lines before the main one. */
function topological(commits: readonly Commit[]): Commit[] {
  const byOid = new Map(commits.map((one) => [one.oid, one]));
  const children = new Map<string, number>();
  for (const { parents } of commits) {
    for (const oid of parents) children.set(oid, (children.get(oid) ?? 0) + 1);
  }
  const ready = commits.filter(({ oid }) => !children.has(oid)).reverse();
  const found: Commit[] = [];
  for (let one = ready.pop(); one; one = ready.pop()) {
    found.push(one);
    for (const oid of one.parents) {
      const left = (children.get(oid) ?? 1) - 1;
      children.set(oid, left);
      const parent = byOid.get(oid);
      if (left === 0 && parent) ready.push(parent);
    }
  }
  return found;
}

/** The lines of `--graph`: a column for each line of development. */
class Graph {
  #columns: string[] = [];

  draw(one: Commit, text: string): string {
    let at = this.#columns.indexOf(one.oid);
    if (at < 0) at = this.#columns.push(one.oid) - 1;
    const before = this.#columns.length;
    const star = this.#columns.map((_, column) => (column === at ? '*' : '|')).join(' ');
    const [first, ...others] = one.parents;
    const fresh = others.filter((oid) => !this.#columns.includes(oid));
    const known = first === undefined ? -1 : this.#columns.indexOf(first);
    const bars = (count: number) => Array.from({ length: count }, () => '|').join(' ');
    let turn: string | undefined;
    if (known >= 0 && first !== undefined) {
      // Two lines end in the same parent: the right one turns into the left one.
      const right = Math.max(at, known);
      this.#columns[Math.min(at, known)] = first;
      this.#columns.splice(right, 1);
      turn = `${bars(right)}/`;
    } else this.#columns.splice(at, 1, ...(first === undefined ? [] : [first]), ...fresh);
    if (fresh.length > 0 && known < 0) turn = `${bars(at + 1)}\\`;
    const width = 2 * Math.max(before, this.#columns.length);
    const after = bars(this.#columns.length);
    const lines = text
      .replace(/\n$/, '')
      .split('\n')
      .map((line, row) => {
        const prefix = row === 0 ? star : row === 1 && turn !== undefined ? turn : after;
        return `${prefix.padEnd(width)}${line}`;
      });
    if (lines.length === 1 && turn !== undefined) lines.push(turn.padEnd(width));
    return `${lines.join('\n')}\n`;
  }
}

/** `git show`: a commit with its changes, a tag, a tree, or a file (`HEAD:a.txt`). */
export async function show(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'show',
    args,
    `oneline pretty? format: s,no-patch p,patch abbrev-commit ${PATCH_OPTIONS}`,
  );
  const { io } = repository;
  const typed = words.operands.length === 0 ? ['HEAD'] : words.operands;
  for (const one of typed) {
    const inside = /^([^:]*):(.+)$/.exec(one);
    if (inside) {
      const [, revision = '', path = ''] = inside;
      const files: Versions =
        revision === ''
          ? new Map(repository.index().files)
          : await repository.tree(await repository.mustResolve(revision));
      const version = files.get(path);
      if (!version) throw fatal(`path '${path}' does not exist in '${revision || 'index'}'`);
      await io.out(await repository.blob(version.oid));
      continue;
    }
    const oid = await repository.mustResolve(one);
    const { type } = await git.readObject({ ...repository.at, oid });
    if (type === 'blob') await io.out(await repository.blob(oid));
    else {
      const commit = await repository.commit(oid);
      const names = io.toTerminal ? await decorations(repository) : new Map<string, string[]>();
      await io.out(headText(repository, commit, words, names.get(oid) ?? []));
      if (words.has('s')) continue;
      if (!isOneLine(words)) await io.out('\n');
      if (commit.parents.length < 2) {
        await printOf(
          repository,
          commit,
          words,
          words.paths ? matcher(repository, words.paths) : undefined,
        );
      }
    }
  }
  return 0;
}

/** `git diff`: working tree and index, index and HEAD, or two commits. */
export async function diff(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf('diff', args, `staged,cached exit-code quiet p,patch ${PATCH_OPTIONS}`);
  const revisions: string[] = [];
  const paths: string[] = [...(words.paths ?? [])];
  for (const one of words.operands) {
    const range = /^(.*?)\.\.\.?(.*)$/.exec(one);
    if (range && !repository.io.fs.exists(one))
      revisions.push(range[1] || 'HEAD', range[2] || 'HEAD');
    else if ((await repository.resolve(one)) !== undefined) revisions.push(one);
    else if (repository.io.fs.exists(one) || repository.index().has(pathIn(repository, one)))
      paths.push(one);
    else await repository.mustResolve(one);
  }
  const options = {
    ...patchOptions(words),
    ...(paths.length === 0 ? {} : { only: matcher(repository, paths) }),
  };
  const tree = async (name: string) => repository.tree(await repository.mustResolve(name));
  const index = repository.index();
  let found: boolean;
  if (revisions.length >= 2) {
    found = await printPatch(
      repository,
      await tree(revisions[0] as string),
      await tree(revisions[1] as string),
      options,
    );
  } else if (words.has('staged')) {
    const [name] = revisions;
    const head =
      name === undefined ? await repository.tree(await repository.head()) : await tree(name);
    found = await printPatch(repository, head, new Map(index.files), options);
  } else {
    const [name] = revisions;
    for (const path of index.conflicts.keys()) {
      if (!(options.only?.(path) ?? true)) continue;
      const file = quoted(repository, path);
      await repository.io.out(
        options.nameOnly ? `${file}\n${file}\n` : `* Unmerged path ${file}\n`,
      );
    }
    const { versions, inWork } = await workVersions(repository);
    const before: Versions = name === undefined ? new Map(index.files) : await tree(name);
    found = await printPatch(repository, before, versions, options, async (path, version) =>
      inWork.get(path) === version.oid ? repository.content(path) : repository.blob(version.oid),
    );
  }
  return found && (words.has('exit-code') || words.has('quiet')) ? 1 : 0;
}

/** The tracked files as the working tree has them. */
async function workVersions(repository: Repository) {
  const index = repository.index();
  const work = await repository.workFiles();
  const versions: Versions = new Map(index.files);
  const inWork = new Map<string, string>();
  for (const { path, kind } of await unstagedOf(repository, index, work)) {
    const stat = work.get(path);
    if (kind === 'D' || !stat) versions.delete(path);
    else {
      const version = await repository.workVersion(path, stat);
      versions.set(path, version);
      if (version.oid !== index.files.get(path)?.oid) inWork.set(path, version.oid);
    }
  }
  return { versions, inWork };
}

export async function reflog(repository: Repository): Promise<number> {
  const paint = painter(repository);
  for (const [at, { oid, why }] of repository.reflog().entries()) {
    await repository.io.out(`${paint(33, oid.slice(0, 7))} HEAD@{${at}}: ${why}\n`);
  }
  return 0;
}

export async function revParse(repository: Repository, args: readonly string[]): Promise<number> {
  const { io } = repository;
  const words = new Set(args.filter((arg) => arg.startsWith('-')));
  const answers: Record<string, () => string> = {
    '--show-toplevel': () => repository.dir,
    '--git-dir': () => (repository.io.cwd === repository.dir ? '.git' : repository.gitdir),
    '--is-inside-work-tree': () => String(!repository.bare),
    '--is-bare-repository': () => String(repository.bare),
  };
  for (const arg of args) {
    const answer = answers[arg];
    if (answer) await io.out(`${answer()}\n`);
    else if (arg.startsWith('-')) {
      if (!/^--(short(=\d+)?|abbrev-ref|verify|quiet|symbolic-full-name)$|^-q$/.test(arg))
        await io.out(`${arg}\n`);
    } else if (words.has('--abbrev-ref') && (arg === 'HEAD' || arg === '@')) {
      await io.out(`${repository.branch ?? 'HEAD'}\n`);
    } else {
      const oid = await repository.resolve(arg);
      if (oid === undefined && words.has('--verify')) throw fatal('Needed a single revision');
      if (oid === undefined) await io.out(`${arg}\n`);
      const length = [...words].find((word) => word.startsWith('--short'))?.split('=')[1];
      const short = [...words].some((word) => word.startsWith('--short'));
      await io.out(
        `${(await repository.mustResolve(arg)).slice(0, short ? Number(length ?? 7) : 40)}\n`,
      );
    }
  }
  return 0;
}

export async function lsFiles(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'ls-files',
    args,
    'c,cached o,others m,modified d,deleted s,stage exclude-standard z',
  );
  const index = repository.index();
  const typed = [...words.operands, ...(words.paths ?? [])];
  const only = typed.length === 0 ? matcher(repository, ['.']) : matcher(repository, typed);
  const work = await repository.workFiles();
  const lines: string[] = [];
  const name = (path: string) => quoted(repository, shown(repository, path));
  if (words.has('o')) {
    for (const path of work.keys()) {
      if (index.has(path) || !only(path)) continue;
      if (!words.has('exclude-standard') || !(await repository.isIgnored(path)))
        lines.push(name(path));
    }
  } else if (words.has('m') || words.has('d')) {
    for (const { path, kind } of await unstagedOf(repository, index, work)) {
      if (only(path) && (words.has('m') || kind === 'D')) lines.push(name(path));
    }
  } else {
    for (const { path, oid, mode, stage } of index.all()) {
      if (!only(path)) continue;
      lines.push(
        words.has('s') ? `${mode.toString(8)} ${oid} ${stage}\t${name(path)}` : name(path),
      );
    }
  }
  await repository.io.out(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

/** How a branch stands to the one that it follows. */
export async function tracking(repository: Repository, branch: string | undefined) {
  if (branch === undefined) return undefined;
  const remote = repository.settings.get(`branch.${branch}.remote`);
  const merge = repository.settings.get(`branch.${branch}.merge`)?.replace('refs/heads/', '');
  if (remote === undefined || merge === undefined) return undefined;
  const name = `${remote}/${merge}`;
  const theirs = await repository.ref(`refs/remotes/${name}`);
  const ours = await repository.ref(`refs/heads/${branch}`);
  if (theirs === undefined || ours === undefined) return undefined;
  const count = async (from: string, without: string) => {
    let found = 0;
    for await (const _ of commitsFrom(repository, [from], [without])) found++;
    return found;
  };
  const ahead = await count(ours, theirs);
  const behind = await count(theirs, ours);
  const commits = (number: number) => `${number} commit${number === 1 ? '' : 's'}`;
  let text = `Your branch is up to date with '${name}'.`;
  if (ahead > 0 && behind > 0) {
    text = `Your branch and '${name}' have diverged,\nand have ${ahead} and ${behind} different commits each, respectively.\n  (use "git pull" to merge the remote branch into yours)`;
  } else if (ahead > 0) {
    text = `Your branch is ahead of '${name}' by ${commits(ahead)}.\n  (use "git push" to publish your local commits)`;
  } else if (behind > 0) {
    text = `Your branch is behind '${name}' by ${commits(behind)}, and can be fast-forwarded.\n  (use "git pull" to update your local branch)`;
  }
  return { name, remote, merge, text, ahead, behind };
}

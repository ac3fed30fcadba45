import * as git from 'isomorphic-git';
import { Failure } from '../program.ts';
import { changesBetween } from './compare.ts';
import { failed, fatal } from './failure.ts';
import { statText, summary } from './patch.ts';
import type { Person, Repository, Settings } from './repository.ts';
import { stateOf, unstagedOf } from './state.ts';
import { longStatus } from './status.ts';
import { matcher, shown, wordsOf } from './words.ts';

/** Who writes a commit, from the environment or the configuration; git does not guess. */
export function personOf(settings: Settings, role: 'author' | 'committer'): Person {
  const { io } = settings;
  const variable = (what: string) => io.env.get(`GIT_${role.toUpperCase()}_${what}`);
  const name = variable('NAME') ?? settings.get('user.name');
  const email = variable('EMAIL') ?? settings.get('user.email') ?? io.env.get('EMAIL');
  const head = `${role === 'author' ? 'Author' : 'Committer'} identity unknown

*** Please tell me who you are.

Run

  git config --global user.email "you@example.com"
  git config --global user.name "Your Name"

to set your account's default identity.
Omit --global to set the identity only in this repository.

`;
  const { kernel } = io;
  if (email === undefined) {
    const user = kernel.users.nameOf(io.who.uid);
    throw new Failure(
      `${head}fatal: unable to auto-detect email address (got '${user}@${kernel.hostname}.(none)')`,
      128,
    );
  }
  if (name === undefined || name.trim() === '') {
    throw new Failure(`${head}fatal: empty ident name (for <${email}>) not allowed`, 128);
  }
  const timestamp = Math.floor(kernel.now() / 1000);
  return { name: name.trim(), email, timestamp, timezoneOffset: 0 };
}

/** `git commit`. https://git-scm.com/docs/git-commit */
export async function commit(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'commit',
    args,
    'm:,message: a,all amend no-edit allow-empty allow-empty-message q,quiet F:,file: v,verbose author: no-verify n dry-run s,signoff',
  );
  const { io } = repository;
  const index = repository.index();
  const { conflicts } = index;
  if (conflicts.size > 0) {
    await io.out([...conflicts.keys()].map((path) => `U\t${shown(repository, path)}\n`).join(''));
    throw new Failure(
      "error: Committing is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict.",
      128,
    );
  }
  const paths = [...words.operands, ...(words.paths ?? [])];
  if (words.has('a') || paths.length > 0) {
    const work = await repository.workFiles();
    const wanted = paths.length > 0 ? matcher(repository, paths) : () => true;
    for (const { path, kind } of await unstagedOf(repository, index, work)) {
      if (!wanted(path)) continue;
      if (kind === 'D') index.remove(path);
      else index.put(await repository.store(path));
    }
    await index.save();
  }
  const head = await repository.head();
  const amend = words.has('amend');
  if (amend && head === undefined) throw fatal('You have nothing to amend.');
  const last = amend && head !== undefined ? await repository.commit(head) : undefined;
  const merged = mergeHead(repository);
  const before = await repository.tree(head);
  const files = index.files;
  const base = last ? await repository.tree(last.parents[0]) : before;
  const changes = changesBetween(base, files);
  if (changes.length === 0 && !merged && !last && !words.has('allow-empty')) {
    const text = await longStatus(repository, await stateOf(repository));
    await io.out(`${text}\n`);
    return 1;
  }
  const author = personOf(repository.settings, 'author');
  const committer = personOf(repository.settings, 'committer');
  const message = await messageOf(repository, words, last?.message);
  const tree = await repository.writeTree(files);
  const parent = last
    ? last.parents
    : [...(head === undefined ? [] : [head]), ...(merged ? [merged] : [])];
  const oid = await git.writeCommit({
    ...repository.at,
    commit: { message, tree, parent, author: last?.author ?? author, committer },
  });
  const subject = message.split('\n')[0] ?? '';
  const kind = amend ? ' (amend)' : merged ? ' (merge)' : parent.length === 0 ? ' (initial)' : '';
  await repository.moveHead(oid, `commit${kind}: ${subject}`);
  endMerge(repository);
  if (words.has('q')) return 0;
  const where = repository.branch ?? 'detached HEAD';
  const root = parent.length === 0 ? ' (root-commit)' : '';
  await io.out(`[${where}${root} ${oid.slice(0, 7)}] ${subject}\n`);
  if (last) await io.out(` Date: ${dateOf(last.author)}\n`);
  if (parent.length < 2 && changes.length > 0) {
    const stat = await statText(repository, changes, base, files);
    await io.out(
      `${stat.trimEnd().split('\n').at(-1)}\n${summary(repository, changes, base, files)}`,
    );
  }
  return 0;
}

async function messageOf(
  repository: Repository,
  words: {
    has(name: string): boolean;
    values(name: string): readonly string[];
    value(name: string): string | undefined;
  },
  last: string | undefined,
): Promise<string> {
  const { io } = repository;
  const file = words.value('F');
  const merge = `${repository.gitdir}/MERGE_MSG`;
  let text: string;
  if (words.has('m')) text = words.values('m').join('\n\n');
  else if (file !== undefined) text = file === '-' ? await io.stdinText() : io.fs.readText(file);
  else if (last !== undefined) {
    if (!words.has('no-edit')) throw noEditor(repository);
    text = last;
  } else if (io.fs.exists(merge)) text = io.fs.readText(merge);
  else throw noEditor(repository);
  const clean = text
    .split('\n')
    .filter((line) => words.has('m') || !line.startsWith('#'))
    .map((line) => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .replaceAll(/^\n+|\n+$/g, '');
  if (clean === '' && !words.has('allow-empty-message')) {
    throw new Failure('Aborting commit due to empty commit message.', 1);
  }
  return clean === '' ? '' : `${clean}\n`;
}

/** As git says it where no editor can do its work. */
export function noEditor({ io }: Repository): Failure {
  const why = io.terminal
    ? "There was a problem with the editor 'editor'."
    : 'Terminal is dumb, but EDITOR unset';
  return failed(`${why}\nPlease supply the message using either -m or -F option.`);
}

/** `Sat Nov 21 16:20:59 2026 +0000`, in the writer's own time zone. */
export function dateOf({
  timestamp,
  timezoneOffset,
}: {
  timestamp: number;
  timezoneOffset: number;
}): string {
  const local = new Date((timestamp - timezoneOffset * 60) * 1000).toUTCString();
  const [, day, date, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(local) ?? [];
  const away = Math.abs(timezoneOffset);
  const zone = `${timezoneOffset > 0 ? '-' : '+'}${String(Math.floor(away / 60)).padStart(2, '0')}${String(away % 60).padStart(2, '0')}`;
  return `${day} ${month} ${Number(date)} ${time} ${year} ${zone}`;
}

/** The commit that is being merged. */
export function mergeHead(repository: Repository): string | undefined {
  const file = `${repository.gitdir}/MERGE_HEAD`;
  return repository.io.fs.exists(file) ? repository.io.fs.readText(file).trim() : undefined;
}

export function endMerge(repository: Repository): void {
  for (const name of ['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE']) {
    const file = `${repository.gitdir}/${name}`;
    if (repository.io.fs.exists(file)) repository.io.fs.unlink(file);
  }
}

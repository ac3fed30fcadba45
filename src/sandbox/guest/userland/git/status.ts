import type { Change } from './compare.ts';
import { tracking } from './history.ts';
import type { IndexEntry } from './index-file.ts';
import type { Repository } from './repository.ts';
import { type State, stateOf } from './state.ts';
import { painter, quoted, shown, wordsOf } from './words.ts';

/** `git status`. https://git-scm.com/docs/git-status */
export async function status(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'status',
    args,
    's,short porcelain? b,branch long u?,untracked-files? v,verbose',
  );
  const untracked = words.has('u') ? words.value('u') || 'all' : 'normal';
  const state = await stateOf(repository, { untracked: untracked as 'all' });
  const porcelain = words.has('porcelain');
  if (porcelain || words.has('s')) await short(repository, state, porcelain, words.has('b'));
  else await repository.io.out(`${await longStatus(repository, state)}\n`);
  return 0;
}

async function short(repository: Repository, state: State, porcelain: boolean, branch: boolean) {
  const { io } = repository;
  const paint = porcelain ? (_: number, text: string) => text : painter(repository);
  if (branch) {
    const name = repository.branch ?? 'HEAD (no branch)';
    const none = (await repository.head()) === undefined ? 'No commits yet on ' : '';
    await io.out(`## ${none}${paint(32, name)}\n`);
  }
  const lines = new Map<string, { x: string; y: string; from?: string | undefined }>();
  for (const { path, kind, from } of state.staged) lines.set(path, { x: kind, y: ' ', from });
  for (const { path, kind } of state.unstaged) {
    lines.set(path, { x: ' ', ...lines.get(path), y: kind });
  }
  for (const [path, entries] of state.index.conflicts) {
    const [x = 'U', y = 'U'] = conflictOf(entries).letters;
    lines.set(path, { x, y });
  }
  const name = (path: string) => {
    const text = quoted(repository, porcelain ? path : shown(repository, path));
    return text.includes(' ') && !text.startsWith('"') ? `"${text}"` : text;
  };
  for (const [path, { x, y, from }] of [...lines].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const moved = from === undefined ? '' : `${name(from)} -> `;
    await io.out(`${paint(32, x)}${paint(31, y)} ${moved}${name(path)}\n`);
  }
  for (const path of state.untracked) await io.out(`${paint(31, '??')} ${name(path)}\n`);
}

/** What both sides did to a file in conflict, by the stages that it has. */
export function conflictOf(entries: readonly IndexEntry[]): { text: string; letters: string } {
  const stages = entries.map((one) => one.stage).join('');
  return (
    {
      '1': { text: 'both deleted', letters: 'DD' },
      '2': { text: 'added by us', letters: 'AU' },
      '3': { text: 'added by them', letters: 'UA' },
      '12': { text: 'deleted by them', letters: 'UD' },
      '13': { text: 'deleted by us', letters: 'DU' },
      '23': { text: 'both added', letters: 'AA' },
    }[stages] ?? { text: 'both modified', letters: 'UU' }
  );
}

const NAMES = {
  A: 'new file:   ',
  D: 'deleted:    ',
  M: 'modified:   ',
  T: 'typechange: ',
  R: 'renamed:    ',
} as const;

/** The text that `git status` prints, and `git commit` where there is nothing to commit. */
export async function longStatus(repository: Repository, state: State): Promise<string> {
  const paint = painter(repository);
  const { staged, unstaged, untracked, index } = state;
  const { conflicts } = index;
  const head = await repository.head();
  const merging = repository.io.fs.exists(`${repository.gitdir}/MERGE_HEAD`);
  const { branch } = repository;
  const parts = [
    branch === undefined
      ? `${paint(31, 'HEAD detached at ')}${(head ?? '').slice(0, 7)}`
      : `On branch ${branch}`,
  ];
  const upstream = await tracking(repository, branch);
  if (upstream) parts.push(upstream.text);
  if (head === undefined) parts.push('\nNo commits yet');
  if (merging && conflicts.size === 0) {
    parts.push(
      'All conflicts fixed but you are still merging.\n  (use "git commit" to conclude merge)',
    );
  }
  if (conflicts.size > 0) {
    parts.push(
      'You have unmerged paths.\n  (fix conflicts and run "git commit")\n  (use "git merge --abort" to abort the merge)',
    );
  }
  const name = (path: string) => quoted(repository, shown(repository, path));
  const list = (code: number, changes: readonly Change[]) =>
    changes.map(({ kind, path, from }) => {
      const moved = from === undefined ? '' : `${name(from)} -> `;
      return `\t${paint(code, `${NAMES[kind]}${moved}${name(path)}`)}\n`;
    });
  const section = (title: string, hints: string[], lines: string[]) => {
    if (lines.length === 0) return;
    const space = parts.length > 1 || upstream || head === undefined || merging ? '\n' : '';
    parts.push(
      `${space}${title}:\n${hints.map((hint) => `  (${hint})\n`).join('')}${lines.join('').trimEnd()}`,
    );
  };
  const unstage =
    head === undefined
      ? 'use "git rm --cached <file>..." to unstage'
      : 'use "git restore --staged <file>..." to unstage';
  section('Changes to be committed', merging ? [] : [unstage], list(32, staged));
  section(
    'Unmerged paths',
    [
      `use "git add${[...conflicts.values()].some((one) => one.length < 3) ? '/rm' : ''} <file>..." ${[...conflicts.values()].some((one) => one.length < 3) ? 'as appropriate ' : ''}to mark resolution`,
    ],
    [...conflicts].map(
      ([path, entries]) =>
        `\t${paint(31, `${`${conflictOf(entries).text}:`.padEnd(17)}${name(path)}`)}\n`,
    ),
  );
  section(
    'Changes not staged for commit',
    [
      `use "git add${unstaged.some((one) => one.kind === 'D') ? '/rm' : ''} <file>..." to update what will be committed`,
      'use "git restore <file>..." to discard changes in working directory',
    ],
    list(31, unstaged),
  );
  section(
    'Untracked files',
    ['use "git add <file>..." to include in what will be committed'],
    untracked.map((path) => `\t${paint(31, name(path))}\n`),
  );
  const end = ending(state, head === undefined, merging);
  // After the lists an empty line; without any, the sentence follows at once.
  const listed = staged.length + unstaged.length + untracked.length + conflicts.size > 0;
  if (end !== '') parts.push(`${listed || head === undefined || upstream ? '\n' : ''}${end}`);
  else if (listed) parts.push('');
  return parts.join('\n');
}

function ending(state: State, first: boolean, merging: boolean): string {
  const { staged, unstaged, untracked, index } = state;
  if (
    staged.length > 0 ||
    (merging && unstaged.length + untracked.length === 0 && index.conflicts.size === 0)
  )
    return '';
  if (unstaged.length > 0 || index.conflicts.size > 0) {
    return 'no changes added to commit (use "git add" and/or "git commit -a")';
  }
  if (untracked.length > 0) {
    return 'nothing added to commit but untracked files present (use "git add" to track)';
  }
  return first
    ? 'nothing to commit (create/copy files and use "git add" to track)'
    : 'nothing to commit, working tree clean';
}

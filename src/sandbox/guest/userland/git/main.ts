import type { SystemError } from '../../kernel/errors.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { Failure } from '../program.ts';
import { branch, checkout, switchTo, tag } from './branches.ts';
import { Interrupted } from './client.ts';
import { commit } from './commit.ts';
import type { Differ } from './compare.ts';
import { fatal } from './failure.ts';
import { diff, log, lsFiles, reflog, revParse, show } from './history.ts';
import { config, init } from './init.ts';
import { merge, reset } from './merge.ts';
import { clone, fetch, pull, push, remote } from './remotes.ts';
import { Repository } from './repository.ts';
import { add, mv, restore, rm } from './stage.ts';
import { stash } from './stash.ts';
import { status } from './status.ts';

/**
 * `git`: the commands of a beginner on the guest's own files. Objects, trees and merges are
 * isomorphic-git's; what is printed follows git 2.39.
 */

type Command = (repository: Repository, args: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  add,
  stage: add,
  rm,
  mv,
  restore,
  commit,
  status,
  log,
  diff,
  show,
  reflog,
  'rev-parse': revParse,
  'ls-files': lsFiles,
  branch,
  checkout,
  switch: switchTo,
  tag,
  merge,
  reset,
  stash,
  remote,
  fetch,
  pull,
  push,
};

/** Those that have nothing to do without files beside `.git`. */
const IN_WORK_TREE = new Set(
  'add stage rm mv restore commit status checkout switch merge reset stash pull'.split(' '),
);

const HELP = `usage: git [-v | --version] [-h | --help] [-C <path>] [-c <name>=<value>]
           <command> [<args>]

These are common Git commands used in various situations:

start a working area (see also: git help tutorial)
   clone     Clone a repository into a new directory
   init      Create an empty Git repository or reinitialize an existing one

work on the current change (see also: git help everyday)
   add       Add file contents to the index
   mv        Move or rename a file, a directory, or a symlink
   restore   Restore working tree files
   rm        Remove files from the working tree and from the index

examine the history and state (see also: git help revisions)
   diff      Show changes between commits, commit and working tree, etc
   log       Show commit logs
   show      Show various types of objects
   status    Show the working tree status

grow, mark and tweak your common history
   branch    List, create, or delete branches
   commit    Record changes to the repository
   merge     Join two or more development histories together
   reset     Reset current HEAD to the specified state
   switch    Switch branches
   tag       Create, list, delete or verify a tag object

collaborate (see also: git help workflows)
   fetch     Download objects and refs from another repository
   pull      Fetch from and integrate with another repository or a local branch
   push      Update remote refs along with associated objects

Also here: checkout, config, ls-files, reflog, remote, rev-parse, stash.
`;

export interface GitOptions {
  readonly version: string;
  readonly diff: Differ;
}

export async function runGit(given: ProgramIo, options: GitOptions): Promise<number> {
  let io = given;
  const args = [...io.args];
  const settings: { key: string; value: string }[] = [];
  try {
    while (args[0]?.startsWith('-')) {
      const option = args.shift() as string;
      if (option === '--version' || option === '-v') args.unshift('version');
      else if (option === '--help' || option === '-h') args.unshift('help');
      else if (option === '-C') io = inFolder(io, args.shift() ?? '');
      else if (option === '-c') {
        const [key = '', ...value] = (args.shift() ?? '').split('=');
        settings.push({
          key: key.toLowerCase(),
          value: value.length === 0 ? 'true' : value.join('='),
        });
      } else if (!/^(--no-pager|--paginate|-p|-P)$/.test(option)) {
        await io.err(`unknown option: ${option}\n`);
        return 129;
      }
      if (option === '--version' || option === '-v' || option === '--help' || option === '-h')
        break;
    }
    return await command(io, args, settings, options);
  } catch (error) {
    return told(io, error);
  }
}

async function command(
  io: ProgramIo,
  [name, ...args]: string[],
  settings: readonly { key: string; value: string }[],
  { version, diff: differ }: GitOptions,
): Promise<number> {
  if (name === undefined || name === 'help' || (args.includes('--help') && COMMANDS[name])) {
    await io.out(
      name === undefined || args.length === 0
        ? HELP
        : `No manual entry for git-${args[0] === '--help' ? name : args[0]}\nThe pages are not on this machine: https://git-scm.com/docs/git-${args[0] === '--help' ? name : args[0]}\n`,
    );
    return name === undefined ? 1 : 0;
  }
  if (name === 'version') {
    await io.out(`git version ${version}\n`);
    return 0;
  }
  if (name === 'init') return init(io, args);
  if (name === 'config') return config(io, args);
  if (name === 'clone') return clone(io, args);
  const run = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!run) throw unknown(name);
  const repository = Repository.find(io, io.cwd);
  repository.settings.given = settings;
  repository.diff = differ;
  if (repository.bare && IN_WORK_TREE.has(name))
    throw fatal('this operation must be run in a work tree');
  return run(repository, args);
}

/** git's own commands that are not here, and what is no command at all. */
const OTHERS = new Set(
  'am apply archive bisect blame bundle cat-file check-ignore cherry-pick clean daemon describe difftool fsck gc grep gui hash-object instaweb lfs maintenance mergetool notes prune range-diff rebase repack replace rev-list revert send-email shortlog show-branch show-ref sparse-checkout submodule svn symbolic-ref update-index worktree write-tree'.split(
    ' ',
  ),
);

function unknown(name: string): Failure {
  return OTHERS.has(name)
    ? new Failure(`git: '${name}' is not available in this machine's git. See 'git --help'.`, 1)
    : new Failure(`git: '${name}' is not a git command. See 'git --help'.`, 1);
}

function inFolder(io: ProgramIo, folder: string): ProgramIo {
  const cwd = io.fs.absolute(folder);
  if (!io.fs.exists(cwd)) throw fatal(`cannot change to '${folder}': No such file or directory`);
  io.fs.cwd = cwd;
  return { ...io, cwd };
}

async function told(io: ProgramIo, error: unknown): Promise<number> {
  if (error instanceof Interrupted) return 130;
  if (error instanceof Failure) {
    if (error.message !== '') await io.err(`${error.message}\n`);
    return error.status;
  }
  // This file is a bundle of its own, whose classes are not those of the worker.
  if ((error as Error).name === 'SystemError') {
    const { path, text } = error as SystemError;
    await io.err(`fatal: ${path === undefined ? '' : `could not use '${path}': `}${text}\n`);
    return 128;
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  // isomorphic-git's errors have names of their own; others are mistakes of this program.
  if (typeof code !== 'string') throw error;
  await io.err(`fatal: ${typeof message === 'string' ? message.split('\n')[0] : code}\n`);
  return 128;
}

import { joined } from '../../fs/paths.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { Failure } from '../program.ts';
import { normalKey, partsOf, readSettings, settingsOf } from './config.ts';
import { failed, fatal } from './failure.ts';
import { isGitDir, Repository, Settings } from './repository.ts';
import { wordsOf } from './words.ts';

/** Commands that need no repository: init and config. */

const HINT = `hint: Using 'master' as the name for the initial branch. This default branch name
hint: is subject to change. To configure the initial branch name to use in all
hint: of your new repositories, which will suppress this warning, call:
hint: 
hint: \tgit config --global init.defaultBranch <name>
hint: 
hint: Names commonly chosen instead of 'master' are 'main', 'trunk' and
hint: 'development'. The just-created branch can be renamed via this command:
hint: 
hint: \tgit branch -m <name>
`;

export async function init(io: ProgramIo, args: readonly string[]): Promise<number> {
  const words = wordsOf('init', args, 'b:,initial-branch: bare q,quiet');
  const dir = joined(io.cwd, words.operands[0] ?? '.');
  const configured = words.value('b') ?? new Settings(io, undefined).get('init.defaultbranch');
  const bare = words.has('bare');
  const gitdir = bare ? dir : joined(dir, '.git');
  const again = io.fs.exists(gitdir) && isGitDir(io, gitdir);
  if (!again) await startRepository(io, dir, { bare, branch: configured ?? 'master' });
  if (words.has('q')) return 0;
  if (configured === undefined && !again) await io.err(HINT);
  const what = again ? 'Reinitialized existing' : 'Initialized empty';
  await io.out(`${what} Git repository in ${io.fs.realpath(gitdir).replace(/\/$/, '')}/\n`);
  return 0;
}

/** What `git init` makes. https://git-scm.com/docs/gitrepository-layout */
export async function startRepository(
  io: ProgramIo,
  dir: string,
  { bare, branch }: { bare: boolean; branch: string },
): Promise<Repository> {
  const { fs } = io;
  if (fs.exists(dir) && fs.stat(dir).type !== 'folder')
    throw fatal(`cannot mkdir ${dir}: File exists`);
  fs.mkdir(dir, { parents: true });
  const gitdir = bare ? fs.realpath(dir) : joined(fs.realpath(dir), '.git');
  for (const folder of [
    '',
    '/branches',
    '/hooks',
    '/info',
    '/objects',
    '/objects/info',
    '/objects/pack',
    '/refs',
    '/refs/heads',
    '/refs/tags',
  ]) {
    fs.mkdir(`${gitdir}${folder}`, { parents: true });
  }
  fs.write(`${gitdir}/HEAD`, `ref: refs/heads/${branch}\n`);
  const more = bare ? '' : '\tlogallrefupdates = true\n';
  fs.write(
    `${gitdir}/config`,
    `[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = ${bare}\n${more}`,
  );
  fs.write(
    `${gitdir}/description`,
    "Unnamed repository; edit this file 'description' to name the repository.\n",
  );
  fs.write(`${gitdir}/info/exclude`, '# git ls-files --others --exclude-from=.git/info/exclude\n');
  return new Repository(io, bare ? gitdir : fs.realpath(dir), gitdir, bare);
}

/** `git config`. https://git-scm.com/docs/git-config */
export async function config(io: ProgramIo, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'config',
    args,
    'global local system l,list get get-all unset unset-all add show-origin e,edit f:,file: name-only bool int remove-section default:',
  );
  const repository = Repository.around(io, io.cwd);
  const settings = new Settings(io, repository && `${repository.gitdir}/config`);
  const [key, value] = words.operands;
  if (words.has('e'))
    throw failed(
      "cannot run editor: No such file or directory\nerror: unable to start editor 'editor'",
    );
  const reading =
    words.has('l') ||
    words.has('get') ||
    words.has('get-all') ||
    (value === undefined && !words.has('unset') && !words.has('unset-all') && !words.has('add'));
  const file =
    words.value('f') ??
    (words.has('global')
      ? settings.global
      : words.has('system')
        ? '/etc/gitconfig'
        : settings.local);
  const limited =
    words.has('global') || words.has('system') || words.has('local') || words.has('f');
  if (limited && file === undefined)
    throw fatal('--local can only be used inside a git repository');
  const all = () => (limited ? readSettings(io.fs, file as string) : settings.all());
  if (words.has('l')) {
    if (words.has('global') && !io.fs.exists(settings.global)) {
      throw fatal(`unable to read config file '${settings.global}': No such file or directory`);
    }
    for (const one of all())
      await io.out(words.has('name-only') ? `${one.key}\n` : `${one.key}=${one.value}\n`);
    return 0;
  }
  if (key === undefined) throw new Failure('usage: git config [<options>]', 129);
  if (!key.includes('.')) throw failed(`key does not contain a section: ${key}`, reading ? 1 : 2);
  if (!partsOf(key)) throw failed(`invalid key: ${key}`);
  if (reading) {
    const found = all().filter((one) => one.key === normalKey(key));
    const values = words.has('get-all') ? found : found.slice(-1);
    for (const one of values) await io.out(`${one.value}\n`);
    if (values.length === 0 && words.has('default')) await io.out(`${words.value('default')}\n`);
    return values.length > 0 || words.has('default') ? 0 : 1;
  }
  if (file === undefined) throw fatal('not in a git directory');
  const unset = words.has('unset') || words.has('unset-all');
  const text = io.fs.exists(file) ? io.fs.readText(file) : '';
  if (unset && !settingsOf(text).some((one) => one.key === normalKey(key))) return 5;
  settings.set(file, key, unset ? undefined : value);
  return 0;
}

import * as git from 'isomorphic-git';
import { joined } from '../../fs/paths.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { faultOf } from '../commands/http.ts';
import { Failure } from '../program.ts';
import { contains, track } from './branches.ts';
import { withoutSection } from './config.ts';
import { failed, fatal } from './failure.ts';
import { startRepository } from './init.ts';
import { mergeCommit } from './merge.ts';
import { Repository } from './repository.ts';
import { switchTree } from './switch-tree.ts';
import { wordsOf } from './words.ts';

/**
 * Other repositories: folders of this machine, and smart HTTP servers that the VPC network lets
 * it reach. https://git-scm.com/docs/http-protocol
 */

const PATIENCE = 130_000;
/** More than a disk of this sandbox holds. */
const MOST_BYTES = 64 * 1024 * 1024;

export async function remote(repository: Repository, args: readonly string[]): Promise<number> {
  const { io, settings } = repository;
  const file = settings.local as string;
  const verbose = args.includes('-v') || args.includes('--verbose');
  const [command, name = '', url = ''] = args.filter((arg) => !/^-(v|-verbose|f|t|m)$/.test(arg));
  const known = repository.remotes();
  const existing = known.find((one) => one.name === name);
  if (command === undefined || command === 'show') {
    for (const one of known) {
      if (!verbose) await io.out(`${one.name}\n`);
      else await io.out(`${one.name}\t${one.url} (fetch)\n${one.name}\t${one.url} (push)\n`);
    }
    return 0;
  }
  const must = () => {
    if (!existing) throw new Failure(`error: No such remote '${name}'`, 2);
    return existing;
  };
  switch (command) {
    case 'add':
      if (url === '') throw new Failure('usage: git remote add [<options>] <name> <url>', 129);
      if (existing) throw new Failure(`error: remote ${name} already exists.`, 3);
      if (!/^[\w.-]+$/.test(name)) throw fatal(`'${name}' is not a valid remote name`);
      settings.set(file, `remote.${name}.url`, url);
      settings.set(file, `remote.${name}.fetch`, `+refs/heads/*:refs/remotes/${name}/*`);
      return 0;
    case 'remove':
    case 'rm':
      if (!existing) throw new Failure(`error: No such remote: '${name}'`, 2);
      io.fs.write(file, withoutSection(io.fs.readText(file), 'remote', name));
      for (const branch of await repository.refs(`remotes/${name}`)) {
        await git.deleteRef({ ...repository.at, ref: `refs/remotes/${name}/${branch}` });
      }
      for (const { key, value } of settings.all()) {
        if (!/^branch\..*\.remote$/.test(key) || value !== name) continue;
        settings.set(file, key, undefined);
        settings.set(file, key.replace(/remote$/, 'merge'), undefined);
      }
      return 0;
    case 'get-url':
      await io.out(`${must().url}\n`);
      return 0;
    case 'set-url':
      must();
      settings.set(file, `remote.${name}.url`, url);
      return 0;
    default:
      throw fatal(`'git remote ${command}' is not available in this machine's git`);
  }
}

type Place =
  | { kind: 'folder'; path: string }
  | { kind: 'http'; url: string }
  | { kind: 'ssh'; host: string };

function placeOf(io: ProgramIo, text: string): Place {
  if (/^https?:\/\//.test(text)) return { kind: 'http', url: text };
  const host =
    /^ssh:\/\/(?:[^@/]+@)?([^:/]+)/.exec(text)?.[1] ??
    /^(?:[^@/:]+@)?([^:/]+):(?!\/\/)/.exec(text)?.[1];
  if (host !== undefined) return { kind: 'ssh', host };
  if (/^[a-z+]+:\/\//.test(text) && !text.startsWith('file://')) {
    throw fatal(`Unable to find remote helper for '${text.split(':')[0]}'`);
  }
  return { kind: 'folder', path: joined(io.cwd, text.replace(/^file:\/\//, '')) };
}

/** SSH from inside a machine is not there, and what git says then names no reason of its own. */
function noSsh(host: string): Failure {
  return new Failure(
    `ssh: the machines of this sandbox have no ssh client: cannot connect to ${host}\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`,
    128,
  );
}

function noRepository(text: string): Failure {
  return new Failure(
    `fatal: '${text}' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`,
    128,
  );
}

/** Requests of isomorphic-git, made by the kernel and so under the VPC network's rules. */
function httpClient(io: ProgramIo, url: string): git.HttpClient {
  return {
    async request({ url: target, method = 'GET', headers = {}, body }) {
      const parts: Uint8Array[] = [];
      for await (const part of body ?? []) parts.push(part);
      try {
        const response = await io.kernel.request({
          method,
          url: target,
          headers: Object.entries({ ...headers, 'user-agent': 'git/2.39.5' }),
          body: Buffer.concat(parts),
          timeoutMs: PATIENCE,
        });
        if (response.body.length > MOST_BYTES) throw fatal('the remote end sent too much');
        if (response.status === 401 || response.status === 403) {
          throw fatal(
            response.status === 403
              ? `unable to access '${url}': The requested URL returned error: 403`
              : `could not read Username for '${new URL(url).origin}': No such device or address`,
          );
        }
        if (response.status === 404) throw fatal(`repository '${url}' not found`);
        if (response.status >= 400)
          throw fatal(
            `unable to access '${url}': The requested URL returned error: ${response.status}`,
          );
        return {
          url: target,
          method,
          statusCode: response.status,
          statusMessage: response.statusText,
          headers: Object.fromEntries(
            response.headers.map(([name, value]) => [name.toLowerCase(), value]),
          ),
          body: (async function* () {
            yield response.body;
          })(),
        };
      } catch (error) {
        const fault = faultOf(error);
        if (fault === undefined) throw error;
        const { hostname, port, protocol } = new URL(target);
        const to = `${hostname} port ${port || (protocol === 'https:' ? 443 : 80)}`;
        const why = {
          unresolved: `Could not resolve host: ${hostname}`,
          timeout: `Failed to connect to ${to} after ${PATIENCE} ms: Couldn't connect to server`,
          refused: `Failed to connect to ${to} after 0 ms: Couldn't connect to server`,
          unreachable: `Failed to connect to ${to} after 0 ms: No route to host`,
          reset: 'Recv failure: Connection reset by peer',
        }[fault];
        throw fatal(`unable to access '${url.endsWith('/') ? url : `${url}/`}': ${why}`);
      }
    },
  };
}

/** Servers that only hand out files cannot be asked for what is missing. */
function notSmart(url: string, error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (code === 'SmartHttpError' || code === 'ParseError') {
    return fatal(
      `${url}/info/refs not valid: is this a git repository?\nThe git of this machine speaks to smart HTTP servers only`,
    );
  }
  return error;
}

export async function clone(io: ProgramIo, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'clone',
    args,
    'b:,branch: depth: single-branch q,quiet o:,origin: bare n,no-checkout recurse-submodules v,verbose',
  );
  const [from, to] = words.operands;
  if (from === undefined)
    throw new Failure(
      'fatal: You must specify a repository to clone.\n\nusage: git clone [<options>] [--] <repo> [<dir>]',
      129,
    );
  const place = placeOf(io, from);
  const bare = words.has('bare');
  const name = to ?? `${/([^/:]+?)(?:\/?\.git)?\/*$/.exec(from)?.[1] ?? ''}${bare ? '.git' : ''}`;
  const dir = joined(io.cwd, name);
  if (io.fs.exists(dir) && (io.fs.stat(dir).type !== 'folder' || io.fs.list(dir).length > 0)) {
    throw fatal(`destination path '${name}' already exists and is not an empty directory.`);
  }
  const source = place.kind === 'folder' ? Repository.around(io, place.path) : undefined;
  if (place.kind === 'folder' && (!source || !io.fs.exists(place.path))) {
    throw fatal(`repository '${from}' does not exist`);
  }
  if (!words.has('q')) await io.err(`Cloning into ${bare ? 'bare repository ' : ''}'${name}'...\n`);
  const made = !io.fs.exists(dir);
  try {
    const repository = await startRepository(io, dir, { bare, branch: source?.branch ?? 'master' });
    const origin = words.value('o') ?? 'origin';
    const { settings } = repository;
    settings.set(
      settings.local as string,
      `remote.${origin}.url`,
      place.kind === 'folder' ? place.path : from,
    );
    if (!bare)
      settings.set(
        settings.local as string,
        `remote.${origin}.fetch`,
        `+refs/heads/*:refs/remotes/${origin}/*`,
      );
    if (place.kind === 'ssh') throw noSsh(place.host);
    const branch = source
      ? await takeAll(repository, source, origin, bare)
      : await fetchAll(repository, from, origin, Number(words.value('depth') ?? 0));
    const wanted = words.value('b') ?? branch;
    if (wanted === undefined) {
      await io.err('warning: You appear to have cloned an empty repository.\n');
      if (source && !words.has('q')) await io.err('done.\n');
      return 0;
    }
    if (source && !words.has('q')) await io.err('done.\n');
    if (bare) return 0;
    const oid = await repository.ref(`refs/remotes/${origin}/${wanted}`);
    if (oid === undefined) throw fatal(`Remote branch ${wanted} not found in upstream ${origin}`);
    await repository.setRef(`refs/heads/${wanted}`, oid);
    track(repository, wanted, `${origin}/${wanted}`);
    io.fs.write(
      `${repository.gitdir}/refs/remotes/${origin}/HEAD`,
      `ref: refs/remotes/${origin}/${branch ?? wanted}\n`,
    );
    await repository.attach({ branch: wanted }, `clone: from ${from}`);
    if (!words.has('n'))
      await switchTree(repository, new Map(), await repository.tree(oid), 'checkout');
    return 0;
  } catch (error) {
    if (made) io.fs.removeAll(dir);
    throw error;
  }
}

/** Everything that a repository on this machine has; returns its branch. */
async function takeAll(
  repository: Repository,
  source: Repository,
  remote: string,
  bare: boolean,
): Promise<string | undefined> {
  await copyObjects(source, repository);
  for (const name of await source.refs('heads')) {
    const oid = (await source.ref(`refs/heads/${name}`)) as string;
    await repository.setRef(bare ? `refs/heads/${name}` : `refs/remotes/${remote}/${name}`, oid);
  }
  for (const name of await source.refs('tags')) {
    await repository.setRef(`refs/tags/${name}`, (await source.ref(`refs/tags/${name}`)) as string);
  }
  const { branch } = source;
  const heads = await source.refs('heads');
  return branch !== undefined && heads.includes(branch) ? branch : undefined;
}

/** What is missing; objects never change. */
async function copyObjects(from: Repository, to: Repository): Promise<void> {
  const { fs } = from.io;
  const enter = async (folder: string): Promise<void> => {
    for (const name of fs.list(`${from.gitdir}/${folder}`)) {
      const path = `${folder}/${name}`;
      await from.client.turn();
      if (fs.stat(`${from.gitdir}/${path}`).type === 'folder') await enter(path);
      else if (!fs.exists(`${to.gitdir}/${path}`)) {
        fs.mkdir(`${to.gitdir}/${folder}`, { parents: true });
        fs.write(`${to.gitdir}/${path}`, fs.read(`${from.gitdir}/${path}`), { mode: 0o444 });
      }
    }
  };
  await enter('objects');
}

async function fetchAll(
  repository: Repository,
  url: string,
  remote: string,
  depth = 0,
): Promise<string | undefined> {
  const { at, io } = repository;
  try {
    const done = await git.fetch({
      ...at,
      cache: {},
      http: httpClient(io, url),
      url,
      remote,
      tags: true,
      ...(depth > 0 ? { depth } : {}),
      onMessage: async (text) => {
        for (const line of text.split(/[\r\n]+/))
          if (line !== '') await io.err(`remote: ${line}\n`);
      },
    });
    return done.defaultBranch?.replace('refs/heads/', '');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'NoRefspecError') return undefined;
    throw notSmart(url, error);
  }
}

/** The remote that was named, or else that of the branch, or `origin`. */
function remoteNamed(
  repository: Repository,
  named: string | undefined,
): { name: string; url: string } | undefined {
  const { branch, settings } = repository;
  const own = branch === undefined ? undefined : settings.get(`branch.${branch}.remote`);
  const name = named ?? own ?? 'origin';
  const found = repository.remotes().find((one) => one.name === name);
  if (found) return found;
  return named !== undefined && /[/:]/.test(named) ? { name: named, url: named } : undefined;
}

function sourceOf(repository: Repository, url: string): Repository {
  const { io } = repository;
  const place = placeOf(io, url);
  if (place.kind === 'ssh') throw noSsh(place.host);
  const path = place.kind === 'folder' ? place.path : '';
  const found = io.fs.exists(path) ? Repository.around(io, path) : undefined;
  if (!found || (found.dir !== io.fs.realpath(path) && found.gitdir !== io.fs.realpath(path)))
    throw noRepository(url);
  return found;
}

export async function fetch(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf('fetch', args, 'all p,prune t,tags q,quiet v,verbose depth: f,force');
  const [named] = words.operands;
  const found = remoteNamed(repository, named);
  if (!found) {
    if (named !== undefined) throw noRepository(named);
    return 0;
  }
  const { name, url } = found;
  const before = new Map<string, string>();
  const list = async () => {
    const refs = new Map<string, string>();
    for (const one of await repository.refs(`remotes/${name}`)) {
      refs.set(one, (await repository.ref(`refs/remotes/${name}/${one}`)) ?? '');
    }
    return refs;
  };
  for (const [one, oid] of await list()) before.set(one, oid);
  if (/^https?:/.test(url)) await fetchAll(repository, url, name);
  else await takeAll(repository, sourceOf(repository, url), name, false);
  const news: string[] = [];
  for (const [one, oid] of await list()) {
    const old = before.get(one);
    const names = `${one.padEnd(10)} -> ${name}/${one}`;
    if (old === undefined) news.push(` * [new branch]      ${names}\n`);
    else if (old !== oid) news.push(`   ${old.slice(0, 7)}..${oid.slice(0, 7)}  ${names}\n`);
  }
  if (news.length > 0 && !words.has('q'))
    await repository.io.err(
      `From ${url.replace(/\/*$/, '').replace(/\.git$/, '')}\n${news.join('')}`,
    );
  return 0;
}

export async function pull(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf('pull', args, 'r?,rebase? no-rebase ff-only no-ff ff q,quiet v,verbose');
  const { branch, settings } = repository;
  if (words.has('r') && words.value('r') !== 'false')
    throw fatal("pull --rebase is not available in this machine's git");
  const [named, wanted] = words.operands;
  const found = remoteNamed(repository, named);
  const merge =
    wanted ??
    (branch === undefined
      ? undefined
      : settings.get(`branch.${branch}.merge`)?.replace('refs/heads/', ''));
  if (!found) {
    if (named !== undefined) throw noRepository(named);
  } else await fetch(repository, [found.name]);
  if (!found || merge === undefined) {
    throw new Failure(
      `There is no tracking information for the current branch.\nPlease specify which branch you want to merge with.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n\nIf you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=${found?.name ?? '<remote>'}/<branch> ${branch ?? ''}\n`,
      1,
    );
  }
  const theirs = await repository.ref(`refs/remotes/${found.name}/${merge}`);
  if (theirs === undefined) throw fatal(`couldn't find remote ref ${merge}`);
  const head = await repository.head();
  const apart =
    head !== undefined &&
    !(await contains(repository, theirs, head)) &&
    !(await contains(repository, head, theirs));
  if (
    apart &&
    !words.has('no-rebase') &&
    !words.has('ff-only') &&
    !words.has('no-ff') &&
    settings.get('pull.rebase') === undefined &&
    settings.get('pull.ff') === undefined
  ) {
    throw new Failure(
      `hint: You have divergent branches and need to specify how to reconcile them.
hint: You can do so by running one of the following commands sometime before
hint: your next pull:
hint: 
hint:   git config pull.rebase false  # merge
hint:   git config pull.rebase true   # rebase
hint:   git config pull.ff only       # fast-forward only
hint: 
hint: You can replace "git config" with "git config --global" to set a default
hint: preference for all repositories. You can also pass --rebase, --no-rebase,
hint: or --ff-only on the command line to override the configured default per
hint: invocation.
fatal: Need to specify how to reconcile divergent branches.`,
      128,
    );
  }
  return mergeCommit(repository, `${found.name}/${merge}`, theirs, {
    fastForward: !words.has('no-ff'),
    only: words.has('ff-only') || settings.get('pull.ff') === 'only',
    message: `Merge branch '${merge}' of ${found.url}`,
  });
}

export async function push(repository: Repository, args: readonly string[]): Promise<number> {
  const words = wordsOf(
    'push',
    args,
    'u,set-upstream f,force force-with-lease all tags d,delete q,quiet v,verbose n,dry-run',
  );
  const { io, branch, settings } = repository;
  const [named, ...specs] = words.operands;
  const found = remoteNamed(repository, named);
  if (!found) {
    if (named !== undefined) throw noRepository(named);
    throw fatal(
      'No configured push destination.\nEither specify the URL from the command-line or configure a remote repository using\n\n    git remote add <name> <url>\n\nand then push using the remote name\n\n    git push <name>\n',
    );
  }
  if (specs.length === 0 && !words.has('tags') && !words.has('all')) {
    if (branch === undefined) throw fatal('You are not currently on a branch.');
    if (settings.get(`branch.${branch}.merge`) === undefined && !words.has('u')) {
      throw fatal(
        `The current branch ${branch} has no upstream branch.\nTo push the current branch and set the remote as upstream, use\n\n    git push --set-upstream ${found.name} ${branch}\n\nTo have this happen automatically for branches without a tracking\nupstream, see 'push.autoSetupRemote' in 'git help config'.\n`,
      );
    }
    specs.push(branch);
  }
  const refs: { from: string; to: string }[] = [];
  for (const spec of specs) {
    const [from = '', to = from] = spec.replace(/^\+/, '').split(':');
    refs.push({
      from: from === 'HEAD' ? (branch ?? 'HEAD') : from,
      to: to === 'HEAD' ? (branch ?? '') : to.replace(/^refs\/heads\//, ''),
    });
  }
  if (words.has('all'))
    for (const one of await repository.refs('heads')) refs.push({ from: one, to: one });
  if (words.has('tags'))
    for (const one of await repository.refs('tags'))
      refs.push({ from: `refs/tags/${one}`, to: `refs/tags/${one}` });
  const lines: string[] = [];
  let rejected = false;
  for (const { from, to } of refs) {
    const tag =
      (await repository.ref(`refs/heads/${from}`)) === undefined &&
      (await repository.ref(`refs/tags/${from.replace('refs/tags/', '')}`)) !== undefined;
    const name = to.replace('refs/tags/', '');
    const ref = tag ? `refs/tags/${name}` : `refs/heads/${name}`;
    const remove = words.has('d') || from === '';
    const oid = remove
      ? undefined
      : tag
        ? await repository.ref(ref)
        : await repository.resolve(from);
    if (!remove && oid === undefined) {
      throw new Failure(
        `error: src refspec ${from} does not match any\nerror: failed to push some refs to '${found.url}'`,
        1,
      );
    }
    const done = /^https?:/.test(found.url)
      ? await pushHttp(repository, found.url, found.name, ref, from, words.has('f'), remove)
      : await pushFolder(
          repository,
          sourceOf(repository, found.url),
          ref,
          oid,
          words.has('f') || words.has('force-with-lease'),
        );
    const short = name;
    if (done.kind === 'same') continue;
    const what = {
      new: tag ? ' * [new tag]        ' : ' * [new branch]     ',
      moved: `   ${done.text}  `,
      forced: ` + ${done.text} `,
      gone: ' - [deleted]        ',
      rejected: ' ! [rejected]       ',
      refused: ' ! [remote rejected]',
    }[done.kind];
    const arrow = done.kind === 'gone' ? short : `${from.replace('refs/tags/', '')} -> ${short}`;
    const why =
      done.kind === 'rejected' || done.kind === 'refused'
        ? ` (${done.text})`
        : done.kind === 'forced'
          ? ' (forced update)'
          : '';
    lines.push(`${what} ${arrow}${why}\n`.replace(/^( {3}\S+ {2}) /, '$1'));
    if (done.kind === 'rejected' || done.kind === 'refused') rejected = true;
    else if (!tag && oid !== undefined)
      await repository.setRef(`refs/remotes/${found.name}/${name}`, oid);
  }
  if (lines.length > 0) await io.err(`To ${found.url}\n${lines.join('')}`);
  else if (!words.has('q')) await io.err('Everything up-to-date\n');
  if (rejected) {
    throw new Failure(
      `error: failed to push some refs to '${found.url}'\nhint: Updates were rejected because the remote contains work that you do\nhint: not have locally. This is usually caused by another repository pushing\nhint: to the same ref. You may want to first integrate the remote changes\nhint: (e.g., 'git pull ...') before pushing again.\nhint: See the 'Note about fast-forwards' in 'git push --help' for details.`,
    );
  }
  if (words.has('u')) {
    for (const { from, to } of refs) {
      if ((await repository.ref(`refs/heads/${from}`)) === undefined) continue;
      track(repository, from, `${found.name}/${to}`);
      await io.out(`branch '${from}' set up to track '${found.name}/${to}'.\n`);
    }
  }
  return 0;
}

interface Pushed {
  readonly kind: 'same' | 'new' | 'moved' | 'forced' | 'gone' | 'rejected' | 'refused';
  readonly text: string;
}

async function pushFolder(
  repository: Repository,
  target: Repository,
  ref: string,
  oid: string | undefined,
  force: boolean,
): Promise<Pushed> {
  const old = await target.ref(ref);
  if (oid === undefined) {
    if (old === undefined)
      throw failed(
        `unable to delete '${ref.replace('refs/heads/', '')}': remote ref does not exist`,
      );
    await git.deleteRef({ ...target.at, ref });
    return { kind: 'gone', text: '' };
  }
  if (old === oid) return { kind: 'same', text: '' };
  if (!target.bare && ref === `refs/heads/${target.branch}`) {
    return { kind: 'refused', text: 'branch is currently checked out' };
  }
  const forward =
    old === undefined || ((await repository.has(old)) && (await contains(repository, oid, old)));
  if (!forward && !force) {
    return {
      kind: 'rejected',
      text: (await repository.has(old)) ? 'non-fast-forward' : 'fetch first',
    };
  }
  await copyObjects(repository, target);
  await target.setRef(ref, oid);
  if (old === undefined) return { kind: 'new', text: '' };
  return forward
    ? { kind: 'moved', text: `${old.slice(0, 7)}..${oid.slice(0, 7)}` }
    : { kind: 'forced', text: `${old.slice(0, 7)}...${oid.slice(0, 7)}` };
}

async function pushHttp(
  repository: Repository,
  url: string,
  remote: string,
  ref: string,
  from: string,
  force: boolean,
  remove: boolean,
): Promise<Pushed> {
  const name = ref.replace('refs/heads/', '');
  const old = await repository.ref(`refs/remotes/${remote}/${name}`);
  try {
    await git.push({
      ...repository.at,
      http: httpClient(repository.io, url),
      url,
      remote,
      ref: from,
      remoteRef: ref,
      force,
      delete: remove,
    });
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === 'PushRejectedError') return { kind: 'rejected', text: 'fetch first' };
    throw notSmart(url, error);
  }
  if (remove) return { kind: 'gone', text: '' };
  const oid = (await repository.resolve(from)) ?? '';
  if (old === oid) return { kind: 'same', text: '' };
  return old === undefined
    ? { kind: 'new', text: '' }
    : { kind: 'moved', text: `${old.slice(0, 7)}..${oid.slice(0, 7)}` };
}

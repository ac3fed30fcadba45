/**
 * A sandbox made ready for the learner's tools: the one that runs, or one that is started in
 * this process for as long as a shell or a command needs it; the token and the files that
 * tools read; and the environment in which they run.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Host } from '../context.ts';
import { UserError } from '../errors.ts';
import { type Home, locateHome, prepareHome } from '../home.ts';
import { clientVariables, proxyExceptions, trustVariables } from './client-env.ts';
import { writeClientFiles } from './client-files.ts';
import { outerCredentials } from './outer-credentials.ts';
import { findRunningSandbox, type RunningSandbox, type SandboxAddress } from './running-sandbox.ts';
import { keepToken } from './session-token.ts';
import { startAnnounced } from './start-announced.ts';

/** Variables of an environment; null for those that must not be in it. */
export type Environment = Readonly<Record<string, string | null>>;

export interface EnvironmentOptions {
  /** Leads the tools to the TLS address, and makes them trust it. */
  readonly tls?: boolean;
}

/**
 * Makes the files ready that tools read, and says what their environment has to be.
 *
 * @throws UserError `sandbox-without-tls`, or what keeps the files from being written
 */
export async function clientEnvironment(
  host: Host,
  home: Home,
  { address, projectId }: { readonly address: SandboxAddress; readonly projectId: string },
  { tls: overTls = false }: EnvironmentOptions = {},
): Promise<Environment> {
  const { tls, auth } = address;
  if (overTls && tls === undefined) throw new UserError('sandbox-without-tls', {});
  prepareHome(home);
  const learner = await keepToken(home, address);
  const files = await writeClientFiles(home, address, projectId, learner);
  const url = overTls && tls !== undefined ? tls.url : address.url;
  const enforce = auth === 'enforce';
  const ours = {
    ...clientVariables(url, projectId, { enforce, learner, files }),
    ...(overTls && tls !== undefined ? trustVariables(tls, home.gsutilConfig) : {}),
    ...proxyExceptions(host.variables),
  };
  const removed = outerCredentials(host.variables, ours);
  // main.ts has taken it from what can be seen of the environment.
  if (enforce) removed.push('STORAGE_EMULATOR_HOST');
  return { ...Object.fromEntries(removed.map((name) => [name, null])), ...ours };
}

export interface SessionOptions {
  /** Of the sandbox that is started; undefined: as the running one has it, or `open`. */
  readonly auth: 'open' | 'enforce' | undefined;
  /** Where a sandbox that is started keeps its data, as the user wrote it. */
  readonly data: string | undefined;
  /** Leads all tools to the TLS address. A sandbox that is started has one in any case, for gsutil. */
  readonly tls: boolean;
  /** A sandbox that is started is empty, nobody else finds it, and nothing of it stays. */
  readonly private: boolean;
}

export interface ClientSession {
  readonly url: string;
  readonly projectId: string;
  readonly pid: number;
  readonly enforce: boolean;
  /** The sandbox was started for this session and ends with it. */
  readonly startedHere: boolean;
  readonly environment: Environment;
  /** The home of the sandbox's address and token, and of what the tools read. */
  readonly home: Home;
  /** Ends what was started, and removes what nobody needs any more. */
  close(): Promise<void>;
}

/**
 * Opens the sandbox that runs, or starts one.
 *
 * @throws UserError `sandbox-already-running` where other data, or `sandbox-auth-differs` where
 *   another mode was asked for than the running one has; as `openSandbox`
 */
export async function openClientSession(
  host: Host,
  home: Home,
  options: SessionOptions,
): Promise<ClientSession> {
  prepareHome(home);
  const running = await findRunningSandbox(home);
  if (running !== undefined) return joinRunning(host, home, running, options);
  removeAbandoned(host, home);
  const folder = options.private ? home.workspaceOf(nameOf(host)) : undefined;
  const own = folder === undefined ? home : privateHome(folder);
  const data = options.data === undefined ? own.sandboxData : resolve(host.cwd, options.data);
  const removeFolder = () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { address, projectId, close } = await startAnnounced(host, own, {
      dataDir: data,
      ...(options.auth === 'enforce' ? { auth: 'enforce' } : {}),
      tls: { directory: home.sandboxTls },
    });
    const end = async () => {
      await close();
      removeFolder();
    };
    try {
      const environment = await clientEnvironment(host, own, { address, projectId }, options);
      return {
        url: address.url,
        projectId,
        pid: address.pid,
        enforce: options.auth === 'enforce',
        startedHere: true,
        environment:
          // What runs in there finds the private sandbox as it would find the user's own.
          folder === undefined ? environment : { ...environment, CLOUDLAB_HOME: own.path },
        home: own,
        close: end,
      };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    removeFolder();
    throw error;
  }
}

async function joinRunning(
  host: Host,
  home: Home,
  { address, status: { projectId } }: RunningSandbox,
  { auth, data, tls }: SessionOptions,
): Promise<ClientSession> {
  const { url, pid } = address;
  if (data !== undefined && resolve(host.cwd, data) !== address.dataDir) {
    throw new UserError('sandbox-already-running', { url, pid });
  }
  const mode = address.auth ?? 'open';
  if (auth !== undefined && auth !== mode) {
    throw new UserError('sandbox-auth-differs', { url, mode, wanted: auth });
  }
  const environment = await clientEnvironment(host, home, { address, projectId }, { tls });
  return {
    ...{ url, projectId, pid, home, environment },
    enforce: mode === 'enforce',
    startedHere: false,
    close: async () => {},
  };
}

/** Names with the process's id, so that what a killed one left can be told from what is in use. */
function nameOf({ pid, random }: Host): string {
  return `exec-${pid}-${Buffer.from(random(4)).toString('hex')}`;
}

function privateHome(folder: string): Home {
  mkdirSync(folder, { mode: 0o700 });
  const home = locateHome(folder, folder, folder);
  prepareHome(home);
  return home;
}

/** What was killed could not clean up: its folder goes with the next one. */
function removeAbandoned({ pid, isAlive }: Host, { workspaces, workspaceOf }: Home): void {
  for (const name of readdirSync(workspaces)) {
    const owner = Number(/^exec-(\d+)-/.exec(name)?.[1]);
    if (!owner || owner === pid) continue;
    const found = statSync(workspaceOf(name), { throwIfNoEntry: false });
    if (found === undefined || isAlive(owner, found.mtime)) continue;
    rmSync(workspaceOf(name), { recursive: true, force: true });
  }
}

/** An environment for a child: the outer one, without what must not be in it, and with ours. */
export function environmentOf(
  host: Pick<Host, 'variables'>,
  ...layers: readonly Environment[]
): Record<string, string> {
  const all = Object.assign({}, host.variables, ...layers) as Record<string, string | null>;
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** A folder of this session's own, for files that go with it. */
export function sessionFolder(home: Home, host: Pick<Host, 'pid'>): string {
  const path = join(home.clients, `shell-${host.pid}`);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { mode: 0o700 });
  return path;
}

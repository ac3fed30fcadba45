import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createApp, noteRoutes, type Route } from './app.ts';
import { isOwnLook } from './audit/record.ts';
import { recordRequests } from './audit/record-requests.ts';
import { CatchUp } from './catch-up.ts';
import { installControl } from './control.ts';
import { openData } from './data.ts';
import { checkDataDir } from './disk/data-dir.ts';
import { acquireLock } from './disk/lock.ts';
import type { Events } from './events.ts';
import type { AuthMode } from './identity.ts';
import { LaterApps } from './later-apps.ts';
import { installFeed } from './log-feed.ts';
import type { Machine } from './machine.ts';
import { portError } from './start-error.ts';
import type { TlsListener, TlsOptions } from './tls/listener.ts';
import { batchRoutes } from './wire/batch.ts';
import { ApiRoots } from './wire/urls.ts';

export { SandboxStartError } from './start-error.ts';

export interface SandboxOptions {
  /** Where everything is kept; created if it is not there. */
  dataDir: string;
  /** Default: any free one. */
  port?: number;
  machine: Machine;
  /** The real time; the sandbox's own may be ahead of it. */
  clock: () => Date;
  randomBytes: (size: number) => Uint8Array;
  /** Takes the server's own failures, a line each; default: nowhere. */
  log?: (line: string) => void;
  /** Allows stopping, resetting and advancing the clock over HTTP to whoever knows it. */
  controlToken?: string;
  /** Lets anybody on this machine ask for requests to fail (see faults/). */
  faults?: boolean;
  /** Whether callers have to prove who they are; default: `open`, they need not. */
  auth?: AuthMode;
  /** Lets operations take as long as on GCP. */
  realtime?: boolean;
  /** Lifts Compute Engine's quotas, which are those of a new project otherwise. */
  unlimitedQuota?: boolean;
  /** The built program that VMs run in: the path of `dist/guest/worker.js`. */
  guestProgram?: string;
  /** Listens over TLS as well, with certificates of its own. */
  tls?: TlsOptions;
}

export interface Sandbox {
  /** http://127.0.0.1:PORT */
  url: string;
  port: number;
  projectId: string;
  dataDir: string;
  /** What happens in the sandbox, for whoever runs it in the same process. */
  events: Pick<Events, 'subscribe'>;
  /**
   * Calls back when somebody asks for something, and when everything was deleted; requests with
   * which cloudlab itself only looks do not count.
   *
   * @returns stops watching
   */
  watch(listener: () => void): () => void;
  /** Where it listens over TLS, if it does, and what its clients have to trust. */
  tls?: Pick<TlsListener, 'url' | 'caFile' | 'bundleFile'>;
  /** Everything it answers to: methods and the patterns of paths. */
  routes(): Promise<readonly Route[]>;
  close(): Promise<void>;
  /** Resolves when the sandbox has closed, by `close` or by the control endpoint. */
  closed: Promise<void>;
}

const PROJECT = { projectId: 'cloudlab-sandbox', projectNumber: '100000000001' };

/**
 * Starts the embedded cloud on a data directory, on this machine's loopback address
 * only. Throws SandboxStartError if it cannot, leaving the directory as it was.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const dataDir = resolve(options.dataDir);
  const { clock: wallClock, machine, randomBytes, log = () => undefined } = options;
  const instanceId = Buffer.from(randomBytes(16)).toString('hex');
  const startedAt = wallClock().toISOString();
  let url = '';

  await checkDataDir(dataDir);
  const lock = await acquireLock(dataDir, instanceId, machine);
  const { auth = 'open', realtime = false, unlimitedQuota = false, guestProgram } = options;
  const given = {
    ...PROJECT,
    ...{ wallClock, randomBytes, log, auth, realtime, unlimitedQuota, guestProgram },
    baseUrl: () => url,
  };
  const data = await openData(dataDir, given).catch(async (error) => {
    await lock.release();
    throw error;
  });
  const { services, events, clock, auditLog } = data;
  const catchUp = new CatchUp(services, log);
  const roots = new ApiRoots();
  const noted: Route[] = [];
  const faults = options.faults && (await import('./faults/install.ts')).openFaults(randomBytes);
  const withHooks = (app: FastifyInstance): FastifyInstance => {
    noteRoutes(app, noted);
    recordRequests(app, {
      log: auditLog,
      identity: data.identity,
      wallClock,
      aheadSeconds: () => clock.aheadSeconds,
    });
    if (faults) faults.install(app);
    return app;
  };
  const later = new LaterApps(services, () => withHooks(createApp(services, roots, log)), log);
  roots.add(later.roots);
  const app = withHooks(
    createApp(services, roots, log, (request, response) => later.answer(request, response)),
  );
  let tls: TlsListener | undefined;
  const { close, closed } = onlyOnce(async () => {
    try {
      await Promise.all([app.close(), tls?.close(), later.close()]);
      await catchUp.stop();
      await data.close();
    } finally {
      await lock.release();
    }
  });

  if (faults) faults.routes(app);
  for (const service of services) service.routes?.(app);
  batchRoutes(
    app,
    async (call) => ((await later.at(call.url)) ?? app).inject(call),
    (url) => roots.own(url),
  );
  const { projectId } = PROJECT;
  const time = () => ({ time: clock.now().toISOString(), aheadSeconds: clock.aheadSeconds });
  installControl(app, {
    token: options.controlToken,
    stop: close,
    status: () => ({
      name: 'cloudlab-sandbox',
      version: 1,
      instanceId,
      pid: machine.pid,
      projectId,
      dataDir,
      startedAt,
      ...time(),
      ...Object.assign({}, ...services.map((service) => service.status())),
    }),
    learnerToken: data.learnerToken,
    reset: async () => {
      await data.wipe();
      if (faults) faults.clear();
    },
    advanceClock: async (seconds) => {
      await clock.advance(seconds);
      await catchUp.run();
      return time();
    },
  });

  const watch: Sandbox['watch'] = (listener) =>
    auditLog.subscribe((record) => {
      if (record === undefined || !isOwnLook(record)) listener();
    });
  installFeed(app, auditLog, options.controlToken);

  try {
    // Faults are asked for by the names of methods, which only the routes know.
    await later.load(faults ? 'all' : 'atOnce');
    tls = await listen(app, options);
  } catch (error) {
    await close();
    throw portError(error, options.port);
  }
  const { port } = app.server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  lock.announce(url);
  catchUp.start();
  const https = tls === undefined ? {} : { tls };
  const routes = async () => {
    await later.load('all');
    return noted;
  };
  return { url, port, projectId, dataDir, events, watch, routes, ...https, close, closed };
}

async function listen(
  app: FastifyInstance,
  { port = 0, tls, clock }: SandboxOptions,
): Promise<TlsListener | undefined> {
  await app.listen({ host: '127.0.0.1', port });
  return tls && (await import('./tls/listener.ts')).listenTls(app, tls, clock);
}

/** @returns what closes at the first call and for all of them, and a promise that it has */
function onlyOnce(act: () => Promise<void>): { close: () => Promise<void>; closed: Promise<void> } {
  let settle: () => void = () => undefined;
  const closed = new Promise<void>((done) => {
    settle = done;
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= act().finally(settle);
    return closing;
  };
  return { close, closed };
}

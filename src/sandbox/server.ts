import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { CatchUp } from './catch-up.ts';
import { SandboxClock } from './clock.ts';
import { installControl } from './control.ts';
import { Blobs } from './disk/blobs.ts';
import { Bodies } from './disk/bodies.ts';
import { checkDataDir, stampDataDir } from './disk/data-dir.ts';
import { acquireLock, type DataDirLock } from './disk/lock.ts';
import { Store } from './disk/store.ts';
import { Events } from './events.ts';
import { iamService } from './iam/service.ts';
import type { Machine } from './machine.ts';
import { type BaseHost, type Service, services } from './services.ts';
import { portError, SandboxStartError } from './start-error.ts';
import type { TlsListener, TlsOptions } from './tls/listener.ts';
import { batchRoutes } from './wire/batch.ts';
import { installRawBodies } from './wire/body.ts';
import { ApiError, installErrorBoundary, sendError } from './wire/errors.ts';
import { installGuard } from './wire/guard.ts';
import { overrideMethod } from './wire/method-override.ts';
import { installReplyParameters } from './wire/reply.ts';
import { ApiRoots, canonicalUrl } from './wire/urls.ts';

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
  /** Where it listens over TLS, if it does, and what its clients have to trust. */
  tls?: Pick<TlsListener, 'url' | 'caFile' | 'bundleFile'>;
  /** Everything it answers to: methods and the patterns of paths. */
  routes: readonly Route[];
  close(): Promise<void>;
  /** Resolves when the sandbox has closed, by `close` or by the control endpoint. */
  closed: Promise<void>;
}

export interface Route {
  method: string;
  /** Such as `/storage/v1/b/:bucket`. */
  path: string;
}

const PROJECT_ID = 'cloudlab-sandbox';
const PROJECT_NUMBER = '100000000001';

/** Percent-encoded, an object name of 1024 bytes takes three times as many characters. */
const MAX_PARAM_LENGTH = 4096;

/**
 * Starts the embedded cloud on a data directory, on this machine's loopback address
 * only. Throws SandboxStartError if it cannot, leaving the directory as it was.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const dataDir = resolve(options.dataDir);
  const { clock, randomBytes } = options;
  const log = options.log ?? (() => undefined);
  const instanceId = Buffer.from(randomBytes(16)).toString('hex');
  const startedAt = clock().toISOString();
  let url = '';

  await checkDataDir(dataDir);
  const lock = await acquireLock(dataDir, instanceId, options.machine);
  const opened = await openData(dataDir, lock, {
    wallClock: clock,
    randomBytes,
    log,
    machine: options.machine,
    baseUrl: () => url,
  });
  const { store, blobs, running, events, sandboxClock } = opened;
  const catchUp = new CatchUp(running, log);

  let tls: TlsListener | undefined;
  let closing: Promise<void> | undefined;
  let settle: () => void = () => undefined;
  const closed = new Promise<void>((done) => {
    settle = done;
  });
  const close = (): Promise<void> => {
    closing ??= shutDown(app, tls, catchUp, store, lock).finally(settle);
    return closing;
  };

  const app = createServer(log, running);
  const routes: Route[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat()) routes.push({ method: verb, path: url });
  });
  const faults = options.faults
    ? (await import('./faults/install.ts')).installFaults(app, randomBytes)
    : undefined;
  for (const service of running) service.routes(app);
  batchRoutes(app);
  installControl(app, {
    token: options.controlToken,
    stop: close,
    status: () => ({
      name: 'cloudlab-sandbox',
      version: 1,
      instanceId,
      pid: options.machine.pid,
      projectId: PROJECT_ID,
      dataDir,
      startedAt,
      time: sandboxClock.now().toISOString(),
      aheadSeconds: sandboxClock.aheadSeconds,
      ...Object.assign({}, ...running.map((service) => service.status())),
    }),
    reset: async () => {
      await store.write(() => blobs.clear());
      sandboxClock.reset();
      for (const service of running) service.reset();
      faults?.clear();
    },
    advanceClock: async (seconds) => {
      await sandboxClock.advance(seconds);
      await catchUp.run();
      return { time: sandboxClock.now().toISOString(), aheadSeconds: sandboxClock.aheadSeconds };
    },
  });

  try {
    await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
    if (options.tls) {
      tls = await (await import('./tls/listener.ts')).listenTls(app, options.tls, clock);
    }
  } catch (error) {
    await close();
    throw portError(error, options.port);
  }
  const { port } = app.server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  lock.announce(url);
  catchUp.start();
  const https = tls === undefined ? {} : { tls };
  return { url, port, projectId: PROJECT_ID, dataDir, events, routes, ...https, close, closed };
}

interface OpenedData {
  store: Store;
  blobs: Blobs;
  running: Service[];
  events: Events;
  sandboxClock: SandboxClock;
}

async function openData(
  dataDir: string,
  lock: DataDirLock,
  given: {
    wallClock: () => Date;
    randomBytes: (n: number) => Uint8Array;
    log: (line: string) => void;
    machine: Machine;
    baseUrl: () => string;
  },
): Promise<OpenedData> {
  let store: Store | undefined;
  try {
    await stampDataDir(dataDir);
    store = new Store(join(dataDir, 'metadata'));
    const blobs = new Blobs({ ...given, dataDir, store });
    await blobs.recover();
    const sandboxClock = new SandboxClock(store, given.wallClock);
    const events = new Events(given.log);
    const base: BaseHost = {
      ...given,
      clock: sandboxClock.now,
      events,
      store,
      bodies: new Bodies(store, blobs),
      projectId: PROJECT_ID,
      projectNumber: PROJECT_NUMBER,
    };
    const iam = await iamService(base);
    const host = { ...base, identity: iam.identity };
    const others = await Promise.all(services.map((start) => start(host)));
    return { store, blobs, running: [iam, ...others], events, sandboxClock };
  } catch (error) {
    await store?.close();
    await lock.release();
    if (error instanceof SandboxStartError) throw error;
    const message = `The data directory ${dataDir} cannot be used: ${(error as Error).message}.`;
    throw new SandboxStartError('DATA_DIR_UNUSABLE', message, { dataDir, cause: error });
  }
}

function createServer(log: (line: string) => void, running: Service[]): FastifyInstance {
  const roots = new ApiRoots();
  const app = fastify({
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    rewriteUrl: (request) => {
      const { url = '/', headers } = request;
      const virtualHost = headers.host?.includes('.localhost') === true;
      const canonical = virtualHost ? url : canonicalUrl(url);
      if (!virtualHost && roots.own(canonical)) {
        overrideMethod(request);
        return canonical;
      }
      for (const service of running) {
        const rewritten = service.rewriteUrl?.(url, headers);
        if (rewritten !== undefined) return rewritten;
      }
      return canonical;
    },
    frameworkErrors: (error, request, reply) => {
      void sendError(new ApiError(400, 'badRequest', error.message), request, reply);
    },
  });
  roots.install(app);
  installErrorBoundary(app, log);
  installGuard(app, (request, origin) =>
    running.some((service) => service.allowsOrigin?.(request, origin) === true),
  );
  installReplyParameters(app);
  installRawBodies(app);
  return app;
}

async function shutDown(
  app: FastifyInstance,
  tls: TlsListener | undefined,
  catchUp: CatchUp,
  store: Store,
  lock: DataDirLock,
): Promise<void> {
  try {
    await Promise.all([app.close(), tls?.close()]);
    await catchUp.stop();
    await store.close();
  } finally {
    await lock.release();
  }
}

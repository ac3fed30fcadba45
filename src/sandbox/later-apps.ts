import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Service } from './services.ts';
import { ApiError, errorEnvelope } from './wire/errors.ts';
import { apiRoot } from './wire/urls.ts';

/** Routes that are added when somebody first asks for something below their roots. */
export interface LaterRoutes {
  /** Where all their paths begin, as `apiRoot` tells: `v1`, `_cloudlab/compute`. */
  roots: readonly string[];
  /** True where something was begun by an earlier process that has to go on from the start. */
  atOnce?: boolean;
  /** Loads what answers them. */
  load(): Promise<(app: FastifyInstance) => void>;
}

/**
 * Routes of services that most sandboxes are never asked for, or not at first. To load and add
 * them takes longer than all else that a start does, so that waits for the first request below
 * their roots. As fastify takes no routes once it listens, they get an app of their own, with the
 * same hooks, behind the same server. Services that share a root share an app.
 */
export class LaterApps {
  readonly #byRoot = new Map<string, LaterApp>();
  readonly #log: (line: string) => void;

  /** @param make an app with everything that all of them have, and no routes yet */
  constructor(
    services: readonly Service[],
    make: () => FastifyInstance,
    log: (line: string) => void,
  ) {
    this.#log = log;
    for (const routes of services.flatMap(({ laterRoutes = [] }) => laterRoutes)) {
      const shared = routes.roots.map((root) => this.#byRoot.get(root));
      const app = shared.find((found) => found !== undefined) ?? new LaterApp(make);
      app.parts.push(routes);
      for (const root of routes.roots) this.#byRoot.set(root, app);
    }
  }

  get roots(): Iterable<string> {
    return this.#byRoot.keys();
  }

  /** Answers a request with the app that its path belongs to; false where it is none of them. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const found = this.#find(request.url);
    if (found === undefined || isVirtualHost(request)) return false;
    if (found.ready !== undefined) found.ready.routing(request, response);
    else void this.#answerLater(found, request, response);
    return true;
  }

  /** The app that a path belongs to, loaded. */
  async at(url: string | undefined): Promise<FastifyInstance | undefined> {
    return this.#find(url)?.load();
  }

  /** Loads those that cannot wait, or all. */
  async load(which: 'atOnce' | 'all'): Promise<void> {
    for (const app of this.#apps()) {
      if (which === 'all' || app.parts.some(({ atOnce }) => atOnce)) await app.load();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#apps()].map((app) => app.close()));
  }

  #apps(): Set<LaterApp> {
    return new Set(this.#byRoot.values());
  }

  #find(url = '/'): LaterApp | undefined {
    // Most requests are Cloud Storage's: they are not to pay for looking.
    return url.startsWith('/storage/') ? undefined : this.#byRoot.get(apiRoot(url));
  }

  async #answerLater(
    app: LaterApp,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    let ready: FastifyInstance;
    try {
      ready = await app.load();
    } catch (error) {
      this.#log(`loading a service failed: ${(error as Error).stack ?? error}`);
      const fault = new ApiError(503, 'backendError', 'The service could not be started.');
      response.writeHead(503, { 'content-type': 'application/json; charset=UTF-8' });
      response.end(JSON.stringify(errorEnvelope(fault)));
      return;
    }
    ready.routing(request, response);
  }
}

class LaterApp {
  readonly parts: LaterRoutes[] = [];
  /** Once it can answer. */
  ready: FastifyInstance | undefined;
  readonly #make: () => FastifyInstance;
  #loading: Promise<FastifyInstance> | undefined;
  #closed = false;

  constructor(make: () => FastifyInstance) {
    this.#make = make;
  }

  /** What fails is tried again when it is next asked for. */
  load(): Promise<FastifyInstance> {
    this.#loading ??= this.#load().catch((error) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#loading?.catch(() => undefined))?.close();
  }

  async #load(): Promise<FastifyInstance> {
    if (this.#closed) throw new Error('the sandbox is closing');
    const additions = await Promise.all(this.parts.map((part) => part.load()));
    const app = this.#make();
    for (const add of additions) add(app);
    await app.ready();
    this.ready = app;
    return app;
  }
}

/** True where the host names a bucket: then the whole path is an object's name. */
export const isVirtualHost = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers.host?.includes('.localhost') === true;

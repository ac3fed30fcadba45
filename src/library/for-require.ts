/**
 * What `require('cloudlab')` gives. The sandbox is made of modules, which Jest cannot load where
 * tests are not modules themselves; so it runs in a thread of its own, where nothing of Jest is.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Sandbox, SandboxOptions, Seed } from '../library.ts';
import type { Answer, Facts, Method } from './calls.ts';

declare const __dirname: string;

/** The same as in `library.ts`. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const thread = new Thread();
  try {
    await thread.call('start', options);
  } catch (error) {
    await thread.end();
    throw error;
  }
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= thread.call('stop').then(() => thread.end());
    return stopped;
  };
  return {
    get url() {
      return thread.facts.url;
    },
    get port() {
      return thread.facts.port;
    },
    get projectId() {
      return thread.facts.projectId;
    },
    get env() {
      return thread.facts.env;
    },
    get accessToken() {
      return thread.facts.accessToken;
    },
    seed: (content: Seed) => thread.call('seed', content) as Promise<void>,
    reset: () => thread.call('reset') as Promise<void>,
    advanceClock: (seconds) => thread.call('advanceClock', seconds) as Promise<Date>,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

class Thread {
  private readonly worker = new Worker(join(__dirname, 'library-worker.js'));
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;
  private known: Facts | undefined;

  constructor() {
    this.worker.on('message', ({ id, facts, value, error }: Answer) => {
      const caller = this.waiting.get(id);
      this.waiting.delete(id);
      if (facts !== undefined) this.known = facts;
      if (error === undefined) caller?.resolve(value);
      else caller?.reject(Object.assign(new Error(error.message), error.fields));
    });
    const fail = (error: Error) => {
      for (const caller of this.waiting.values()) caller.reject(error);
      this.waiting.clear();
    };
    this.worker.on('error', fail);
    this.worker.on('exit', () => fail(new Error('The sandbox has stopped.')));
  }

  get facts(): Facts {
    if (this.known === undefined) throw new Error('The sandbox has not started.');
    return this.known;
  }

  call(method: Method, argument?: unknown): Promise<unknown> {
    this.calls += 1;
    const id = this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, method, argument });
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

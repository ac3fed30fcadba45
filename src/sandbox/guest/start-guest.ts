import type {
  Guest,
  GuestBoot,
  GuestDisk,
  GuestFiles,
  GuestRequest,
  GuestResponse,
  GuestSession,
  GuestUser,
  SessionOptions,
  StartGuest,
} from './contract.ts';
import { GuestWorker } from './guest-worker.ts';
import { responseSchema } from './messages.ts';
import { RemoteSession } from './remote-session.ts';
import { Turnstile } from './turnstile.ts';

/** So many guests boot or wake at the same time; the others wait. */
const BOOTING = 2;

const turnstile = new Turnstile(BOOTING);

export const startGuest: StartGuest = async (boot) => {
  const guest = new HibernatingGuest(boot);
  await guest.start();
  return guest;
};

/**
 * A guest that lives in a worker while something goes on in it. When nothing does, the worker
 * is ended and what is not on the disk kept here; the next session, request or file brings it
 * back. So a machine that idles costs what it weighs on paper.
 */
class HibernatingGuest implements Guest {
  #boot: GuestBoot;
  #users: readonly GuestUser[];
  #worker: Promise<GuestWorker> | undefined;
  #asleep: GuestWorker['asleep'];
  #session = 0;
  #over = false;

  constructor(boot: GuestBoot) {
    this.#boot = boot;
    this.#users = boot.users;
  }

  async start(): Promise<void> {
    await this.#awake();
  }

  async setUsers(users: readonly GuestUser[]): Promise<void> {
    this.#users = users;
    await this.#call({ method: 'setUsers', users });
  }

  async setDisks(disks: readonly GuestDisk[]): Promise<void> {
    this.#boot = { ...this.#boot, machine: { ...this.#boot.machine, disks: [...disks] } };
    // One that sleeps sees them when it wakes up.
    const worker = await this.#worker?.catch(() => undefined);
    await worker?.call({ method: 'setDisks', disks });
  }

  async openSession(options: SessionOptions): Promise<GuestSession> {
    const id = ++this.#session;
    const worker = await this.#awake();
    const session = new RemoteSession(id, worker);
    try {
      await worker.call({ method: 'openSession', session: id, options });
    } catch (error) {
      worker.forget(id);
      throw error;
    }
    return session;
  }

  files(user: string): GuestFiles {
    const call = (op: string) => {
      return (...args: unknown[]) => this.#call({ method: 'file', user, op, args });
    };
    const operations =
      'realpath stat lstat list read write makeFolder removeFolder remove rename readLink makeLink setAttributes';
    return Object.fromEntries(
      operations.split(' ').map((op) => [op, call(op)]),
    ) as unknown as GuestFiles;
  }

  async serve(port: number, request: GuestRequest): Promise<GuestResponse> {
    return responseSchema.parse(await this.#call({ method: 'serve', port, request }));
  }

  async shutdown(): Promise<void> {
    if (this.#over) return;
    // One that sleeps has nothing to stop: its disk is whole.
    if (this.#worker) {
      const worker = await this.#worker.catch(() => undefined);
      await worker?.call({ method: 'shutdown' }).catch(() => {});
    }
    await this.kill();
  }

  async kill(): Promise<void> {
    this.#over = true;
    const worker = await this.#worker?.catch(() => undefined);
    this.#worker = undefined;
    await worker?.end();
  }

  async #call(call: Parameters<GuestWorker['call']>[0]): Promise<unknown> {
    const worker = await this.#awake();
    return worker.call(call);
  }

  #awake(): Promise<GuestWorker> {
    if (this.#over) return Promise.reject(new Error('the machine is off'));
    this.#worker ??= turnstile
      .pass(() => this.#begin())
      .catch((error: unknown) => {
        this.#worker = undefined;
        throw error;
      });
    return this.#worker;
  }

  async #begin(): Promise<GuestWorker> {
    const asleep = this.#asleep;
    this.#asleep = undefined;
    const worker = new GuestWorker(this.#boot, {
      slept: (state) => {
        this.#asleep = state;
        this.#worker = undefined;
      },
      died: (reason) => {
        this.#worker = undefined;
        if (this.#over) return;
        this.#over = true;
        this.#boot.host.power('panic', reason);
      },
    });
    await worker.boot(this.#users, asleep);
    return worker;
  }
}

import type {
  Guest,
  GuestBoot,
  GuestHost,
  GuestMachine,
  GuestRequest,
  GuestResponse,
  GuestUser,
} from '../../guest/contract.ts';
import { WebPort } from './web-port.ts';

/** What a machine asks of the service, which knows the resources. */
export interface MachineHost {
  /** For the log, such as `web-1 (asia-northeast3-a)`. */
  label: string;
  /** Resolves when the same machine's earlier guest has ended. */
  ready: Promise<void> | undefined;
  /** The guest's facts, as the resources are now. */
  facts(): GuestMachine;
  users(): readonly GuestUser[];
  files: GuestBoot['files'];
  startupScript(): string | undefined;
  program: string;
  /** Resolves when the guest's files are on its disk, or could not be kept. */
  written(): Promise<void>;
  guest: Omit<GuestHost, 'listening'>;
  /** Whether the learner's own computer gets through to a port, and which address it has. */
  computer: { address: string; reaches(port: number): boolean };
  /** The port on this machine that stood for a port of the VM the last time. */
  preferredPort(port: number): number | undefined;
  /** Programs inside listen on other ports than before. */
  listeningChanged(): void;
  /** The ports have changed: to be kept. */
  portsChanged(ports: ReadonlyMap<number, number>): void;
  log(line: string): void;
}

/** One VM that runs: its guest, and its web server's ports on this machine. */
export class Machine {
  readonly #host: MachineHost;
  readonly #booting: Promise<Guest>;
  /** What listens in the guest: nothing before it has booted. */
  #listening: readonly number[] = [];
  readonly #open = new Map<number, { port: WebPort; number: number }>();
  #changes: Promise<void> = Promise.resolve();
  #ended = false;
  /** As the guest was told them. */
  #disks: string | undefined;

  constructor(host: MachineHost) {
    this.#host = host;
    this.#booting = this.#boot();
    this.#booting.catch((error) => host.log(`the guest did not boot: ${error?.stack ?? error}`));
  }

  /** The VM's ports that are open on this machine, and where. */
  get webPorts(): ReadonlyMap<number, number> {
    return new Map([...this.#open].map(([port, { number }]) => [port, number]));
  }

  /** An HTTP request from another VM, or from outside, that the VPC network let through. */
  async serve(port: number, request: GuestRequest): Promise<GuestResponse> {
    const guest = await this.#booting;
    return guest.serve(port, request);
  }

  /** False where no program listens: a service that was stopped refuses connections. */
  listensOn(port: number): boolean {
    return this.#listening.includes(port);
  }

  get label(): string {
    return this.#host.label;
  }

  /** The guest, which knows all users that the metadata names by now: somebody logs in. */
  async guestWithUsers(): Promise<Guest> {
    const guest = await this.#booting;
    await guest.setUsers(this.#host.users());
    return guest;
  }

  /** Rules, tags, addresses or programs have changed: opens and closes ports. */
  recheck(): Promise<void> {
    this.#changes = this.#changes
      .then(() => this.#follow())
      .catch((error) => this.#host.log(`ports: ${(error as Error).message}`));
    return this.#changes;
  }

  async shutdown(): Promise<void> {
    await this.#end(async (guest) => guest.shutdown());
  }

  /** Pulls the plug. */
  async kill(): Promise<void> {
    await this.#end(async (guest) => guest.kill());
  }

  async #end(how: (guest: Guest) => Promise<void>): Promise<void> {
    this.#ended = true;
    await this.recheck();
    const guest = await this.#booting.catch(() => undefined);
    if (guest !== undefined) await how(guest);
    await this.#host.written();
  }

  async #boot(): Promise<Guest> {
    const { startGuest } = await import('../../guest/start-guest.ts');
    const { ready, facts, users, files, startupScript, program, guest } = this.#host;
    await ready;
    const script = startupScript();
    const machine = facts();
    this.#disks = JSON.stringify(machine.disks);
    return startGuest({
      machine,
      users: users(),
      files,
      program,
      ...(script === undefined ? {} : { startupScript: script }),
      host: {
        ...guest,
        listening: (ports) => {
          this.#listening = ports;
          this.#host.listeningChanged();
        },
      },
    });
  }

  /** Disks that were attached or detached while it runs. */
  async #followDisks(): Promise<void> {
    if (this.#ended) return;
    const { disks } = this.#host.facts();
    const names = JSON.stringify(disks);
    if (names === this.#disks) return;
    // Before it boots nobody has told it anything.
    if (this.#disks === undefined) return;
    this.#disks = names;
    const guest = await this.#booting.catch(() => undefined);
    await guest?.setDisks(disks);
  }

  async #follow(): Promise<void> {
    await this.#followDisks();
    const { computer, preferredPort, portsChanged } = this.#host;
    const wanted = this.#ended
      ? []
      : this.#listening.filter((port) => port !== SSH && computer.reaches(port));
    let changed = false;
    for (const [port, { port: open }] of this.#open) {
      if (wanted.includes(port)) continue;
      this.#open.delete(port);
      await open.close();
      changed = true;
    }
    for (const port of wanted) {
      if (this.#open.has(port)) continue;
      const opened = new WebPort(
        computer.address,
        () => computer.reaches(port),
        (request) => this.serve(port, request),
      );
      this.#open.set(port, { port: opened, number: await opened.open(preferredPort(port)) });
      changed = true;
    }
    if (changed) portsChanged(this.webPorts);
  }
}

const SSH = 22;

import type { Table } from '../../disk/store.ts';
import type { SshServer } from '../../ssh/server.ts';
import { Turns } from '../../turns.ts';
import type { InstanceRecord } from '../instances/kind.ts';
import type { ComputeState } from '../state.ts';
import type { MachineLinks } from './links.ts';
import type { Machine } from './machine.ts';
import type { MachineRecord } from './machine-records.ts';

/**
 * The ports of this machine by which VMs are logged in to: one is open while the VM runs and
 * its sshd listens; whether a connection gets an answer is for the firewall to say.
 */
export class SshDoors {
  readonly #state: ComputeState;
  readonly #links: MachineLinks;
  readonly #records: Table<MachineRecord>;
  readonly #open = new Map<string, Machine>();
  readonly #turns = new Turns();
  #server: Promise<SshServer> | undefined;

  constructor(state: ComputeState, links: MachineLinks, records: Table<MachineRecord>) {
    this.#state = state;
    this.#links = links;
    this.#records = records;
  }

  /** Opens or closes the door of a VM, as its sshd listens or not. */
  follow(instance: InstanceRecord, machine: Machine): void {
    const isOpen = this.#open.get(instance.id) === machine;
    if (isOpen === machine.listensOn(SSH)) return;
    if (isOpen) {
      this.close(instance);
      return;
    }
    this.#open.set(instance.id, machine);
    this.#inTurn(instance, async (server) => {
      if (this.#open.get(instance.id) !== machine) return;
      try {
        await this.#openDoor(server, instance, machine);
      } catch (error) {
        // It is not open, and may be tried again.
        this.#open.delete(instance.id);
        throw error;
      }
    });
  }

  close(instance: InstanceRecord): void {
    if (!this.#open.delete(instance.id)) return;
    this.#inTurn(instance, (server) => server.close(instance.id));
  }

  /** The firewall may say something else by now. */
  recheck(): void {
    void this.#server?.then((server) => server.recheck());
  }

  async closeAll(): Promise<void> {
    this.#open.clear();
    await this.#turns.idle();
    await (await this.#server)?.closeAll();
  }

  isOpen({ id }: Pick<InstanceRecord, 'id'>): boolean {
    return this.#open.has(id);
  }

  /** One after the other: a door that closes and opens again wants the same port. */
  #inTurn(instance: InstanceRecord, work: (server: SshServer) => Promise<void>): void {
    this.#turns
      .take(async () => work(await this.#loaded()))
      .catch((error) => {
        this.#state.log(`SSH of ${instance.name}: ${(error as Error).stack ?? error}`);
      });
  }

  async #openDoor(server: SshServer, instance: InstanceRecord, machine: Machine): Promise<void> {
    const { id } = instance;
    const key = Buffer.from(id);
    const known = this.#records.get(key) ?? (await makeRecord());
    const now = () => this.#links.now(instance);
    const { port } = await server.open({
      id,
      label: machine.label,
      hostKey: known.hostKey,
      preferredPort: known.sshPort,
      sshKeys: () => this.#links.sshKeys(now()),
      accepts: () => this.#links.fromComputer(now(), SSH),
      guest: () => machine.guestWithUsers(),
    });
    if (port === known.sshPort) return;
    await this.#state.store.write(() => {
      const record = this.#records.get(key) ?? known;
      this.#records.put(key, { ...record, sshPort: port });
    });
  }

  /** When the first VM runs. */
  #loaded(): Promise<SshServer> {
    const { clock, log } = this.#state;
    this.#server ??= import('../../ssh/server.ts').then(
      ({ SshServer }) => new SshServer({ now: clock, log }),
    );
    return this.#server;
  }
}

const SSH = 22;

async function makeRecord(): Promise<MachineRecord> {
  const { makeHostKey } = await import('../../ssh/host-key.ts');
  const { privateKey, publicKey } = makeHostKey();
  return { hostKey: privateKey, publicHostKey: publicKey };
}

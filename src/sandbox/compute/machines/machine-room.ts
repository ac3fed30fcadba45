import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestRequest, GuestResponse } from '../../guest/contract.ts';
import { usersIn } from '../../ssh/metadata-keys.ts';
import type { SshServer } from '../../ssh/server.ts';
import type { InstanceRecord } from '../instances/kind.ts';
import { beginStop } from '../instances/lifecycle.ts';
import type { Machines } from '../instances/machines.ts';
import { MY_COMPUTER } from '../network/reach.ts';
import { beginOperation } from '../operations/start.ts';
import { placeName } from '../place.ts';
import type { ComputeState } from '../state.ts';
import { copyFiles, diskFiles, dropFiles, filesOf, putFiles } from './disk-files.ts';
import { machineFacts } from './facts.ts';
import { MachineLinks } from './links.ts';
import { Machine } from './machine.ts';
import { machineRecords } from './machine-records.ts';
import { answerMetadata } from './metadata-server.ts';
import { itemsOf, metadataTree } from './metadata-tree.ts';
import {
  answerPackages,
  askApi,
  type Destination,
  destinationOf,
  NetworkError,
} from './outbound.ts';
import { SerialPort } from './serial.ts';

/**
 * The machines behind the instances: a guest for each that is RUNNING, what it can reach and
 * who reaches it. The resources say what there is; nothing here decides about them.
 */
export class MachineRoom implements Machines {
  readonly #state: ComputeState;
  readonly #links: MachineLinks;
  readonly #running = new Map<string, Machine>();
  /** Suspended ones. */
  readonly #asleep = new Map<string, Machine>();
  /** Ends that are under way: a disk is not booted from before its last files were kept. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #serial = new Map<string, SerialPort>();
  readonly #files;
  readonly #records;
  #ssh: Promise<SshServer> | undefined;
  #recheck: NodeJS.Immediate | undefined;

  constructor(state: ComputeState) {
    this.#state = state;
    this.#links = new MachineLinks(state);
    this.#files = diskFiles(state);
    this.#records = machineRecords(state);
  }

  /** Boots what was running when the sandbox ended. */
  resume(): void {
    for (const instance of this.#links.instances.everywhere()) {
      if (instance.status === 'RUNNING') this.started(instance);
    }
  }

  started(instance: InstanceRecord): void {
    const { guestProgram } = this.#state;
    const disk = this.#links.bootDisk(instance);
    const { id } = instance;
    if (guestProgram === undefined || disk === undefined || this.#running.has(id)) return;
    // Resources change while a machine runs; what it is asked for is looked up each time.
    const now = () => this.#links.now(instance);
    const serial = this.#serialOf(id);
    const { clock, randomBytes, log } = this.#state;
    const label = `${instance.name} (${placeName(instance.scope)})`;
    const machine =
      this.#asleep.get(id) ??
      new Machine({
        ready: this.#ending.get(id),
        facts: () =>
          machineFacts(
            this.#state.projectId,
            now(),
            this.#links.subnets(now()).map(({ gateway }) => gateway),
            disk.imageFamily,
          ),
        users: () => usersIn(this.#sshKeys(now()), clock()).map((name) => ({ name })),
        files: () => filesOf(this.#files, disk.content),
        startupScript: () => itemsOf(now().metadata.items)['startup-script'],
        program: guestProgram,
        guest: {
          now: clock,
          randomBytes,
          log: (line) => log(`${label}: ${line}`),
          serial: (text) => serial.write(text),
          request: (request) => this.#request(now(), request),
          persist: (changes) => {
            this.#state.store
              .write(() => putFiles(this.#files, disk.content, changes))
              .catch((error) => log(`${label}: files were not kept: ${(error as Error).message}`));
          },
          power: (action, reason) => void this.#power(now(), action, reason),
        },
        computer: {
          address: MY_COMPUTER,
          reaches: (port) => this.#links.fromComputer(now(), port),
        },
        preferredPort: (port) => this.#records.get(Buffer.from(id))?.webPorts?.[port],
        portsChanged: (ports) => void this.#keepPorts(id, ports),
        log: (line) => log(`${label}: ${line}`),
      });
    this.#asleep.delete(id);
    this.#running.set(id, machine);
    void machine.recheck();
    this.#openSsh(instance, label, now, machine).catch((error) => {
      log(`${label}: no SSH: ${(error as Error).stack ?? error}`);
    });
  }

  stopping(instance: InstanceRecord): void {
    this.#end(instance, (machine) => machine.shutdown());
  }

  /** Whoever has not shut down by now is switched off. */
  stopped(instance: InstanceRecord): void {
    this.#end(instance, (machine) => machine.kill());
  }

  /** Its memory is kept, as the guest, which nobody reaches meanwhile. */
  suspended(instance: InstanceRecord): void {
    const machine = this.#running.get(instance.id);
    if (machine === undefined) return;
    this.#running.delete(instance.id);
    this.#asleep.set(instance.id, machine);
    this.#closeSsh(instance.id);
    void machine.recheck();
  }

  reset(instance: InstanceRecord): void {
    this.#end(instance, (machine) => machine.kill());
    this.started(instance);
  }

  /** Users whom its metadata names by now are made when they log in. */
  changed(_instance: InstanceRecord): void {
    this.recheck();
  }

  deleted(instance: InstanceRecord): void {
    this.stopped(instance);
    this.#serial.delete(instance.id);
    this.#state.store
      .write(() => this.#records.remove(Buffer.from(instance.id)))
      .catch((error) => this.#state.log(`${instance.name}: ${(error as Error).message}`));
  }

  copyFiles(fromContent: string, toContent: string): void {
    copyFiles(this.#files, fromContent, toContent);
  }

  eraseFiles(content: string): void {
    dropFiles(this.#files, content);
  }

  serialOutput(instance: InstanceRecord, port: number, start: number) {
    // Nothing is connected to the other three.
    return port === 1
      ? this.#serialOf(instance.id).read(start)
      : { contents: '', start: 0, next: 0 };
  }

  /** Something changed that may decide who reaches whom. */
  recheck(): void {
    this.#recheck ??= setImmediate(() => {
      this.#recheck = undefined;
      for (const machine of this.#running.values()) void machine.recheck();
      void this.#ssh?.then((server) => server.recheck());
    });
  }

  /** All instances, whether they run or not. */
  instances(): Iterable<InstanceRecord> {
    return this.#links.instances.everywhere();
  }

  /** How an instance is reached from this machine, if it runs. */
  addresses({ id }: Pick<InstanceRecord, 'id'>) {
    const record = this.#records.get(Buffer.from(id));
    const machine = this.#running.get(id);
    if (machine === undefined || record?.sshPort === undefined) return undefined;
    const { sshPort: port, publicHostKey } = record;
    return { ssh: { port, hostKey: publicHostKey }, web: machine.webPorts };
  }

  get count(): number {
    return this.#running.size;
  }

  /** Ends all guests, their files kept: the sandbox closes or is wiped. */
  async pause(): Promise<void> {
    clearImmediate(this.#recheck);
    this.#recheck = undefined;
    await (await this.#ssh)?.closeAll();
    this.#ssh = undefined;
    const machines = [...this.#running.values(), ...this.#asleep.values()];
    this.#running.clear();
    this.#asleep.clear();
    await Promise.all([...machines.map((machine) => machine.shutdown()), ...this.#ending.values()]);
    this.#serial.clear();
  }

  /** Ends a machine, if it has not ended yet. */
  #end({ id, name }: InstanceRecord, how: (machine: Machine) => Promise<void>): void {
    const machine = this.#running.get(id) ?? this.#asleep.get(id);
    if (machine === undefined) return;
    this.#running.delete(id);
    this.#asleep.delete(id);
    this.#closeSsh(id);
    const before = this.#ending.get(id);
    const ending = Promise.all([before, how(machine)])
      .then(() => undefined)
      .catch((error) => this.#state.log(`${name} did not end well: ${(error as Error).message}`))
      .finally(() => {
        if (this.#ending.get(id) === ending) this.#ending.delete(id);
      });
    this.#ending.set(id, ending);
  }

  #closeSsh(id: string): void {
    void this.#ssh?.then((server) => server.close(id));
  }

  async #openSsh(
    instance: InstanceRecord,
    label: string,
    now: () => InstanceRecord,
    machine: Machine,
  ): Promise<void> {
    const { id } = instance;
    const key = Buffer.from(id);
    const known = this.#records.get(key) ?? (await this.#makeHostKey(key));
    const server = await this.#sshServer();
    if (this.#running.get(id) !== machine) return;
    const { port } = await server.open({
      id,
      label,
      hostKey: known.hostKey,
      preferredPort: known.sshPort,
      sshKeys: () => this.#sshKeys(now()),
      accepts: () => this.#links.fromComputer(now(), SSH),
      guest: () => machine.guestWithUsers(),
    });
    if (this.#running.get(id) !== machine) return server.close(id);
    if (port === known.sshPort) return;
    await this.#state.store.write(() => {
      const record = this.#records.get(key) ?? known;
      this.#records.put(key, { ...record, sshPort: port });
    });
  }

  /** Loaded when the first VM runs. */
  #sshServer(): Promise<SshServer> {
    const { clock, log } = this.#state;
    this.#ssh ??= import('../../ssh/server.ts').then(
      ({ SshServer }) => new SshServer({ now: clock, log }),
    );
    return this.#ssh;
  }

  async #makeHostKey(key: Buffer) {
    const { makeHostKey } = await import('../../ssh/host-key.ts');
    const { privateKey, publicKey } = makeHostKey();
    const record = { hostKey: privateKey, publicHostKey: publicKey };
    await this.#state.store.write(() => this.#records.put(key, record));
    return { ...record, sshPort: undefined };
  }

  /** Those of the instance, and of the project unless the instance wants none of them. */
  #sshKeys(instance: InstanceRecord): string[] {
    const own = itemsOf(instance.metadata.items);
    const block = own['block-project-ssh-keys']?.toLowerCase() === 'true';
    const project = block ? undefined : itemsOf(this.#links.projectItems())['ssh-keys'];
    return [own['ssh-keys'], project].flatMap((text) => text?.split('\n') ?? []);
  }

  #serialOf(id: string): SerialPort {
    const serial = this.#serial.get(id) ?? new SerialPort();
    this.#serial.set(id, serial);
    return serial;
  }

  async #keepPorts(id: string, ports: ReadonlyMap<number, number>): Promise<void> {
    const key = Buffer.from(id);
    if (this.#records.get(key) === undefined) return;
    await this.#state.store.write(() => {
      const record = this.#records.get(key);
      if (record === undefined) return;
      const webPorts = { ...record.webPorts, ...Object.fromEntries(ports) };
      this.#records.put(key, { ...record, webPorts });
    });
  }

  async #power(
    instance: InstanceRecord,
    action: 'off' | 'reboot' | 'panic',
    reason: string,
  ): Promise<void> {
    if (action === 'off') return this.#powerOff(instance);
    this.#state.log(`${instance.name}: ${action}: ${reason}`);
    this.reset(instance);
  }

  /** Somebody inside has switched it off: an operation that nobody asked the API for. */
  async #powerOff(instance: InstanceRecord): Promise<void> {
    const state = this.#state;
    await state.store.write(() => {
      const now = this.#links.now(instance);
      if (now.status !== 'RUNNING') return;
      beginStop(state, now);
      beginOperation(state, {
        type: 'compute.instances.guestTerminate',
        plan: 'compute.instances.stop',
        targetLink: this.#links.instances.url(now),
        targetId: now.id,
        scope: now.scope,
      });
    });
  }

  /** A request that leaves a VM: where it goes, and whether the VPC network lets it. */
  async #request(instance: InstanceRecord, request: GuestRequest): Promise<GuestResponse> {
    const url = new URL(request.url);
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const destination = destinationOf(url.hostname.toLowerCase());
    if (destination.kind === 'metadata') {
      return answerMetadata(() => this.#metadata(instance), request);
    }
    const answer = this.#links.from(instance, this.#endpoint(instance, destination), port);
    if (!answer.allowed) return this.#unanswered(request);
    if (destination.kind === 'api') return askApi(this.#state.baseUrl(), request);
    if (destination.kind === 'packages') return answerPackages(request);
    // Of all other addresses, only those of VMs answer: there is no internet in a sandbox.
    const { arrivesAt, seenAs } = answer;
    const neighbour = arrivesAt && this.#links.at(arrivesAt.url);
    const machine = neighbour && this.#running.get(neighbour.id);
    if (machine === undefined) return this.#unanswered(request);
    if (!machine.listening.includes(port)) throw new NetworkError('refused');
    return machine.serve(port, { ...request, from: seenAs ?? request.from });
  }

  #endpoint(instance: InstanceRecord, destination: Exclude<Destination, { kind: 'metadata' }>) {
    switch (destination.kind) {
      case 'api':
        return { kind: 'google-apis' } as const;
      case 'packages':
        return { kind: 'internet', address: MIRROR } as const;
      case 'address':
        return destination;
      case 'name': {
        const address = this.#links.resolve(instance, destination.host);
        if (address === undefined) throw new NetworkError('unresolved');
        return { kind: 'address', address } as const;
      }
    }
  }

  /**
   * Nobody answers: packets were dropped. A program waits for as long as it likes; in a
   * sandbox that is faster than GCP it does not have to.
   */
  async #unanswered({ timeoutMs }: GuestRequest): Promise<never> {
    await sleep(this.#state.realtime ? timeoutMs : Math.min(timeoutMs, PATIENCE_MS), undefined, {
      ref: false,
    });
    throw new NetworkError('timeout');
  }

  #metadata(instance: InstanceRecord) {
    const { projectId, projectNumber, randomBytes } = this.#state;
    return metadataTree({
      projectId,
      projectNumber,
      instance,
      projectAttributes: itemsOf(this.#links.projectItems()),
      networks: this.#links.subnets(instance),
      image: this.#links.bootDisk(instance)?.image,
      preempted: instance.preempted ?? false,
      token: () => ({
        access_token: `ya29.c.${Buffer.from(randomBytes(96)).toString('base64url')}`,
        expires_in: 3599,
        token_type: 'Bearer',
      }),
    });
  }
}

const SSH = 22;
const PATIENCE_MS = 2000;
/** Stands for any address in the internet (TEST-NET-2). */
const MIRROR = '198.51.100.10';

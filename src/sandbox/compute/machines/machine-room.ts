import { setTimeout as sleep } from 'node:timers/promises';
import { usersIn } from '../../ssh/metadata-keys.ts';
import type { InstanceRecord } from '../instances/kind.ts';
import { beginStop } from '../instances/lifecycle.ts';
import type { Machines } from '../instances/machines.ts';
import { MY_COMPUTER } from '../network/reach.ts';
import { beginOperation } from '../operations/start.ts';
import { placeName } from '../place.ts';
import type { ComputeState } from '../state.ts';
import { copyFiles, diskFiles, dropFiles, filesOf, putFiles } from './disk-files.ts';
import { DiskWriter } from './disk-writer.ts';
import { machineFacts } from './facts.ts';
import { MachineLinks } from './links.ts';
import { Machine } from './machine.ts';
import { machineRecords } from './machine-records.ts';
import { itemsOf } from './metadata-tree.ts';
import { answerRequest, type Surroundings } from './requests.ts';
import { SerialPort } from './serial.ts';
import { SshDoors } from './ssh-doors.ts';

/**
 * The machines behind the instances: a guest for each that is RUNNING, what it can reach and
 * who reaches it. The resources say what there is; nothing here decides about them.
 */
export class MachineRoom implements Machines {
  readonly #state: ComputeState;
  readonly #links: MachineLinks;
  readonly #running = new Map<string, { instance: InstanceRecord; machine: Machine }>();
  /** Suspended ones. */
  readonly #asleep = new Map<string, Machine>();
  /** Ends that are under way: a disk is not booted from before its last files were kept. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #serial = new Map<string, SerialPort>();
  readonly #files;
  readonly #records;
  readonly #doors: SshDoors;
  readonly #surroundings: Surroundings;
  /** Ports of this machine at which a VM has served pages: they may still be open in a browser. */
  readonly #pages = new Set<number>();
  /** Instances that have rebooted, or panicked, a short while ago. */
  readonly #restarted = new Set<string>();
  #recheck: NodeJS.Immediate | undefined;

  constructor(state: ComputeState) {
    this.#state = state;
    this.#links = new MachineLinks(state);
    this.#files = diskFiles(state);
    this.#records = machineRecords(state);
    this.#doors = new SshDoors(state, this.#links, this.#records);
    this.#surroundings = {
      state,
      links: this.#links,
      machineOf: ({ id }) => this.#running.get(id)?.machine,
    };
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
    const writer = new DiskWriter(
      (changes) =>
        this.#state.store.write(() => {
          // The disk may have been deleted while its machine was still shutting down.
          if (this.#links.bootDisk(now())?.content !== disk.content) return;
          putFiles(this.#files, disk.content, changes);
        }),
      (error) => {
        log(`${label}: files were not kept: ${error.message}`);
        serial.write(`blk_update_request: I/O error, dev sda: ${error.message}\n`);
      },
    );
    const machine =
      this.#asleep.get(id) ??
      new Machine({
        label,
        ready: this.#ending.get(id),
        facts: () =>
          machineFacts(this.#state.projectId, now(), this.#links.subnets(now()), disk.imageFamily),
        users: () => usersIn(this.#links.sshKeys(now()), clock()).map((name) => ({ name })),
        files: () => filesOf(this.#files, disk.content),
        startupScript: () => itemsOf(now().metadata.items)['startup-script'],
        program: guestProgram,
        written: () => writer.flush(),
        guest: {
          now: clock,
          randomBytes,
          log: (line) => log(`${label}: ${line}`),
          serial: (text) => serial.write(text),
          request: (request) => answerRequest(this.#surroundings, now(), request),
          persist: (changes) => writer.add(changes),
          power: (action, reason) => void this.#power(now(), action, reason),
        },
        computer: {
          address: MY_COMPUTER,
          reaches: (port) => this.#links.fromComputer(now(), port),
        },
        preferredPort: (port) => this.#records.get(Buffer.from(id))?.webPorts?.[port],
        listeningChanged: () => this.recheck(),
        portsChanged: (ports) => void this.#keepPorts(id, ports),
        log: (line) => log(`${label}: ${line}`),
      });
    this.#asleep.delete(id);
    this.#running.set(id, { instance, machine });
    this.#follow(instance, machine);
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
    const machine = this.#running.get(instance.id)?.machine;
    if (machine === undefined) return;
    this.#running.delete(instance.id);
    this.#asleep.set(instance.id, machine);
    this.#doors.close(instance);
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
      for (const { instance, machine } of this.#running.values()) this.#follow(instance, machine);
      this.#doors.recheck();
    });
  }

  /** All instances, whether they run or not. */
  instances(): Iterable<InstanceRecord> {
    return this.#links.instances.everywhere();
  }

  /** How an instance is reached from this machine, if it runs. */
  addresses({ id }: Pick<InstanceRecord, 'id'>) {
    const record = this.#records.get(Buffer.from(id));
    const running = this.#running.get(id);
    if (running === undefined) return undefined;
    const { sshPort: port, publicHostKey: hostKey = '' } = record ?? {};
    const isOpen = port !== undefined && this.#doors.isOpen({ id });
    return { ...(isOpen ? { ssh: { port, hostKey } } : {}), web: running.machine.webPorts };
  }

  /** Whether pages of a VM's come, or came, from this port of this machine. */
  servedAt(port: number): boolean {
    return this.#pages.has(port);
  }

  get count(): number {
    return this.#running.size;
  }

  /** Ends all guests, their files kept: the sandbox closes or is wiped. */
  async pause(): Promise<void> {
    clearImmediate(this.#recheck);
    this.#recheck = undefined;
    await this.#doors.closeAll();
    const running = [...this.#running.values()].map(({ machine }) => machine);
    const machines = [...running, ...this.#asleep.values()];
    this.#running.clear();
    this.#asleep.clear();
    await Promise.all([...machines.map((machine) => machine.shutdown()), ...this.#ending.values()]);
    this.#serial.clear();
  }

  /** Ends a machine, if it has not ended yet. */
  #end(instance: InstanceRecord, how: (machine: Machine) => Promise<void>): void {
    const { id, name } = instance;
    const machine = this.#running.get(id)?.machine ?? this.#asleep.get(id);
    if (machine === undefined) return;
    this.#running.delete(id);
    this.#asleep.delete(id);
    this.#doors.close(instance);
    const before = this.#ending.get(id);
    const ending = Promise.all([before, how(machine)])
      .then(() => undefined)
      .catch((error) => this.#state.log(`${name} did not end well: ${(error as Error).message}`))
      .finally(() => {
        if (this.#ending.get(id) === ending) this.#ending.delete(id);
      });
    this.#ending.set(id, ending);
  }

  #serialOf(id: string): SerialPort {
    const serial = this.#serial.get(id) ?? new SerialPort();
    this.#serial.set(id, serial);
    return serial;
  }

  async #keepPorts(id: string, ports: ReadonlyMap<number, number>): Promise<void> {
    for (const port of ports.values()) this.#pages.add(port);
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
    const { id } = instance;
    const machine = this.#running.get(id)?.machine;
    // One that restarts itself as soon as it is up would do nothing else, nor would this thread.
    const pause = this.#restarted.has(id) ? RESTART_PAUSE_MS : 0;
    this.#restarted.add(id);
    setTimeout(() => this.#restarted.delete(id), 2 * RESTART_PAUSE_MS).unref();
    if (pause > 0) await sleep(pause, undefined, { ref: false });
    if (machine !== undefined && machine === this.#running.get(id)?.machine) this.reset(instance);
  }

  /** Ports of this machine open and close as programs listen and rules allow. */
  #follow(instance: InstanceRecord, machine: Machine): void {
    void machine.recheck();
    this.#doors.follow(instance, machine);
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
        user: 'system',
      });
    });
  }
}

/** Debian's images on Google Cloud have `kernel.panic = 10`. */
const RESTART_PAUSE_MS = 10_000;

/**
 * SSH for the VMs: each has a port of its own on this machine's loopback address, by which
 * it is known, because SSH, unlike HTTP, does not say whom it wants.
 *
 * A VM's port is there while the VM runs. Whether a connection gets an answer is for the VPC's
 * firewall to say: one that may not come through hears nothing, as on Compute Engine, where its
 * packets are dropped, and is cut off after a while, because here it did get a TCP connection.
 * If a rule lets it through meanwhile, it is answered, as a repeated SYN would be. Connections
 * that are through stay, whatever becomes of the rules: VPC firewalls are stateful
 * (https://cloud.google.com/firewall/docs/firewalls#specifications).
 */
import { type AddressInfo, createServer, type Server as Listener, type Socket } from 'node:net';
import type { Server, utils } from 'ssh2';
import { Connection, serverOptions } from './connection.ts';
import { defaultLimits, type SshLimits, type SshVm } from './vm.ts';

export interface SshServerHost {
  /** The sandbox's time: what the expiry of keys goes by. */
  now(): Date;
  /** Takes what an operator should know, a line each. */
  log(line: string): void;
  readonly limits?: Partial<SshLimits>;
}

export class SshServer {
  readonly #host: SshServerHost;
  readonly #limits: SshLimits;
  readonly #doors = new Map<string, Door>();

  constructor(host: SshServerHost) {
    this.#host = host;
    this.#limits = { ...defaultLimits, ...host.limits };
  }

  /** Opens the port of a VM that runs now: the preferred one, or any that is free. */
  async open(vm: SshVm): Promise<{ port: number }> {
    await this.close(vm.id);
    const door = new Door(vm, this.#host, this.#limits, () => this.#connections());
    this.#doors.set(vm.id, door);
    return { port: await door.open() };
  }

  /** The VM stopped: its connections end, its port closes. */
  async close(vmId: string): Promise<void> {
    const door = this.#doors.get(vmId);
    this.#doors.delete(vmId);
    await door?.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#doors.keys()].map((id) => this.close(id)));
  }

  /** Firewall rules, tags or addresses changed: whoever waits before a door may come in now. */
  recheck(): void {
    for (const door of this.#doors.values()) door.recheck();
  }

  #connections(): number {
    let sum = 0;
    for (const door of this.#doors.values()) sum += door.size;
    return sum;
  }
}

/** The port of one VM. */
class Door {
  readonly #vm: SshVm;
  readonly #host: SshServerHost;
  readonly #limits: SshLimits;
  readonly #inAll: () => number;
  readonly #listener: Listener;
  /** By the client's address and port, which is how ssh2 names them. */
  readonly #connections = new Map<string, Connection>();
  /** Connections that the firewall keeps out, and when that ends. */
  readonly #waiting = new Map<Socket, NodeJS.Timeout>();
  #server: Promise<SshParts> | undefined;
  #isClosed = false;

  constructor(vm: SshVm, host: SshServerHost, limits: SshLimits, inAll: () => number) {
    this.#vm = vm;
    this.#host = host;
    this.#limits = limits;
    this.#inAll = inAll;
    this.#listener = createServer({ pauseOnConnect: true }, (socket) => this.#arrive(socket));
  }

  get size(): number {
    return this.#connections.size + this.#waiting.size;
  }

  async open(): Promise<number> {
    const { preferredPort } = this.#vm;
    try {
      await listen(this.#listener, preferredPort ?? 0);
    } catch (error) {
      if (preferredPort === undefined) throw error;
      await listen(this.#listener, 0);
    }
    this.#listener.on('error', (error) => this.#log(String(error)));
    return (this.#listener.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    for (const [socket, timer] of this.#waiting) {
      clearTimeout(timer);
      socket.destroy();
    }
    for (const connection of this.#connections.values()) connection.end();
    await closed;
  }

  recheck(): void {
    for (const [socket, timer] of this.#waiting) {
      if (!this.#vm.accepts()) return;
      clearTimeout(timer);
      this.#waiting.delete(socket);
      this.#admit(socket);
    }
  }

  #arrive(socket: Socket): void {
    socket.on('error', () => undefined);
    const full = this.size >= this.#limits.perVm || this.#inAll() >= this.#limits.inAll;
    const strangers = [...this.#connections.values()].filter(({ loggedIn }) => !loggedIn).length;
    if (this.#isClosed || full || strangers >= this.#limits.startups) {
      socket.destroy();
    } else if (this.#vm.accepts()) {
      this.#admit(socket);
    } else {
      const timer = setTimeout(() => socket.resetAndDestroy(), this.#limits.silenceMs);
      this.#waiting.set(socket, timer);
      socket.once('close', () => {
        clearTimeout(timer);
        this.#waiting.delete(socket);
      });
    }
  }

  #admit(socket: Socket): void {
    const { now, log } = this.#host;
    this.#server ??= this.#makeServer();
    const peer = `${socket.remoteAddress} ${socket.remotePort}`;
    this.#server.then(
      ({ server, parseKey }) => {
        if (this.#isClosed || socket.destroyed) return void socket.destroy();
        const connection = new Connection(socket, {
          vm: this.#vm,
          limits: this.#limits,
          now: () => now(),
          log: (line) => log(line),
          parseKey,
        });
        this.#connections.set(peer, connection);
        void connection.gone.then(() => this.#connections.delete(peer));
        connection.start(server);
      },
      (error) => {
        this.#log(`no SSH server: ${String(error)}`);
        socket.destroy();
      },
    );
  }

  /** At the first connection: most VMs never see one. */
  async #makeServer(): Promise<SshParts> {
    const { default: ssh2 } = await import('ssh2');
    const server = new ssh2.Server({ ...serverOptions, hostKeys: [this.#vm.hostKey] });
    server.on('error', (error: Error) => this.#log(String(error)));
    server.on('connection', (client, { ip, port }) => {
      this.#connections.get(`${ip} ${port}`)?.takeOver(client);
    });
    return { server, parseKey: ssh2.utils.parseKey };
  }

  #log(line: string): void {
    this.#host.log(`ssh of ${this.#vm.label}: ${line}`);
  }
}

interface SshParts {
  server: Server;
  parseKey: typeof utils.parseKey;
}

function listen(listener: Listener, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ host: '127.0.0.1', port }, () => {
      listener.off('error', reject);
      resolve();
    });
  });
}

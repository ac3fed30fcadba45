/**
 * One client's connection, from its first byte on. ssh2 speaks the protocol; what it does not
 * bound is bounded here, because a client may lie, flood or hang:
 *
 * - a client that sends more than its channel's window, which ssh2 would keep, is cut off;
 * - a client that does not read what it is answered is not read from, either;
 * - a channel whose packets could hold nothing would be filled forever, and is cut off;
 * - nobody stays long without having logged in;
 * - a connection that was ended and does not close is destroyed.
 *
 * Compression is not offered (a small packet could become a large one), nor are key exchanges
 * that cost the server much more than the client.
 */
import type { Socket } from 'node:net';
import type { Connection as Client, Server, ServerChannel, ServerConfig, utils } from 'ssh2';
import { Login } from './login.ts';
import { keysFor } from './metadata-keys.ts';
import { serveSession } from './session.ts';
import type { SshLimits, SshVm } from './vm.ts';

export const serverOptions: Omit<ServerConfig, 'hostKeys'> = {
  // What sshd of Debian 12 says, for clients that go by it.
  ident: 'OpenSSH_9.2p1 cloudlab',
  keepaliveInterval: 15_000,
  keepaliveCountMax: 3,
  algorithms: {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group14-sha256',
    ],
    compress: ['none'],
  },
};

export interface ConnectionHost {
  readonly vm: SshVm;
  readonly limits: SshLimits;
  now(): Date;
  log(line: string): void;
  parseKey: typeof utils.parseKey;
}

/** A connection that the firewall let through. */
export class Connection {
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #grace: NodeJS.Timeout;
  /** Channels by session: what is kept of them is watched. */
  readonly #channels = new Set<{ readableLength: number }>();
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  #client: Client | undefined;
  #user = '';
  #sessions = 0;
  loggedIn = false;

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#grace = setTimeout(() => this.destroy(), host.limits.loginGraceMs);
    socket.setNoDelay(true);
    // Each of its sessions may wait for the socket to drain.
    socket.setMaxListeners(4 * host.limits.sessions);
    this.gone = new Promise((resolve) => {
      socket.once('close', () => {
        clearTimeout(this.#grace);
        resolve();
      });
    });
  }

  /** Hands the socket to ssh2, which tells its `connection` of it once the client has named itself. */
  start(server: Server): void {
    server.injectSocket(this.#socket);
    this.#socket.on('data', () => this.#afterData());
  }

  /** The client has named itself; everything else goes on from here. */
  takeOver(client: Client): void {
    this.#client = client;
    const host = this.#host;
    const contained = this.#contained;
    const login = new Login(
      {
        keysFor: (user) => keysFor(host.vm.sshKeys(), user, host.now()),
        authTries: host.limits.authTries,
        tooMany: () => this.end(),
      },
      host.parseKey,
    );
    client.on('error', () => this.#destroySoon());
    client.on('end', () => this.#destroySoon());
    client.on(
      'authentication',
      contained((context) => {
        this.#user = context.username;
        login.attempt(context);
      }),
    );
    client.on(
      'ready',
      contained(() => {
        this.loggedIn = true;
        clearTimeout(this.#grace);
      }),
    );
    client.on(
      'session',
      contained((accept, reject) => {
        if (this.#sessions >= host.limits.sessions) return reject();
        const session = accept();
        if (packetSizeOf(session) < LEAST_PACKET) return this.destroy();
        this.#sessions += 1;
        let watched: ServerChannel | undefined;
        session.once('close', () => {
          this.#sessions -= 1;
          if (watched !== undefined) this.#channels.delete(watched);
        });
        serveSession(session, {
          user: this.#user,
          from: {
            address: this.#socket.remoteAddress ?? '127.0.0.1',
            port: this.#socket.remotePort ?? 0,
          },
          socket: this.#socket,
          guest: () => host.vm.guest(),
          now: host.now,
          log: host.log,
          contained,
          gone: this.gone,
          inputBytes: host.limits.inputBytes,
          opened: (channel) => {
            watched = channel;
            this.#channels.add(channel);
          },
        });
      }),
    );
  }

  /** Says goodbye, as a machine does that shuts down. */
  end(): void {
    if (this.#client === undefined) this.destroy();
    this.#client?.end();
    this.#destroySoon();
  }

  destroy(): void {
    clearTimeout(this.#grace);
    this.#socket.destroy();
  }

  /** Runs with each chunk that came, beside ssh2's parser. */
  #afterData(): void {
    if ([...this.#channels].some(({ readableLength }) => readableLength > MOST_UNREAD)) {
      this.destroy();
    }
    if (this.#socket.writableLength > MOST_UNANSWERED && !this.#socket.isPaused()) {
      this.#socket.pause();
      this.#socket.once('drain', () => this.#socket.resume());
    }
  }

  #destroySoon(): void {
    setTimeout(() => this.#socket.destroy(), 2000).unref();
  }

  readonly #contained = <Values extends unknown[]>(
    act: (...values: Values) => void,
  ): ((...values: Values) => void) => {
    return (...values) => {
      try {
        act(...values);
      } catch (error) {
        this.#host.log(`ssh of ${this.#host.vm.label}: ${String(error)}`);
        this.destroy();
      }
    };
  };
}

/** The window that ssh2 gives each channel is 2 MiB; a packet more may be under way. */
const MOST_UNREAD = 3 * 1024 * 1024;
const MOST_UNANSWERED = 1024 * 1024;

/** OpenSSH takes 32 KiB; RFC 4253 has everybody take as much. */
const LEAST_PACKET = 1024;

/** What the client takes in one packet: ssh2 keeps that to itself. */
function packetSizeOf(session: object): number {
  const { _chanInfo: info } = session as { _chanInfo?: { outgoing: { packetSize: number } } };
  return info?.outgoing.packetSize ?? 0;
}

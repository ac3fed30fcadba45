/**
 * A small SSH client, for missions and for `cloudlab ssh`: commands, their output and exit
 * codes, files over SFTP. It speaks to the sandbox's VMs and to those of Compute Engine.
 *
 * A VM that boots refuses connections, then logins: sshd listens before the guest agent has
 * made the user of a new key. `connectSsh` tries again until its deadline. A host key that is
 * not the expected one is never retried.
 */
import type { Client, ClientChannel, ConnectConfig, SFTPWrapper } from 'ssh2';
import type { Clock } from '../context.ts';
import type { SshFault } from '../errors.ts';
import { type HostKeyTrust, hostKeyAlgorithms, publicKeyLine, trusts } from './ssh-host-keys.ts';

export class SshError extends Error {
  override readonly name = 'SshError';

  constructor(
    readonly fault: SshFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** In OpenSSH's or PEM format. */
  readonly privateKey: string;
  readonly hostKeys: HostKeyTrust;
}

export interface SshPatience {
  readonly clock: Pick<Clock, 'elapsed' | 'sleep'>;
  /** All tries together end after this; default: a minute. */
  readonly deadlineMs?: number;
  /** One try ends after this; default: 10 s. */
  readonly tryMs?: number;
  /** What is not worth another try; default: a wrong host key. */
  readonly giveUpOn?: readonly SshFault[];
  /** Ends waiting between tries, and the try under way. */
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  /** 0 to 255; 255 where a signal ended it, as `ssh` answers. */
  readonly code: number;
  /** `KILL`, `TERM`…, if one ended it. */
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Standard input; default: empty. */
  readonly input?: string | Uint8Array;
  /** Default: a minute. */
  readonly timeoutMs?: number;
  /** Of both streams together; default: 8 MiB. */
  readonly maxBytes?: number;
}

const between = 500;

/**
 * Connects and logs in, trying again until the deadline: a VM that boots takes a while.
 *
 * @throws SshError the last try's
 */
export async function connectSsh(target: SshTarget, patience: SshPatience): Promise<SshConnection> {
  const { clock, deadlineMs = 60_000, tryMs = 10_000, giveUpOn = ['host-key'], signal } = patience;
  const end = clock.elapsed() + deadlineMs;
  for (;;) {
    const left = end - clock.elapsed();
    try {
      return await connectOnce(target, Math.max(1, Math.min(tryMs, left)), signal);
    } catch (error) {
      const isFinal = !(error instanceof SshError) || giveUpOn.includes(error.fault);
      if (isFinal || signal?.aborted || clock.elapsed() + between >= end) throw error;
      await clock.sleep(between);
    }
  }
}

/**
 * One try.
 *
 * @throws SshError
 */
export async function connectOnce(
  target: SshTarget,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<SshConnection> {
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  const { host, port, user: username, privateKey, hostKeys } = target;
  let shown = '';
  let distrusted = false;
  const config: ConnectConfig = {
    host,
    port,
    username,
    privateKey,
    // Its own timer covers the handshake alone, not what takes long below it.
    readyTimeout: 0,
    keepaliveInterval: 15_000,
    keepaliveCountMax: 3,
    authHandler: ['publickey'],
    algorithms: { ...hostKeyAlgorithms(hostKeys) },
    hostVerifier: (key: Buffer) => {
      shown = publicKeyLine(key);
      distrusted = !trusts(hostKeys, shown);
      return !distrusted;
    },
  };
  return await new Promise((resolve, reject) => {
    const fail = (error: SshError) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      client.removeAllListeners().on('error', () => undefined);
      client.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(new SshError('timeout', `no SSH connection within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    const abort = () => fail(new SshError('lost', 'the connection was given up'));
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    client.on('error', (error) =>
      fail(
        distrusted
          ? new SshError('host-key', `the host showed another key: ${shown}`)
          : connectError(error),
      ),
    );
    client.on('close', () => fail(new SshError('lost', 'the connection was closed')));
    // Each packet waits for the answer to the one before otherwise, some 40 ms.
    client.on('connect', () => client.setNoDelay(true));
    client.on('ready', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      client.removeAllListeners('close').removeAllListeners('error');
      resolve(new SshConnection(client, shown));
    });
    try {
      client.connect(config);
    } catch (error) {
      fail(new SshError('denied', (error as Error).message, { cause: error }));
    }
  });
}

function connectError(error: Error & { code?: unknown; level?: unknown }): SshError {
  const { code, level, message } = error;
  const is = (fault: SshFault) => new SshError(fault, message, { cause: error });
  if (level === 'client-authentication') return is('denied');
  if (code === 'ECONNREFUSED') return is('refused');
  if (['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'].includes(String(code)))
    return is('timeout');
  return is('lost');
}

/** A login at a VM. */
export class SshConnection {
  /** Resolves when the connection is over, with what broke it if something did. */
  readonly closed: Promise<Error | undefined>;

  constructor(
    readonly client: Client,
    /** What the host showed, such as `ssh-ed25519 AAAA…`: to be expected the next time. */
    readonly hostKey: string,
  ) {
    let broken: Error | undefined;
    this.closed = new Promise((resolve) => {
      client.on('error', (error) => {
        broken ??= error;
      });
      client.on('close', () => resolve(broken));
    });
  }

  /**
   * Runs a command in a shell of the user, as `ssh HOST COMMAND` does.
   *
   * @throws SshError `timeout`, `lost` or `too-long`; what the command itself does is in its result
   */
  async run(command: string, options: RunOptions = {}): Promise<CommandResult> {
    const { input, timeoutMs = 60_000, maxBytes = 8 * 1024 * 1024 } = options;
    let end: (() => void) | undefined;
    try {
      return await this.#answer<CommandResult>(timeoutMs, (done) => {
        this.client.exec(command, (error, channel) => {
          if (error) return done(noSession(error), undefined as never);
          end = () => channel.close();
          // What came along with the answer is handed out before a promise would have resolved.
          gather(channel, maxBytes, done);
          channel.end(input);
        });
      });
    } catch (error) {
      end?.();
      if (error instanceof SshError) error.message = `${command}: ${error.message}`;
      throw error;
    }
  }

  /**
   * Writes a file, replacing what is there.
   *
   * @throws SshError, or the error of SFTP with its status as `code` (2: no such file, 3: permission)
   */
  async upload(
    path: string,
    content: string | Uint8Array,
    { mode = 0o644, timeoutMs = 60_000 }: { mode?: number; timeoutMs?: number } = {},
  ): Promise<void> {
    await this.#withFiles(timeoutMs, (files, done) =>
      files.writeFile(path, Buffer.from(content as Uint8Array), { mode }, done),
    );
  }

  /**
   * Reads a file.
   *
   * @throws as `upload`
   */
  async download(path: string, { timeoutMs = 60_000 } = {}): Promise<Buffer> {
    return await this.#withFiles<Buffer>(timeoutMs, (files, done) => files.readFile(path, done));
  }

  /** Ends the connection and whatever runs in it; resolves when it is over. */
  async close(): Promise<void> {
    this.client.end();
    // A peer that hangs does not say goodbye.
    const timer = setTimeout(() => this.client.destroy(), 2000);
    await this.closed;
    clearTimeout(timer);
  }

  async #withFiles<Result = void>(
    timeoutMs: number,
    act: (files: SFTPWrapper, done: Done<Result>) => void,
  ): Promise<Result> {
    const files = await this.#answer<SFTPWrapper>(timeoutMs, (done) =>
      this.client.sftp((error, opened) => done(error && noSession(error), opened)),
    );
    try {
      return await this.#answer<Result>(timeoutMs, (done) => act(files, done));
    } finally {
      files.end();
    }
  }

  /** ssh2 leaves callbacks unanswered where the connection breaks meanwhile. */
  async #answer<Result>(timeoutMs: number, act: (done: Done<Result>) => void): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const lost = this.closed.then((error) => {
      throw new SshError('lost', 'the connection was closed', { cause: error });
    });
    const answer = new Promise<Result>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new SshError('timeout', `no answer within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      try {
        act((error, result) => (error ? reject(error) : resolve(result)));
      } catch (error) {
        reject(noSession(error as Error));
      }
    });
    return await Promise.race([answer, lost]).finally(() => clearTimeout(timer));
  }
}

type Done<Result> = (error: Error | null | undefined, result: Result) => void;

function noSession(error: Error): SshError {
  return new SshError('lost', error.message, { cause: error });
}

/** Keeps what a command prints until its channel closes. */
function gather(channel: ClientChannel, maxBytes: number, done: Done<CommandResult>): void {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const text = (stream: 'stdout' | 'stderr') => Buffer.concat(chunks[stream]).toString();
  let size = 0;
  let exit: Pick<CommandResult, 'code' | 'signal'> | undefined;
  const fail = (error: SshError) => done(error, undefined as never);
  const keep = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) fail(new SshError('too-long', `over ${maxBytes} bytes of output`));
    else chunks[stream].push(chunk);
  };
  channel.on('data', keep('stdout'));
  channel.stderr.on('data', keep('stderr'));
  channel.on('error', () => undefined);
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = code === null ? { code: 255, signal: signal?.replace(/^SIG/, '') ?? '' } : { code };
  });
  channel.on('close', () => {
    if (exit === undefined) fail(new SshError('lost', 'ended without an exit code'));
    else done(undefined, { ...exit, stdout: text('stdout'), stderr: text('stderr') });
  });
}

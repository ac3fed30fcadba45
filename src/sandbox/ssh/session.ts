/**
 * One session channel (https://datatracker.ietf.org/doc/html/rfc4254#section-6): a terminal
 * and an environment are asked for first, then one of a shell, a command or a subsystem. What
 * it runs is a `GuestSession`; SFTP and the old scp work on the guest's files from here.
 *
 * The request is granted before the guest is awake: a client's end of input can come
 * right behind it, and ssh2 grants nothing once that has come.
 */
import type { Socket } from 'node:net';
import type { ServerChannel, Session } from 'ssh2';
import type { Guest, GuestSession, SessionOptions } from '../guest/contract.ts';
import { ByteReader } from './byte-reader.ts';
import { ChannelWriter } from './channel-writer.ts';
import { parseScp, serveScp } from './scp.ts';
import { serveSftp } from './sftp/server.ts';

export interface SessionHost {
  readonly user: string;
  readonly from: { address: string; port: number };
  readonly socket: Socket;
  /** What a session may be sent in all. */
  readonly inputBytes: number;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  guest(): Promise<Guest>;
  now(): Date;
  log(line: string): void;
  /** Keeps what a handler throws away from ssh2, which would let it end the process. */
  contained: Contained;
  /** Told of each channel, to watch what is kept of it. */
  opened(channel: ServerChannel): void;
}

export type Contained = <Values extends unknown[]>(
  act: (...values: Values) => void,
) => (...values: Values) => void;

export function serveSession(session: Session, host: SessionHost): void {
  const { contained } = host;
  const env: Record<string, string> = {};
  let pty: SessionOptions['pty'];
  let running: GuestSession | undefined;
  // A channel tells its end only to who reads it, so the session is asked.
  const gone = Promise.race([
    new Promise<void>((resolve) => session.once('close', () => resolve())),
    host.gone,
  ]);

  session.on(
    'env',
    contained((accept, reject, { key, val }) => {
      const taken = /^(LANG|LC_[A-Z]{1,32})$/.test(key) && /^[\w.@-]{1,64}$/.test(val);
      if (!taken || Object.keys(env).length >= 20) return reject?.();
      env[key] = val;
      accept?.();
    }),
  );
  session.on(
    'pty',
    contained((accept, _reject, info) => {
      const { term = '' } = info as { term?: string };
      pty = {
        term: /^[\w.+-]{1,64}$/.test(term) ? term : 'dumb',
        ...terminalSize(info.cols, info.rows),
      };
      accept?.();
    }),
  );
  session.on(
    'window-change',
    contained((accept, _reject, info) => {
      const { columns, rows } = terminalSize(info.cols, info.rows);
      if (pty !== undefined) pty = { ...pty, columns, rows };
      running?.resize(columns, rows);
      accept?.();
    }),
  );
  session.on(
    'signal',
    contained((accept, _reject, { name }) => {
      if (/^[A-Z0-9]{1,16}$/.test(name)) running?.signal(name);
      accept?.();
    }),
  );

  const run = (channel: ServerChannel | undefined, command?: string) => {
    if (channel === undefined) return;
    const writer = openWriter(channel, host, gone);
    const options: SessionOptions = {
      user: host.user,
      from: host.from,
      env,
      ...(pty && { pty }),
      ...(command !== undefined && { command }),
    };
    void reported(writer, host, async () => {
      const guest = await host.guest();
      if (writer.closed) return undefined;
      running = await guest.openSession(pty === undefined ? options : { ...options, pty });
      return await connect(running, channel, writer, gone, host.inputBytes);
    });
  };
  session.on(
    'shell',
    contained((accept) => run(accept())),
  );
  session.on(
    'exec',
    contained((accept, _reject, { command }) => {
      const scp = parseScp(command);
      if (scp === undefined) return run(accept(), command);
      const channel = accept();
      if (channel === undefined) return;
      const writer = openWriter(channel, host, gone);
      void reported(writer, host, async () =>
        serveScp(scp, await host.guest(), channel, writer, host),
      );
    }),
  );
  session.on(
    'subsystem',
    contained((accept, reject, { name }) => {
      if (name !== 'sftp') return reject?.();
      const channel = accept() as ServerChannel | undefined;
      if (channel === undefined) return;
      const writer = openWriter(channel, host, gone);
      void reported(writer, host, async () => {
        const files = (await host.guest()).files(host.user);
        await serveSftp(files, channel, writer, host.now);
        return { code: 0 };
      });
    }),
  );
}

function openWriter(channel: ServerChannel, host: SessionHost, gone: Promise<void>): ChannelWriter {
  // Nobody reads standard error's end; what breaks shows as the channel's close.
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);
  host.opened(channel);
  return new ChannelWriter(channel, host.socket, gone);
}

/** Carries on until it has ended, and says to the client how; never rejects. */
async function reported(
  writer: ChannelWriter,
  host: SessionHost,
  act: () => Promise<{ code: number; signal?: string } | undefined>,
): Promise<void> {
  try {
    const exit = await act();
    await writer.end(exit ?? { code: 255 });
  } catch (error) {
    host.log(`a session of ${host.user} ended: ${String(error)}`);
    try {
      await writer.write('The machine could not run this session.\r\n', 'stderr');
      await writer.end({ code: 255 });
    } catch {
      // The connection broke meanwhile: nobody is left to be told.
    }
  }
}

/** Passes bytes on between a channel and a session of the guest, both held back by the other. */
async function connect(
  running: GuestSession,
  channel: ServerChannel,
  writer: ChannelWriter,
  gone: Promise<void>,
  inputBytes: number,
): Promise<{ code: number; signal?: string }> {
  running.onOutput((stream, bytes, done) => void writer.write(bytes, stream).then(done, done));
  void gone.then(() => running.close());
  const reader = new ByteReader(channel);
  let left = inputBytes;
  const input = async () => {
    for (;;) {
      const chunk = await reader.some(INPUT_CHUNK);
      if (chunk === undefined) break;
      left -= chunk.length;
      if (left < 0) {
        void writer.write(`The sandbox takes no input above ${inputBytes} bytes.\r\n`, 'stderr');
        return running.close();
      }
      await running.write(chunk);
    }
    running.end();
  };
  // Whatever breaks the input ends it; how the session ends is what counts.
  input().catch(() => running.end());
  return await running.ended;
}

const INPUT_CHUNK = 64 * 1024;

/** Whole, and of a size that a screen can have. */
function terminalSize(columns: number, rows: number): { columns: number; rows: number } {
  const bounded = (value: number, fallback: number) =>
    Number.isFinite(value) && value > 0 ? Math.min(1000, Math.trunc(value)) : fallback;
  return { columns: bounded(columns, 80), rows: bounded(rows, 24) };
}

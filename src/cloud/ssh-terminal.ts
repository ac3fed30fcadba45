/**
 * A person, or a pipe, at one end of an SSH session and the VM at the other. With a terminal
 * every key goes over as it is typed, Ctrl-C too: the VM's terminal knows what it means.
 */
import type { ClientChannel, PseudoTtyOptions } from 'ssh2';
import type { Host } from '../context.ts';
import { type SshConnection, SshError } from './ssh-client.ts';

export interface SessionWishes {
  /** Instead of a login shell. */
  readonly command?: string;
  /** A terminal; the local one has to be one as well. */
  readonly terminal: boolean;
  /** Of the local terminal, such as `xterm-256color`. */
  readonly term: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface SessionEnd {
  readonly code: number;
  readonly signal?: string;
}

/**
 * Runs one session between the VM and this program's streams, which it gives back as they were.
 *
 * @throws SshError `lost` where the connection broke
 */
export async function runSession(
  connection: SshConnection,
  host: Pick<Host, 'streams' | 'interrupts'>,
  wishes: SessionWishes,
): Promise<SessionEnd | 'interrupted'> {
  const { stdin } = host.streams;
  const isRaw = wishes.terminal && stdin.isTTY === true;
  let interrupted = false;
  const stopListening = host.interrupts.listen(() => {
    // Raw keys raise no signal: this came from outside, or there is no terminal over there.
    interrupted = true;
    void connection.close();
  });
  if (isRaw) stdin.setRawMode(true);
  try {
    return await withChannel(connection, host, wishes);
  } catch (error) {
    if (interrupted) return 'interrupted';
    throw error;
  } finally {
    if (isRaw) stdin.setRawMode(false);
    stdin.pause();
    stopListening();
  }
}

function withChannel(
  connection: SshConnection,
  { streams }: Pick<Host, 'streams'>,
  wishes: SessionWishes,
): Promise<SessionEnd> {
  const { stdin, stdout, stderr } = streams;
  const { client } = connection;
  return new Promise((resolve, reject) => {
    let exit: SessionEnd | undefined;
    const lost = (cause?: unknown) =>
      reject(new SshError('lost', 'the connection was closed', { cause }));
    void connection.closed.then((error) => {
      if (exit === undefined) lost(error);
      else resolve(exit);
    });
    const start = (error: Error | undefined, channel: ClientChannel) => {
      if (error) return lost(error);
      const resize = () => {
        const { columns, rows } = sizeOf(stdout);
        channel.setWindow(rows, columns, 0, 0);
      };
      if (wishes.terminal) {
        stdout.on('resize', resize);
        channel.once('close', () => stdout.off('resize', resize));
      }
      channel.on('error', () => undefined);
      channel.on('exit', (code: number | null, signal?: string) => {
        exit = code === null ? { code: 255, ...(signal && { signal }) } : { code };
      });
      // Both streams to their ends, or what was printed last would be lost.
      let open = 3;
      const ended = () => {
        open -= 1;
        if (open > 0) return;
        stdin.unpipe(channel);
        if (exit === undefined) lost();
        else resolve(exit);
      };
      channel.on('close', ended);
      channel.on('end', ended);
      channel.stderr.on('end', ended);
      channel.pipe(stdout, { end: false });
      channel.stderr.pipe(stderr, { end: false });
      stdin.pipe(channel);
    };
    const { columns: cols, rows } = sizeOf(stdout);
    const pty: PseudoTtyOptions = { cols, rows, term: wishes.term };
    const options = { env: { ...wishes.env }, ...(wishes.terminal && { pty }) };
    if (wishes.command !== undefined) client.exec(wishes.command, options, start);
    else client.shell(wishes.terminal ? pty : false, { env: options.env }, start);
  });
}

function sizeOf(stdout: Host['streams']['stdout']): { columns: number; rows: number } {
  return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
}

/**
 * The old scp protocol, which `scp -O` and scp before OpenSSH 9.0 speak: the client runs
 * `scp -t PATH` (to) or `scp -f PATH` (from) on the host and talks to that
 * (https://web.archive.org/web/20170215184048/https://blogs.oracle.com/janp/entry/how_the_scp_protocol_works).
 *
 *     C0644 SIZE NAME   a file, then its bytes and a zero      D0755 0 NAME   into a folder
 *     T MTIME 0 ATIME 0 times of what follows                  E              out of it
 *
 * Each line and each file is answered with a zero byte, or with 1 or 2 and an error message.
 * The command line is the shell's to expand (`~`, `*.txt`), so the guest's shell does that.
 */
import type { ServerChannel } from 'ssh2';
import type { Guest, GuestFileError, GuestFiles, GuestStat } from '../guest/contract.ts';
import { ByteReader } from './byte-reader.ts';
import type { ChannelWriter } from './channel-writer.ts';

export interface ScpCommand {
  readonly direction: 'to' | 'from';
  readonly recursive: boolean;
  /** The target has to be a folder (several files come). */
  readonly intoFolder: boolean;
  /** Times and modes are kept. */
  readonly times: boolean;
  /** The paths, as the shell is to read them. */
  readonly paths: string;
}

/** What the other end of an scp asks for; undefined for any other command. */
export function parseScp(command: string): ScpCommand | undefined {
  const [, flags = '', paths = ''] =
    /^(?:\/usr\/bin\/)?scp((?:\s+-[a-zA-Z]+)+)(?:\s+--)?\s+(\S.*)$/s.exec(command) ?? [];
  const has = (letter: string) => flags.includes(letter);
  if (paths === '' || has('t') === has('f')) return undefined;
  return {
    direction: has('t') ? 'to' : 'from',
    recursive: has('r'),
    intoFolder: has('d'),
    times: has('p'),
    paths,
  };
}

export async function serveScp(
  command: ScpCommand,
  guest: Guest,
  channel: ServerChannel,
  writer: ChannelWriter,
  host: { user: string; from: { address: string; port: number } },
): Promise<{ code: number }> {
  const paths = await expand(command.paths, guest, host);
  const peer = new Peer(new ByteReader(channel), writer);
  const transfer = new Transfer(command, guest.files(host.user), peer);
  try {
    if (command.direction === 'from') await transfer.send(paths);
    else await transfer.receive(paths);
  } catch (error) {
    await peer.fail(error instanceof Error ? error.message : String(error));
  }
  return { code: peer.failed ? 1 : 0 };
}

/** The other end: lines and bytes from it, answers to it. */
class Peer {
  readonly #input: ByteReader;
  readonly #writer: ChannelWriter;
  failed = false;

  constructor(input: ByteReader, writer: ChannelWriter) {
    this.#input = input;
    this.#writer = writer;
  }

  line(): Promise<string | undefined> {
    return this.#input.line(MAX_LINE);
  }

  bytes(size: number): Promise<Buffer | undefined> {
    return this.#input.take(size);
  }

  send(bytes: string | Uint8Array): Promise<void> {
    return this.#writer.write(bytes);
  }

  ok(): Promise<void> {
    return this.#writer.write('\0');
  }

  async fail(message: string): Promise<void> {
    this.failed = true;
    await this.#writer.write(`\u0001scp: ${message}\n`);
  }

  /** @throws ScpError what the other end answers instead of a zero */
  async expectOk(): Promise<void> {
    const answer = (await this.#input.take(1))?.[0];
    if (answer === 0) return;
    if (answer === undefined) throw new ScpError('lost connection');
    this.failed = true;
    throw new ScpError((await this.line()) ?? 'protocol error');
  }
}

class ScpError extends Error {
  override readonly name = 'ScpError';
}

class Transfer {
  readonly #command: ScpCommand;
  readonly #files: GuestFiles;
  readonly #peer: Peer;

  constructor(command: ScpCommand, files: GuestFiles, peer: Peer) {
    this.#command = command;
    this.#files = files;
    this.#peer = peer;
  }

  async send(paths: readonly string[]): Promise<void> {
    await this.#peer.expectOk();
    for (const path of paths) await this.#sendOne(path, 0);
  }

  async #sendOne(path: string, depth: number): Promise<void> {
    const name = path.replace(/\/+$/, '').split('/').at(-1) || '/';
    let stat: GuestStat;
    let content: Uint8Array | undefined;
    try {
      stat = await this.#files.stat(path);
      if (stat.type === 'folder' && !this.#command.recursive) {
        return await this.#peer.fail(`${path}: not a regular file`);
      }
      if (stat.type === 'file') content = await this.#files.read(path);
    } catch (error) {
      return await this.#peer.fail(`${path}: ${reason(error)}`);
    }
    if (this.#command.times) {
      const seconds = Math.trunc(stat.mtime / 1000);
      await this.#ask(`T${seconds} 0 ${seconds} 0\n`);
    }
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
    if (content !== undefined) {
      await this.#ask(`C${mode} ${content.length} ${name}\n`);
      await this.#peer.send(content);
      await this.#peer.ok();
      await this.#peer.expectOk();
      return;
    }
    if (depth >= MOST_DEPTH) throw new ScpError(`${path}: too deep`);
    await this.#ask(`D${mode} 0 ${name}\n`);
    for (const entry of await this.#files.list(path)) {
      await this.#sendOne(`${path.replace(/\/+$/, '')}/${entry.name}`, depth + 1);
    }
    await this.#ask('E\n');
  }

  async #ask(line: string): Promise<void> {
    await this.#peer.send(line);
    await this.#peer.expectOk();
  }

  async receive(paths: readonly string[]): Promise<void> {
    const [target = '', ...more] = paths;
    if (more.length > 0) throw new ScpError('ambiguous target');
    const isFolder = await this.#isFolder(target);
    if (this.#command.intoFolder && !isFolder) throw new ScpError(`${target}: Not a directory`);
    await this.#peer.ok();
    await this.#receiveInto(target, isFolder, 0);
  }

  /** Takes what comes until the folder ends, or the input. */
  async #receiveInto(target: string, isFolder: boolean, depth: number): Promise<void> {
    let mtime: number | undefined;
    for (;;) {
      const line = await this.#peer.line();
      if (line === undefined) return;
      const [, kind = '', octal = '', digits = '', name = ''] =
        /^([CD])([0-7]{3,4}) (\d{1,15}) ([^/]+)$/.exec(line) ?? [];
      if (line === 'E' && depth > 0) {
        await this.#peer.ok();
        return;
      }
      if (/^T\d{1,15} \d+ \d+ \d+$/.test(line)) {
        mtime = Number(line.slice(1).split(' ')[0]) * 1000;
        await this.#peer.ok();
        continue;
      }
      if (/^[\u0001\u0002]/.test(line)) {
        this.#peer.failed = true;
        continue;
      }
      if (kind === '' || name === '.' || name === '..') throw new ScpError('protocol error');
      const path = isFolder ? `${target.replace(/\/+$/, '')}/${name}` : target;
      const mode = Number.parseInt(octal, 8);
      if (kind === 'C') await this.#receiveFile(path, Number(digits), mode, mtime);
      else await this.#receiveFolder(path, mode, depth);
      mtime = undefined;
    }
  }

  async #receiveFile(
    path: string,
    size: number,
    mode: number,
    mtime: number | undefined,
  ): Promise<void> {
    if (size > LARGEST_FILE) throw new ScpError(`${path}: File too large`);
    await this.#peer.ok();
    const content = await this.#peer.bytes(size);
    if (content === undefined) throw new ScpError('lost connection');
    await this.#peer.expectOk();
    try {
      await this.#files.write(path, Uint8Array.from(content), mode & ~0o022);
      if (this.#command.times) {
        await this.#files.setAttributes(path, { mode, ...(mtime !== undefined && { mtime }) });
      }
      await this.#peer.ok();
    } catch (error) {
      await this.#peer.fail(`${path}: ${reason(error)}`);
    }
  }

  async #receiveFolder(path: string, mode: number, depth: number): Promise<void> {
    if (!this.#command.recursive) throw new ScpError('received directory without -r');
    if (depth >= MOST_DEPTH) throw new ScpError(`${path}: too deep`);
    if (!(await this.#isFolder(path))) {
      try {
        await this.#files.makeFolder(path, mode | 0o700);
      } catch (error) {
        throw new ScpError(`${path}: ${reason(error)}`);
      }
    }
    await this.#peer.ok();
    await this.#receiveInto(path, true, depth + 1);
  }

  async #isFolder(path: string): Promise<boolean> {
    return this.#files.stat(path).then(
      ({ type }) => type === 'folder',
      () => false,
    );
  }
}

/** Absolute paths for the words that the shell makes of them. */
async function expand(
  paths: string,
  guest: Guest,
  { user, from }: { user: string; from: { address: string; port: number } },
): Promise<string[]> {
  const session = await guest.openSession({ user, from, command: `printf '%s\\n' ${paths}` });
  const chunks: Uint8Array[] = [];
  let size = 0;
  session.onOutput((stream, bytes, done) => {
    size += bytes.length;
    if (size > MOST_WORDS) session.close();
    else if (stream === 'stdout') chunks.push(Uint8Array.from(bytes));
    done();
  });
  session.end();
  await session.ended;
  const words = Buffer.concat(chunks).toString().split('\n').filter(Boolean);
  const home = await guest.files(user).realpath('.');
  return words.map((word) =>
    word.startsWith('/') ? word : word === '.' ? home : `${home}/${word}`,
  );
}

function reason(error: unknown): string {
  return (
    {
      ENOENT: 'No such file or directory',
      ENOTDIR: 'Not a directory',
      EACCES: 'Permission denied',
      EEXIST: 'File exists',
      EISDIR: 'Is a directory',
      ENOTEMPTY: 'Directory not empty',
      ENOSPC: 'No space left on device',
      EINVAL: 'Invalid argument',
    }[(error as Partial<GuestFileError>).code ?? 'EINVAL'] ?? 'Failure'
  );
}

const MAX_LINE = 8 * 1024;
const MOST_WORDS = 64 * 1024;
const MOST_DEPTH = 64;
const LARGEST_FILE = 128 * 1024 * 1024;

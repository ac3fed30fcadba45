/**
 * SFTP version 3, what OpenSSH's `sftp` and `scp` speak
 * (https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02; OpenSSH's additions:
 * https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL, section 4). Requests are carried out one
 * after the other, and the next one is read when the last answer has gone out: a client that
 * asks for much and reads nothing waits.
 *
 * OpenSSH's order of `symlink` is the wrong way round (target, then path), and everybody
 * follows it.
 */
import type { ServerChannel } from 'ssh2';
import type { GuestFileError, GuestFiles, GuestStat } from '../../guest/contract.ts';
import { ByteReader } from '../byte-reader.ts';
import type { ChannelWriter } from '../channel-writer.ts';
import { HandleError, Handles } from './handles.ts';
import {
  answers,
  attributes,
  BadPacket,
  longName,
  MAX_PACKET,
  number,
  PacketReader,
  packet,
  requests,
  statuses,
  text,
} from './packet.ts';

/** Serves one session until the client ends it; what it sends wrongly ends it too. */
export async function serveSftp(
  files: GuestFiles,
  channel: ServerChannel,
  writer: ChannelWriter,
  now: () => Date,
): Promise<void> {
  const input = new ByteReader(channel);
  const session = new SftpSession(files, now);
  try {
    for (;;) {
      const length = (await input.take(4))?.readUInt32BE();
      if (length === undefined || length === 0 || length > MAX_PACKET) return;
      const bytes = await input.take(length);
      if (bytes === undefined || writer.closed) return;
      await writer.write(await session.answer(bytes));
    }
  } catch (error) {
    // Without an id there is nothing to answer to.
    if (!(error instanceof BadPacket)) throw error;
  } finally {
    await session.close();
  }
}

class SftpSession {
  readonly #files: GuestFiles;
  readonly #handles: Handles;
  readonly #now: () => Date;
  #home: string | undefined;

  constructor(files: GuestFiles, now: () => Date) {
    this.#files = files;
    this.#handles = new Handles(files);
    this.#now = now;
  }

  async answer(bytes: Buffer): Promise<Buffer> {
    const fields = new PacketReader(bytes);
    const type = fields.byte();
    if (type === requests.init) {
      const extensions = [
        'posix-rename@openssh.com',
        'fsync@openssh.com',
        'expand-path@openssh.com',
      ];
      return packet(
        answers.version,
        number(3),
        ...extensions.flatMap((name) => [text(name), text('1')]),
      );
    }
    const id = number(fields.number());
    try {
      return await this.#carryOut(type, id, fields);
    } catch (error) {
      const { code, message } = describe(error);
      return packet(answers.status, id, number(code), text(message), text('en'));
    }
  }

  close(): Promise<void> {
    return this.#handles.closeAll();
  }

  async #carryOut(type: number, id: Buffer, fields: PacketReader): Promise<Buffer> {
    const files = this.#files;
    const done = packet(answers.status, id, number(statuses.ok), text('Success'), text('en'));
    const named = (name: string) =>
      packet(answers.name, id, number(1), text(name), text(name), number(0));
    const stated = (stat: GuestStat) => packet(answers.attrs, id, attributes(stat));
    switch (type) {
      case requests.open:
        return packet(answers.handle, id, text(await this.#openFile(fields)));
      case requests.close:
        await this.#handles.close(fields.text());
        return done;
      case requests.read:
        return packet(answers.data, id, text(this.#read(fields)));
      case requests.write: {
        const file = this.#handles.file(fields.text());
        if (!file.writable) throw new SftpError(statuses.permissionDenied, 'Permission denied');
        this.#handles.write(file, fields.long(), fields.bytes());
        return done;
      }
      case requests.lstat:
        return stated(await files.lstat(await this.#path(fields)));
      case requests.stat:
        return stated(await files.stat(await this.#path(fields)));
      case requests.fstat: {
        const file = this.#handles.file(fields.text());
        return stated({ ...(await files.stat(file.path)), size: file.size });
      }
      case requests.setstat:
        await files.setAttributes(await this.#path(fields), fields.attributes());
        return done;
      case requests.fsetstat:
        await this.#setFile(fields);
        return done;
      case requests.opendir: {
        const path = await this.#path(fields);
        const [own, above] = [await files.stat(path), await files.stat(`${path}/..`)];
        const rest = [
          { name: '.', stat: own },
          { name: '..', stat: above },
          ...(await files.list(path)),
        ];
        return packet(answers.handle, id, text(this.#handles.add({ kind: 'folder', path, rest })));
      }
      case requests.readdir: {
        const names = this.#handles.folder(fields.text()).rest.splice(0, NAMES_AT_ONCE);
        if (names.length === 0) throw new SftpError(statuses.eof, 'End of file');
        const now = this.#now();
        const written = names.flatMap(({ name, stat }) => [
          text(name),
          text(longName(name, stat, now)),
          attributes(stat),
        ]);
        return packet(answers.name, id, number(names.length), ...written);
      }
      case requests.remove:
        await files.remove(await this.#path(fields));
        return done;
      case requests.mkdir:
        await files.makeFolder(await this.#path(fields), fields.attributes().mode);
        return done;
      case requests.rmdir:
        await files.removeFolder(await this.#path(fields));
        return done;
      case requests.realpath:
        return named(await this.#realpath(await this.#path(fields)));
      case requests.rename: {
        const [from, to] = [await this.#path(fields), await this.#path(fields)];
        if (await exists(files, to)) throw new SftpError(statuses.failure, 'File exists');
        await files.rename(from, to);
        return done;
      }
      case requests.readlink:
        return named(await files.readLink(await this.#path(fields)));
      case requests.symlink: {
        const target = fields.text();
        await files.makeLink(target, await this.#path(fields));
        return done;
      }
      case requests.extended:
        return await this.#extended(fields, done, named);
      default:
        throw new SftpError(statuses.unsupported, 'Operation unsupported');
    }
  }

  async #extended(
    fields: PacketReader,
    done: Buffer,
    named: (name: string) => Buffer,
  ): Promise<Buffer> {
    switch (fields.text()) {
      case 'posix-rename@openssh.com':
        await this.#files.rename(await this.#path(fields), await this.#path(fields));
        return done;
      case 'fsync@openssh.com':
        await this.#handles.flush(this.#handles.file(fields.text()));
        return done;
      case 'expand-path@openssh.com': {
        const path = fields.text();
        if (/^~[^/]/.test(path)) throw new SftpError(statuses.noSuchFile, 'No such user');
        return named(await this.#realpath(await this.#absolute(path.replace(/^~\/?/, ''))));
      }
      default:
        throw new SftpError(statuses.unsupported, 'Operation unsupported');
    }
  }

  /** OpenSSH's server answers for a last component that does not exist, too. */
  async #realpath(path: string): Promise<string> {
    try {
      return await this.#files.realpath(path);
    } catch (error) {
      if ((error as GuestFileError).code !== 'ENOENT') throw error;
      const [, folder = '', name = ''] = /^(.*)\/([^/]+)\/*$/.exec(path) ?? [];
      if (name === '' || name === '..') throw error;
      const above = await this.#files.realpath(folder || '/');
      return above === '/' ? `/${name}` : `${above}/${name}`;
    }
  }

  async #openFile(fields: PacketReader): Promise<string> {
    const path = await this.#path(fields);
    const flags = fields.number();
    const { mode } = fields.attributes();
    const has = (flag: number) => (flags & flag) !== 0;
    const found = await this.#files.stat(path).catch((error: GuestFileError) => {
      if (error.code === 'ENOENT' && has(OPEN.create)) return undefined;
      throw error;
    });
    if (found?.type === 'folder') throw new SftpError(statuses.failure, 'Is a directory');
    if (found !== undefined && has(OPEN.create) && has(OPEN.exclusive)) {
      throw new SftpError(statuses.failure, 'File exists');
    }
    if (found !== undefined && found.size > LARGEST_FILE) {
      throw new SftpError(statuses.failure, 'File too large');
    }
    const isEmpty = found === undefined || has(OPEN.truncate);
    const created = found === undefined ? (mode ?? 0o666) & ~0o022 : undefined;
    const content = isEmpty ? Buffer.alloc(0) : Buffer.from(await this.#files.read(path));
    // As it was, so that it is the opening that fails where nothing may be written: clients
    // (scp among them) do not look at what closing answers.
    if (has(OPEN.write)) await this.#files.write(path, Uint8Array.from(content), created);
    return this.#handles.add({
      kind: 'file',
      path,
      append: has(OPEN.append),
      readable: has(OPEN.read),
      writable: has(OPEN.write),
      content,
      size: content.length,
      changed: false,
      mode: created,
    });
  }

  #read(fields: PacketReader): Buffer {
    const file = this.#handles.file(fields.text());
    const [offset, length] = [fields.long(), fields.number()];
    if (!file.readable) throw new SftpError(statuses.permissionDenied, 'Permission denied');
    const end = Math.min(file.size, offset + Math.min(length, MOST_READ));
    if (offset >= file.size) throw new SftpError(statuses.eof, 'End of file');
    return file.content.subarray(offset, end);
  }

  /** Attributes of an open file: what was written so far goes first, lest it undo them. */
  async #setFile(fields: PacketReader): Promise<void> {
    const file = this.#handles.file(fields.text());
    const { size, ...rest } = fields.attributes();
    if (size !== undefined) this.#handles.resize(file, size);
    await this.#handles.flush(file);
    if (rest.mode !== undefined) file.mode = rest.mode;
    if (Object.keys(rest).length > 0) await this.#files.setAttributes(file.path, rest);
  }

  async #path(fields: PacketReader): Promise<string> {
    return await this.#absolute(fields.text());
  }

  /** Relative paths count from the user's home. */
  async #absolute(path: string): Promise<string> {
    if (path.includes('\0')) throw new SftpError(statuses.noSuchFile, 'No such file');
    if (path.startsWith('/')) return path;
    this.#home ??= await this.#files.realpath('.');
    return path === '' || path === '.' ? this.#home : `${this.#home}/${path}`;
  }
}

class SftpError extends Error {
  override readonly name = 'SftpError';

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

async function exists(files: GuestFiles, path: string): Promise<boolean> {
  return files.lstat(path).then(
    () => true,
    () => false,
  );
}

/** What went wrong, as OpenSSH's server would say it. */
function describe(error: unknown): { code: number; message: string } {
  if (error instanceof SftpError) return error;
  if (error instanceof HandleError) return { code: statuses.failure, message: error.message };
  if (error instanceof BadPacket) return { code: statuses.badMessage, message: 'Bad message' };
  const found = fileErrors[(error as Partial<GuestFileError>).code ?? ''];
  return found ?? { code: statuses.failure, message: 'Failure' };
}

const fileErrors: Readonly<Record<string, { code: number; message: string } | undefined>> = {
  ENOENT: { code: statuses.noSuchFile, message: 'No such file' },
  ENOTDIR: { code: statuses.noSuchFile, message: 'Not a directory' },
  EACCES: { code: statuses.permissionDenied, message: 'Permission denied' },
  EPERM: { code: statuses.permissionDenied, message: 'Operation not permitted' },
  EEXIST: { code: statuses.failure, message: 'File exists' },
  EISDIR: { code: statuses.failure, message: 'Is a directory' },
  ENOTEMPTY: { code: statuses.failure, message: 'Directory not empty' },
  ENOSPC: { code: statuses.failure, message: 'No space left on device' },
  EINVAL: { code: statuses.failure, message: 'Invalid argument' },
};

const OPEN = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 };

const NAMES_AT_ONCE = 100;
const MOST_READ = MAX_PACKET - 1024;
const LARGEST_FILE = 128 * 1024 * 1024;

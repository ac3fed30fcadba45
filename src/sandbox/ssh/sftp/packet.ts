/**
 * Packets of SFTP, version 3
 * (https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02): a length, a type, an
 * id that the answer repeats, and fields: numbers of 32 and 64 bits, strings, attributes.
 */
import type { GuestStat } from '../../guest/contract.ts';

export const requests = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const;

export const answers = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
} as const;

export const statuses = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

/** What OpenSSH takes at most (sftp-common.h). */
export const MAX_PACKET = 256 * 1024;

/** What a client asks to be changed, as far as it is given. */
export interface Attributes {
  size?: number;
  uid?: number;
  gid?: number;
  mode?: number;
  /** Milliseconds since 1970. */
  mtime?: number;
}

/** A packet that says other than its length. */
export class BadPacket extends Error {
  override readonly name = 'BadPacket';
}

/** Reads a packet's fields one after the other. */
export class PacketReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#take(1).readUInt8();
  }

  number(): number {
    return this.#take(4).readUInt32BE();
  }

  /** Above 2^53 it is only sure to be large. */
  long(): number {
    return Number(this.#take(8).readBigUInt64BE());
  }

  bytes(): Buffer {
    return this.#take(this.number());
  }

  text(): string {
    return this.bytes().toString();
  }

  attributes(): Attributes {
    const flags = this.number();
    const found: Attributes = {};
    if (flags & FLAGS.size) found.size = this.long();
    if (flags & FLAGS.owner) {
      found.uid = this.number();
      found.gid = this.number();
    }
    if (flags & FLAGS.mode) found.mode = this.number() & 0o7777;
    if (flags & FLAGS.times) {
      this.number();
      found.mtime = this.number() * 1000;
    }
    return found;
  }

  #take(size: number): Buffer {
    if (size > this.#bytes.length - this.#at) throw new BadPacket('a field goes beyond its packet');
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}

const FLAGS = { size: 1, owner: 2, mode: 4, times: 8 };

/** A packet of a type and its fields, already written, with the length before them. */
export function packet(type: number, ...fields: readonly Buffer[]): Buffer {
  const length = fields.reduce((sum, field) => sum + field.length, 1);
  return Buffer.concat([number(length), Buffer.from([type]), ...fields]);
}

export function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function text(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([number(bytes.length), bytes]);
}

export function attributes(stat: GuestStat): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(stat.size));
  const seconds = number(Math.trunc(stat.mtime / 1000));
  return Buffer.concat([
    number(FLAGS.size | FLAGS.owner | FLAGS.mode | FLAGS.times),
    size,
    number(stat.uid),
    number(stat.gid),
    number((stat.mode & 0o7777) | typeBits[stat.type]),
    seconds,
    seconds,
  ]);
}

const typeBits = { file: 0o100000, folder: 0o040000, link: 0o120000 };

/** A line as `ls -l` prints it, which is what `ls -l` of `sftp` shows. */
export function longName(name: string, stat: GuestStat, now: Date): string {
  const letters = { file: '-', folder: 'd', link: 'l' };
  const mode = [6, 3, 0]
    .map((shift) => (stat.mode >> shift) & 7)
    .map((bits) => `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`)
    .join('');
  const [, month, day, year, time] =
    /^\w+, (\d\d) (\w+) (\d+) (\d\d:\d\d)/
      .exec(new Date(stat.mtime).toUTCString())
      ?.map((part, index, all) => (index === 1 ? all[2] : index === 2 ? all[1] : part)) ?? [];
  const recent = Math.abs(now.getTime() - stat.mtime) < 182 * 24 * 3600 * 1000;
  const when = `${month} ${String(Number(day)).padStart(2)} ${recent ? time : ` ${year}`}`;
  const owner = `${stat.owner.padEnd(8)} ${stat.group.padEnd(8)}`;
  return `${letters[stat.type]}${mode}    1 ${owner} ${String(stat.size).padStart(8)} ${when} ${name}`;
}

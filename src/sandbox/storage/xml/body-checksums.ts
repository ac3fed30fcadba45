import { createHash } from 'node:crypto';
import { xmlError } from './errors.ts';

/**
 * Checksums that a client may add to what it sends, besides the MD5 and CRC32C that Cloud
 * Storage has itself: `x-amz-checksum-*`, in a header or behind an `aws-chunked` body, and
 * `x-amz-content-sha256`, a part of the request's signature.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export const CHECKSUMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
type ChecksumName = (typeof CHECKSUMS)[number];

interface Running {
  update(bytes: Buffer): void;
  digest(): Buffer;
}

/** A checksum that a body shall have. One in a trailer is known once the body has ended. */
export interface PromisedChecksum {
  name: ChecksumName;
  encoding: 'base64' | 'hex';
  value: () => string | undefined;
}

/** Passes bytes on and, at their end, holds them to what was promised of them. */
export async function* withChecksums(
  bytes: AsyncIterable<Buffer>,
  promised: readonly PromisedChecksum[],
): AsyncGenerator<Buffer> {
  const names = [...new Set(promised.map(({ name }) => name))];
  const running = await Promise.all(names.map(async (name) => [name, await open(name)] as const));
  for await (const chunk of bytes) {
    for (const [, checksum] of running) checksum.update(chunk);
    yield chunk;
  }
  const digests = new Map(running.map(([name, checksum]) => [name, checksum.digest()]));
  for (const { name, encoding, value } of promised) {
    const expected = value();
    if (expected === undefined) throw xmlError(400, 'MalformedTrailerError');
    const digest = digests.get(name)?.toString(encoding);
    if (digest === expected) continue;
    const code = encoding === 'hex' ? 'XAmzContentSHA256Mismatch' : 'BadDigest';
    const kind = name.toUpperCase();
    const message = `Provided ${kind} "${expected}" doesn't match calculated ${kind} "${digest}".`;
    throw xmlError(400, code, message);
  }
}

async function open(name: ChecksumName): Promise<Running> {
  if (name === 'sha1' || name === 'sha256') return createHash(name);
  if (name === 'crc64nvme') return new (await import('./crc64nvme.ts')).Crc64Nvme();
  const update = (await import('@node-rs/crc32'))[name];
  let crc = 0;
  return {
    update: (bytes) => {
      crc = update(bytes, crc);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc >>> 0);
      return bytes;
    },
  };
}

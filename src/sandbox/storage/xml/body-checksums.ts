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
export type ChecksumName = (typeof CHECKSUMS)[number];

interface Running {
  update(bytes: Buffer): void;
  digest(): Buffer;
}

/** Passes bytes on and, at their end, compares them with what `promised` has by then. */
export async function* withChecksums(
  bytes: AsyncIterable<Buffer>,
  names: readonly ChecksumName[],
  promised: (name: ChecksumName) => { value: string; encoding: 'base64' | 'hex' } | undefined,
): AsyncGenerator<Buffer> {
  const running = await Promise.all(names.map(async (name) => [name, await open(name)] as const));
  for await (const chunk of bytes) {
    for (const [, checksum] of running) checksum.update(chunk);
    yield chunk;
  }
  for (const [name, checksum] of running) {
    const digest = checksum.digest();
    const expected = promised(name);
    if (expected === undefined) continue;
    const { value, encoding } = expected;
    if (digest.toString(encoding) === value) continue;
    const code = encoding === 'hex' ? 'XAmzContentSHA256Mismatch' : 'BadDigest';
    throw xmlError(
      400,
      code,
      `Provided ${name.toUpperCase()} "${value}" doesn't match calculated ${name.toUpperCase()} ` +
        `"${digest.toString(encoding)}".`,
    );
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

import { type Cipher, createCipheriv } from 'node:crypto';

/**
 * Bodies encrypted with a key that is not kept here: AES-256 in counter mode under a
 * random initial counter per body. Encrypting and decrypting are the same operation, the
 * size stays the same, and any range can be read by itself, because the counter of a
 * block follows from its position. What the bytes really are is vouched for by the
 * checksums in their record, which are of the plain bytes.
 */
export interface Encryption {
  /** 32 bytes; never stored, never logged. */
  key: Buffer;
  /** 16 bytes, base64; stored beside the body. */
  iv: string;
}

/** Encrypts or decrypts a body's bytes from `position` on. */
export function cipherAt({ key, iv }: Encryption, position: number): Cipher {
  const blocks = BigInt(Math.floor(position / BLOCK));
  const first = BigInt(`0x${Buffer.from(iv, 'base64').toString('hex')}`);
  const counter = ((first + blocks) % COUNTERS).toString(16).padStart(BLOCK * 2, '0');
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.from(counter, 'hex'));
  cipher.update(Buffer.alloc(position % BLOCK));
  return cipher;
}

const BLOCK = 16;
const COUNTERS = 1n << 128n;

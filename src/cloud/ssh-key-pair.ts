import type { KeyObject } from 'node:crypto';

/** A key pair for logging in, in OpenSSH's formats. */
export interface SshKeyPair {
  /** `-----BEGIN OPENSSH PRIVATE KEY-----…`; not encrypted. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA… comment` */
  readonly publicKey: string;
}

/**
 * Makes an Ed25519 key pair, as `ssh-keygen -t ed25519` would. ssh2 could make one, but
 * (1.17) loses the first byte of every 256th key, the zero, and then refuses to read it.
 */
export async function makeSshKeyPair(comment: string): Promise<SshKeyPair> {
  const { generateKeyPairSync, randomBytes } = await import('node:crypto');
  const pair = generateKeyPairSync('ed25519');
  const publicKey = rawKey(pair.publicKey, 'x');
  const blob = Buffer.concat([field('ssh-ed25519'), field(publicKey)]);
  // https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    blob,
    field(Buffer.concat([rawKey(pair.privateKey, 'd'), publicKey])),
    field(comment),
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, -secret.length & 7);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(blob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `ssh-ed25519 ${blob.toString('base64')} ${comment}`,
  };
}

function rawKey(key: KeyObject, part: 'x' | 'd'): Buffer {
  return Buffer.from(key.export({ format: 'jwk' })[part] ?? '', 'base64url');
}

/** A length and so many bytes, the string of RFC 4251. */
function field(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

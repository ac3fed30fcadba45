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
  // Encoded as they are made. A key that is exported later can hang the process for good:
  // Node 20 holds the key's lock while it makes strings, and the garbage collection that this
  // may bring about waits for the same lock to free the job that made the key.
  const pair = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  const publicKey = rawKey(pair.publicKey);
  const blob = Buffer.concat([field('ssh-ed25519'), field(publicKey)]);
  // https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    blob,
    field(Buffer.concat([rawKey(pair.privateKey), publicKey])),
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

/** The last 32 bytes of both encodings (https://datatracker.ietf.org/doc/html/rfc8410#section-10). */
const rawKey = (der: Buffer): Buffer => der.subarray(-32);

/** A length and so many bytes, the string of RFC 4251. */
function field(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

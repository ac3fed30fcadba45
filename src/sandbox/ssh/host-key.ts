import { createPublicKey, generateKeyPairSync } from 'node:crypto';

/** A host key: proves to clients that the machine is the one they logged in to before. */
export interface HostKey {
  /** PEM (SEC 1), which is what the server is given. */
  privateKey: string;
  /** As a line of known_hosts has it, without the host: `ecdsa-sha2-nistp256 AAAA…`. */
  publicKey: string;
}

/** Makes the host key of a new VM. ECDSA, because every client takes it and node writes it whole. */
export function makeHostKey(): HostKey {
  // Encoded as it is made: exporting a fresh key can hang Node 20 (see cloud/ssh-key-pair.ts).
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
  });
  return { privateKey, publicKey: publicHostKey(privateKey) };
}

/** The public half (https://datatracker.ietf.org/doc/html/rfc5656#section-3.1). */
export function publicHostKey(privateKey: string): string {
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const point = [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  const blob = [Buffer.from(ALGORITHM), Buffer.from('nistp256'), Buffer.concat(point)].flatMap(
    (part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    },
  );
  return `${ALGORITHM} ${Buffer.concat(blob).toString('base64')}`;
}

const ALGORITHM = 'ecdsa-sha2-nistp256';

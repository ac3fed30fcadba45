import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

/**
 * The certificates of the TLS listener: a certificate authority of this sandbox's own,
 * which clients are told to trust, and a leaf that it vouches for, which the listener
 * shows. Both are made when they are first needed and used again from then on, so that
 * what a client trusts today it trusts tomorrow.
 *
 * The authority can vouch for this machine's loopback names and nothing else (its name
 * constraints say so), so that trusting it gives away no other connection, even if its
 * key should get into other hands.
 *
 *     ca.pem         the authority's certificate, for clients that add it to what they trust
 *     ca-bundle.pem  the same with the public authorities, for clients that it replaces
 *     ca-key.pem  cert.pem  key.pem
 *
 * https://www.rfc-editor.org/rfc/rfc5280
 */
export interface Certificates {
  caFile: string;
  bundleFile: string;
  /** PEM texts of the leaf. */
  key: string;
  cert: string;
}

const DAY = 24 * 60 * 60 * 1000;
const CA_DAYS = 3650;
/** Some systems take no leaf that lives longer. */
const LEAF_DAYS = 397;
/** A leaf is renewed when it has less than this left, an authority when a leaf would outlive it. */
const SPARE_DAYS = 30;

interface Pair {
  key: string;
  cert: string;
}

/** Reads the certificates in a directory, making those that are missing, wrong or soon to expire. */
export async function openCertificates(directory: string, now: Date): Promise<Certificates> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const path = (name: string): string => join(directory, name);
  const files = { caFile: path('ca.pem'), bundleFile: path('ca-bundle.pem') };

  let ca = await readPair(path('ca-key.pem'), files.caFile, now, LEAF_DAYS + SPARE_DAYS);
  if (!ca) {
    ca = await (await import('./issue.ts')).issueAuthority(period(now, CA_DAYS));
    await write(path('ca-key.pem'), ca.key, 0o600);
    await write(files.bundleFile, [ca.cert, ...rootCertificates].join('\n'), 0o644);
    await write(files.caFile, ca.cert, 0o644);
  }
  let leaf = await readPair(path('key.pem'), path('cert.pem'), now, SPARE_DAYS);
  if (!leaf || !isSignedBy(leaf, ca)) {
    leaf = await (await import('./issue.ts')).issueLeaf(ca, period(now, LEAF_DAYS));
    await write(path('key.pem'), leaf.key, 0o600);
    await write(path('cert.pem'), leaf.cert, 0o644);
  }
  return { ...files, ...leaf };
}

/** A key and its certificate, if both are there, belong together and last long enough. */
async function readPair(
  keyFile: string,
  certFile: string,
  now: Date,
  days: number,
): Promise<Pair | undefined> {
  try {
    const [key, cert] = await Promise.all([readFile(keyFile, 'utf8'), readFile(certFile, 'utf8')]);
    const parsed = new X509Certificate(cert);
    const matches = parsed.checkPrivateKey(createPrivateKey(key));
    const begun = Date.parse(parsed.validFrom) <= now.getTime();
    const lasts = Date.parse(parsed.validTo) > now.getTime() + days * DAY;
    return matches && begun && lasts ? { key, cert } : undefined;
  } catch {
    // Missing or not to be understood: made anew, as if it had never been.
    return undefined;
  }
}

function isSignedBy(leaf: Pair, ca: Pair): boolean {
  return new X509Certificate(leaf.cert).verify(new X509Certificate(ca.cert).publicKey);
}

/** From yesterday, for clocks that are a little behind. */
function period(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  const start = now.getTime() - DAY;
  return { notBefore: new Date(start), notAfter: new Date(start + days * DAY) };
}

/** Never half a file, and a secret never readable by others, not even for a moment. */
async function write(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', mode);
  try {
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/*
 * Node reads certificates but cannot make them. This file is loaded only when one is made.
 */

x509.cryptoProvider.set(webcrypto);

interface Period {
  notBefore: Date;
  notAfter: Date;
}

/** PEM texts. */
interface Issued {
  key: string;
  cert: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate authority that can vouch for loopback names only. */
export async function issueAuthority(period: Period): Promise<Issued> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=cloudlab sandbox CA',
    ...period,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.Extension(NAME_CONSTRAINTS, true, loopbackOnly()),
    ],
  });
  return { key: await exportKey(keys.privateKey), cert: `${certificate.toString('pem')}\n` };
}

/** A certificate for servers on this machine. */
export async function issueLeaf(ca: Issued, period: Period): Promise<Issued> {
  const authority = new x509.X509Certificate(ca.cert);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: authority.subject,
    ...period,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await importKey(ca.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'dns', value: '*.localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
    ],
  });
  return { key: await exportKey(keys.privateKey), cert: `${certificate.toString('pem')}\n` };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${x509.PemConverter.encode(bytes, 'PRIVATE KEY')}\n`;
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [bytes] = x509.PemConverter.decode(pem);
  if (bytes === undefined) throw new Error('the key of the certificate authority is no PEM');
  return webcrypto.subtle.importKey('pkcs8', bytes, ALGORITHM, false, ['sign']);
}

const NAME_CONSTRAINTS = '2.5.29.30';

/**
 * NameConstraints with the permitted names `localhost` (and all below it), 127.0.0.1 and
 * ::1, in DER. https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
function loopbackOnly(): Uint8Array<ArrayBuffer> {
  const dns = Buffer.from('localhost');
  const ipv4 = Buffer.from([127, 0, 0, 1, 255, 255, 255, 255]);
  const ipv6 = Buffer.concat([Buffer.alloc(15), Buffer.from([1]), Buffer.alloc(16, 255)]);
  const permitted = [tagged(0x82, dns), tagged(0x87, ipv4), tagged(0x87, ipv6)];
  const subtrees = permitted.map((name) => tagged(SEQUENCE, name));
  return new Uint8Array(tagged(SEQUENCE, tagged(0xa0, Buffer.concat(subtrees))));
}

const SEQUENCE = 0x30;

/** A DER value of less than 128 bytes. */
const tagged = (tag: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, value.length]), value]);

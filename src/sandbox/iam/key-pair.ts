import { createPrivateKey, createPublicKey, generateKeyPair, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyRecord } from './records.ts';

const generate = promisify(generateKeyPair);

/**
 * Makes an RSA key pair; the public half comes as a certificate that the private half
 * signed, which is how IAM shows public keys and which could not be made later, without
 * the private half. Takes some tenths of a second, on a thread of its own.
 *
 * @param name the certificate's subject
 */
export async function makeKeyPair(
  name: string,
  algorithm: KeyRecord['keyAlgorithm'],
  validity: { validAfter: number; validBefore: number },
  randomBytes: (size: number) => Uint8Array,
): Promise<{ privateKey: string; certificate: string }> {
  const { privateKey } = await generate('rsa', {
    modulusLength: algorithm === 'KEY_ALG_RSA_1024' ? 1024 : 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const { X509CertificateGenerator } = await loadX509();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${name}`,
      // Positive, and not of less than eight bytes.
      serialNumber: `40${Buffer.from(randomBytes(15)).toString('hex')}`,
      notBefore: new Date(validity.validAfter),
      notAfter: new Date(validity.validBefore),
      signingAlgorithm: RSA,
      keys: await importPair(privateKey),
    },
    webcrypto,
  );
  return { privateKey, certificate: `${certificate.toString('pem')}\n` };
}

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

async function importPair(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const pkcs8 = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  const { subtle } = webcrypto;
  const privateKey = await subtle.importKey('pkcs8', pkcs8, RSA, false, ['sign']);
  const publicKey = await subtle.importKey('spki', spki, RSA, true, ['verify']);
  return { privateKey, publicKey };
}

/** Half a megabyte that is only needed here; it cannot be loaded without the polyfill before it. */
async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

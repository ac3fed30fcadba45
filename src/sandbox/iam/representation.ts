import { X509Certificate } from 'node:crypto';
import type { AccountRecord, KeyRecord } from './records.ts';

/*
 * Records as the API shows them. False and empty fields are left out, as in all JSON that
 * Google makes from protocol buffers.
 */

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts#ServiceAccount */
export function showAccount(account: AccountRecord, projectId: string): object {
  const { email, uniqueId, displayName, description, disabled } = account;
  return {
    name: `projects/${projectId}/serviceAccounts/${email}`,
    projectId,
    uniqueId,
    email,
    ...(displayName ? { displayName } : {}),
    // The same for all accounts, on GCP too; long deprecated.
    etag: 'MDEwMjE5MjA=',
    ...(description ? { description } : {}),
    oauth2ClientId: uniqueId,
    ...(disabled ? { disabled } : {}),
  };
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys */
export function showKey(key: KeyRecord, account: AccountRecord, projectId: string): object {
  return {
    name: `projects/${projectId}/serviceAccounts/${account.email}/keys/${key.id}`,
    validAfterTime: seconds(key.validAfter),
    validBeforeTime: seconds(key.validBefore),
    keyAlgorithm: key.keyAlgorithm,
    keyOrigin: 'GOOGLE_PROVIDED',
    keyType: key.keyType,
    ...(key.disabled ? { disabled: true } : {}),
  };
}

/** The public half in the form asked for; it is text, and the API encodes it once more. */
export function showPublicKey(
  { certificate }: KeyRecord,
  type: 'TYPE_X509_PEM_FILE' | 'TYPE_RAW_PUBLIC_KEY',
): string {
  const text =
    type === 'TYPE_X509_PEM_FILE'
      ? certificate
      : new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' });
  return Buffer.from(text).toString('base64');
}

/**
 * The JSON key file that client libraries read. Its addresses lead to this sandbox, but for
 * `auth_uri`: nobody signs in with a browser here.
 *
 * @param given.base where the client has reached this sandbox, over TLS or not
 */
export function credentialsFile(
  key: KeyRecord,
  account: AccountRecord,
  privateKey: string,
  given: { projectId: string; base: string },
): string {
  const certificates = `${given.base}/oauth2/v1/certs`;
  const file = {
    type: 'service_account',
    project_id: given.projectId,
    private_key_id: key.id,
    private_key: privateKey,
    client_email: account.email,
    client_id: account.uniqueId,
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: `${given.base}/token`,
    auth_provider_x509_cert_url: certificates,
    client_x509_cert_url: `${certificates}/${encodeURIComponent(account.email)}`,
    universe_domain: 'googleapis.com',
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

const seconds = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace('.000Z', 'Z');

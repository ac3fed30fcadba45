import { createHash, createHmac, createSign } from 'node:crypto';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client } from './support.ts';
import { type RawReply, raw } from './xml-support.ts';

/* Signs requests as client libraries do, without the sandbox's own code. */

export interface Signer {
  /** An email address or an access id. */
  id: string;
  /** PEM of a private key, or the secret of an HMAC key. */
  secret: string;
}

export interface Ask {
  method: string;
  /** Path and query. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A service account with a key file, and an HMAC key of it. */
export async function makeSigners(
  sandbox: Sandbox,
): Promise<{ rsa: Signer; hmac: Signer; email: string; keyName: string; keyFile: string }> {
  const http = client(sandbox);
  const accounts = `/v1/projects/${sandbox.projectId}/serviceAccounts`;
  const { email } = (await http.post(accounts, { accountId: 'url-signer' })).json;
  const key = (await http.post(`${accounts}/${email}/keys`, {})).json;
  const keyFile = Buffer.from(key.privateKeyData, 'base64').toString();
  const keys = `/storage/v1/projects/${sandbox.projectId}/hmacKeys`;
  const made = (await http.post(`${keys}?serviceAccountEmail=${email}`, {})).json;
  return {
    email,
    keyName: key.name,
    keyFile,
    rsa: { id: email, secret: JSON.parse(keyFile).private_key },
    hmac: { id: made.metadata.accessId, secret: made.secret },
  };
}

/** Sends a request, with any Host header and any path. */
export const send = (sandbox: Sandbox, { method, path, ...rest }: Ask): Promise<RawReply> =>
  raw(sandbox, method, path, rest);

/** The code in an XML error, or the status of anything else. */
export const outcome = ({ status, text }: RawReply): string =>
  /<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? String(status);

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) =>
  createHmac('sha256', key).update(text).digest();
const basic = (time: Date) => time.toISOString().replace(/[-:]|\.\d{3}/g, '');

const V4 = {
  'GOOG4-RSA-SHA256': { prefix: 'X-Goog', scope: 'auto/storage/goog4_request' },
  'GOOG4-HMAC-SHA256': { prefix: 'X-Goog', scope: 'auto/storage/goog4_request' },
  'AWS4-HMAC-SHA256': { prefix: 'X-Amz', scope: 'us-east-1/s3/aws4_request' },
};
export type Algorithm = keyof typeof V4;

/** The key that HMACs of a day are made with. */
export function signingKey(algorithm: Algorithm, { secret }: Signer, day: string): Buffer {
  const start: string | Buffer = algorithm.slice(0, algorithm.indexOf('-')) + secret;
  const scope = [day, ...V4[algorithm].scope.split('/')];
  return scope.reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(start));
}

function signatureV4(algorithm: Algorithm, signer: Signer, date: string, canonical: string) {
  const day = date.slice(0, 8);
  const text = `${algorithm}\n${date}\n${day}/${V4[algorithm].scope}\n${sha256(canonical)}`;
  return signText(algorithm, signer, day, text);
}

/** The V4 signature of any text. */
export function signText(algorithm: Algorithm, signer: Signer, day: string, text: string): string {
  if (algorithm === 'GOOG4-RSA-SHA256') {
    return createSign('RSA-SHA256').update(text).sign(signer.secret, 'hex');
  }
  return hmac(signingKey(algorithm, signer, day), text).toString('hex');
}

function canonicalRequest(ask: Ask, headers: [string, string][], payload: string): string {
  const [path = '', query = ''] = ask.path.split('?');
  return [
    ask.method,
    path,
    query.split('&').sort().join('&'),
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    headers.map(([name]) => name).join(';'),
    payload,
  ].join('\n');
}

const sortedHeaders = (headers: Record<string, string>): [string, string][] =>
  Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** A V4-signed URL. */
export function signUrlV4(
  sandbox: Sandbox,
  given: { algorithm: Algorithm; signer: Signer; time: Date; expires?: number; payload?: string },
  ask: Ask,
): Ask {
  const { algorithm, signer, time, expires = 600, payload } = given;
  const { prefix, scope } = V4[algorithm];
  const date = basic(time);
  const headers = sortedHeaders({ host: `127.0.0.1:${sandbox.port}`, ...ask.headers });
  const parameters = [
    ...(payload === undefined ? [] : [[`${prefix}-Content-SHA256`, payload]]),
    [`${prefix}-Algorithm`, algorithm],
    [`${prefix}-Credential`, `${signer.id}/${date.slice(0, 8)}/${scope}`],
    [`${prefix}-Date`, date],
    [`${prefix}-Expires`, String(expires)],
    [`${prefix}-SignedHeaders`, headers.map(([name]) => name).join(';')],
  ].map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
  const path = `${ask.path}${ask.path.includes('?') ? '&' : '?'}${parameters.join('&')}`;
  const canonical = canonicalRequest({ ...ask, path }, headers, payload ?? 'UNSIGNED-PAYLOAD');
  const signature = signatureV4(algorithm, signer, date, canonical);
  return { ...ask, path: `${path}&${prefix}-Signature=${signature}` };
}

/** A request with a V4 Authorization header. */
export function signHeaderV4(
  sandbox: Sandbox,
  given: { algorithm: Algorithm; signer: Signer; time: Date; payload?: string },
  ask: Ask,
): Ask & { signature: string } {
  const { algorithm, signer, time, payload = sha256(ask.body ?? '') } = given;
  const { prefix, scope } = V4[algorithm];
  const date = basic(time);
  const sent = {
    host: `127.0.0.1:${sandbox.port}`,
    [`${prefix.toLowerCase()}-date`]: date,
    [`${prefix.toLowerCase()}-content-sha256`]: payload,
    ...ask.headers,
  };
  const headers = sortedHeaders(sent);
  const signature = signatureV4(algorithm, signer, date, canonicalRequest(ask, headers, payload));
  const authorization =
    `${algorithm} Credential=${signer.id}/${date.slice(0, 8)}/${scope}, ` +
    `SignedHeaders=${headers.map(([name]) => name).join(';')}, Signature=${signature}`;
  return { ...ask, headers: { ...sent, authorization }, signature };
}

/** The V2 signature of any text. */
export function signTextV2({ id, secret }: Signer, text: string): string {
  return id.includes('@')
    ? createSign('RSA-SHA256').update(text).sign(secret, 'base64')
    : createHmac('sha1', secret).update(text).digest('base64');
}

/** A V2-signed URL; extension headers are given in lower case and in order. */
export function signUrlV2(signer: Signer, name: string, expires: number, ask: Ask): Ask {
  const extensions = Object.entries(ask.headers ?? {}).filter(([key]) => key.startsWith('x-'));
  const lines = extensions.map(([key, value]) => `${key}:${value}\n`).join('');
  const text = `${ask.method}\n\n${ask.headers?.['content-type'] ?? ''}\n${expires}\n${lines}${ask.path}`;
  const signature = encodeURIComponent(signTextV2(signer, text));
  const query = `${name}=${encodeURIComponent(signer.id)}&Expires=${expires}&Signature=${signature}`;
  return { ...ask, path: `${ask.path}${ask.path.includes('?') ? '&' : '?'}${query}` };
}

/** A request with a V2 Authorization header. */
export function signHeaderV2(scheme: 'AWS' | 'GOOG1', signer: Signer, time: Date, ask: Ask): Ask {
  const date = time.toUTCString();
  const text = `${ask.method}\n\n${ask.headers?.['content-type'] ?? ''}\n${date}\n${ask.path}`;
  const authorization = `${scheme} ${signer.id}:${signTextV2(signer, text)}`;
  return { ...ask, headers: { ...ask.headers, date, authorization } };
}

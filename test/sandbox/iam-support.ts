import { createHmac, createSign } from 'node:crypto';
import { expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client, type Reply } from './support.ts';

const ACCOUNTS = '/v1/projects/cloudlab-sandbox/serviceAccounts';
export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/** What a key file says, and the file as it is. */
export interface KeyFile {
  client_email: string;
  private_key: string;
  private_key_id: string;
  token_uri: string;
  [name: string]: string;
}

/** Makes a service account; where it is and its email address. */
export async function makeAccount(sandbox: Sandbox, accountId: string) {
  const { json, status } = await client(sandbox).post(ACCOUNTS, { accountId });
  expect(status).toBe(200);
  return {
    email: json.email as string,
    uniqueId: json.uniqueId as string,
    path: `/v1/${json.name}`,
  };
}

/** Makes a key of an account, the small kind: it takes less long. */
export async function makeKey(sandbox: Sandbox, path: string) {
  const body = { keyAlgorithm: 'KEY_ALG_RSA_1024' };
  const { json } = await client(sandbox).post(`${path}/keys`, body);
  const file = JSON.parse(Buffer.from(json.privateKeyData, 'base64').toString()) as KeyFile;
  return { file, path: `/v1/${json.name}` };
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT, signed as its header says, with whatever is given for a key. */
export function jwt(claims: object, key: string, header: object = {}): string {
  const head = { alg: 'RS256', typ: 'JWT', ...header };
  const text = `${encoded(head)}.${encoded(claims)}`;
  const mark =
    head.alg === 'none'
      ? ''
      : head.alg === 'HS256'
        ? createHmac('sha256', key).update(text).digest('base64url')
        : createSign('RSA-SHA256').update(text).sign(key, 'base64url');
  return `${text}.${mark}`;
}

/** What a client says when it asks for a token now. */
export function claimsOf(file: KeyFile, more: object = {}): Record<string, unknown> {
  const iat = Math.floor(Date.now() / 1000);
  const { client_email: iss, token_uri: aud } = file;
  return { iss, aud, iat, exp: iat + 3600, scope: CLOUD_PLATFORM, ...more };
}

/** Asks the token endpoint. */
export function exchange(sandbox: Sandbox, assertion: string): Promise<Reply> {
  const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  const body = new URLSearchParams({ grant_type: grant, assertion });
  return client(sandbox).call('POST', '/token', { body });
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

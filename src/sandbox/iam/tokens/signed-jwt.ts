import { createSign, createVerify, type KeyObject, X509Certificate } from 'node:crypto';
import { listKeys } from '../keys.ts';
import type { AccountRecord, KeyRecord } from '../records.ts';
import { type IamState, now } from '../state.ts';

/**
 * JSON Web Tokens that a service account's key has signed: what a client shows instead of a
 * password. Only RS256 counts, whatever the header says of itself: `none` proves nothing, and
 * with HS256 the public key, which everybody may have, would be the secret.
 *
 * https://www.rfc-editor.org/rfc/rfc7515, https://www.rfc-editor.org/rfc/rfc8725
 */
export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the signature is of. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** Takes a token apart; undefined for what is none. Nothing is verified by that. */
export function parseJwt(text: string): Jwt | undefined {
  const [, header, claims, signature] = COMPACT.exec(text) ?? [];
  if (text.length > MAX_LENGTH || header === undefined || claims === undefined) return undefined;
  const [head, body] = [header, claims].map(objectIn);
  if (head === undefined || body === undefined) return undefined;
  return {
    header: head,
    claims: body,
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature ?? '', 'base64url'),
  };
}

/** The key of the account that has signed a token; undefined if none has that holds. */
export function signerOf(state: IamState, account: AccountRecord, jwt: Jwt): KeyRecord | undefined {
  const { alg, kid, crit } = jwt.header;
  if (alg !== 'RS256' || (kid !== undefined && typeof kid !== 'string')) return undefined;
  // It is not for who does not understand what stands in there; no such thing is understood here.
  if (crit !== undefined) return undefined;
  const time = now(state);
  return listKeys(state, account)
    .filter(({ id }) => kid === undefined || kid === id)
    .filter(({ disabled, validBefore }) => disabled !== true && validBefore > time)
    .find(({ certificate }) => verifies(jwt, new X509Certificate(certificate).publicKey));
}

/** Signs claims, as whoever the key is of. */
export function signJwt(claims: object, key: { id: string; privateKey: KeyObject }): string {
  const header = { alg: 'RS256', kid: key.id, typ: 'JWT' };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key.privateKey, 'base64url')}`;
}

const verifies = ({ signed, signature }: Jwt, key: KeyObject): boolean =>
  createVerify('RSA-SHA256').update(signed).verify(key, signature);

const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/;
const MAX_LENGTH = 16 * 1024;

function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

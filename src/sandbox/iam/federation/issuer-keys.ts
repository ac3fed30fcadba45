import * as z from 'zod';
import { ApiError } from '../../wire/errors.ts';
import { oauthError } from '../tokens/oauth-errors.ts';
import { isLoopback, jwkSet } from './schema.ts';

/**
 * The public keys that an issuer publishes, by its discovery document. A sandbox asks issuers on
 * this machine only, and there for nothing but JSON: whoever can make a provider must not be
 * able to send it elsewhere. The keys of others are given to the provider (`--jwk-json-path`).
 *
 * https://openid.net/specs/openid-connect-discovery-1_0.html
 *
 * @returns a JWK set, as JSON
 * @throws ApiError in OAuth's words
 */
export async function publishedKeys(issuer: string): Promise<string> {
  const found = await document(
    `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    discovery,
  );
  return JSON.stringify(await document(found.jwks_uri, jwkSet));
}

const discovery = z.object({ jwks_uri: z.string() });

async function document<T>(url: string, schema: z.ZodType<T>): Promise<T> {
  if (!isLoopback(url)) throw unreachable(`A sandbox asks issuers on this machine only. ${HINT}`);
  try {
    const answer = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw unreachable(`It answered ${answer.status}. ${HINT}`);
    return schema.parse(JSON.parse(await bounded(answer)));
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw unreachable(HINT);
  }
}

async function bounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw unreachable(HINT);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const unreachable = (why: string) =>
  oauthError('invalid_grant', `Error connecting to the given credential's issuer. (${why})`);

const HINT = 'Its keys can be given to the provider: --jwk-json-path.';
const PATIENCE_MS = 5000;
const MOST_BYTES = 256 * 1024;

/**
 * Acting as a service account, in the two ways that are taught.
 *
 * - With a downloaded key: one signs a JWT of one's own (RFC 7523) and exchanges it, where the
 *   key file's `token_uri` says, for an access token. Google's client for Node would ask Google
 *   whatever the file says, so the exchange is made here.
 *   https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 * - By impersonation: one asks for an access token of the account with one's own credentials.
 *   https://docs.cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
 */
import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { ApiRequest } from './request.ts';

/** As whom to act: the account whose key file that is, or the account of that address. */
export type Credential = { readonly keyFile: string } | { readonly impersonate: string };

const scope = 'https://www.googleapis.com/auth/cloud-platform';

/** Half an hour is more than any use of it takes; Google allows one. */
const lifetimeSeconds = 1800;

const keyFileSchema = z.object({
  client_email: z.string(),
  private_key_id: z.string(),
  private_key: z.string(),
  token_uri: z.url(),
});

/**
 * An access token of the account.
 *
 * @param now the time that a signed JWT carries
 */
export async function accessTokenAs(
  credential: Credential,
  request: ApiRequest,
  now: Date,
): Promise<string> {
  if ('keyFile' in credential) return exchangeKey(credential.keyFile, now);
  const answer = await request(
    'iamcredentials',
    'POST',
    `/v1/projects/-/serviceAccounts/${credential.impersonate}:generateAccessToken`,
    { scope: [scope], lifetime: `${lifetimeSeconds}s` },
  );
  return z.parse(z.object({ accessToken: z.string() }), answer).accessToken;
}

async function exchangeKey(keyFile: string, now: Date): Promise<string> {
  const key = z.parse(keyFileSchema, JSON.parse(readFileSync(keyFile, 'utf8')));
  const iat = Math.floor(now.getTime() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', kid: key.private_key_id };
  const claims = {
    iss: key.client_email,
    scope,
    aud: key.token_uri,
    iat,
    exp: iat + lifetimeSeconds,
  };
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createSign('RSA-SHA256').update(text).sign(key.private_key, 'base64url');
  const { PassThroughClient } = await import('google-auth-library/build/src/auth/passthrough.js');
  const { data } = await new PassThroughClient().request({
    url: key.token_uri,
    method: 'POST',
    data: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${text}.${signature}`,
    }),
  });
  return z.parse(z.object({ access_token: z.string() }), data).access_token;
}

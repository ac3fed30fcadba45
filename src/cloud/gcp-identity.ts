import type { AuthClient } from 'google-auth-library';
import * as z from 'zod/mini';
import { type ApiRequest, apiRequest } from './iam/request.ts';
import { repeating } from './repeating.ts';

/** Who somebody is on GCP, by Application Default Credentials. */

const scopes = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/userinfo.email',
];

/** Sends requests to the APIs of identity; rejects where there are no credentials that work. */
export async function gcpIdentity(): Promise<ApiRequest> {
  const client = repeating(await adcClient(), 10_000);
  await client.getAccessToken();
  return apiRequest(client, (api) => `https://${api}.googleapis.com`);
}

/**
 * Who the credentials are, as policies name him.
 *
 * https://developers.google.com/identity/sign-in/web/backend-auth#calling-the-tokeninfo-endpoint
 */
export async function gcpMember(): Promise<string> {
  const client = await adcClient();
  const { token } = await client.getAccessToken();
  const { data } = await client.request({
    url: 'https://oauth2.googleapis.com/tokeninfo',
    method: 'POST',
    data: new URLSearchParams({ access_token: token ?? '' }),
  });
  const { email } = z.parse(z.object({ email: z.string() }), data);
  const kind = email.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user';
  return `${kind}:${email}`;
}

async function adcClient(): Promise<AuthClient> {
  const { GoogleAuth } = await import('google-auth-library');
  return new GoogleAuth({ scopes }).getClient();
}

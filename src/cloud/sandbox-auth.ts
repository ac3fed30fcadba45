import type { AuthClient } from 'google-auth-library';
import { repeating } from './repeating.ts';

/**
 * What Google's clients send requests to a sandbox with. Repeated as on GCP, without the long
 * pauses that spare a distant and busy server.
 *
 * @param token with which they say who they are; default: they do not
 */
export async function sandboxAuthClient(token?: string): Promise<AuthClient> {
  const { PassThroughClient } = await import('google-auth-library/build/src/auth/passthrough.js');
  const client = repeating(new PassThroughClient(), 200);
  if (token !== undefined) {
    client.transporter.interceptors.request.add({
      resolved: async (request) => {
        request.headers.set('authorization', `Bearer ${token}`);
        return request;
      },
    });
  }
  return client;
}

import type { Storage } from '@google-cloud/storage';
import { ownUserAgent } from './user-agent.ts';

/**
 * Cloud Storage's client for one access token, which goes with every request.
 *
 * @param origin scheme, host and port of the API
 * @param maxRetryDelay seconds between two attempts, at most; below one the client's own upload
 *   would refuse the value
 * @param token default: the client says nothing of who it is
 */
export async function storageAs(
  origin: string,
  project: string,
  maxRetryDelay: number,
  token?: string,
): Promise<Storage> {
  const { IdempotencyStrategy, Storage } = await import('@google-cloud/storage');
  const storage = new Storage({
    projectId: project,
    apiEndpoint: origin,
    userAgent: ownUserAgent,
    retryOptions: { maxRetryDelay, idempotencyStrategy: IdempotencyStrategy.RetryAlways },
  });
  if (token === undefined) return storage;
  const authorization = `Bearer ${token}`;
  storage.interceptors.push({
    request(options) {
      options.headers = { ...options.headers, authorization };
      return options as never;
    },
  });
  return storage;
}

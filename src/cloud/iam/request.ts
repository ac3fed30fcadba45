import type { AuthClient } from 'google-auth-library';

/** The APIs that belong to identity, by the name of their host. */
type IdentityApi = 'iam' | 'iamcredentials' | 'cloudresourcemanager';

/**
 * Sends one request and answers with the parsed body; rejects with an `ApiCallError` where the
 * answer is none of success.
 */
export type ApiRequest = (
  api: IdentityApi,
  verb: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
) => Promise<unknown>;

/** What an API answered instead of doing what it was asked. */
export class ApiCallError extends Error {
  override readonly name = 'ApiCallError';

  /** @param code the HTTP status; undefined where no answer came */
  constructor(
    readonly code: number | undefined,
    message: string,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * @param client repeats what is worth it
 * @param origin where an API is: everything at one place in a sandbox
 */
export function apiRequest(client: AuthClient, origin: (api: IdentityApi) => string): ApiRequest {
  return async (api, method, path, body) => {
    const url = `${origin(api)}${path}`;
    try {
      const { data } = await client.request({ url, method, ...(body && { data: body }) });
      return data;
    } catch (error) {
      const { response, message } = error as Error & { response?: { status?: number } };
      throw new ApiCallError(response?.status, message, error);
    }
  };
}

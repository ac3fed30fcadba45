/**
 * Compute Engine's clients, pointed at the sandbox or at GCP.
 *
 * They speak REST (`fallback`) through the transporter of an `AuthClient`, and
 * leave to it what is repeated: of their own they repeat nothing, because they
 * compare HTTP's status codes with gRPC's. What it throws for an answer of 4xx
 * or 5xx has that status as its `code`, and the whole body as its message.
 */
import type { AuthClient } from 'google-auth-library';
import { ownUserAgent } from '../user-agent.ts';
import type { ComputeClients } from './clients.ts';
import { loadComputeClients } from './clients.ts';

const scopes = ['https://www.googleapis.com/auth/cloud-platform'];

/**
 * @param url scheme, host and port of the sandbox
 * @param token with which the clients say who they are; default: they do not
 */
export async function connectToSandbox(
  url: string,
  project: string,
  token?: string,
): Promise<ComputeClients> {
  const { PassThroughClient } = await import('google-auth-library/build/src/auth/passthrough.js');
  const { protocol, hostname, port } = new URL(url);
  // Repeated as on GCP, without the long pauses that spare a distant and busy server.
  const authClient = repeating(new PassThroughClient(), 200);
  if (token !== undefined) {
    authClient.transporter.interceptors.request.add({
      resolved: async (request) => {
        request.headers.set('authorization', `Bearer ${token}`);
        return request;
      },
    });
  }
  return loadComputeClients({
    fallback: true,
    protocol: protocol.replace(':', ''),
    apiEndpoint: hostname,
    port: Number(port),
    projectId: project,
    authClient: authClient as never,
  });
}

/**
 * Rejects where there are no credentials, or where they do not work.
 *
 * @param origin of the API
 */
export async function connectToGcp(origin: string, project: string): Promise<ComputeClients> {
  const { GoogleAuth } = await import('google-auth-library');
  const authClient = repeating(await new GoogleAuth({ scopes }).getClient(), 10_000);
  await authClient.getAccessToken();
  return loadComputeClients({
    fallback: true,
    apiEndpoint: new URL(origin).hostname,
    projectId: project,
    authClient: authClient as never,
  });
}

/**
 * Whatever a run asks for may be asked for twice: it alone gives its things
 * their names. What a second insertion meets (409) or a second deletion (404)
 * is told from somebody else's by the run's mark.
 */
function repeating<Client extends AuthClient>(client: Client, maxRetryDelay: number): Client {
  const { transporter } = client;
  transporter.interceptors.request.add({
    resolved: async (request) => {
      request.headers.set('user-agent', ownUserAgent);
      return request;
    },
  });
  transporter.defaults.retryConfig = {
    retry: 5,
    noResponseRetries: 3,
    maxRetryDelay,
    httpMethodsToRetry: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    // What nobody has implemented (501) is not implemented a second later.
    statusCodesToRetry: [
      [408, 408],
      [429, 429],
      [500, 500],
      [502, 504],
    ],
  };
  transporter.interceptors.response.add({
    rejected: async (error) => {
      throw readable(error);
    },
  });
  return client;
}

/** The sentence of the body instead of the body, and the reason that it gives, such as `notFound`. */
function readable(error: Error & { reason?: unknown }): Error {
  try {
    const { message, errors } = (JSON.parse(error.message) as { error: ErrorBody }).error;
    error.reason = errors?.[0]?.reason;
    error.message = message;
  } catch {
    // No answer, or not one of the API's: the message says it as it is.
  }
  return error;
}

interface ErrorBody {
  readonly message: string;
  readonly errors?: readonly { readonly reason?: string }[];
}

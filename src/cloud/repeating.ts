import type { AuthClient } from 'google-auth-library';
import { ownUserAgent } from './user-agent.ts';

/**
 * Whatever a run asks for may be asked for twice: it alone gives its things
 * their names. What a second insertion meets (409) or a second deletion (404)
 * is told from somebody else's by the run's mark.
 */
export function repeating<Client extends AuthClient>(
  client: Client,
  maxRetryDelay: number,
): Client {
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

/**
 * Compute Engine's clients, pointed at the sandbox or at GCP.
 *
 * They speak REST (`fallback`) through the transporter of an `AuthClient`, and
 * leave to it what is repeated: of their own they repeat nothing, because they
 * compare HTTP's status codes with gRPC's. What it throws for an answer of 4xx
 * or 5xx has that status as its `code`, and the whole body as its message.
 */
import { repeating } from '../repeating.ts';
import { sandboxAuthClient } from '../sandbox-auth.ts';
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
  const { protocol, hostname, port } = new URL(url);
  const authClient = await sandboxAuthClient(token);
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

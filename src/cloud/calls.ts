/**
 * Watches the HTTP requests that leave this process for a provider, whatever
 * library makes them, on Node's own diagnostics channels
 * (https://nodejs.org/api/diagnostics_channel.html#built-in-channels). What is
 * shown and counted is therefore what was really sent, retries included.
 */

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Clock } from '../context.ts';
import { computeMethodOf } from './compute-methods.ts';
import { methodOf as identityMethodOf } from './identity-methods.ts';
import { methodOf as storageMethodOf } from './storage-methods.ts';

/** One request and its answer. */
export interface Call {
  /** The name in Google's API reference, as far as it is known. */
  readonly api: string | undefined;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly milliseconds: number;
}

const started = 'http.client.request.start';
const finished = 'http.client.response.finish';
const failed = 'http.client.request.error';

/**
 * Reports every request to one of `origins` (scheme, host and port) once it is
 * answered or has failed.
 *
 * @returns a function that stops watching
 */
export function watchCalls(
  origins: readonly string[],
  clock: Clock,
  report: (call: Call) => void,
): () => void {
  const hosts = new Set(origins.map((origin) => new URL(origin).host));
  const begun = new WeakMap<ClientRequest, number>();

  const onStart = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    // The port is left out of the header where it is the scheme's own.
    if (!hosts.has(String(request.getHeader('host')))) return;
    // Not the API's, and not the run's doing: how a sandbox is watched.
    if (!request.path.startsWith('/_cloudlab/log')) begun.set(request, clock.elapsed());
  };
  const end = (request: ClientRequest, status: number) => {
    const since = begun.get(request);
    if (since === undefined) return;
    begun.delete(request);
    const { method, path } = request;
    const milliseconds = clock.elapsed() - since;
    const api =
      computeMethodOf(method, path) ??
      storageMethodOf(method, path) ??
      identityMethodOf(method, path);
    report({ api, method, path, status, milliseconds });
  };
  const onFinish = (message: unknown) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    end(request, response.statusCode ?? 0);
  };
  const onError = (message: unknown) => end((message as { request: ClientRequest }).request, 0);

  subscribe(started, onStart);
  subscribe(finished, onFinish);
  subscribe(failed, onError);
  return () => {
    unsubscribe(started, onStart);
    unsubscribe(finished, onFinish);
    unsubscribe(failed, onError);
  };
}

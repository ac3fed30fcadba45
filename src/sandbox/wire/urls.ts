import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * One API under several addresses. The Node and Python clients, pointed here by
 * STORAGE_EMULATOR_HOST, ask for `/b/...` (and for two things of a project) at the root;
 * others for `/storage/v1/b/...`. Folding the first into the second before routing keeps
 * every route registered once. gcloud opens resumable uploads (files over 8 MiB) at
 * `/resumable/upload/...`, an address from the API's discovery document.
 */
export function canonicalUrl(url: string): string {
  if (url.startsWith('/resumable/upload/')) return url.slice('/resumable'.length);
  if (/^\/b(?:[/?]|$)/.test(url)) return `/storage/v1${url}`;
  if (/^\/(?:upload|download)\/b[/?]/.test(url)) return url.replace('/b', '/storage/v1/b');
  if (/^\/projects\/[^/?]+\/(?:serviceAccount|hmacKeys)(?:[/?]|$)/.test(url)) {
    return `/storage/v1${url}`;
  }
  return url;
}

/**
 * The first segments of all paths that routes were registered below: `storage`, `upload`,
 * `_cloudlab`... Whatever else stands first in a path can be a bucket's name in Cloud
 * Storage's XML API. Google's APIs that are not served here keep theirs too, so that their
 * clients hear "no such API" and nothing about buckets; and so do the roots of what a
 * sandbox can be started without.
 */
export class ApiRoots {
  readonly #roots = new Set([
    ...['compute', 'bigquery', 'discovery', '$discovery', 'favicon.ico'],
    ...['retry_test', 'retry_tests', 'computeMetadata'],
  ]);

  /** Learns roots whose routes come later. */
  add(roots: Iterable<string>): void {
    for (const root of roots) this.#roots.add(root);
  }

  /** Learns the roots of the routes that are registered from here on. */
  install(app: FastifyInstance): void {
    app.addHook('onRoute', ({ url }) => {
      const root = rootOf(url);
      // Roots with a dot are internal: no URL from outside reaches them (see `Service.rewriteUrl`).
      if (/^[\w$-]+$/.test(root)) this.#roots.add(root);
    });
  }

  /** True if the URL belongs to an API, whether or not the API has that path. */
  own(url: string): boolean {
    const root = rootOf(url);
    return this.#roots.has(root) || /^v\d/.test(root);
  }
}

const rootOf = (url: string): string => /^\/([^/?#:*]*)/.exec(url)?.[1] ?? '';

/** The root of a URL's path; below `_cloudlab`, which several parts share, with what follows. */
export const apiRoot = (url: string): string =>
  url.startsWith('/_cloudlab/')
    ? `_cloudlab${url.slice(10).match(/^\/[^/?#]*/)?.[0]}`
    : rootOf(url);

/** Undoes percent-encoding; text in which a percent sign is just that stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address a client reached us by, for links it is meant to follow. */
export function baseUrl(request: Pick<FastifyRequest, 'headers' | 'protocol'>): string {
  return `${request.protocol}://${request.headers.host}`;
}

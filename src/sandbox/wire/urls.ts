import type { FastifyRequest } from 'fastify';

/**
 * One API under several addresses. The Node and Python clients, pointed here by
 * STORAGE_EMULATOR_HOST, ask for `/b/...` at the root; others for
 * `/storage/v1/b/...`. Folding the first into the second before routing keeps
 * every route registered once. gcloud opens resumable uploads (files over 8 MiB) at
 * `/resumable/upload/...`, an address from the API's discovery document.
 */
export function canonicalUrl(url: string): string {
  if (url.startsWith('/resumable/upload/')) return url.slice('/resumable'.length);
  if (/^\/b(?:[/?]|$)/.test(url)) return `/storage/v1${url}`;
  if (/^\/(?:upload|download)\/b[/?]/.test(url)) return url.replace('/b', '/storage/v1/b');
  return url;
}

/** The address a client reached us by, for links it is meant to follow. */
export function baseUrl(request: Pick<FastifyRequest, 'headers' | 'protocol'>): string {
  return `${request.protocol}://${request.headers.host}`;
}

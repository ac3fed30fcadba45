import type { FastifyInstance, HTTPMethods } from 'fastify';
import { apiMethod } from './api-method.ts';
import { notImplemented } from './errors.ts';

/**
 * A method that Google has and the sandbox does not: it answers 501 with its name, so that
 * nobody mistakes a gap for a fact about the cloud. Paths that an API does not have answer
 * 404.
 */
export function unsupportedMethod(
  app: FastifyInstance,
  method: HTTPMethods,
  url: string,
  name: string,
): void {
  app.route({
    method,
    url,
    ...apiMethod(name),
    handler: async () => {
      throw notImplemented(name);
    },
  });
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import fastify, { type FastifyHttpOptions, type FastifyInstance } from 'fastify';
import { isVirtualHost } from './later-apps.ts';
import type { Service } from './services.ts';
import { installRawBodies } from './wire/body.ts';
import { ApiError, installErrorBoundary, sendError } from './wire/errors.ts';
import { installGuard } from './wire/guard.ts';
import { answerHeadAsGet } from './wire/head.ts';
import { overrideMethod } from './wire/method-override.ts';
import { installReplyParameters } from './wire/reply.ts';
import { type ApiRoots, canonicalUrl } from './wire/urls.ts';

/** Percent-encoded, an object name of 1024 bytes takes three times as many characters. */
const MAX_PARAM_LENGTH = 4096;

/**
 * No route has a schema (bodies are read where Google's own errors can be given), so nothing
 * compiles any: fastify would load two compilers of JSON schemas at each start.
 */
const NO_SCHEMAS = { buildValidator: noSchema, buildSerializer: noSchema };

function noSchema(): never {
  throw new Error('routes of the sandbox have no schemas');
}

/**
 * The HTTP side that all services share, before any of them has added its routes: how a
 * request finds its route, who is let in, how bodies are read and errors answered.
 *
 * @param roots learns of the APIs as their routes are added
 * @param elsewhere takes a request before the app does; false leaves it to the app
 */
export function createApp(
  services: readonly Service[],
  roots: ApiRoots,
  log: (line: string) => void,
  elsewhere?: (request: IncomingMessage, response: ServerResponse) => boolean,
): FastifyInstance {
  const app: FastifyInstance = fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: NO_SCHEMAS },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    rewriteUrl: (request) => {
      const { url = '/', headers } = request;
      const virtualHost = isVirtualHost(request);
      const canonical = virtualHost ? url : canonicalUrl(url);
      if (!virtualHost && roots.own(canonical)) {
        overrideMethod(request);
        answerHeadAsGet(request);
        return canonical;
      }
      for (const service of services) {
        const rewritten = service.rewriteUrl?.(url, headers);
        if (rewritten !== undefined) return rewritten;
      }
      return canonical;
    },
    ...(elsewhere && { serverFactory: serverBehind(elsewhere) }),
    frameworkErrors: (error, request, reply) => {
      void sendError(new ApiError(400, 'badRequest', withoutQuery(error.message)), request, reply);
    },
  });
  app.decorateRequest('access', null);
  roots.install(app);
  installErrorBoundary(app, log);
  installGuard(app, {
    allows: (request, origin) =>
      services.some((service) => service.allowsOrigin?.(request, origin) === true),
    isElsewhere: (port) => services.some((service) => service.isElsewhere?.(port) === true),
  });
  installReplyParameters(app);
  installRawBodies(app);
  return app;
}

/** A message that quotes an address, without what may be a token or a signature in it. */
const withoutQuery = (message: string): string => message.replace(/\?[^'\s]*/, '?...');

/** A server that fastify would make, in front of which some requests go elsewhere. */
function serverBehind(
  elsewhere: (request: IncomingMessage, response: ServerResponse) => boolean,
): NonNullable<FastifyHttpOptions<Server>['serverFactory']> {
  return (handler, { keepAliveTimeout, requestTimeout, connectionTimeout }) => {
    const server = createServer((request, response) => {
      if (!elsewhere(request, response)) handler(request, response);
    });
    // As lib/server.js of fastify sets them.
    server.keepAliveTimeout = keepAliveTimeout as number;
    server.requestTimeout = requestTimeout as number;
    server.setTimeout(connectionTimeout as number);
    return server;
  };
}

export interface Route {
  method: string;
  /** Such as `/storage/v1/b/:bucket`. */
  path: string;
  /** By Google's name, where it is one method of an API. */
  apiMethod?: string;
}

/** Notes down the routes that are added from here on. */
export function noteRoutes(app: FastifyInstance, routes: Route[]): void {
  app.addHook('onRoute', ({ method, url, config: { apiMethod } = {} }) => {
    const name = apiMethod === undefined ? {} : { apiMethod };
    for (const verb of [method].flat()) routes.push({ method: verb, path: url, ...name });
  });
}

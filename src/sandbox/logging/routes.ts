import type { FastifyInstance } from 'fastify';
import type { ServiceHost } from '../services.ts';
import { installRpcErrors } from '../wire/rpc-status.ts';
import { entriesRoutes } from './entries-routes.ts';
import { logsRoutes } from './logs-routes.ts';
import { unsupportedRoutes } from './unsupported.ts';

export function loggingRoutes(app: FastifyInstance, host: ServiceHost): void {
  void app.register(async (scope) => {
    installRpcErrors(scope, host.log);
    entriesRoutes(scope, host);
    logsRoutes(scope, host);
    unsupportedRoutes(scope);
  });
}

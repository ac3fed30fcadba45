import type { Service, ServiceHost } from '../services.ts';
import { installRpcErrors } from '../wire/rpc-status.ts';
import { entriesRoutes } from './entries-routes.ts';
import { logsRoutes } from './logs-routes.ts';
import { unsupportedRoutes } from './unsupported.ts';

/** Cloud Logging, for the audit log alone: who did what. See README.md beside this file. */
export async function loggingService(host: ServiceHost): Promise<Service> {
  return {
    name: 'logging',
    routes(app) {
      void app.register(async (scope) => {
        installRpcErrors(scope, host.log);
        entriesRoutes(scope, host);
        logsRoutes(scope, host);
        unsupportedRoutes(scope);
      });
    },
    status: () => ({}),
    reset: () => undefined,
  };
}

import type { Service, ServiceHost } from '../services.ts';

/** Cloud Logging, for the audit log alone: who did what. See README.md beside this file. */
export async function loggingService(host: ServiceHost): Promise<Service> {
  return {
    name: 'logging',
    laterRoutes: [
      {
        roots: ['v2'],
        load: async () => {
          const { loggingRoutes } = await import('./routes.ts');
          return (app) => loggingRoutes(app, host);
        },
      },
    ],
    status: () => ({}),
    reset: () => undefined,
  };
}

import type { Service, ServiceHost } from '../services.ts';
import { TABLE_OF_RESOURCES } from './records.ts';

/**
 * Compute Engine: what it covers and where it differs is in README.md beside this file. All of
 * it is loaded when somebody first asks for it, or at the start where somebody had before.
 */
export async function computeService(host: ServiceHost): Promise<Service> {
  let engine: import('./engine.ts').Engine | undefined;
  return {
    name: 'compute',
    laterRoutes: [
      {
        roots: ['compute', '_cloudlab/compute'],
        atOnce: host.store.had(TABLE_OF_RESOURCES),
        load: async () => {
          const { openEngine } = await import('./engine.ts');
          engine = openEngine(host);
          return engine.routes;
        },
      },
    ],
    isElsewhere: (port) => engine?.isElsewhere(port) === true,
    status: () => ({ machines: engine?.machines() ?? 0 }),
    catchUp: async (signal) => engine?.catchUp(signal),
    pause: async () => engine?.pause(),
    reset: () => engine?.reset(),
  };
}

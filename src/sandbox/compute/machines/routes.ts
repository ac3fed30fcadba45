import type { FastifyInstance } from 'fastify';
import { placeName } from '../place.ts';
import type { MachineRoom } from './machine-room.ts';

/**
 * How the command line and missions find a VM on this machine: the addresses that the API
 * shows exist inside the sandbox only.
 */
export function machineRoutes(app: FastifyInstance, machines: MachineRoom): void {
  app.get('/_cloudlab/compute/machines', async () => ({
    machines: [...machines.instances()].map((instance) => {
      const found = machines.addresses(instance);
      const { name, scope, status } = instance;
      if (found === undefined) return { name, zone: placeName(scope), status, http: [] };
      return {
        name,
        zone: placeName(scope),
        status,
        ...(found.ssh === undefined ? {} : { ssh: { host: '127.0.0.1', ...found.ssh } }),
        http: [...found.web].map(([vmPort, here]) => ({
          port: vmPort,
          url: `http://127.0.0.1:${here}/`,
        })),
      };
    }),
  }));
}

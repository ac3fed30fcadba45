import type { FastifyInstance } from 'fastify';
import { findMachineType, machineTypes } from './catalogue/machine-types.ts';
import { zoneNames } from './catalogue/zones.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import type { ComputeState } from './state.ts';

/** machineTypes, acceleratorTypes, diskTypes, regionDiskTypes. */
export function offerRoutes(app: FastifyInstance, state: ComputeState): void {
  catalogueRoutes(app, state, {
    collection: 'machineTypes',
    singular: 'machineType',
    api: 'compute.machineTypes',
    scope: 'zones',
    places: zoneNames,
    of: machineTypes,
    find: findMachineType,
  });
}

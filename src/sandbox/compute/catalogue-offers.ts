import type { FastifyInstance } from 'fastify';
import { acceleratorTypes, findAcceleratorType } from './catalogue/accelerator-types.ts';
import {
  diskTypes,
  findDiskType,
  findRegionDiskType,
  regionDiskTypes,
} from './catalogue/disk-types.ts';
import { findMachineType, machineTypes } from './catalogue/machine-types.ts';
import { regionNames } from './catalogue/regions.ts';
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
    bareZone: true,
  });
  catalogueRoutes(app, state, {
    collection: 'acceleratorTypes',
    singular: 'acceleratorType',
    api: 'compute.acceleratorTypes',
    scope: 'zones',
    places: zoneNames,
    of: acceleratorTypes,
    find: findAcceleratorType,
  });
  catalogueRoutes(app, state, {
    collection: 'diskTypes',
    singular: 'diskType',
    api: 'compute.diskTypes',
    scope: 'zones',
    places: zoneNames,
    of: diskTypes,
    find: findDiskType,
  });
  // `aggregated/diskTypes` is that of zones.
  catalogueRoutes(app, state, {
    collection: 'diskTypes',
    singular: 'diskType',
    api: 'compute.regionDiskTypes',
    scope: 'regions',
    aggregated: false,
    places: regionNames,
    of: regionDiskTypes,
    find: findRegionDiskType,
  });
}

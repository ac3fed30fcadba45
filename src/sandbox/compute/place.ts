import type { FastifyRequest } from 'fastify';
import { isProject } from '../project.ts';
import { ApiError } from '../wire/errors.ts';
import { paramsOf, type Query, queryOf } from '../wire/query.ts';
import { regionNames } from './catalogue/regions.ts';
import { zoneNames } from './catalogue/zones.ts';
import type { ScopeType } from './collection.ts';
import { invalidField } from './errors.ts';
import type { Scope } from './records.ts';
import type { ComputeState } from './state.ts';

/** What the path of a request names. */
export interface Place {
  scope: Scope;
  /** The resource's own name; empty for lists and insertions. */
  name: string;
  query: Query;
}

/** The routes' common beginning for resources of a kind of scope. */
export const scopePath = (type: ScopeType): string =>
  ({
    global: '/compute/v1/projects/:project/global',
    regions: '/compute/v1/projects/:project/regions/:region',
    zones: '/compute/v1/projects/:project/zones/:zone',
  })[type];

/** @throws 404 for another project, 400 for a zone or region that GCP does not have */
export function placeOf(state: ComputeState, request: FastifyRequest): Place {
  const {
    project,
    zone,
    region,
    name = '',
  } = paramsOf<'project' | 'zone' | 'region' | 'name'>(request);
  requireProject(state, project);
  const query = queryOf(request);
  if (zone !== undefined) return { scope: zoneScope(zone), name, query };
  if (region !== undefined) return { scope: regionScope(region), name, query };
  return { scope: 'global', name, query };
}

export function requireProject(state: ComputeState, project: string): void {
  if (isProject(state, project)) return;
  throw new ApiError(404, 'notFound', `Failed to find project ${project}`);
}

export function zoneScope(zone: string): Scope {
  if (zoneNames().has(zone)) return `zones/${zone}`;
  throw invalidField('zone', zone, 'Unknown zone.');
}

export function regionScope(region: string): Scope {
  if (regionNames().has(region)) return `regions/${region}`;
  throw invalidField('region', region, 'Unknown region.');
}

/** `asia-northeast3` for `asia-northeast3-a`. */
export const regionOf = (zone: string): string => zone.slice(0, zone.lastIndexOf('-'));

/** `asia-northeast3-a` for `zones/asia-northeast3-a`. */
export const placeName = (scope: Scope): string => scope.slice(scope.indexOf('/') + 1);

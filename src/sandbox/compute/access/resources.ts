import type { ProtectedResource } from '../../identity.ts';
import type { ComputeState } from '../state.ts';
import { policiesAt } from './policies.ts';

/** Something that is needed besides what the method itself needs. */
export interface Need {
  /** Such as `compute.subnetworks.use`. */
  permission: string;
  /** Such as `projects/p/regions/r/subnetworks/s`. */
  path: string;
}

/** Who has it may let machines act as the service account. */
export const ACT_AS = 'iam.serviceAccounts.actAs';

/** The project that everything is in, as a resource: what lists are asked of. */
export const projectPath = ({ projectId }: Pick<ComputeState, 'projectId'>): string =>
  `projects/${projectId}`;

/** @param path such as `projects/p/zones/z/instances/web-1`, with the project's id */
export function protectedAt(state: ComputeState, path: string): ProtectedResource {
  const [, , ...parts] = path.split('/');
  if (parts[0] === 'serviceAccounts') return state.identity.accountResource(parts[1] ?? '');
  if (parts.length < 2) return { name: path, type: 'cloudresourcemanager.googleapis.com/Project' };
  const [scope, collection, name] =
    parts[0] === 'global'
      ? ['global', parts[1] ?? '', parts.slice(2).join('/')]
      : [parts.slice(0, 2).join('/'), parts[2] ?? parts[0] ?? '', parts.slice(3).join('/')];
  return {
    name: path,
    type: `compute.googleapis.com/${typeOf(collection)}`,
    policies: () => policiesAt(state, collection, scope, name),
  };
}

/** `Instance` for `instances`, `Address` for `addresses`. */
const typeOf = (collection: string): string =>
  collection.slice(0, 1).toUpperCase() +
  collection
    .slice(1)
    .replace(/sses$/, 'ss')
    .replace(/([^s])s$/, '$1');

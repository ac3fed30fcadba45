import type { Collection } from './collection.ts';
import type { ResourceRecord, Scope } from './records.ts';
import { ROOT } from './references.ts';
import type { ComputeState } from './state.ts';

/** A resource as the API shows it: what is stored, and what follows from its place. */
export function present<R extends ResourceRecord>(
  state: ComputeState,
  collection: Collection<R>,
  record: R,
): Record<string, unknown> {
  const { scope, id, creationTimestamp, name, ...fields } = record;
  return {
    kind: `compute#${collection.kind.singular}`,
    id,
    creationTimestamp,
    name,
    ...fields,
    ...placeFields(state, scope),
    selfLink: collection.url(record),
  };
}

/** `zone` or `region`, whole URLs; nothing for global resources. */
export function placeFields(state: ComputeState, scope: Scope): { zone?: string; region?: string } {
  const url = `${ROOT}projects/${state.projectId}/${scope}`;
  if (scope.startsWith('zones/')) return { zone: url };
  if (scope.startsWith('regions/')) return { region: url };
  return {};
}

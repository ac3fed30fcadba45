import { type ResourceRecord, recordKey, scopePrefix } from '../records.ts';
import { parseReference, type Reference } from '../references.ts';
import type { ComputeState } from '../state.ts';

/** A resource by its name, or by its id, which the API takes in a name's place. */
export function recordAt(
  state: ComputeState,
  { collection, scope, name }: Pick<Reference, 'collection' | 'scope' | 'name'>,
): ResourceRecord | undefined {
  const found = state.resources.get(recordKey(collection, scope, name));
  if (found !== undefined || !IS_ID.test(name)) return found;
  for (const { value } of state.resources.below(scopePrefix(collection, scope))) {
    if (value.id === name) return value;
  }
  return undefined;
}

/**
 * The path with the resource's name where a client may have written its id: policies and their
 * conditions know it by its name.
 */
export function withName(state: ComputeState, path: string): string {
  if (!ENDS_IN_ID.test(path)) return path;
  const reference = parseReference(path, state.projectId);
  const found = reference && recordAt(state, reference);
  return found === undefined ? path : path.slice(0, path.lastIndexOf('/') + 1) + found.name;
}

const IS_ID = /^\d+$/;
const ENDS_IN_ID = /\/\d+$/;

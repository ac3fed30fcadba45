import { invalidField, notFound } from '../errors.ts';
import { type ResourceRecord, recordKey } from '../records.ts';
import { parseReference, pathOf } from '../references.ts';
import type { ComputeState } from '../state.ts';
import type { InstanceProperties, InstanceRequest } from './body.ts';

/**
 * `sourceInstanceTemplate`: what the request leaves out is as the template has it.
 * https://cloud.google.com/compute/docs/instances/create-vm-from-instance-template#overrides
 *
 * @throws 400 or 404
 */
export function withTemplate(
  state: ComputeState,
  request: InstanceRequest,
  text: string | undefined,
): InstanceRequest {
  if (!text) return request;
  const field = 'sourceInstanceTemplate';
  const reference = parseReference(text, state.projectId);
  if (reference?.collection !== 'instanceTemplates') {
    throw invalidField(field, text.slice(0, 200), 'The URL is malformed.');
  }
  const { collection, scope, name } = reference;
  const template = state.resources.get(recordKey(collection, scope, name)) as
    | (ResourceRecord & { properties: InstanceProperties })
    | undefined;
  if (template === undefined) throw notFound(pathOf(reference));
  const own = Object.entries(request).filter(([, value]) => value !== undefined);
  return { ...template.properties, ...Object.fromEntries(own), name: request.name };
}

import type { InstanceProperties } from '../instances/body.ts';
import type { InstanceRecord } from '../instances/kind.ts';
import type { ResourceRecord, Scope } from '../records.ts';
import { parseReference, pathOf } from '../references.ts';
import type { ComputeState } from '../state.ts';
import { needsOfAccount, needsOfInstance, needsOfSource, needsOfTemplate } from './needs.ts';
import { recordAt } from './record-at.ts';
import { type Need, projectPath } from './resources.ts';

/*
 * Instance templates and managed groups. The instances of a group are made by Google's own
 * service agent of the project, so whoever describes them has to be allowed to make them.
 */

/** A template: what stands in it is used later, but chosen now. */
export function needsOfTemplateBody(
  state: ComputeState,
  body: { properties?: InstanceProperties | undefined; sourceInstance?: string | undefined },
): Need[] {
  const { properties, sourceInstance } = body;
  const source =
    sourceInstance === undefined ? undefined : parseReference(sourceInstance, state.projectId);
  const instance = source && (recordAt(state, source) as InstanceRecord | undefined);
  return [
    ...(source === undefined
      ? []
      : [{ permission: 'compute.instances.get', path: pathOf(source) }]),
    ...(properties?.disks ?? []).flatMap(({ initializeParams = {} }) =>
      needsOfSource(state, 'global', initializeParams),
    ),
    ...needsOfAccount(state, instance?.serviceAccounts ?? properties?.serviceAccounts),
  ];
}

/** A managed group: the template, and all that an instance needs that is made from it. */
export function needsOfManager(
  state: ComputeState,
  scope: Scope,
  { instanceTemplate, versions = [] }: ManagerTemplates,
): Need[] {
  const texts = [instanceTemplate, ...versions.map((version) => version.instanceTemplate)];
  return texts.flatMap((text) => (text ? needsOfMembers(state, scope, text) : []));
}

interface ManagerTemplates {
  instanceTemplate?: string | undefined;
  versions?: readonly { instanceTemplate?: string | undefined }[] | undefined;
}

function needsOfMembers(state: ComputeState, scope: Scope, text: string): Need[] {
  const reference = parseReference(text, state.projectId) ?? {
    ...{ scope: 'global', collection: 'instanceTemplates', name: text },
  };
  const template = recordAt(state, reference) as
    | (ResourceRecord & { properties: InstanceProperties })
    | undefined;
  const path = projectPath(state);
  const members =
    template === undefined
      ? []
      : needsOfInstance(state, scope, { ...template.properties, name: '' }, () => path);
  return [
    ...needsOfTemplate(state, text),
    { permission: 'compute.instances.create', path },
    ...members,
  ];
}

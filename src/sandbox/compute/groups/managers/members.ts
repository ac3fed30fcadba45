import { ApiError } from '../../../wire/errors.ts';
import type { InstanceRequest } from '../../instances/body.ts';
import { createInstance, INSERT_PLAN } from '../../instances/create.ts';
import { beginDelete } from '../../instances/delete.ts';
import { INSTANCES, type InstanceRecord } from '../../instances/kind.ts';
import { beginStart, beginStop } from '../../instances/lifecycle.ts';
import { FailsLater } from '../../operations/failing.ts';
import { paced } from '../../operations/plans.ts';
import { beginOperation, operationError } from '../../operations/start.ts';
import { placeOfUrl } from '../../resource-routes.ts';
import { type ComputeState, collectionOf, now } from '../../state.ts';
import { pacificTime } from '../../timestamps.ts';
import {
  type ManagerRecord,
  type Member,
  TEMPLATES,
  type TemplateRecord,
  type UpdateAction,
  type Version,
} from '../kinds.ts';

/*
 * One instance of a managed group, on its way to what the group wants of it. All of this
 * runs inside a change; instances are made, stopped and deleted by operations of their own.
 */

/** How long a group waits before it tries again to make an instance, on GCP and at least here. */
const RETRY_SECONDS = 60;
const RETRY_MS = 10_000;
const KEPT_ERRORS = 50;

/** What a group's instances have in their metadata: who made them, and from what. */
export const CREATED_BY = 'created-by';

export const createdBy = (state: ComputeState, { scope, name }: ManagerRecord): string =>
  `projects/${state.projectNumber}/${scope}/instanceGroupManagers/${name}`;

const instances = (state: ComputeState) => collectionOf<InstanceRecord>(state, INSTANCES);

/** The instance behind a member, if it is there. */
export const instanceOfMember = (state: ComputeState, member: Member): InstanceRecord | undefined =>
  instances(state).get(member.scope, member.name);

/** @returns false once the member is gone */
export function advanceMember(
  state: ComputeState,
  manager: ManagerRecord,
  member: Member,
  groupId: string,
): boolean {
  const instance = instanceOfMember(state, member);
  switch (member.action) {
    case 'DELETING':
      if (instance === undefined || instance.id !== member.id) return false;
      remove(state, manager, member, instance, groupId);
      return true;
    case 'CREATING':
      return advanceCreation(state, manager, member, instance, groupId);
    case 'RECREATING':
      if (instance !== undefined && instance.id === member.phase?.oldId) {
        remove(state, manager, member, instance, groupId);
        return true;
      }
      return advanceCreation(state, manager, member, instance, groupId);
    case 'RESTARTING':
      if (instance === undefined) fail(manager, member);
      else restart(state, member, instance, groupId);
      return true;
    case 'NONE':
      if (isLost(member, instance)) fail(manager, member);
      if (member.action !== 'NONE') advanceMember(state, manager, member, groupId);
      return true;
  }
}

/** Nobody of the group's stopped or deleted it. */
const isLost = (member: Member, instance: InstanceRecord | undefined): boolean =>
  instance === undefined ||
  instance.id !== member.id ||
  instance.status === 'TERMINATED' ||
  instance.status === 'SUSPENDED';

/** https://cloud.google.com/compute/docs/instance-groups/about-repair */
function fail(manager: ManagerRecord, member: Member): void {
  if (manager.instanceLifecyclePolicy.defaultActionOnFailure === 'DO_NOTHING') return;
  if (manager.instanceLifecyclePolicy.forceUpdateOnRepair === 'YES') {
    const [version] = manager.versions;
    if (version !== undefined) member.version = versionOf(version);
  }
  recreate(member);
}

export const versionOf = ({ instanceTemplate, name }: Version): Member['version'] => ({
  instanceTemplate,
  ...(name === undefined ? {} : { name }),
});

/** The instance has to go, and another of its name to come. */
export function recreate(member: Member): void {
  member.action = 'RECREATING';
  member.phase = member.id === undefined ? {} : { oldId: member.id };
  delete member.failure;
}

function advanceCreation(
  state: ComputeState,
  manager: ManagerRecord,
  member: Member,
  instance: InstanceRecord | undefined,
  groupId: string,
): true {
  if (instance === undefined) {
    if (manager.leaving !== true) create(state, manager, member, groupId);
  } else if (instance.id !== member.id) {
    const path = instances(state).path(member.scope, member.name);
    failure(state, manager, member, {
      code: 'RESOURCE_ALREADY_EXISTS',
      message: `The resource '${path}' already exists`,
    });
  } else if (instance.status === 'RUNNING') settle(member);
  else if (isLost(member, instance)) recreate(member);
  return true;
}

function settle(member: Member): void {
  member.action = 'NONE';
  delete member.phase;
  delete member.failure;
}

function create(
  state: ComputeState,
  manager: ManagerRecord,
  member: Member,
  operationGroupId: string,
): void {
  if (member.failure !== undefined && member.failure.retryAt > now(state)) return;
  delete member.id;
  delete member.phase;
  try {
    const instance = createInstance(state, member.scope, requestOf(state, manager, member));
    member.id = instance.id;
    beginOperation(state, {
      type: 'insert',
      plan: INSERT_PLAN,
      targetLink: instances(state).url(instance),
      targetId: instance.id,
      scope: instance.scope,
      user: serviceAgent(state),
      operationGroupId,
    });
    delete member.failure;
  } catch (error) {
    const cause = error instanceof FailsLater ? error.error : error;
    if (!(cause instanceof ApiError)) throw error;
    failure(state, manager, member, operationError(cause));
  }
}

function failure(
  state: ComputeState,
  manager: ManagerRecord,
  member: Member,
  { code, message }: { code: string; message: string },
): void {
  if (member.failure !== undefined && member.failure.retryAt > now(state)) return;
  const wait = Math.max(paced(state, RETRY_SECONDS), RETRY_MS);
  member.failure = { code, message, retryAt: now(state) + wait };
  manager.errors.push({
    action: member.action,
    instance: instances(state).url(member),
    version: member.version,
    code,
    message,
    timestamp: pacificTime(now(state)),
  });
  manager.errors.splice(0, manager.errors.length - KEPT_ERRORS);
}

/** An instance as a template describes it, with what the group adds. */
function requestOf(state: ComputeState, manager: ManagerRecord, member: Member): InstanceRequest {
  const { scope, name } = placeOfUrl(member.version.instanceTemplate);
  const { properties } = collectionOf<TemplateRecord>(state, TEMPLATES).require(scope, name);
  const template = `projects/${state.projectNumber}/${scope}/instanceTemplates/${name}`;
  const items = (properties.metadata?.items ?? []).filter(
    ({ key }) => key !== CREATED_BY && key !== 'instance-template',
  );
  return {
    ...properties,
    name: member.name,
    metadata: {
      items: [
        ...items,
        { key: 'instance-template', value: template },
        { key: CREATED_BY, value: createdBy(state, manager) },
      ],
    },
  };
}

function remove(
  state: ComputeState,
  manager: ManagerRecord,
  member: Member,
  instance: InstanceRecord,
  operationGroupId: string,
): void {
  if (member.phase?.begun === true) return;
  try {
    beginDelete(state, instance);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failure(state, manager, member, operationError(error));
    return;
  }
  beginOperation(state, {
    type: member.action === 'RECREATING' ? 'compute.instances.repair.recreateInstance' : 'delete',
    plan: 'compute.instances.delete',
    targetLink: instances(state).url(instance),
    targetId: instance.id,
    scope: instance.scope,
    user: serviceAgent(state),
    operationGroupId,
  });
  member.phase = { ...member.phase, begun: true };
}

function restart(
  state: ComputeState,
  member: Member,
  instance: InstanceRecord,
  operationGroupId: string,
): void {
  const begin = (type: 'start' | 'stop') =>
    beginOperation(state, {
      type,
      plan: `compute.instances.${type}`,
      targetLink: instances(state).url(instance),
      targetId: instance.id,
      scope: instance.scope,
      user: serviceAgent(state),
      operationGroupId,
    });
  if (instance.status === 'RUNNING' && member.phase === undefined) {
    beginStop(state, instance);
    begin('stop');
    member.phase = { begun: true };
  } else if (instance.status === 'TERMINATED') {
    beginStart(state, instance);
    begin('start');
  } else if (instance.status === 'RUNNING' && member.phase !== undefined) settle(member);
}

/** Who does what a group does to its instances: Google's own account in the project. */
const serviceAgent = ({ projectNumber }: ComputeState): string =>
  `${projectNumber}@cloudservices.gserviceaccount.com`;

const DISRUPTION: readonly UpdateAction[] = ['NONE', 'REFRESH', 'RESTART', 'REPLACE'];

/** The more disruptive of two things that are done to an instance. */
export const moreDisruptive = (one: UpdateAction, other: UpdateAction): UpdateAction =>
  DISRUPTION.indexOf(one) > DISRUPTION.indexOf(other) ? one : other;

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { needsOfManager } from '../../access/group-needs.ts';
import { text } from '../../body.ts';
import type { Collection, Kind } from '../../collection.ts';
import { inUse, invalidField, notReady, requiredField, staleFingerprint } from '../../errors.ts';
import { given } from '../../given.ts';
import { deleteInstance } from '../../instances/delete.ts';
import {
  type Asked,
  actionRoute,
  deleteRoute,
  insertRoute,
  readRoutes,
} from '../../resource-routes.ts';
import { type ComputeState, collectionOf, newRecord } from '../../state.ts';
import type { GroupController } from '../controller.ts';
import {
  AUTOSCALERS,
  type AutoscalerRecord,
  GROUPS,
  type GroupRecord,
  MANAGERS,
  type ManagerRecord,
  REGION_MANAGERS,
} from '../kinds.ts';
import {
  type ManagerChange,
  managerBody,
  managerChange,
  readBaseName,
  readDistribution,
  readNamedPorts,
  readSize,
  readTemplate,
  readUpdatePolicy,
  readVersions,
  refuseMissing,
  usualUpdatePolicy,
} from './body.ts';
import { instanceActions } from './instance-actions.ts';
import { instanceOfMember } from './members.ts';
import { autoscalerOf, managerFingerprint, showManager } from './show.ts';

/** What the routes of managed groups have to know. */
export interface Managed {
  app: FastifyInstance;
  state: ComputeState;
  managers: Collection<ManagerRecord>;
  /** Inside a change: writes the record, and has the group look once that is on disk. */
  save(manager: ManagerRecord): void;
}

/** instanceGroupManagers and regionInstanceGroupManagers. */
export function managerRoutes(
  app: FastifyInstance,
  state: ComputeState,
  controller: GroupController,
): void {
  for (const kind of [MANAGERS, REGION_MANAGERS]) routes(app, state, controller, kind);
}

function routes(
  app: FastifyInstance,
  state: ComputeState,
  controller: GroupController,
  kind: Kind,
): void {
  const managers = collectionOf<ManagerRecord>(state, kind);
  const look = ({ scope, name }: ManagerRecord) =>
    state.store.afterCommit(() => controller.notice(scope, name));
  const save = (manager: ManagerRecord) => {
    managers.put(manager);
    look(manager);
  };
  const managed: Managed = { app, state, managers, save };
  readRoutes(app, state, managers, showManager);
  insertRoute(app, state, managers, {
    schema: managerBody,
    nameOf: ({ name }) => name,
    needs: ({ scope, body }) => needsOfManager(state, scope, body),
    make: (asked) => {
      const manager = makeManager(state, kind, asked);
      putGroup(state, manager, asked.body);
      look(manager);
      return manager;
    },
  });
  deletionRoute(managed, look);
  changeRoutes(managed);
  instanceActions(managed);
}

function makeManager(
  state: ComputeState,
  kind: Kind,
  { scope, body }: Asked<ManagerChange>,
): ManagerRecord {
  const name = body.name ?? '';
  refuseMissing(state, body);
  if (body.targetSize === undefined) throw requiredField('resource.targetSize');
  const versions = readVersions(state, body);
  if (versions === undefined) throw requiredField('resource.instanceTemplate');
  const isRegional = kind.scope === 'regions';
  const distributionPolicy = isRegional
    ? readDistribution(state, scope, body.distributionPolicy)
    : undefined;
  const zones = distributionPolicy?.zones.length ?? 1;
  return {
    ...newRecord(state, scope, name),
    ...given({ description: body.description, distributionPolicy }),
    baseInstanceName: readBaseName(body.baseInstanceName ?? name.slice(0, 58)),
    versions,
    targetSize: readSize('resource.targetSize', body.targetSize),
    updatePolicy: readUpdatePolicy(usualUpdatePolicy(zones), body.updatePolicy),
    instanceLifecyclePolicy: {
      defaultActionOnFailure: 'REPAIR',
      forceUpdateOnRepair: 'NO',
      ...given(body.instanceLifecyclePolicy ?? {}),
    },
    ...autoHealing(body),
    listManagedInstancesResults: body.listManagedInstancesResults ?? 'PAGELESS',
    members: [],
    errors: [],
  };
}

function autoHealing({
  autoHealingPolicies = [],
}: ManagerChange): Pick<ManagerRecord, 'autoHealingPolicies'> {
  const policies = autoHealingPolicies.map(({ initialDelaySec }) => given({ initialDelaySec }));
  return policies.length === 0 ? {} : { autoHealingPolicies: policies };
}

/** The group that goes with a manager: what load balancers would send requests to. */
function putGroup(state: ComputeState, manager: ManagerRecord, body: ManagerChange): void {
  const groups = collectionOf<GroupRecord>(state, GROUPS);
  const { scope, name } = manager;
  const there = groups.get(scope, name);
  if (there !== undefined && body.namedPorts === undefined) return;
  groups.put({
    ...(there ?? newRecord(state, scope, name)),
    description:
      "This instance group is controlled by Instance Group Manager '" +
      `${name}'. To modify instances in this group, use the Instance Group Manager API: ` +
      'https://cloud.google.com/compute/docs/reference/latest/instanceGroupManagers',
    namedPorts: readNamedPorts(body.namedPorts),
    instances: [],
  });
}

/** delete: its instances go first. As long as it takes them to shut down. */
const DELETE_SECONDS = 45;

function deletionRoute(
  { app, state, managers, save }: Managed,
  look: (manager: ManagerRecord) => void,
): void {
  deleteRoute(app, state, managers, {
    seconds: DELETE_SECONDS,
    refuse(manager) {
      const path = managers.path(manager.scope, manager.name);
      if (manager.leaving === true) throw notReady(path);
      const user = autoscalerOf(state, managers.url(manager));
      if (user !== undefined) {
        const autoscalers = collectionOf<AutoscalerRecord>(state, AUTOSCALERS);
        throw inUse('instance_group_manager', path, autoscalers.path(user.scope, user.name));
      }
      for (const member of manager.members) {
        if (member.action === 'DELETING') continue;
        member.action = 'DELETING';
        delete member.phase;
      }
      manager.leaving = true;
      save(manager);
    },
    before(given_, manager) {
      for (const member of manager.members) {
        const instance = instanceOfMember(given_, member);
        if (instance !== undefined && instance.id === member.id) deleteInstance(given_, instance);
      }
      const groups = collectionOf<GroupRecord>(given_, GROUPS);
      const group = groups.get(manager.scope, manager.name);
      if (group !== undefined) groups.remove(group);
      look(manager);
    },
  });
}

/** patch, resize, setInstanceTemplate, setTargetPools. */
function changeRoutes({ app, state, managers, save }: Managed): void {
  actionRoute(app, state, managers, {
    verb: 'PATCH',
    action: 'patch',
    schema: managerChange,
    needs: ({ scope }, { body }) => needsOfManager(state, scope, body),
    run(manager, { body }) {
      patch(state, manager, body);
      save(manager);
      return undefined;
    },
  });
  actionRoute(app, state, managers, {
    action: 'resize',
    type: `${managers.kind.api}.resize`,
    run(manager, { query }) {
      const { size } = query;
      if (size === undefined) throw requiredField('size');
      if (!/^\d{1,9}$/.test(size)) throw invalidField('size', size, 'Must be a number.');
      manager.targetSize = readSize('size', Number(size));
      save(manager);
      return undefined;
    },
  });
  actionRoute(app, state, managers, {
    action: 'setInstanceTemplate',
    type: `${managers.kind.api}.setInstanceTemplate`,
    schema: z.object({ instanceTemplate: text }),
    needs: ({ scope }, { body }) => needsOfManager(state, scope, body),
    run(manager, { body }) {
      const url = readTemplate(state, 'instanceTemplate', body.instanceTemplate);
      manager.versions = [{ instanceTemplate: url }];
      save(manager);
      return undefined;
    },
  });
  actionRoute(app, state, managers, {
    action: 'setTargetPools',
    type: `${managers.kind.api}.setTargetPools`,
    schema: z.object({ targetPools: z.array(text).optional(), fingerprint: text.optional() }),
    run(_manager, { body }) {
      refuseMissing(state, { targetPools: body.targetPools });
      return undefined;
    },
  });
}

function patch(state: ComputeState, manager: ManagerRecord, body: ManagerChange): void {
  refuseMissing(state, body);
  if (body.fingerprint && body.fingerprint !== managerFingerprint(manager)) {
    throw staleFingerprint('resource');
  }
  const versions = readVersions(state, body);
  const policy = readUpdatePolicy(manager.updatePolicy, body.updatePolicy);
  const size =
    body.targetSize === undefined
      ? manager.targetSize
      : readSize('resource.targetSize', body.targetSize);
  const base =
    body.baseInstanceName === undefined
      ? manager.baseInstanceName
      : readBaseName(body.baseInstanceName);
  if (body.namedPorts !== undefined) putGroup(state, manager, body);
  manager.baseInstanceName = base;
  manager.updatePolicy = policy;
  manager.targetSize = size;
  if (versions !== undefined) manager.versions = versions;
  if (body.description !== undefined) manager.description = body.description;
  Object.assign(manager.instanceLifecyclePolicy, given(body.instanceLifecyclePolicy ?? {}));
  if (body.autoHealingPolicies !== undefined) {
    delete manager.autoHealingPolicies;
    Object.assign(manager, autoHealing(body));
  }
  if (body.listManagedInstancesResults !== undefined) {
    manager.listManagedInstancesResults = body.listManagedInstancesResults;
  }
}

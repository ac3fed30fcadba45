import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../wire/api-method.ts';
import { sendJson } from '../../wire/reply.ts';
import { readBody, text } from '../body.ts';
import type { Kind } from '../collection.ts';
import { inUse, invalidField } from '../errors.ts';
import { checkFingerprint, fingerprintOf } from '../fingerprint.ts';
import { given } from '../given.ts';
import { INSTANCES, type InstanceRecord } from '../instances/kind.ts';
import { pageOf, readListRequest } from '../lists/page.ts';
import { placeOf, scopePath } from '../place.ts';
import { parseReference, urlOf } from '../references.ts';
import { present } from '../representation.ts';
import {
  actionRoute,
  deleteRoute,
  insertRoute,
  listOf,
  placeOfUrl,
  readRoutes,
} from '../resource-routes.ts';
import { type ComputeState, collectionOf, newRecord } from '../state.ts';
import { GROUPS, type GroupRecord, MANAGERS, type ManagerRecord, REGION_GROUPS } from './kinds.ts';
import { namedPorts, readNamedPorts } from './managers/body.ts';
import { instanceOfMember } from './managers/members.ts';

const group = z.object({
  name: text,
  description: text.optional(),
  namedPorts: namedPorts.optional(),
  network: text.optional(),
  subnetwork: text.optional(),
});

const chosen = z.object({ instances: z.array(z.object({ instance: text })).optional() });

/**
 * instanceGroups and regionInstanceGroups: the instances that belong together, put into the
 * group one by one or made by its manager. Regional groups always have one.
 */
export function groupRoutes(app: FastifyInstance, state: ComputeState): void {
  for (const kind of [GROUPS, REGION_GROUPS]) {
    readRoutes(app, state, collectionOf<GroupRecord>(state, kind), (_state, record) =>
      show(state, kind, record),
    );
    listRoute(app, state, kind);
    portsRoute(app, state, kind);
  }
  unmanagedRoutes(app, state);
}

const managerOf = (state: ComputeState, { scope, name }: GroupRecord): ManagerRecord | undefined =>
  collectionOf<ManagerRecord>(state, MANAGERS).get(scope, name);

/** The instances of a group that are there. */
function instancesOf(state: ComputeState, record: GroupRecord): InstanceRecord[] {
  const manager = managerOf(state, record);
  const found =
    manager === undefined
      ? record.instances.map((url) => {
          const { scope, name } = placeOfUrl(url);
          return collectionOf<InstanceRecord>(state, INSTANCES).get(scope, name);
        })
      : manager.members.map((member) => instanceOfMember(state, member));
  return found.filter((one) => one !== undefined);
}

function show(state: ComputeState, kind: Kind, record: GroupRecord): Record<string, unknown> {
  const { instances: _, ...fields } = record;
  const found = instancesOf(state, record);
  const [nic] = found[0]?.networkInterfaces ?? [];
  return {
    ...present(state, collectionOf<GroupRecord>(state, kind), fields as GroupRecord),
    fingerprint: fingerprintOf(record.namedPorts),
    ...(nic === undefined ? {} : { network: nic.network, subnetwork: nic.subnetwork }),
    size: found.length,
  };
}

/** listInstances: only those that run, or all. */
function listRoute(app: FastifyInstance, state: ComputeState, kind: Kind): void {
  const groups = collectionOf<GroupRecord>(state, kind);
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  const schema = z.object({ instanceState: z.enum(['ALL', 'RUNNING']).optional() });
  app.post(
    `${scopePath(kind.scope)}/${kind.collection}/:name/listInstances`,
    apiMethod(`${kind.api}.listInstances`),
    async (request, reply) => {
      const { scope, name, query } = placeOf(state, request);
      const { instanceState = 'ALL' } = await readBody(request, schema, 'request');
      const record = groups.require(scope, name);
      const page = pageOf(await readListRequest(query), {
        records: (from) =>
          instancesOf(state, record)
            .filter(({ status }) => instanceState === 'ALL' || status === 'RUNNING')
            .sort((a, b) => (a.name < b.name ? -1 : 1))
            .filter((one) => from === undefined || one.name >= from.toString()),
        keyOf: (one) => Buffer.from(one.name),
        show: (one) => ({
          instance: instances.url(one),
          status: one.status,
          ...(record.namedPorts.length === 0 ? {} : { namedPorts: record.namedPorts }),
        }),
      });
      const singular = kind.scope === 'regions' ? 'regionInstanceGroups' : 'instanceGroups';
      const list = listOf(state, { ...kind, listKind: `${singular}ListInstances` }, scope, page);
      return sendJson(request, reply, list);
    },
  );
}

function portsRoute(app: FastifyInstance, state: ComputeState, kind: Kind): void {
  const groups = collectionOf<GroupRecord>(state, kind);
  actionRoute(app, state, groups, {
    action: 'setNamedPorts',
    type: `${kind.api}.setNamedPorts`,
    schema: z.object({ namedPorts: namedPorts.optional(), fingerprint: text.optional() }),
    run(record, { body }) {
      if (body.fingerprint) checkFingerprint('namedPorts', record.namedPorts, body.fingerprint);
      groups.put({ ...record, namedPorts: readNamedPorts(body.namedPorts) });
      return undefined;
    },
  });
}

function unmanagedRoutes(app: FastifyInstance, state: ComputeState): void {
  const groups = collectionOf<GroupRecord>(state, GROUPS);
  insertRoute(app, state, groups, {
    schema: group,
    nameOf: ({ name }) => name,
    make: ({ scope, body }) => {
      const { name, description, network, subnetwork } = body;
      const whole = (url: string | undefined) => {
        const reference = url === undefined ? undefined : parseReference(url, state.projectId);
        return reference && urlOf(reference);
      };
      return {
        ...newRecord(state, scope, name),
        ...given({ description, network: whole(network), subnetwork: whole(subnetwork) }),
        namedPorts: readNamedPorts(body.namedPorts),
        instances: [],
      };
    },
  });
  deleteRoute(app, state, groups, { refuse: (record) => refuseManaged(state, record) });
  actionRoute(app, state, groups, {
    action: 'addInstances',
    type: 'compute.instanceGroups.addInstances',
    schema: chosen,
    run(record, { body }) {
      refuseManaged(state, record);
      const added = urlsOf(state, record, body);
      for (const url of added) {
        if (record.instances.includes(url)) {
          throw invalidField('instances', url, 'Instance is already a member of the group.');
        }
      }
      requireOneNetwork(state, record, added);
      groups.put({ ...record, instances: [...record.instances, ...added] });
      return undefined;
    },
  });
  actionRoute(app, state, groups, {
    action: 'removeInstances',
    type: 'compute.instanceGroups.removeInstances',
    schema: chosen,
    run(record, { body }) {
      refuseManaged(state, record);
      const gone = urlsOf(state, record, body);
      for (const url of gone) {
        if (!record.instances.includes(url)) {
          throw invalidField('instances', url, 'Instance is not a member of the group.');
        }
      }
      groups.put({ ...record, instances: record.instances.filter((url) => !gone.includes(url)) });
      return undefined;
    },
  });
}

/** What a manager looks after is changed through it alone. */
function refuseManaged(state: ComputeState, record: GroupRecord): void {
  const { scope, name } = record;
  if (managerOf(state, record) === undefined) return;
  const groups = collectionOf<GroupRecord>(state, GROUPS);
  const manager = collectionOf<ManagerRecord>(state, MANAGERS).path(scope, name);
  throw inUse('instance_group', groups.path(scope, name), manager);
}

/** Instances of the group's zone, by their whole URLs. @throws 400, 404 */
function urlsOf(
  state: ComputeState,
  { scope }: GroupRecord,
  { instances = [] }: z.infer<typeof chosen>,
): string[] {
  const all = collectionOf<InstanceRecord>(state, INSTANCES);
  const urls = instances.map(({ instance }, index) => {
    const reference = parseReference(instance, state.projectId);
    if (reference?.collection !== 'instances' || reference.scope !== scope) {
      const why = 'Instance must be in the same zone as the instance group.';
      throw invalidField(`instances[${index}].instance`, instance, why);
    }
    return all.url(all.require(scope, reference.name));
  });
  return [...new Set(urls)];
}

/** All instances of a group are in one network and subnet. */
function requireOneNetwork(
  state: ComputeState,
  record: GroupRecord,
  added: readonly string[],
): void {
  const subnets = [...record.instances, ...added].map((url) => {
    const { scope, name } = placeOfUrl(url);
    return collectionOf<InstanceRecord>(state, INSTANCES).get(scope, name)?.networkInterfaces[0]
      ?.subnetwork;
  });
  const found = new Set([record.subnetwork, ...subnets].filter((one) => one !== undefined));
  if (found.size <= 1) return;
  const why = 'All instances of an instance group must be in the same subnetwork.';
  throw invalidField('instances', added[0] ?? '', why);
}

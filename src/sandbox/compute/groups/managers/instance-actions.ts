import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../../wire/api-method.ts';
import { sendJson } from '../../../wire/reply.ts';
import { oneOf, text } from '../../body.ts';
import { alreadyExists, invalidField } from '../../errors.ts';
import { INSTANCES, type InstanceRecord } from '../../instances/kind.ts';
import { type ListRequest, pageOf, readListRequest } from '../../lists/page.ts';
import { requireName } from '../../names.ts';
import { placeOf, scopePath } from '../../place.ts';
import { parseReference } from '../../references.ts';
import { actionRoute } from '../../resource-routes.ts';
import { collectionOf } from '../../state.ts';
import type { ManagerRecord, Member } from '../kinds.ts';
import { recreate, versionOf } from './members.ts';
import { applyVersion, keptMembers, nextZone } from './reconcile.ts';
import type { Managed } from './routes.ts';
import { showMember } from './show.ts';
import { sortByVersion } from './versions.ts';

const chosen = z.object({ instances: z.array(text).optional() });
const updateAction = oneOf('NONE', 'REFRESH', 'RESTART', 'REPLACE');

/** What is done to single instances of a managed group, and the lists of them. */
export function instanceActions(managed: Managed): void {
  lists(managed);
  creation(managed);
  const { state, managers } = managed;

  choice(managed, 'deleteInstances', chosen, (manager, members) => {
    for (const member of members) {
      if (member.action === 'DELETING') continue;
      member.action = 'DELETING';
      delete member.phase;
      manager.targetSize -= 1;
    }
  });
  choice(managed, 'abandonInstances', chosen, (manager, members) => {
    manager.members = manager.members.filter((member) => !members.includes(member));
    manager.targetSize = Math.max(0, manager.targetSize - members.length);
  });
  choice(managed, 'recreateInstances', chosen, (_manager, members) => {
    for (const member of members) recreate(member);
  });

  actionRoute(managed.app, state, managers, {
    action: 'applyUpdatesToInstances',
    type: `${managers.kind.api}.applyUpdatesToInstances`,
    schema: z.object({
      instances: z.array(text).optional(),
      allInstances: z.boolean().optional(),
      minimalAction: updateAction,
      mostDisruptiveAllowedAction: updateAction,
    }),
    run(manager, { body }) {
      const members =
        body.allInstances === true
          ? keptMembers(manager)
          : membersOf(managed, manager, body.instances);
      const { updatePolicy, versions, targetSize } = manager;
      const { mostDisruptiveAllowedAction = 'REPLACE', minimalAction = 'NONE' } = body;
      // Chosen instances keep their names.
      const policy = {
        ...updatePolicy,
        mostDisruptiveAllowedAction,
        replacementMethod: 'RECREATE' as const,
      };
      const { outdated, next } = sortByVersion(versions, keptMembers(manager), targetSize);
      for (const member of members) {
        const isOld = outdated.includes(member);
        if (!isOld && minimalAction === 'NONE') continue;
        const version = isOld ? next(member) : { ...member.version };
        applyVersion({ updatePolicy: policy }, member, version, minimalAction);
      }
      managed.save(manager);
      return undefined;
    },
  });
}

/** A method whose body names instances of the group. */
function choice<Body extends z.infer<typeof chosen>>(
  managed: Managed,
  action: string,
  schema: z.ZodType<Body>,
  act: (manager: ManagerRecord, members: Member[]) => void,
): void {
  const { app, state, managers, save } = managed;
  actionRoute(app, state, managers, {
    action,
    type: `${managers.kind.api}.${action}`,
    schema,
    run(manager, { body }) {
      act(manager, membersOf(managed, manager, body.instances));
      save(manager);
      return undefined;
    },
  });
}

/** @throws 400 for an instance that is not of the group */
function membersOf(
  { state, managers }: Managed,
  manager: ManagerRecord,
  instances: readonly string[] = [],
): Member[] {
  return instances.map((url, index) => {
    const reference = parseReference(url, state.projectId);
    const member = manager.members.find(
      ({ scope, name }) => scope === reference?.scope && name === reference.name,
    );
    if (member !== undefined) return member;
    const why = `Instance is not a member of '${managers.path(manager.scope, manager.name)}'.`;
    throw invalidField(`instances[${index}]`, url, why);
  });
}

/** createInstances: instances with names of the client's own. */
function creation({ app, state, managers, save }: Managed): void {
  actionRoute(app, state, managers, {
    action: 'createInstances',
    type: `${managers.kind.api}.createInstances`,
    schema: z.object({ instances: z.array(z.object({ name: text })).optional() }),
    run(manager, { body }) {
      const wanted = (body.instances ?? []).map(({ name }, index) => {
        requireName(`instances[${index}].name`, name);
        return name;
      });
      for (const name of wanted) {
        const scope = nextZone(manager);
        const isThere =
          manager.members.some((member) => member.name === name) ||
          collectionOf<InstanceRecord>(state, INSTANCES).get(scope, name) !== undefined;
        if (isThere) throw alreadyExists(`projects/${state.projectId}/${scope}/instances/${name}`);
        const { next } = sortByVersion(manager.versions, keptMembers(manager), manager.targetSize);
        manager.members.push({ name, scope, version: versionOf(next()), action: 'CREATING' });
        manager.targetSize += 1;
      }
      save(manager);
      return undefined;
    },
  });
}

/** listManagedInstances, listErrors, and listPerInstanceConfigs, of which there are none. */
function lists({ app, state, managers }: Managed): void {
  const { kind } = managers;
  const path = `${scopePath(kind.scope)}/${kind.collection}/:name`;
  const instanceUrl = (member: Member) =>
    collectionOf<InstanceRecord>(state, INSTANCES).url(member);
  const asked = async (request: FastifyRequest): Promise<[ManagerRecord, ListRequest]> => {
    const { scope, name, query } = placeOf(state, request);
    return [managers.require(scope, name), await readListRequest(query)];
  };

  app.post(
    `${path}/listManagedInstances`,
    apiMethod(`${kind.api}.listManagedInstances`),
    async (request, reply) => {
      const [manager, list] = await asked(request);
      const { items, nextPageToken } = pageOf(list, {
        records: (from) =>
          manager.members
            .map((member) => ({ member, name: member.name, id: member.id ?? '' }))
            .map((one) => ({ ...one, creationTimestamp: manager.creationTimestamp }))
            .sort((a, b) => (a.name < b.name ? -1 : 1))
            .filter(({ name }) => from === undefined || name >= from.toString()),
        keyOf: ({ name }) => Buffer.from(name),
        show: ({ member }) => showMember(state, instanceUrl(member), member),
      });
      return sendJson(request, reply, {
        ...(items.length === 0 ? {} : { managedInstances: items }),
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      });
    },
  );
  app.get(`${path}/listErrors`, apiMethod(`${kind.api}.listErrors`), async (request, reply) => {
    const [manager] = await asked(request);
    const items = [...manager.errors].reverse().map((one) => ({
      error: { code: one.code, message: one.message },
      instanceActionDetails: {
        action: one.action,
        instance: one.instance,
        version: one.version,
      },
      timestamp: one.timestamp,
    }));
    return sendJson(request, reply, items.length === 0 ? {} : { items });
  });
  app.post(
    `${path}/listPerInstanceConfigs`,
    apiMethod(`${kind.api}.listPerInstanceConfigs`),
    async (request, reply) => {
      await asked(request);
      return sendJson(request, reply, {});
    },
  );
}

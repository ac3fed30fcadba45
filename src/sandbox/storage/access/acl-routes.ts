import type { FastifyInstance, FastifyRequest } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { ApiError } from '../../wire/errors.ts';
import { int64, paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { baseUrl } from '../../wire/urls.ts';
import { changeObject } from '../objects.ts';
import { checkRead, parsePreconditions } from '../preconditions.ts';
import { parse } from '../schema.ts';
import { requireBucket, requireObject, type StorageState, saveBucket } from '../state.ts';
import {
  type AclKind,
  bucketAcl,
  defaultObjectAcl,
  givenEntry,
  objectAcl,
  readRole,
  withEntry,
} from './acl.ts';
import { refuseIfUniform, refusePublicGrants } from './bucket-rules.ts';
import {
  type AclEntry,
  bucketOwner,
  canonicalEntity,
  objectOwner,
  ownerRequired,
} from './entities.ts';
import { showBucketEntry, showDefaultEntry, showObjectEntry } from './entries.ts';

/**
 * The methods that read and change the entries of an ACL one at a time. They are the same
 * for the three kinds of lists there are. Every write is an upsert, a patch of an entry
 * that is not there included; none takes preconditions.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/bucketAccessControls
 * https://cloud.google.com/storage/docs/json_api/v1/defaultObjectAccessControls
 * https://cloud.google.com/storage/docs/json_api/v1/objectAccessControls
 */
export function aclRoutes(app: FastifyInstance, state: StorageState): void {
  for (const list of LISTS) collection(app, state, list);
}

interface List {
  kind: AclKind;
  path: string;
  method: string;
  /** Finds the list that a request means; refuses while there is none. */
  open(state: StorageState, request: FastifyRequest, use: 'get' | 'change'): OpenList;
}

interface OpenList {
  entries: AclEntry[];
  /** Whose entry stays as it is; a default list has none. */
  owner: string | undefined;
  show(entry: AclEntry, base: string): object;
  /** Inside a change: replaces the list, once it is known that it may be. */
  save(entries: AclEntry[], granted: AclEntry[]): OpenList;
}

const LISTS: readonly List[] = [
  {
    kind: 'bucket',
    path: '/storage/v1/b/:bucket/acl',
    method: 'storage.bucketAccessControls',
    open: (state, request, use) => openBucketList(state, request, use, 'acl'),
  },
  {
    kind: 'defaultObject',
    path: '/storage/v1/b/:bucket/defaultObjectAcl',
    method: 'storage.defaultObjectAccessControls',
    open: (state, request, use) => openBucketList(state, request, use, 'defaultObjectAcl'),
  },
  {
    kind: 'object',
    path: '/storage/v1/b/:bucket/o/:object/acl',
    method: 'storage.objectAccessControls',
    open: openObjectList,
  },
];

function openBucketList(
  state: StorageState,
  request: FastifyRequest,
  use: 'get' | 'change',
  field: 'acl' | 'defaultObjectAcl',
): OpenList {
  const bucket = requireBucket(state, paramsOf<'bucket'>(request).bucket);
  refuseIfUniform(bucket, use === 'get' ? 'getBucketAcl' : 'changeBucketAcl');
  // Only one of the methods has preconditions, and it reads.
  if (use === 'get') checkRead(parsePreconditions(queryOf(request)), bucket);
  return {
    entries: (field === 'acl' ? bucketAcl : defaultObjectAcl)(state, bucket),
    owner: field === 'acl' ? bucketOwner(state) : undefined,
    show: (entry, base) =>
      field === 'acl' ? showBucketEntry(bucket, entry, base) : showDefaultEntry(bucket, entry),
    save: (entries, granted) => {
      refusePublicGrants(bucket, entitiesOf(granted));
      saveBucket(state, { ...bucket, [field]: entries });
      return openBucketList(state, request, use, field);
    },
  };
}

function openObjectList(
  state: StorageState,
  request: FastifyRequest,
  use: 'get' | 'change',
): OpenList {
  const { bucket: bucketName, object: name } = paramsOf<'bucket' | 'object'>(request);
  const bucket = requireBucket(state, bucketName);
  refuseIfUniform(bucket, use === 'get' ? 'getObjectAcl' : 'changeObjectAcl');
  const generation = int64(queryOf(request), 'generation');
  const object = requireObject(state, bucketName, name, generation);
  return {
    entries: objectAcl(state, object),
    owner: objectOwner(state, object.owner),
    show: (entry, base) => showObjectEntry(object, entry, base),
    save: (entries, granted) => {
      refusePublicGrants(bucket, entitiesOf(granted));
      changeObject(state, object, { acl: entries });
      return openObjectList(state, request, use);
    },
  };
}

function collection(app: FastifyInstance, state: StorageState, list: List): void {
  const { kind, path, method } = list;
  const named = (request: FastifyRequest): string =>
    canonicalEntity(paramsOf<'entity'>(request).entity, state);

  app.get(path, apiMethod(`${method}.list`), async (request, reply) => {
    const { entries, show } = list.open(state, request, 'get');
    const base = baseUrl(request);
    return sendJson(request, reply, {
      kind: kind === 'bucket' ? 'storage#bucketAccessControls' : 'storage#objectAccessControls',
      ...(entries.length > 0 ? { items: entries.map((entry) => show(entry, base)) } : {}),
    });
  });

  app.get(`${path}/:entity`, apiMethod(`${method}.get`), async (request, reply) => {
    const { entries, show } = list.open(state, request, 'get');
    const entry = requireEntry(entries, named(request));
    return sendJson(request, reply, show(entry, baseUrl(request)));
  });

  app.post(path, apiMethod(`${method}.insert`), async (request, reply) => {
    const { entity, role } = parse(givenEntry, await readJson(request));
    if (!entity) throw new ApiError(400, 'required', 'Required: entity');
    const shown = await put(state, list, request, canonicalEntity(entity, state), role);
    return sendJson(request, reply, shown);
  });

  for (const [verb, name] of [
    ['PATCH', 'patch'],
    ['PUT', 'update'],
  ] as const) {
    app.route({
      method: verb,
      url: `${path}/:entity`,
      ...apiMethod(`${method}.${name}`),
      handler: async (request, reply) => {
        const { role } = parse(givenEntry, await readJson(request));
        return sendJson(request, reply, await put(state, list, request, named(request), role));
      },
    });
  }

  app.delete(`${path}/:entity`, apiMethod(`${method}.delete`), async (request, reply) => {
    await state.store.write(() => {
      const { entries, owner, save } = list.open(state, request, 'change');
      const entry = requireEntry(entries, named(request));
      if (entry.entity === owner) throw ownerRequired();
      const left = entries.filter((other) => other !== entry);
      save(left, []);
    });
    return reply.code(204).send();
  });
}

/** Gives an entity a role; one that has a role already may leave it unsaid. */
async function put(
  state: StorageState,
  list: List,
  request: FastifyRequest,
  entity: string,
  given: string | null | undefined,
): Promise<object> {
  const { entry, open } = await state.store.write(() => {
    const { entries, owner, save } = list.open(state, request, 'change');
    const role = given ?? entries.find((other) => other.entity === entity)?.role;
    if (!role) {
      throw new ApiError(400, 'required', 'Access control must contain a role');
    }
    const entry: AclEntry = { entity, role: readRole(role, list.kind) };
    if (entity === owner && entry.role !== 'OWNER') throw ownerRequired();
    return { entry, open: save(withEntry(entries, entry), [entry]) };
  });
  return open.show(entry, baseUrl(request));
}

function requireEntry(entries: readonly AclEntry[], entity: string): AclEntry {
  const entry = entries.find((other) => other.entity === entity);
  if (!entry) throw new ApiError(404, 'notFound', 'The specified key does not exist.');
  return entry;
}

const entitiesOf = (entries: readonly AclEntry[]): string[] => entries.map(({ entity }) => entity);

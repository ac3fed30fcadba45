import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { ApiError } from '../../wire/errors.ts';
import { sendJson } from '../../wire/reply.ts';
import { readBody, text } from '../body.ts';
import { invalidField, notFound } from '../errors.ts';
import type { ResourceRecord } from '../records.ts';
import { parseReference, pathOf, type Reference } from '../references.ts';
import type { ComputeState } from '../state.ts';
import { askMore } from './ask.ts';
import { policyOf, putPolicy, type StoredPolicy } from './policies.ts';
import { recordAt, withName } from './record-at.ts';
import { protectedAt } from './resources.ts';

/*
 * getIamPolicy, setIamPolicy and testIamPermissions of every kind of resource that has them.
 * They are few requests and would be many routes, so they are found by their names, as methods
 * are that the sandbox lacks (see unsupported/).
 *
 *     GET  .../instances/web-1/getIamPolicy        {"etag": "ACAB"}
 *     POST .../instances/web-1/setIamPolicy        {"policy": {"bindings": [...], "etag": "ACAB"}}
 *     POST .../instances/web-1/testIamPermissions  {"permissions": ["compute.instances.get"]}
 *
 * https://docs.cloud.google.com/compute/docs/reference/rest/v1/instances/setIamPolicy
 */

/** By the names of their APIs: what has policies of its own. */
const POLICIES = /^compute\.(instances|disks|images|snapshots|instanceTemplates|subnetworks)\./;
/** And what is only asked about. */
const OTHERS =
  /^compute\.(addresses|globalAddresses|firewalls|networks|routes|autoscalers|regionAutoscalers|(regionI|i)nstanceGroup(Manager)?s)\.testIamPermissions$/;

/**
 * Answers one of these methods.
 *
 * @param method by Google's name
 * @param path what stands behind `projects/P/`
 * @returns undefined if it is none that the sandbox has
 */
export function answerPolicyMethod(
  state: ComputeState,
  request: FastifyRequest,
  reply: FastifyReply,
  { method, path }: { method: string; path: string },
): Promise<FastifyReply> | undefined {
  const action = /\.(getIamPolicy|setIamPolicy|testIamPermissions)$/.exec(method)?.[1];
  if (action === undefined || !(POLICIES.test(method) || OTHERS.test(method))) return undefined;
  const reference = parseReference(path.slice(0, path.lastIndexOf('/')), state.projectId);
  if (reference === undefined) return undefined;
  request.apiMethod = method;
  const asked: Asked = { state, request, reply, reference };
  if (action === 'testIamPermissions') return test(asked);
  const { collection } = reference;
  askMore(state, request, [
    { permission: `compute.${collection}.${action}`, path: pathOf(reference) },
  ]);
  return action === 'getIamPolicy' ? get(asked) : set(asked);
}

interface Asked {
  state: ComputeState;
  request: FastifyRequest;
  reply: FastifyReply;
  reference: Reference;
}

async function get({ state, request, reply, reference }: Asked): Promise<FastifyReply> {
  const policy = policyOf(state, requireRecord(state, reference));
  return sendJson(request, reply, shown(policy));
}

async function set({ state, request, reply, reference }: Asked): Promise<FastifyReply> {
  const body = await readBody(request, setBody);
  const { bindings = [], etag, version = 1 } = body.policy ?? body;
  // Who is named already may stay: an account may have been deleted meanwhile.
  const named = policyOf(state, requireRecord(state, reference))?.bindings ?? [];
  const known = new Set(named.flatMap(({ members }) => members));
  const accept = (member: string) =>
    known.has(member) ? member : state.identity.acceptMember(member);
  const checked = bindings.map((binding, index) => readBinding(state, accept, binding, index));
  if (version < 3 && checked.some(({ condition }) => condition !== undefined)) {
    const why = 'Specified policy version must be at least 3 to set conditions.';
    throw invalidField('policy.version', String(version), why);
  }
  for (const { condition } of checked) {
    if (condition !== undefined) await state.identity.requireCondition(condition.expression);
  }
  const policy = await state.store.write(() => {
    const record = requireRecord(state, reference);
    const before = policyOf(state, record);
    if (etag && etag !== (before?.etag ?? NO_POLICY)) throw concurrentChange();
    const kept = checked.filter(({ members }) => members.length > 0);
    const stored = { version: versionOf(kept), etag: next(before), bindings: kept };
    putPolicy(state, record, stored);
    return stored;
  });
  return sendJson(request, reply, shown(policy));
}

async function test({ state, request, reply, reference }: Asked): Promise<FastifyReply> {
  const { permissions = [] } = await readBody(request, testBody, 'request');
  const wrong = permissions.find((one) => !/^[a-z]\w*(\.\w+)+$/i.test(one));
  if (wrong !== undefined)
    throw invalidField('permissions', wrong.slice(0, 200), 'Not a permission.');
  const resource = protectedAt(state, withName(state, pathOf(reference)));
  const get = `compute.${reference.collection}.get`;
  // Whoever may not get it is not told whether it is there.
  if (state.identity.allowed(request, [get], resource).length > 0) requireRecord(state, reference);
  const granted = state.identity.allowed(request, permissions, resource);
  return sendJson(request, reply, granted.length > 0 ? { permissions: granted } : {});
}

function requireRecord(state: ComputeState, reference: Reference): ResourceRecord {
  const found = recordAt(state, reference);
  if (found === undefined) throw notFound(pathOf(reference));
  return found;
}

const binding = z.object({
  role: text,
  members: z.array(text).optional(),
  condition: z
    .object({
      title: text,
      expression: text,
      description: text.optional(),
      location: text.optional(),
    })
    .optional(),
});
const policy = z.object({
  version: z.int().optional(),
  etag: text.optional(),
  bindings: z.array(binding).optional(),
});
/** The fields of the policy may stand by themselves too, where the API first had them. */
const setBody = policy.extend({ policy: policy.optional() });
const testBody = z.object({ permissions: z.array(text).optional() });

function readBinding(
  state: ComputeState,
  accept: (member: string) => string,
  { role, members = [], condition }: z.infer<typeof binding>,
  index: number,
): StoredPolicy['bindings'][number] {
  const field = `policy.bindings[${index}]`;
  if (!state.identity.hasRole(role)) {
    throw invalidField(`${field}.role`, role.slice(0, 200), 'The role does not exist.');
  }
  const unique = [...new Set(members.map(accept))];
  return { role, members: unique, ...(condition === undefined ? {} : { condition }) };
}

/** What Google shows for a resource that no policy was ever set on. */
const NO_POLICY = 'ACAB';

const shown = (policy: StoredPolicy | undefined): object =>
  policy === undefined
    ? { etag: NO_POLICY }
    : {
        version: policy.version,
        etag: policy.etag,
        ...(policy.bindings.length === 0 ? {} : { bindings: policy.bindings }),
      };

/** The first that has all that stands in the policy. */
const versionOf = (bindings: StoredPolicy['bindings']): number =>
  bindings.some(({ condition }) => condition !== undefined) ? 3 : 1;

/** Eight bytes that count how often the policy was set. */
function next(before: StoredPolicy | undefined): string {
  const bytes = Buffer.alloc(8);
  const count = before === undefined ? 0n : Buffer.from(before.etag, 'base64').readBigUInt64BE();
  bytes.writeBigUInt64BE(count + 1n);
  return bytes.toString('base64');
}

const concurrentChange = (): ApiError =>
  new ApiError(
    409,
    'conflict',
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
  );

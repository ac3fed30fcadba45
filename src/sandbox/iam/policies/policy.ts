import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ApiError, invalid, notImplemented } from '../../wire/errors.ts';
import { acceptCondition } from '../conditions/conditions.ts';
import { BASIC_ROLES } from '../roles/catalogue.ts';
import type { IamState } from '../state.ts';
import { etagOf } from './etag.ts';
import { acceptMember } from './members.ts';
import { type PolicyRecord, putPolicy, type StoredBinding, storedPolicy } from './stored.ts';

/**
 * Policies as they come and go over the wire. They are replaced as a whole: a client reads one,
 * changes it and sends it back with the etag that it read, and if somebody else was faster it
 * has to begin again.
 *
 * Version 3 is the one with conditions. A client that asks for an older one sees that there is
 * a binding, by a made-up role, and cannot take it for one without a condition.
 *
 * https://docs.cloud.google.com/iam/docs/policies
 * https://docs.cloud.google.com/iam/docs/reference/rest/v1/Policy
 */
const policySchema = z.object({
  version: z.int().nullish(),
  etag: z.string().nullish(),
  bindings: z
    .array(
      z.object({
        role: z.string(),
        members: z.array(z.string()).nullish(),
        condition: z
          .object({
            title: z.string().nullish(),
            expression: z.string().nullish(),
            description: z.string().nullish(),
            location: z.string().nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  auditConfigs: z.array(z.unknown()).nullish(),
});

/** The body of setIamPolicy. */
export const setPolicyRequest = z.object({
  policy: policySchema.nullish(),
  updateMask: z.string().nullish(),
});

/** The body of getIamPolicy, where it has one. */
export const getPolicyRequest = z.object({
  options: z.object({ requestedPolicyVersion: z.int().nullish() }).nullish(),
});

/** What a policy is on, as far as policies on it differ. */
export interface PolicyPlace {
  readonly key: string;
  /** Refuses bindings that are not for this kind of resource. */
  check(bindings: readonly StoredBinding[], before: readonly StoredBinding[]): void;
}

type GivenPolicy = z.infer<typeof policySchema>;

/** Replaces a policy, or of it what the mask names, unless somebody else has meanwhile. */
export async function setPolicy(
  state: IamState,
  place: PolicyPlace,
  { policy, updateMask }: z.infer<typeof setPolicyRequest>,
): Promise<PolicyRecord> {
  const given: GivenPolicy = policy ?? {};
  const replaces = replacesBindings(updateMask);
  if (given.auditConfigs?.length) throw notImplemented('audit configurations of policies');
  const { version, etag } = given;
  if (![0, 1, 3].includes(version ?? 0)) throw invalid(`Invalid policy version: ${version}`);
  const bindings = await acceptBindings(state, given);
  return state.store.write(() => {
    const before = storedPolicy(state, place.key);
    if (etag && etag !== etagOfPolicy(before)) throw concurrentChange(etag, etagOfPolicy(before));
    if (!replaces) return putPolicy(state, place.key, [...before.bindings]);
    // Without an etag a client can overwrite conditions that it does not know of, as on GCP.
    if (etag && (version ?? 0) < 3 && hasConditions(before.bindings)) throw tooOld(version ?? 0);
    place.check(bindings, before.bindings);
    return putPolicy(state, place.key, bindings);
  });
}

/**
 * Whether the mask of a request covers the bindings; without one everything is replaced.
 *
 * https://docs.cloud.google.com/resource-manager/reference/rest/v1/projects/setIamPolicy
 */
function replacesBindings(mask: string | null | undefined): boolean {
  if (!mask) return true;
  const fields = mask.split(',').map((field) => field.trim().replace(/^policy\./, ''));
  const wrong = fields.find((field) => !FIELDS.has(field));
  if (wrong === undefined) return fields.includes('bindings');
  throw invalid(`Invalid value at 'update_mask': ${wrong.slice(0, 200)}`);
}

const FIELDS: ReadonlySet<string> = new Set([
  ...['bindings', 'etag', 'version', 'auditConfigs', 'audit_configs'],
]);

/**
 * A policy as a client sees it.
 *
 * @param requested the version that the client understands: 0, 1 or 3
 */
export function showPolicy(policy: PolicyRecord, requested = 1): object {
  if (![0, 1, 3].includes(requested)) {
    throw invalid(`Invalid value at 'options.requested_policy_version': ${requested}`);
  }
  const conditional = hasConditions(policy.bindings);
  const bindings = requested < 3 ? policy.bindings.map(withoutCondition) : policy.bindings;
  return {
    version: conditional && requested === 3 ? 3 : 1,
    etag: etagOfPolicy(policy),
    ...(bindings.length > 0 ? { bindings } : {}),
  };
}

/** The etag that Google gives to policies that nobody has set is always the same. */
const etagOfPolicy = ({ revision, bindings }: PolicyRecord): string =>
  revision === 0 && bindings.length === 0 ? 'ACAB' : etagOf(revision);

function withoutCondition({ role, members, condition }: StoredBinding): StoredBinding {
  if (!condition) return { role, members };
  const hash = createHash('sha256').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
  return { role: `${role}_withcond_${hash}`, members };
}

async function acceptBindings(state: IamState, given: GivenPolicy): Promise<StoredBinding[]> {
  const bindings: StoredBinding[] = [];
  for (const { role, members, condition } of given.bindings ?? []) {
    const accepted = (members ?? []).map((member) => acceptMember(state, member));
    if (!condition) {
      bindings.push({ role, members: accepted });
      continue;
    }
    if ((given.version ?? 0) < 3) throw tooOld(given.version ?? 0);
    const { title, expression, description } = condition;
    if (!title) throw invalid('A condition must have a title.');
    if (title.length > 100) throw invalid('The title of a condition can have 100 characters.');
    if (Object.hasOwn(BASIC_ROLES, role))
      throw invalid("Conditions can't be set on primitive roles");
    await acceptCondition(state, expression ?? '');
    const kept = { title, expression: expression ?? '', ...(description ? { description } : {}) };
    bindings.push({ role, members: accepted, condition: kept });
  }
  const merged = normalize(bindings);
  checkNumbers(merged);
  return merged;
}

/** One binding for each role and condition, in their order; nobody twice in it, nobody in none. */
function normalize(bindings: readonly StoredBinding[]): StoredBinding[] {
  const merged = new Map<string, StoredBinding>();
  for (const binding of bindings) {
    const key = JSON.stringify([binding.role, binding.condition]);
    const members = [...new Set([...(merged.get(key)?.members ?? []), ...binding.members])].sort();
    if (members.length > 0) merged.set(key, { ...binding, members });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, binding]) => binding);
}

/** https://docs.cloud.google.com/iam/quotas#limits */
const MAX_MEMBERS = 1500;
const MAX_CONDITIONS = 20;

function checkNumbers(bindings: readonly StoredBinding[]): void {
  const members = new Set(bindings.flatMap((binding) => binding.members)).size;
  if (members > MAX_MEMBERS) {
    const [given, most] = [members, MAX_MEMBERS].map((number) => number.toLocaleString('en-US'));
    throw invalid(
      `The number of members in the policy (${given}) is larger than the maximum allowed size ${most}.`,
    );
  }
  const times = new Map<string, number>();
  for (const { role, members: named } of bindings) {
    for (const member of named) {
      const key = `${role} ${member}`;
      times.set(key, (times.get(key) ?? 0) + 1);
      if ((times.get(key) ?? 0) <= MAX_CONDITIONS + 1) continue;
      throw invalid(`${member} has ${role} under more than ${MAX_CONDITIONS} conditions.`);
    }
  }
}

const hasConditions = (bindings: readonly StoredBinding[]): boolean =>
  bindings.some(({ condition }) => condition !== undefined);

const tooOld = (version: number): ApiError =>
  invalid(`Specified policy version (${version}) must be at least 3 to set conditions.`);

/** In Google's words, which write the bytes of the etags and not their base64. */
function concurrentChange(given: string, current: string): ApiError {
  return new ApiError(
    409,
    'aborted',
    'There were concurrent policy changes. Please retry the whole read-modify-write with ' +
      `exponential backoff. The request's ETag '${escaped(given)}' did not match the current ` +
      `policy's ETag '${escaped(current)}'.`,
  );
}

const escaped = (etag: string): string =>
  [...Buffer.from(etag, 'base64').subarray(0, 32)]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('');

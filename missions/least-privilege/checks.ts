import {
  type CheckResult,
  fail,
  type Inspect,
  orMissing,
  pass,
} from '../../src/missions/define.ts';
import { memberOf } from './actions.ts';
import { actAsRole, type Upload, type World } from './world.ts';

/** What the checks look at, a function a question. */

const audited = 'audit log';

/** The account, or undefined where there is none. */
export function findAccount({ email }: World, { iam }: Inspect) {
  return orMissing(iam.getAccount(email).then((account) => [account]));
}

/** The roles that the account has on the whole project. */
export async function projectRoles(world: World, { iam }: Inspect): Promise<string[]> {
  const { bindings = [] } = await iam.projectPolicy();
  return rolesIn(bindings, memberOf(world));
}

/** The roles that the account has on the bucket. */
export async function bucketRoles(world: World, { storage }: Inspect): Promise<string[]> {
  const [policy] = await storage.bucket(world.bucket).iam.getPolicy({ requestedPolicyVersion: 3 });
  return rolesIn(policy.bindings, memberOf(world));
}

function rolesIn(
  bindings: readonly { role: string; members?: readonly string[] | undefined }[],
  member: string,
): string[] {
  return bindings.filter(({ members = [] }) => members.includes(member)).map(({ role }) => role);
}

/** The account must have exactly these roles on the bucket, and none on the project. */
export async function checkRoles(
  world: World,
  inspect: Inspect,
  wanted: readonly string[],
): Promise<CheckResult | undefined> {
  const wide = await projectRoles(world, inspect);
  if (wide.length > 0) return fail('project-role', 'project: no role', wide.join(', '));
  const roles = await bucketRoles(world, inspect);
  const expected = wanted.length === 0 ? 'bucket: no role' : wanted.join(', ');
  const found = roles.length === 0 ? 'bucket: no role' : roles.join(', ');
  if (expected === found) return undefined;
  if (wanted.length === 0) return fail('role-left', expected, found);
  return fail(roles.length > 0 ? 'role-wide' : 'role-missing', expected, found);
}

/**
 * Somebody must have tried as the account, and been refused. GCP logs what is done to objects
 * only where that was switched on: there the policy has to do as proof.
 */
export async function checkRefused(
  world: World,
  inspect: Inspect,
  method: 'storage.objects.insert' | 'storage.objects.get',
  after?: string,
): Promise<CheckResult> {
  const permission = method === 'storage.objects.insert' ? 'create' : 'get';
  const wanted = `${method} by ${world.email}: 403`;
  if (!inspect.recordsData) {
    return pass(
      `storage.objects.${permission}: no role of the account has it (data access is not logged)`,
    );
  }
  const entries = await attempts(world, inspect, method, after);
  const refused = entries.find(({ status }) => status === 403);
  if (refused !== undefined) return pass(`${audited}: ${wanted}`);
  const [other] = entries;
  if (other === undefined) return fail('not-tried', wanted, 'no such request');
  return fail('not-refused', wanted, `${method} by ${other.principal}: ${other.status}`);
}

async function attempts(world: World, inspect: Inspect, method: string, after = '') {
  const entries = await inspect.audit({
    methods: [method],
    resourcePrefix: `projects/_/buckets/${world.bucket}`,
  });
  return entries.filter(({ principal, time }) => principal === world.email && time >= after);
}

/** The object must be there with the file's size, and it must be the account that has put it there. */
export async function checkUploaded(
  world: World,
  inspect: Inspect,
  { object, bytes }: Upload,
): Promise<CheckResult> {
  const metadata = await orMissing(inspect.storage.bucket(world.bucket).file(object).getMetadata());
  if (metadata === undefined)
    return fail('object-missing', `gs://${world.bucket}/${object}`, '404');
  if (Number(metadata.size) !== bytes) {
    return fail('content-differs', `size=${bytes}`, `size=${metadata.size}`);
  }
  if (!inspect.recordsData) return pass(`size=${metadata.size} generation=${metadata.generation}`);
  const entries = await inspect.audit({
    methods: ['storage.objects.insert'],
    resourcePrefix: `projects/_/buckets/${world.bucket}/objects/${object}`,
  });
  const by = entries.filter(({ status }) => status === 200).map(({ principal }) => principal);
  if (!by.includes(world.email)) {
    return fail(
      'uploaded-by-other',
      `uploaded by ${world.email}`,
      `uploaded by ${by.at(-1) ?? '?'}`,
    );
  }
  return pass(`${object}: size=${metadata.size}, uploaded by ${world.email}`);
}

/** Who may act as the account: somebody, but not everybody, and by the policy of the account. */
export async function checkActingAs(
  { email }: World,
  { iam }: Inspect,
): Promise<CheckResult | undefined> {
  const { bindings = [] } = await iam.accountPolicy(email);
  const members = bindings
    .filter(({ role }) => role === actAsRole)
    .flatMap(({ members: some = [] }) => some);
  const wanted = `${actAsRole} on ${email}: you`;
  if (members.length === 0) return fail('cannot-act', wanted, 'nobody');
  if (members.some((member) => /^all(Authenticated)?Users$/.test(member))) {
    return fail('everybody-acts', wanted, members.join(', '));
  }
  return undefined;
}

/** The bucket, with one access rule for all of it. */
export async function checkBucket(world: World, { storage }: Inspect): Promise<CheckResult> {
  const metadata = await orMissing(storage.bucket(world.bucket).getMetadata());
  if (metadata === undefined) return fail('bucket-missing', `gs://${world.bucket}: 200`, '404');
  const uniform = metadata.iamConfiguration?.uniformBucketLevelAccess?.enabled ?? false;
  if (!uniform) {
    return fail('bucket-lists', 'uniformBucketLevelAccess=true', 'uniformBucketLevelAccess=false');
  }
  return pass(`gs://${world.bucket} location=${metadata.location} uniformBucketLevelAccess=true`);
}

/** When the bucket's policy was changed last: what was tried before proves nothing about it. */
export async function lastPolicyChange(
  { bucket }: World,
  inspect: Inspect,
): Promise<string | undefined> {
  const entries = await inspect.audit({
    methods: ['storage.buckets.setIamPolicy'],
    resourcePrefix: `projects/_/buckets/${bucket}`,
  });
  return entries.filter(({ status }) => status === 200).at(-1)?.time;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { type Act, type Credential, isRefused } from '../../src/missions/define.ts';
import { actAsRole, narrowRole, type Upload, type World } from './world.ts';

export const bucketOf = ({ bucket, region }: World) =>
  ({ kind: 'bucket', name: bucket, location: region.toUpperCase() }) as const;

export const accountOf = ({ email }: World) => ({ kind: 'service-account', email }) as const;

export const objectOf = ({ bucket }: World, { object, bytes }: Upload) =>
  ({ kind: 'object', bucket, name: object, bytes }) as const;

export const memberOf = ({ email }: World) => `serviceAccount:${email}`;

/** @param uniform false leaves access lists on, as a mistake */
export function createBucket(world: World, act: Act, uniform = true): Promise<void> {
  return act.create(bucketOf(world), () =>
    act.storage.createBucket(world.bucket, {
      location: world.region.toUpperCase(),
      labels: { ...act.labels },
      iamConfiguration: {
        ...(uniform && { uniformBucketLevelAccess: { enabled: true } }),
        publicAccessPrevention: 'enforced',
      },
      softDeletePolicy: { retentionDurationSeconds: 0 },
    }),
  );
}

export function createAccount(world: World, act: Act): Promise<void> {
  return act.create(accountOf(world), () => act.iam.createAccount(world.account, act.description));
}

/** The key file, as tutorials want it: nobody else on this machine may read it. */
export async function downloadKey({ email, keyFile }: World, act: Act): Promise<void> {
  writeFileSync(keyFile, await act.iam.createKey(email), { mode: 0o600 });
}

/** Who the account is to those who hold its key file. */
export const withKey = ({ keyFile }: World): Credential => ({ keyFile });
/** Who somebody is whom the account lets act as it. */
export const impersonating = ({ email }: World): Credential => ({ impersonate: email });

/** Uploads as the account; that it is refused is no failure of this step. */
export async function tryUpload(
  world: World,
  act: Act,
  credential: Credential,
  upload: Upload,
): Promise<void> {
  const storage = await act.storageAs(credential);
  const file = storage.bucket(world.bucket).file(upload.object);
  await file.save(readFileSync(upload.path), { resumable: false }).catch(unlessRefused);
}

export async function uploadAs(
  world: World,
  act: Act,
  credential: Credential,
  upload: Upload,
): Promise<void> {
  await act.create(objectOf(world, upload), async () => {
    const storage = await act.storageAs(credential);
    const file = storage.bucket(world.bucket).file(upload.object);
    const preconditionOpts = { ifGenerationMatch: 0 };
    await file.save(readFileSync(upload.path), { resumable: false, preconditionOpts });
  });
}

export async function tryRead(
  world: World,
  act: Act,
  credential: Credential,
  { object }: Upload,
): Promise<void> {
  const storage = await act.storageAs(credential);
  await storage.bucket(world.bucket).file(object).download().catch(unlessRefused);
}

function unlessRefused(error: unknown): void {
  if (!isRefused(error)) throw error;
}

/** Adds the account to a role of the bucket's policy. */
export async function grantOnBucket(world: World, act: Act, role = narrowRole): Promise<void> {
  const { iam } = act.storage.bucket(world.bucket);
  const [policy] = await iam.getPolicy({ requestedPolicyVersion: 3 });
  policy.bindings.push({ role, members: [memberOf(world)] });
  await iam.setPolicy(policy);
}

/** Takes the account out of every role of the bucket's policy. */
export async function revokeOnBucket(world: World, act: Act): Promise<void> {
  const { iam } = act.storage.bucket(world.bucket);
  const [policy] = await iam.getPolicy({ requestedPolicyVersion: 3 });
  const bindings = policy.bindings
    .map((binding) => ({
      ...binding,
      members: binding.members.filter((member) => member !== memberOf(world)),
    }))
    .filter(({ members }) => members.length > 0);
  await iam.setPolicy({ ...policy, bindings });
}

/** Lets somebody act as the account: a role on the account, not on the project. */
export async function allowActingAs(
  { email }: World,
  act: Act,
  members?: readonly string[],
): Promise<void> {
  const policy = await act.iam.accountPolicy(email);
  const binding = { role: actAsRole, members: [...(members ?? [await act.member()])] };
  await act.iam.setAccountPolicy(email, {
    ...policy,
    bindings: [...(policy.bindings ?? []), binding],
  });
}

export async function deleteKeys({ email }: World, act: Act): Promise<void> {
  for (const { name } of await act.iam.listKeys(email)) await act.iam.deleteKey(name);
}

export async function removeBucket(world: World, act: Act): Promise<void> {
  for (const upload of Object.values(world.reports)) {
    await act.remove(objectOf(world, upload), () =>
      act.storage.bucket(world.bucket).file(upload.object).delete(),
    );
  }
  await act.remove(bucketOf(world), () => act.storage.bucket(world.bucket).delete());
}

export function removeAccount(world: World, act: Act): Promise<void> {
  return act.remove(accountOf(world), () => act.iam.deleteAccount(world.email));
}

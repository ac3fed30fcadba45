import {
  type CheckResult,
  fail,
  type Inspect,
  orMissing,
  pass,
} from '../../src/missions/define.ts';
import { findAccount } from './checks.ts';
import type { World } from './world.ts';

/** What is not there any more, and that somebody has taken it away. */

/** The ids of the account's downloaded keys. */
export async function keysOf({ email }: World, { iam }: Inspect): Promise<string[]> {
  return (await iam.listKeys(email)).map(({ name }) => name.split('/').at(-1) ?? name);
}

/** No key is left, and the log knows who has deleted the one that was there. */
export async function checkKeyGone(world: World, inspect: Inspect): Promise<CheckResult> {
  const left = await keysOf(world, inspect);
  if (left.length > 0) return fail('key-left', 'USER_MANAGED keys=0', `keys=${left.length}`);
  // The log names the key, or the account that it was of, by its email address or its number.
  const names = [
    world.email,
    inspect.recall('account'),
    ...(inspect.recall('key') ?? '').split(' '),
  ];
  const entries = await inspect.audit({ methods: ['iam.projects.serviceAccounts.keys.delete'] });
  const deleted = entries.filter(
    ({ status, resource }) =>
      status === 200 &&
      names.some((name) => name !== undefined && name !== '' && resource.endsWith(name)),
  );
  if (deleted.length === 0) {
    return fail('key-never', 'keys.delete in the audit log', 'no such request');
  }
  return pass(`USER_MANAGED keys=0; keys.delete by ${deleted.at(-1)?.principal}`);
}

/** Neither bucket nor account, and both deleted by somebody. */
export async function checkRemoved(world: World, inspect: Inspect): Promise<CheckResult> {
  const { bucket, email } = world;
  const found = await orMissing(inspect.storage.bucket(bucket).getMetadata());
  if (found !== undefined) return fail('bucket-left', `gs://${bucket}: 404`, `gs://${bucket}: 200`);
  const account = await findAccount(world, inspect);
  if (account !== undefined) return fail('account-left', `${email}: 404`, `${email}: 200`);
  const entries = await inspect.audit({
    methods: ['storage.buckets.delete', 'iam.projects.serviceAccounts.delete'],
  });
  // A path may name an account by its email address or by its number.
  const names = [bucket, email, inspect.recall('account') ?? email];
  const done = new Set(
    entries
      .filter(({ status, resource }) => status < 300 && names.some((one) => resource.endsWith(one)))
      .map(({ method }) => method),
  );
  if (!done.has('storage.buckets.delete')) {
    return fail('bucket-never', 'storage.buckets.delete in the audit log', 'no such request');
  }
  if (!done.has('iam.projects.serviceAccounts.delete')) {
    return fail('account-never', 'serviceAccounts.delete in the audit log', 'no such request');
  }
  return pass(`GET gs://${bucket}: 404; GET ${email}: 404; both deletions are in the audit log`);
}

import type { ServiceAccountResource } from '../resource.ts';
import type { Target } from '../target.ts';
import { isOfRun } from './compute.ts';
import { isNotFound, type ResourceKind, statusOf } from './kind.ts';

/** A service account has no labels: its description says of which run it is. */
export const serviceAccountKind: ResourceKind<ServiceAccountResource> = {
  async find({ iam }, { email }, run) {
    try {
      return isRunsOwn(await iam.getAccount(email), run) ? 'ours' : 'foreign';
    } catch (error) {
      if (isNotFound(error)) return 'absent';
      if (statusOf(error) === 403) return 'forbidden';
      throw error;
    }
  },

  /** Its keys go with it. */
  async remove({ iam }, { email }) {
    await iam.deleteAccount(email).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  },
};

/** All service accounts of the project that are the run's, whatever the ledger says. */
export async function serviceAccountsOfRun(
  { iam }: Target,
  run: string,
): Promise<ServiceAccountResource[]> {
  const accounts = await iam.listAccounts();
  return accounts
    .filter((account) => isRunsOwn(account, run))
    .map(({ email }) => ({ kind: 'service-account', email }));
}

/** Made by hand it has no mark, but the run's id in its name, as the mission's texts give it. */
function isRunsOwn(
  { email, description }: { readonly email: string; readonly description?: string | undefined },
  run: string,
): boolean {
  return (
    isOfRun({ description: description ?? '' }, run) ||
    email.split('@')[0]?.endsWith(`-${run}`) === true
  );
}

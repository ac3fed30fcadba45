import type * as z from 'zod';
import type { Identity } from '../../identity.ts';
import type { Project } from '../../project.ts';
import { invalid } from '../../wire/errors.ts';
import type { IamBinding, policySchema } from './policy.ts';

/**
 * Whether whom a policy names is there, as far as the sandbox knows: the service accounts of
 * its own project; and whether its conditions say something. Who is in the policy already may
 * stay: an account that was deleted meanwhile must not keep others from being let in.
 *
 * @throws ApiError 400 or 501, in Google's words
 */
export async function admitPolicy(
  { identity, projectId }: Project & { identity: Identity },
  current: readonly IamBinding[],
  given: z.infer<typeof policySchema>,
): Promise<void> {
  const known = new Set(current.flatMap(({ members }) => members));
  const account = new RegExp(
    `^serviceAccount:(.+@${projectId}\\.iam\\.gserviceaccount\\.com)$`,
    'i',
  );
  for (const { members, condition } of given.bindings ?? []) {
    for (const member of members ?? []) {
      const [, email] = account.exec(member) ?? [];
      if (email === undefined || known.has(member)) continue;
      if (identity.serviceAccount(email.toLowerCase()) === undefined) {
        throw invalid(`Service account ${email} does not exist.`);
      }
    }
    if (condition) await identity.requireCondition(condition.expression);
  }
}

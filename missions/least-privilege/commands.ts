/** What a person would type, and to put a mistake right. */
import { actAsRole, narrowRole, type Upload, type World } from './world.ts';

/** gcloud as whoever holds the key file, for one command: it prefers the token that it has. */
export const asKey = ({ keyFile }: World) =>
  `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE= CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE=${quote(keyFile)} gcloud`;

export const createBucketCommand = ({ bucket, region }: World) =>
  `gcloud storage buckets create gs://${bucket} --location=${region} --uniform-bucket-level-access --public-access-prevention --soft-delete-duration=0`;

export const createAccountCommand = ({ account, project }: World) =>
  `gcloud iam service-accounts create ${account} --display-name="uploads reports" --project=${project}`;

export const keyCommand = ({ email, keyFile }: World) =>
  `gcloud iam service-accounts keys create ${quote(keyFile)} --iam-account=${email}`;

export const uploadWithKey = (world: World) =>
  `${asKey(world)} storage cp ${quote(world.reports.byKey.path)} gs://${world.bucket}/`;

export const grantCommand = ({ email, bucket }: World) =>
  `gcloud storage buckets add-iam-policy-binding gs://${bucket} --member=serviceAccount:${email} --role=${narrowRole}`;

export const allowCommand = ({ email, learner }: World) =>
  `gcloud iam service-accounts add-iam-policy-binding ${email} --member="${learner}" --role=${actAsRole}`;

export const uploadImpersonating = ({ email, bucket, reports }: World) =>
  `gcloud storage cp ${quote(reports.byImpersonation.path)} gs://${bucket}/ --impersonate-service-account=${email}`;

/** Nobody but Google knows the key's id: the list is asked for it. */
export function deleteKeyCommands({ email, keyFile }: World): readonly string[] {
  const list = `gcloud iam service-accounts keys list --iam-account=${email} --managed-by=user`;
  return [
    list,
    `gcloud iam service-accounts keys delete --quiet --iam-account=${email} $(${list} --limit=1 --format="value(name.basename())")`,
    `rm ${quote(keyFile)}`,
  ];
}

/** To be refused once the role is taken back. */
export const tryAgain = ({ email, bucket, reports }: World) =>
  `gcloud storage cp ${quote(reports.byKey.path)} gs://${bucket}/ --impersonate-service-account=${email}`;

export const removeBucketCommand = ({ bucket }: World) =>
  `gcloud storage rm --recursive gs://${bucket}`;

export const removeAccountCommand = ({ email }: World) =>
  `gcloud iam service-accounts delete ${email}`;

/** @param found the account's roles on the project: `roles/owner, roles/viewer` */
export function takeFromProject({ project, email }: World, found: string): readonly string[] {
  return found
    .split(', ')
    .map(
      (role) =>
        `gcloud projects remove-iam-policy-binding ${project} --member=serviceAccount:${email} --role=${role}`,
    );
}

export function takeFromBucket(
  { bucket, email }: World,
  roles: readonly string[],
): readonly string[] {
  return roles.map(
    (role) =>
      `gcloud storage buckets remove-iam-policy-binding gs://${bucket} --member=serviceAccount:${email} --role=${role}`,
  );
}

/** @param found the account's roles on the bucket, the narrow one perhaps among them */
export function narrowOnBucket(world: World, found: string): readonly string[] {
  const roles = found.split(', ');
  const others = roles.filter((role) => role !== narrowRole);
  const isNarrow = others.length < roles.length;
  return [...takeFromBucket(world, others), ...(isNarrow ? [] : [grantCommand(world)])];
}

/** The account may add, and not replace: what is there has to go first. */
export function anew({ bucket }: World, { object }: Upload, command: string): readonly string[] {
  return [`gcloud storage rm gs://${bucket}/${object}`, command];
}

/** Quotes a path for a shell where it needs it. */
function quote(path: string): string {
  return /^[\w./~:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

import { defineMission, fail, pass } from '../../src/missions/define.ts';
import {
  accountOf,
  allowActingAs,
  bucketOf,
  createAccount,
  createBucket,
  deleteKeys,
  downloadKey,
  grantOnBucket,
  impersonating,
  objectOf,
  removeAccount,
  removeBucket,
  revokeOnBucket,
  tryRead,
  tryUpload,
  uploadAs,
  withKey,
} from './actions.ts';
import {
  checkActingAs,
  checkBucket,
  checkRefused,
  checkRoles,
  checkUploaded,
  findAccount,
  lastPolicyChange,
  projectRoles,
} from './checks.ts';
import { checkKeyGone, checkRemoved, keysOf } from './gone.ts';
import { actAsRole, narrowRole, prepareWorld, type World } from './world.ts';
import { wrong } from './wrong.ts';

/** gcloud as whoever holds the key file, for one command: it prefers the token that it has. */
const asKey = ({ keyFile }: World) =>
  `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE= CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE=${quote(keyFile)} gcloud`;

export default defineMission<World>({
  id: 'least-privilege',
  services: ['storage', 'iam'],
  enforces: true,
  inputs: {},
  prepare: prepareWorld,

  creates: (world) => [
    bucketOf(world),
    accountOf(world),
    objectOf(world, world.reports.byKey),
    objectOf(world, world.reports.byImpersonation),
  ],

  tasks: [
    {
      id: 'bucket',
      needs: [],
      given: ({ bucket, region }) => ({ bucket: `gs://${bucket}`, location: region }),
      commands: ({ bucket, region }) => [
        `gcloud storage buckets create gs://${bucket} --location=${region} --uniform-bucket-level-access --public-access-prevention --soft-delete-duration=0`,
      ],
      fixes: {
        'bucket-lists': ({ bucket }) => [
          `gcloud storage buckets update gs://${bucket} --uniform-bucket-level-access`,
        ],
      },
      solve: (world, act) => createBucket(world, act),
      check: checkBucket,
    },
    {
      id: 'account',
      needs: ['bucket'],
      given: ({ account }) => ({ account }),
      commands: ({ account, project }) => [
        `gcloud iam service-accounts create ${account} --display-name="uploads reports" --project=${project}`,
      ],
      solve: createAccount,
      async check(world, inspect) {
        const found = await findAccount(world, inspect);
        if (found === undefined) return fail('account-missing', world.email, '404');
        const roles = await projectRoles(world, inspect);
        if (roles.length > 0) return fail('project-role', 'project: no role', roles.join(', '));
        inspect.remember('account', found.uniqueId);
        return pass(`${found.email} uniqueId=${found.uniqueId}, roles=0`);
      },
    },
    {
      id: 'key',
      needs: ['account'],
      given: ({ email, keyFile }) => ({ email, key: keyFile }),
      commands: ({ email, keyFile }) => [
        `gcloud iam service-accounts keys create ${quote(keyFile)} --iam-account=${email}`,
      ],
      solve: downloadKey,
      async check(world, inspect) {
        const keys = await keysOf(world, inspect);
        if (keys.length === 0) return fail('key-missing', 'USER_MANAGED keys=1', 'keys=0');
        inspect.remember('key', keys.join(' '));
        return pass(
          `USER_MANAGED keys=${keys.length}: ${keys.map((id) => id.slice(0, 8)).join(', ')}`,
        );
      },
    },
    {
      id: 'refused',
      needs: ['key'],
      given: ({ bucket, reports, keyFile }) => ({
        file: reports.byKey.path,
        bucket: `gs://${bucket}`,
        key: keyFile,
      }),
      commands: (world) => [
        `${asKey(world)} storage cp ${quote(world.reports.byKey.path)} gs://${world.bucket}/`,
      ],
      solve: (world, act) => tryUpload(world, act, withKey(world), world.reports.byKey),
      check: (world, inspect) => checkRefused(world, inspect, 'storage.objects.insert'),
    },
    {
      id: 'grant',
      needs: ['refused'],
      given: ({ email, bucket }) => ({ email, bucket: `gs://${bucket}` }),
      commands: ({ email, bucket }) => [
        `gcloud storage buckets add-iam-policy-binding gs://${bucket} --member=serviceAccount:${email} --role=${narrowRole}`,
      ],
      fixes: {
        'project-role': ({ project, email }) => [
          `gcloud projects get-iam-policy ${project} --flatten=bindings --filter="bindings.members:${email}" --format="value(bindings.role)"`,
          `gcloud projects remove-iam-policy-binding ${project} --member=serviceAccount:${email} --role=ROLE`,
        ],
        'role-wide': ({ bucket, email }) => [
          `gcloud storage buckets get-iam-policy gs://${bucket}`,
          `gcloud storage buckets remove-iam-policy-binding gs://${bucket} --member=serviceAccount:${email} --role=ROLE`,
        ],
      },
      solve: (world, act) => grantOnBucket(world, act),
      async check(world, inspect) {
        return (
          (await checkRoles(world, inspect, [narrowRole])) ??
          pass(`${narrowRole} on gs://${world.bucket}; project: no role`)
        );
      },
    },
    {
      id: 'upload',
      needs: ['grant'],
      given: ({ bucket, reports, keyFile }) => ({
        file: reports.byKey.path,
        bucket: `gs://${bucket}`,
        key: keyFile,
      }),
      commands: (world) => [
        `${asKey(world)} storage cp ${quote(world.reports.byKey.path)} gs://${world.bucket}/`,
      ],
      solve: (world, act) => uploadAs(world, act, withKey(world), world.reports.byKey),
      check: (world, inspect) => checkUploaded(world, inspect, world.reports.byKey),
    },
    {
      id: 'read',
      needs: ['upload'],
      given: ({ bucket, reports, keyFile }) => ({
        object: `gs://${bucket}/${reports.byKey.object}`,
        key: keyFile,
      }),
      commands: (world) => [
        `${asKey(world)} storage cat gs://${world.bucket}/${world.reports.byKey.object}`,
      ],
      solve: (world, act) => tryRead(world, act, withKey(world), world.reports.byKey),
      async check(world, inspect) {
        return (
          (await checkRoles(world, inspect, [narrowRole])) ??
          checkRefused(world, inspect, 'storage.objects.get')
        );
      },
    },
    {
      id: 'impersonate',
      needs: ['upload'],
      given: ({ bucket, reports, email, learner }) => ({
        email,
        you: learner,
        file: reports.byImpersonation.path,
        bucket: `gs://${bucket}`,
      }),
      commands: ({ email, learner, bucket, reports }) => [
        `gcloud iam service-accounts add-iam-policy-binding ${email} --member="${learner}" --role=${actAsRole}`,
        `gcloud storage cp ${quote(reports.byImpersonation.path)} gs://${bucket}/ --impersonate-service-account=${email}`,
      ],
      async solve(world, act) {
        await allowActingAs(world, act);
        await uploadAs(world, act, impersonating(world), world.reports.byImpersonation);
      },
      async check(world, inspect) {
        return (
          (await checkActingAs(world, inspect)) ??
          checkUploaded(world, inspect, world.reports.byImpersonation)
        );
      },
    },
    {
      id: 'delete-key',
      needs: ['impersonate', 'key'],
      given: ({ email, keyFile }) => ({ email, key: keyFile }),
      commands: ({ email, keyFile }) => [
        `gcloud iam service-accounts keys list --iam-account=${email} --managed-by=user`,
        `gcloud iam service-accounts keys delete KEY_ID --iam-account=${email}`,
        `rm ${quote(keyFile)}`,
      ],
      solve: deleteKeys,
      check: checkKeyGone,
    },
    {
      id: 'revoke',
      needs: ['delete-key'],
      given: ({ email, bucket, reports }) => ({
        email,
        bucket: `gs://${bucket}`,
        file: reports.byKey.path,
      }),
      commands: ({ email, bucket, reports }) => [
        `gcloud storage buckets remove-iam-policy-binding gs://${bucket} --member=serviceAccount:${email} --role=${narrowRole}`,
        `gcloud storage cp ${quote(reports.byKey.path)} gs://${bucket}/ --impersonate-service-account=${email}`,
      ],
      async solve(world, act) {
        await revokeOnBucket(world, act);
        const again = { ...world.reports.byKey, object: 'again.csv' };
        await tryUpload(world, act, impersonating(world), again);
      },
      async check(world, inspect) {
        const since = await lastPolicyChange(world, inspect);
        return (
          (await checkRoles(world, inspect, [])) ??
          checkRefused(world, inspect, 'storage.objects.insert', since)
        );
      },
    },
    {
      id: 'remove',
      needs: ['revoke'],
      removes: true,
      given: ({ email, bucket }) => ({ email, bucket: `gs://${bucket}` }),
      commands: ({ email, bucket }) => [
        `gcloud storage rm --recursive gs://${bucket}`,
        `gcloud iam service-accounts delete ${email}`,
      ],
      async solve(world, act) {
        await removeBucket(world, act);
        await removeAccount(world, act);
      },
      check: checkRemoved,
    },
  ],

  wrong,
});

/** Quotes a path for a shell where it needs it. */
function quote(path: string): string {
  return /^[\w./~:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

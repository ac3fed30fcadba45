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
import {
  allowCommand,
  anew,
  asKey,
  createAccountCommand,
  createBucketCommand,
  deleteKeyCommands,
  grantCommand,
  keyCommand,
  narrowOnBucket,
  removeAccountCommand,
  removeBucketCommand,
  takeFromBucket,
  takeFromProject,
  tryAgain,
  uploadImpersonating,
  uploadWithKey,
} from './commands.ts';
import { checkKeyGone, checkRemoved, keysOf } from './gone.ts';
import { actAsRole, narrowRole, prepareWorld, type World } from './world.ts';
import { wrong } from './wrong.ts';

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
      commands: (world) => [createBucketCommand(world)],
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
      commands: (world) => [createAccountCommand(world)],
      fixes: { 'project-role': takeFromProject },
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
      commands: (world) => [keyCommand(world)],
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
      commands: (world) => [uploadWithKey(world)],
      fixes: {
        'not-refused': ({ project, bucket, email }) => [
          `gcloud storage buckets get-iam-policy gs://${bucket}`,
          `gcloud projects get-iam-policy ${project} --flatten=bindings --filter="bindings.members:${email}" --format="value(bindings.role)"`,
        ],
      },
      solve: (world, act) => tryUpload(world, act, withKey(world), world.reports.byKey),
      check: (world, inspect) => checkRefused(world, inspect, 'storage.objects.insert'),
    },
    {
      id: 'grant',
      needs: ['refused'],
      given: ({ email, bucket }) => ({ email, bucket: `gs://${bucket}` }),
      commands: (world) => [grantCommand(world)],
      fixes: {
        'project-role': takeFromProject,
        'role-wide': narrowOnBucket,
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
      commands: (world) => [uploadWithKey(world)],
      fixes: {
        'uploaded-by-other': (world) => anew(world, world.reports.byKey, uploadWithKey(world)),
        'content-differs': (world) => anew(world, world.reports.byKey, uploadWithKey(world)),
      },
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
      fixes: {
        'project-role': takeFromProject,
        'role-wide': narrowOnBucket,
        'role-missing': (world) => [grantCommand(world)],
      },
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
      commands: (world) => [allowCommand(world), uploadImpersonating(world)],
      fixes: {
        'everybody-acts': (world, found) => [
          ...found
            .split(', ')
            .filter((member) => member.startsWith('all'))
            .map(
              (member) =>
                `gcloud iam service-accounts remove-iam-policy-binding ${world.email} --member=${member} --role=${actAsRole}`,
            ),
          allowCommand(world),
        ],
        'object-missing': (world) => [uploadImpersonating(world)],
        'uploaded-by-other': (world) =>
          anew(world, world.reports.byImpersonation, uploadImpersonating(world)),
        'content-differs': (world) =>
          anew(world, world.reports.byImpersonation, uploadImpersonating(world)),
      },
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
      commands: (world) => deleteKeyCommands(world),
      fixes: { 'key-never': (world) => [keyCommand(world), ...deleteKeyCommands(world)] },
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
      commands: (world) => [...takeFromBucket(world, [narrowRole]), tryAgain(world)],
      fixes: {
        'project-role': takeFromProject,
        'role-left': (world, found) => [
          ...takeFromBucket(world, found.split(', ')),
          tryAgain(world),
        ],
        'not-tried': (world) => [tryAgain(world)],
      },
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
      commands: (world) => [removeBucketCommand(world), removeAccountCommand(world)],
      fixes: {
        'bucket-never': (world) => [createBucketCommand(world), removeBucketCommand(world)],
        'account-left': (world) => [removeAccountCommand(world)],
        'account-never': (world) => [createAccountCommand(world), removeAccountCommand(world)],
      },
      async solve(world, act) {
        await removeBucket(world, act);
        await removeAccount(world, act);
      },
      check: checkRemoved,
    },
  ],

  wrong,
});

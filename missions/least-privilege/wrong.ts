import type { WrongSolution } from '../../src/missions/define.ts';
import {
  allowActingAs,
  createBucket,
  grantOnBucket,
  impersonating,
  objectOf,
  removeBucket,
  uploadAs,
  withKey,
} from './actions.ts';
import type { World } from './world.ts';

/** Mistakes that learners make; the checks must see each, and say the right thing about it. */
export const wrong: readonly WrongSolution<World>[] = [
  {
    name: 'every object may have an access list of its own',
    failsAt: 'bucket',
    hint: 'bucket-lists',
    solve: { bucket: (world, act) => createBucket(world, act, false) },
  },
  {
    name: 'the account gets a role that also reads and deletes',
    failsAt: 'grant',
    hint: 'role-wide',
    solve: { grant: (world, act) => grantOnBucket(world, act, 'roles/storage.objectAdmin') },
  },
  {
    name: 'the account gets a second role beside the narrow one',
    failsAt: 'grant',
    hint: 'role-wide',
    solve: {
      async grant(world, act) {
        await grantOnBucket(world, act);
        await grantOnBucket(world, act, 'roles/storage.objectViewer');
      },
    },
  },
  {
    name: 'the learner uploads in place of the account',
    failsAt: 'upload',
    hint: 'uploaded-by-other',
    solve: {
      upload: (world, act) =>
        act.create(objectOf(world, world.reports.byKey), async () => {
          const { path, object } = world.reports.byKey;
          await act.storage.bucket(world.bucket).upload(path, { destination: object });
        }),
    },
  },
  {
    name: 'the second report is uploaded with the key once more',
    failsAt: 'impersonate',
    hint: 'cannot-act',
    solve: {
      impersonate: (world, act) =>
        uploadAs(world, act, withKey(world), world.reports.byImpersonation),
    },
  },
  {
    name: 'anybody with a Google account may act as the account',
    failsAt: 'impersonate',
    hint: 'everybody-acts',
    solve: {
      async impersonate(world, act) {
        await allowActingAs(world, act, ['allAuthenticatedUsers']);
        await uploadAs(world, act, impersonating(world), world.reports.byImpersonation);
      },
    },
  },
  {
    name: 'the key file is deleted and the key is not',
    failsAt: 'delete-key',
    hint: 'key-left',
    solve: { 'delete-key': async () => {} },
  },
  {
    name: 'everything is removed before the role is taken back',
    failsAt: 'revoke',
    hint: 'role-left',
    solve: { revoke: async () => {} },
  },
  {
    name: 'the bucket is removed and the account stays',
    failsAt: 'remove',
    hint: 'account-left',
    solve: { remove: removeBucket },
  },
];

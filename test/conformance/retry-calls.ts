import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Bucket, File, HmacKey, Notification, Storage } from '@google-cloud/storage';

/** What a case of the retry tests finds when it begins. */
export interface Given {
  storage: Storage;
  bucket: Bucket;
  file: File;
  hmacKey: HmacKey;
  notification: Notification;
  /** A service account of the sandbox. */
  account: string;
  /** A name that nothing has yet. */
  fresh: string;
  /** True if the call is to be made repeatable by a precondition. */
  safe: boolean;
}

type Call = (given: Given) => Promise<unknown>;

export const MIB = 1024 * 1024;

const generation = ({ file, safe }: Given) =>
  safe ? { ifGenerationMatch: Number(file.metadata.generation) } : {};
const metageneration = (of: Bucket | File, safe: boolean) =>
  safe ? { ifMetagenerationMatch: Number(of.metadata.metageneration) } : {};
const absent = (safe: boolean) => (safe ? { preconditionOpts: { ifGenerationMatch: 0 } } : {});

const OWNERS = 'project-owners-100000000001';
const READER = { entity: 'allUsers', role: 'READER' };

type Acl = Bucket['acl'];
const accessControls = (name: string, of: (given: Given) => Acl): Record<string, Call> => ({
  [`${name}.get`]: (given) => of(given).get({ entity: OWNERS }),
  [`${name}.list`]: (given) => of(given).get(),
  [`${name}.insert`]: (given) => of(given).add(READER),
  [`${name}.update`]: (given) => of(given).update({ entity: OWNERS, role: 'OWNER' }),
  [`${name}.delete`]: (given) => of(given).delete({ entity: OWNERS }),
});

/**
 * How Google's Node client makes each method's request, by the names of the retry tests
 * (a group, where a test has one, else the method).
 */
export const calls: Readonly<Record<string, Call>> = {
  ...accessControls('storage.bucket_acl', ({ bucket }) => bucket.acl),
  ...accessControls('storage.default_object_acl', ({ bucket }) => bucket.acl.default),
  ...accessControls('storage.object_acl', ({ file }) => file.acl),

  'storage.buckets.delete': async ({ storage, fresh }) => storage.bucket(fresh).delete(),
  'storage.buckets.get': ({ bucket }) => bucket.getMetadata(),
  'storage.buckets.getIamPolicy': ({ bucket }) => bucket.iam.getPolicy(),
  'storage.buckets.insert': ({ storage, fresh }) => storage.createBucket(`${fresh}-new`),
  'storage.buckets.list': ({ storage }) => storage.getBuckets(),
  'storage.buckets.lockRetentionPolicy': ({ bucket }) =>
    bucket.lock(String(bucket.metadata.metageneration)),
  'storage.buckets.patch': ({ bucket, safe }) =>
    bucket.setMetadata({ labels: { retry: 'test' } }, metageneration(bucket, safe)),
  'storage.buckets.setIamPolicy': async ({ bucket, safe }) => {
    const [{ bindings, etag }] = await bucket.iam.getPolicy();
    return bucket.iam.setPolicy({ bindings, ...(safe ? { etag } : {}) });
  },
  'storage.buckets.testIamPermissions': ({ bucket }) =>
    bucket.iam.testPermissions('storage.buckets.get'),

  'storage.hmacKey.create': ({ storage, account }) => storage.createHmacKey(account),
  'storage.hmacKey.delete': ({ hmacKey }) => hmacKey.delete(),
  'storage.hmacKey.get': ({ hmacKey }) => hmacKey.getMetadata(),
  'storage.hmacKey.list': ({ storage }) => storage.getHmacKeys(),
  'storage.hmacKey.update': ({ hmacKey, safe }) => {
    const { etag } = hmacKey.metadata as { etag?: string };
    return hmacKey.setMetadata({ state: 'ACTIVE', ...(safe && etag ? { etag } : {}) });
  },

  'storage.notifications.delete': ({ notification }) => notification.delete(),
  'storage.notifications.get': ({ notification }) => notification.getMetadata(),
  'storage.notifications.insert': ({ bucket }) => bucket.createNotification('retry-topic'),
  'storage.notifications.list': ({ bucket }) => bucket.getNotifications(),

  'storage.objects.compose': (given) =>
    given.bucket.combine([given.file, given.file], given.file, generation(given)),
  'storage.objects.delete': (given) => given.file.delete(generation(given)),
  'storage.objects.get': ({ file }) => file.getMetadata(),
  'storage.objects.insert': ({ bucket, fresh, safe }) =>
    bucket.file(fresh).save('once', { resumable: false, ...absent(safe) }),
  'storage.objects.list': ({ bucket }) => bucket.getFiles(),
  'storage.objects.patch': ({ file, safe }) =>
    file.setMetadata({ metadata: { retry: 'test' } }, metageneration(file, safe)),
  'storage.objects.rewrite': ({ bucket, file, fresh, safe }) =>
    file.copy(bucket.file(fresh), absent(safe)),
  'storage.serviceaccount.get': ({ storage }) => storage.getServiceAccount(),

  'storage.resumable.upload': async ({ bucket, fresh, safe }) => {
    const body = Buffer.alloc(9 * MIB, fresh);
    const target = bucket.file(fresh);
    const options = { resumable: true, chunkSize: 2 * MIB, ...absent(safe) };
    await pipeline(Readable.from([body]), target.createWriteStream(options));
    const [stored] = await target.download();
    if (!stored.equals(body)) throw new Error('what was uploaded is not what is stored');
  },
};

/** Why a case is not run, if it is not. */
export function whyNot(
  test: { expectSuccess: boolean; preconditionProvided: boolean },
  called: string,
  instructions: readonly string[],
): string | undefined {
  if (called === 'storage.appendable.upload') return 'appendable uploads exist over gRPC only';
  if (called === 'storage.objects.download') {
    return "Google's Node client waits for ever for the rest of a broken download";
  }
  if (calls[called] === undefined) return "Google's Node client never makes this request";
  const retryable = instructions[0] === 'return-503' || instructions[0]?.includes('reset');
  if (/_acl\.(update|delete)$/.test(called) && retryable && !test.expectSuccess) {
    return "Google's Node client repeats it, safe or not";
  }
  if (called === 'storage.hmacKey.update' && retryable && test.preconditionProvided) {
    return "Google's Node client does not repeat it, with an etag or without";
  }
  if (called === 'storage.resumable.upload' && instructions.indexOf('return-408') > 0) {
    return "Google's Node client takes a failed question for the offset for the offset 0";
  }
  return undefined;
}

import type { Bucket } from '@google-cloud/storage';
import { deletionsOf, fail, type Inspect, orMissing, pass } from '../../src/missions/define.ts';
import type { World } from './world.ts';

/** Nothing is left of the objects, and the log says that each was deleted. */
export async function checkFilesDeleted({ bucket, file, folder }: World, inspect: Inspect) {
  const { storage, recall } = inspect;
  // `needs` has made sure that each was seen: what never existed cannot be deleted.
  const seen = [file, ...folder].filter((one) => recall(one.object) !== undefined);
  // Noncurrent and soft-deleted objects are listed nowhere by default, and billed all the same.
  // A bucket that is gone holds nothing.
  const left = (await orMissing(storage.bucket(bucket).getFiles({ versions: true }))) ?? [];
  if (left.length > 0) return fail('files-left', 'objects=0', list(left));
  const hidden = (await softDeleted(storage.bucket(bucket))) ?? [];
  if (hidden.length > 0) return fail('files-soft-deleted', 'softDeleted=0', list(hidden));
  const counted = `objects=0 noncurrent=0 softDeleted=0 (deleted=${seen.length})`;
  const prefix = `projects/_/buckets/${bucket}/objects/`;
  const logged = await deletionsOf(inspect, 'storage.objects.delete', prefix, 0);
  const deleted = new Set(logged?.map(({ resource }) => resource.slice(prefix.length)));
  const missing = seen.filter(({ object }) => !deleted.has(object));
  if (missing.length === 0) return pass(counted);
  if (inspect.recordsData) {
    return fail(
      'files-never',
      'storage.objects.delete',
      missing.map(({ object }) => object).join(),
    );
  }
  // The log of most projects has no object in it; that it was seen and is gone is what is left.
  const generations = missing.map(({ object }) => `${object}#${recall(object)}`);
  return pass(`${counted}; seen before: ${generations.slice(0, 5).join(', ')}`);
}

/** The bucket is not there, and the log says who deleted it. */
export async function checkBucketDeleted({ bucket }: World, inspect: Inspect) {
  const [exists] = await inspect.storage.bucket(bucket).exists();
  if (exists) return fail('bucket-left', `gs://${bucket}: 404`, `gs://${bucket}: 200`);
  const gone = `GET gs://${bucket}: 404 notFound`;
  const name = `projects/_/buckets/${bucket}`;
  const logged = await deletionsOf(inspect, 'storage.buckets.delete', name, 1);
  if (logged === undefined) return pass(`${gone}; seen before: ${inspect.recall(bucket)}`);
  if (!logged.some(({ resource }) => resource === name)) {
    return fail('bucket-never', 'storage.buckets.delete', '404');
  }
  return pass(gone);
}

/**
 * What soft delete keeps. A bucket whose soft delete is off keeps nothing, and Cloud Storage
 * may refuse to list it there (400) instead of answering with an empty page.
 */
async function softDeleted(
  bucket: Bucket,
): Promise<readonly { readonly name: string }[] | undefined> {
  try {
    return await orMissing(bucket.getFiles({ softDeleted: true }));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 400) throw error;
    const metadata = await orMissing(bucket.getMetadata());
    if (Number(metadata?.softDeletePolicy?.retentionDurationSeconds ?? 0) > 0) throw error;
    return [];
  }
}

/** The names of some files, to be shown. */
export function list(files: readonly { readonly name: string }[]): string {
  if (files.length === 0) return 'objects=0';
  const shown = files.slice(0, 5).map(({ name }) => name);
  return files.length > 5 ? `${shown.join(', ')}, … (${files.length})` : shown.join(', ');
}

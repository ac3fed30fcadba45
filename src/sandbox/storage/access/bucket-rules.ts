import { ApiError, invalid } from '../../wire/errors.ts';
import type { BucketRecord } from '../records.ts';
import { isPublicEntity } from './entities.ts';

/*
 * The two settings of a bucket that close a way of granting access.
 *
 * Uniform bucket-level access leaves IAM alone in charge: ACLs are neither shown nor
 * changed, and come back when it is turned off.
 * https://cloud.google.com/storage/docs/uniform-bucket-level-access
 *
 * Public access prevention refuses to grant anything to allUsers and
 * allAuthenticatedUsers, by ACL or by IAM; what was granted before stays, without effect.
 * https://cloud.google.com/storage/docs/public-access-prevention
 */

/** How GCS words it that there are no ACLs, by what was asked. */
const UNIFORM = {
  getBucketAcl: 'Cannot get legacy ACL for a bucket that has uniform bucket-level access.',
  changeBucketAcl:
    'Cannot use ACL API to update bucket policy when uniform bucket-level access is enabled.',
  getObjectAcl: 'Cannot get legacy ACL for an object when uniform bucket-level access is enabled.',
  changeObjectAcl:
    'Cannot update access control for an object when uniform bucket-level access is enabled.',
  insertObjectAcl:
    'Cannot insert legacy ACL for an object when uniform bucket-level access is enabled.',
};

/** True while uniform bucket-level access is on. */
export const hasUniformAccess = (bucket: BucketRecord): boolean =>
  bucket.uniformAccessSince !== undefined;

/** Refuses what concerns ACLs while uniform bucket-level access is on. */
export function refuseIfUniform(bucket: BucketRecord, asked: keyof typeof UNIFORM): void {
  if (!hasUniformAccess(bucket)) return;
  const more = 'Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access';
  throw invalid(`${UNIFORM[asked]} ${more}`);
}

/** Refuses to grant something to everybody while public access prevention is enforced. */
export function refusePublicGrants(bucket: BucketRecord, grantees: Iterable<string>): void {
  if (bucket.publicAccessPrevention !== 'enforced') return;
  for (const grantee of grantees) {
    if (!isPublicEntity(grantee)) continue;
    const message =
      'The member bindings allUsers and allAuthenticatedUsers are not allowed since public ' +
      'access prevention is enforced.';
    throw new ApiError(412, 'conditionNotMet', message, {
      location: 'If-Match',
      locationType: 'header',
    });
  }
}

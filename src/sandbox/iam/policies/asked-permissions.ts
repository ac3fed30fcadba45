import * as z from 'zod';
import { invalid } from '../../wire/errors.ts';
import { isElsewhere, isPermission } from '../roles/permissions.ts';

/** The body of testIamPermissions. */
export const testPermissionsRequest = z.object({ permissions: z.array(z.string()).nullish() });

const MAX_PERMISSIONS = 100;

/**
 * The permissions that are asked about and that somebody could have here.
 *
 * @throws ApiError 400 for what is no permission; those of services that the sandbox has not may
 *   be asked about, and nobody has them
 */
export function askedPermissions(given: readonly string[] | null | undefined): string[] {
  const asked = given ?? [];
  if (asked.length > MAX_PERMISSIONS) {
    throw invalid(`At most ${MAX_PERMISSIONS} permissions can be tested at once.`);
  }
  for (const permission of asked) {
    if (isPermission(permission) || isElsewhere(permission)) continue;
    throw invalid(`Permission ${permission.slice(0, 200)} is not valid for this resource.`);
  }
  return [...new Set(asked)].filter(isPermission);
}

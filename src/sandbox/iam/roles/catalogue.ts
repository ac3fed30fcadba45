/** The basic roles, and what the policies on a bucket call those who have them. */
export const BASIC_ROLES = {
  'roles/owner': 'projectOwner',
  'roles/editor': 'projectEditor',
  'roles/viewer': 'projectViewer',
} as const;

/** What a predefined role allows; undefined for one that is not there. */
export function predefinedPermissions(_role: string): ReadonlySet<string> | undefined {
  return undefined;
}

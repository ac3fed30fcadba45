/**
 * The testbench names some methods in its own way; the published retry tests use those
 * names. Both are understood here.
 *
 * https://github.com/googleapis/storage-testbench/blob/main/testbench/rest_server.py
 */
const TESTBENCH_NAMES: readonly [theirs: RegExp, google: string][] = [
  [/^storage\.bucket_acl\./, 'storage.bucketAccessControls.'],
  [/^storage\.default_object_acl\./, 'storage.defaultObjectAccessControls.'],
  [/^storage\.object_acl\./, 'storage.objectAccessControls.'],
  [/^storage\.hmacKey\./, 'storage.projects.hmacKeys.'],
  [/^storage\.serviceaccount\./, 'storage.projects.serviceAccount.'],
  [/^storage\.buckets\.testIamPermission$/, 'storage.buckets.testIamPermissions'],
];

/** Google's own name of a method. */
export function googleName(method: string): string {
  for (const [theirs, google] of TESTBENCH_NAMES) {
    if (theirs.test(method)) return method.replace(theirs, google);
  }
  return method;
}

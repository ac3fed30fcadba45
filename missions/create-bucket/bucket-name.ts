/**
 * The rules of https://docs.cloud.google.com/storage/docs/buckets#naming for a
 * name that needs no domain verification. The provider has the last word;
 * saying it here costs no request, and nothing has been created yet.
 *
 * @returns the hint that tells the broken rule, or undefined where the name is allowed
 */
export function bucketNameProblem(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return 'name-length';
  if (/[^a-z0-9_-]/.test(name)) return 'name-characters';
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'name-ends';
  if (name.startsWith('goog') || /g[o0]{2}g[l1]e/.test(name)) return 'name-google';
  return undefined;
}

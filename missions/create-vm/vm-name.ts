/**
 * The rules of names in Compute Engine (RFC 1035;
 * https://docs.cloud.google.com/compute/docs/naming-resources). The provider has the last word;
 * saying it here costs no request, and nothing has been created yet.
 *
 * @returns the hint that tells the broken rule, or undefined where the name is allowed
 */
export function vmNameProblem(name: string): string | undefined {
  // The static address is called as the VM, and -ip.
  if (name.length > 60) return 'name-length';
  if (/[^a-z0-9-]/.test(name)) return 'name-characters';
  if (!/^[a-z](.*[a-z0-9])?$/.test(name)) return 'name-ends';
  return undefined;
}

/** A zone is a region and one letter: `asia-northeast3-a`. */
export function zoneProblem(zone: string): string | undefined {
  return /^[a-z]+-[a-z]+\d+-[a-z]$/.test(zone) ? undefined : 'zone-form';
}

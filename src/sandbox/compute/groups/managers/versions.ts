import type { FixedOrPercent, Member, Version } from '../kinds.ts';

/** A number of instances that is said in itself, or as a part of all; rounded up. */
export function amountOf({ fixed, percent }: FixedOrPercent, all: number): number {
  return fixed ?? Math.ceil(((percent ?? 0) * all) / 100);
}

export interface Sorted {
  current: Member[];
  outdated: Member[];
  /**
   * What the next instance is to be made from: a version that has too few; if it is one that
   * was there, of its own template where that may be.
   */
  next(member?: Member): Version;
}

/**
 * Which instances are of a version that the group wants, and no more of it than it wants:
 * a version with a target size has that many, the first all others.
 *
 * https://cloud.google.com/compute/docs/instance-groups/rolling-out-updates-to-managed-instance-groups#starting_a_canary_update
 */
export function sortByVersion(
  versions: readonly Version[],
  members: readonly Member[],
  targetSize: number,
): Sorted {
  const room = new Map<Version, number>();
  let left = targetSize;
  for (const version of versions) {
    if (version.targetSize === undefined) continue;
    const wanted = Math.min(left, amountOf(version.targetSize, targetSize));
    room.set(version, wanted);
    left -= wanted;
  }
  const [first] = versions;
  if (first === undefined) throw new Error('a group without versions');
  room.set(first, versions.length === 1 ? Number.POSITIVE_INFINITY : left);
  const current: Member[] = [];
  const outdated: Member[] = [];
  const take = (version: Version) => room.set(version, (room.get(version) ?? 0) - 1);
  for (const member of members) {
    const version = versions.find((one) => isOf(member, one) && (room.get(one) ?? 0) > 0);
    if (version === undefined) outdated.push(member);
    else {
      take(version);
      current.push(member);
    }
  }
  return {
    current,
    outdated,
    next(member) {
      const open = versions.filter((one) => (room.get(one) ?? 0) > 0);
      const version =
        open.find((one) => one.instanceTemplate === member?.version.instanceTemplate) ??
        open.find((one) => one !== first) ??
        first;
      take(version);
      return version;
    },
  };
}

export const isOf = ({ version }: Member, { instanceTemplate, name }: Version): boolean =>
  version.instanceTemplate === instanceTemplate && version.name === name;

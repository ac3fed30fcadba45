/** Who does something: the ids that the kernel compares with a file's. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups; `gid` may be among them. */
  readonly groups: readonly number[];
}

export const ROOT: Credentials = { uid: 0, gid: 0, groups: [0] };

export function inGroup(who: Credentials, gid: number): boolean {
  return who.gid === gid || who.groups.includes(gid);
}

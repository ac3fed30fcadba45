/** A predefined role as it is written in the tables of this folder. */
export interface PredefinedRole {
  readonly title: string;
  readonly description: string;
  /** As `permissionsMatching` reads them. */
  readonly patterns: readonly string[];
  /** Default: generally available. */
  readonly stage?: 'BETA';
}

/** By their names, without the `roles/` before them. */
export type RoleTable = Readonly<Record<string, PredefinedRole>>;

/** Most roles let one see the project that they are given in. */
export const SEE_PROJECT = 'resourcemanager.projects.get|list';

/** Where a resource lives: `global`, `regions/R` or `zones/Z`, as in its path. */
export type Scope = string;

/**
 * A resource as it is stored: its fields as the API shows them, references in their whole
 * form (see references.ts), without what follows from its place (kind, selfLink, zone, region).
 */
export interface ResourceRecord {
  /** A number of up to 64 bits, in decimals. */
  id: string;
  name: string;
  scope: Scope;
  /** RFC 3339 */
  creationTimestamp: string;
}

/** Records of a collection lie together, by scope and name. */
export const recordKey = (collection: string, scope: Scope, name: string): Buffer =>
  Buffer.from(`${collection}\0${scope}\0${name}`);

export const scopePrefix = (collection: string, scope: Scope): Buffer =>
  Buffer.from(`${collection}\0${scope}\0`);

export const collectionPrefix = (collection: string): Buffer => Buffer.from(`${collection}\0`);

/** Who has it has used Compute Engine. */
export const TABLE_OF_RESOURCES = 'compute-resources';

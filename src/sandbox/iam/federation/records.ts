/*
 * What is kept of workload identity federation. Names that were used are not free again before
 * what had them is gone for good: thirty days after it was deleted.
 */

/** A pool: identities of workloads elsewhere, which policies can name. */
export interface PoolRecord {
  id: string;
  displayName?: string;
  description?: string;
  disabled?: boolean;
  /** In milliseconds since 1970, by the sandbox's clock; absent while it exists. */
  timeDeleted?: number;
}

/** Whose word a pool takes: an issuer of OpenID Connect tokens. */
export interface ProviderRecord extends PoolRecord {
  pool: string;
  attributeMapping: Record<string, string>;
  attributeCondition?: string;
  oidc: {
    issuerUri: string;
    allowedAudiences?: string[];
    /** The issuer's public keys, as JSON in a string; its discovery document names them else. */
    jwksJson?: string;
  };
}

export const poolKey = (id: string): Buffer => Buffer.from(id);

/** All providers of a pool are one range. */
export const providersOf = (pool: string): Buffer => Buffer.from(`${pool}\0`);

export const providerKey = (pool: string, id: string): Buffer => Buffer.from(`${pool}\0${id}`);

/** https://docs.cloud.google.com/iam/docs/manage-workload-identity-pools-providers#delete-pool */
export const UNDELETE_MS = 30 * 24 * 3600 * 1000;

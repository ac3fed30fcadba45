import * as z from 'zod';
import { invalid } from '../../wire/errors.ts';

/** https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools */
export const poolBody = z.object({
  displayName: z.string().max(32).nullish(),
  description: z.string().max(256).nullish(),
  disabled: z.boolean().nullish(),
});

/** https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers */
export const providerBody = poolBody.extend({
  attributeMapping: z.record(z.string().max(100), z.string().max(2048)).nullish(),
  attributeCondition: z.string().max(4096).nullish(),
  oidc: z
    .object({
      issuerUri: z.string().max(2000).nullish(),
      allowedAudiences: z.array(z.string().max(256)).max(10).nullish(),
      jwksJson: z.string().max(64_000).nullish(),
    })
    .nullish(),
});

export type ProviderBody = z.infer<typeof providerBody>;

/** Ids of pools and of providers. */
export function checkId(id: string, parameter: string): void {
  if (/^[a-z0-9-]{4,32}$/.test(id) && !id.startsWith('gcp-')) return;
  throw invalid(
    `Invalid value at '${parameter}': "${id}". It has 4 to 32 characters of [a-z0-9-] and does ` +
      'not begin with "gcp-".',
  );
}

/** Where an issuer is; only over TLS, but on this machine, where it may be a test's. */
export function checkIssuer(uri: string): void {
  if (URL.canParse(uri)) {
    const { protocol, search, hash } = new URL(uri);
    const secure = protocol === 'https:' || (protocol === 'http:' && isLoopback(uri));
    if (secure && search === '' && hash === '') return;
  }
  throw invalid(`Invalid value at 'oidc.issuer_uri': "${uri}" is no https:// address.`);
}

/** True for an address on this machine. */
export const isLoopback = (uri: string): boolean =>
  URL.canParse(uri) && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(uri).hostname);

/** Keys are public ones, in the form of a JWK set. */
export function checkJwks(json: string): void {
  const set = jwkSet.safeParse(parsed(json));
  if (!set.success) throw invalid("Invalid value at 'oidc.jwks_json': no JWK set.");
  const secret = set.data.keys.some((key) => key['d'] !== undefined || key['k'] !== undefined);
  if (secret) throw invalid("Invalid value at 'oidc.jwks_json': it holds a private key.");
}

export const jwkSet = z.object({
  keys: z.array(z.looseObject({ kty: z.string() })).max(8),
});

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

import type * as z from 'zod';
import { invalid, required } from '../../wire/errors.ts';
import type { PoolRecord, ProviderRecord } from './records.ts';
import { checkIssuer, checkJwks, type ProviderBody, type poolBody } from './schema.ts';

/** A pool, or what a provider has in common with one, with some fields set anew. */
export function patchedPool<R extends PoolRecord>(
  before: R,
  body: z.infer<typeof poolBody>,
  fields: readonly string[],
): R {
  const after = { ...before };
  for (const field of ['displayName', 'description'] as const) {
    if (!fields.includes(field)) continue;
    delete after[field];
    if (body[field]) after[field] = body[field];
  }
  if (fields.includes('disabled')) {
    delete after.disabled;
    if (body.disabled) after.disabled = true;
  }
  return after;
}

/** The provider that a body describes. */
export async function providerOf(
  pool: string,
  id: string,
  body: ProviderBody,
): Promise<ProviderRecord> {
  if (!body.oidc?.issuerUri) throw required('workload_identity_pool_provider.oidc.issuer_uri');
  const empty: ProviderRecord = { id, pool, attributeMapping: {}, oidc: { issuerUri: '' } };
  return patchedProvider(empty, body, [...Object.keys(body), 'attributeMapping']);
}

/** A provider with some fields set anew, `oidc.jwksJson` among them. */
export async function patchedProvider(
  before: ProviderRecord,
  body: ProviderBody,
  fields: readonly string[],
): Promise<ProviderRecord> {
  const { attributeCondition, ...after } = patchedPool(before, body, fields);
  if (fields.includes('attributeMapping')) after.attributeMapping = body.attributeMapping ?? {};
  const condition = fields.includes('attributeCondition')
    ? (body.attributeCondition ?? undefined)
    : attributeCondition;
  after.oidc = { ...after.oidc };
  for (const field of fields) setOidc(after.oidc, body, field);
  checkIssuer(after.oidc.issuerUri);
  if (after.oidc.jwksJson !== undefined) checkJwks(after.oidc.jwksJson);
  const { checkMapping } = await import('./mapping.ts');
  checkMapping(after.attributeMapping, condition);
  return { ...after, ...(condition ? { attributeCondition: condition } : {}) };
}

function setOidc(oidc: ProviderRecord['oidc'], { oidc: given }: ProviderBody, field: string): void {
  const whole = field === 'oidc';
  if (!whole && !field.startsWith('oidc.')) return;
  const has = (name: string) => whole || field === `oidc.${name}`;
  if (has('issuerUri')) {
    if (!given?.issuerUri) throw invalid("Invalid value at 'oidc.issuer_uri': it is empty.");
    oidc.issuerUri = given.issuerUri;
  }
  if (has('allowedAudiences')) {
    delete oidc.allowedAudiences;
    if (given?.allowedAudiences?.length) oidc.allowedAudiences = given.allowedAudiences;
  }
  if (has('jwksJson')) {
    delete oidc.jwksJson;
    if (given?.jwksJson) oidc.jwksJson = given.jwksJson;
  }
}

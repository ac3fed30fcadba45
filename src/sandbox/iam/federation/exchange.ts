import type { Caller } from '../../identity.ts';
import { notImplemented } from '../../wire/errors.ts';
import type { Query } from '../../wire/query.ts';
import type { IamState } from '../state.ts';
import { oauthError } from '../tokens/oauth-errors.ts';
import { needed } from '../tokens/parameters.ts';
import { findProvider, poolHolds, poolName, providerName } from './pools.ts';
import type { ProviderRecord } from './records.ts';

/**
 * The Security Token Service: an OpenID Connect token of a workload elsewhere (a GitHub Action,
 * a pod, another cloud) becomes an access token of Google's, and no key has to be kept there.
 *
 *     POST /v1/token
 *     audience=//iam.googleapis.com/projects/N/locations/global/workloadIdentityPools/P/providers/V
 *     grant_type=urn:ietf:params:oauth:grant-type:token-exchange
 *     requested_token_type=urn:ietf:params:oauth:token-type:access_token
 *     subject_token=<JWT>&subject_token_type=urn:ietf:params:oauth:token-type:jwt&scope=...
 *
 * Its bearer is who the provider's mapping says: `principal://.../subject/S`, and a member of the
 * sets of his groups and attributes. The token ends with its pool, not with its provider.
 *
 * https://docs.cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
 *
 * @throws ApiError in OAuth's words
 */
export async function exchangeToken(state: IamState, given: Query): Promise<object> {
  const grant = needed(given, 'grant_type');
  if (grant !== `${OAUTH}grant-type:token-exchange`) {
    throw oauthError('unsupported_grant_type', `Invalid grant_type: ${grant}`);
  }
  if (needed(given, 'requested_token_type') !== ACCESS_TOKEN) {
    throw wrong('requested_token_type');
  }
  const token = needed(given, 'subject_token');
  const type = needed(given, 'subject_token_type');
  if (type === ACCESS_TOKEN) return exchangeOwn(state, token, given['options']);
  if (!TOKEN_TYPES.includes(type)) throw wrong('subject_token_type');
  const audience = needed(given, 'audience');
  const scopes = needed(given, 'scope').split(/\s+/);
  const provider = providerBy(state, audience);

  const { verifySubjectToken } = await import('./subject-token.ts');
  const { conditionHolds, mapAttributes } = await import('./mapping.ts');
  const { allowedAudiences = [] } = provider.oidc;
  const audiences = allowedAudiences.length > 0 ? allowedAudiences : audiencesOf(state, provider);
  const claims = await verifySubjectToken(token, provider, audiences, state.wallClock());
  const attributes = mapAttributes(provider.attributeMapping, claims);
  if (typeof attributes === 'string') throw oauthError('invalid_grant', attributes);
  if (!conditionHolds(provider.attributeCondition, claims, attributes)) {
    const message = 'The given credential is rejected by the attribute condition.';
    throw oauthError('unauthorized_client', message);
  }

  const pool = `iam.googleapis.com/${poolName(state, provider.pool)}`;
  const set = `principalSet://${pool}`;
  const member = `principal://${pool}/subject/${attributes.subject}`;
  const { groups, custom } = attributes;
  const caller: Caller = {
    member,
    sets: [
      `${set}/*`,
      ...groups.map((group) => `${set}/group/${group}`),
      ...Object.entries(custom).map(([name, value]) => `${set}/attribute.${name}/${value}`),
    ],
    name: member,
    unlimited: false,
    scopes,
  };
  const expires = state.wallClock().getTime() + LIFE_SECONDS * 1000;
  const { token: access, kept } = state.tokens.give({ caller, expires, pool: provider.pool });
  await kept;
  return {
    access_token: access,
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: LIFE_SECONDS,
  };
}

/**
 * A token of this sandbox is exchanged for itself. On GCP that narrows what a token is good for;
 * here it is how Google's libraries use the learner's token, which lies in a file: as an
 * `external_account` whose subject token is the access token.
 */
function exchangeOwn(state: IamState, token: string, options: string | undefined): object {
  if (options !== undefined && options !== '') throw notImplemented('credential access boundaries');
  const record = state.tokens.find(token);
  if (record === undefined) {
    throw oauthError(
      'invalid_grant',
      'The subject token is no access token of this sandbox, or it has expired.',
    );
  }
  const left = Math.floor((record.expires - state.wallClock().getTime()) / 1000);
  return {
    access_token: token,
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: Math.min(left, LIFE_SECONDS),
  };
}

const OAUTH = 'urn:ietf:params:oauth:';
const ACCESS_TOKEN = `${OAUTH}token-type:access_token`;
const TOKEN_TYPES = [`${OAUTH}token-type:jwt`, `${OAUTH}token-type:id_token`];
const LIFE_SECONDS = 3600;

const wrong = (name: string) => oauthError('invalid_request', `Invalid value for "${name}".`);

/** The provider that a request names in full. */
function providerBy(state: IamState, audience: string): ProviderRecord {
  const [, project, pool = '', id = ''] = PROVIDER.exec(audience) ?? [];
  if (project === undefined) {
    throw oauthError(
      'invalid_request',
      'Invalid value for "audience". This value should be the full resource name of the Identity ' +
        'Provider. See https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for ' +
        'the list of possible formats.',
    );
  }
  const provider =
    project === state.projectNumber && poolHolds(state, pool)
      ? findProvider(state, pool, id)
      : undefined;
  if (provider && provider.timeDeleted === undefined && provider.disabled !== true) return provider;
  throw oauthError(
    'invalid_target',
    'The target service indicated by the "audience" parameters is invalid. This might either be ' +
      "because the pool or provider is disabled or deleted or because it doesn't exist.",
  );
}

const PROVIDER =
  /^\/\/iam\.googleapis\.com\/projects\/(\d+)\/locations\/global\/workloadIdentityPools\/([\w-]+)\/providers\/([\w-]+)$/;

/** What a token is for unless the provider says otherwise: the provider itself. */
function audiencesOf(state: IamState, { pool, id }: ProviderRecord): string[] {
  const name = `//iam.googleapis.com/${providerName(state, pool, id)}`;
  return [name, `https:${name}`];
}

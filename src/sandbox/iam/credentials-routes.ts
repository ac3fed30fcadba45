import { createSign, type KeyObject } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Identity } from '../identity.ts';
import { isProject } from '../project.ts';
import { apiMethod } from '../wire/api-method.ts';
import { parseJson, readJson } from '../wire/body.ts';
import { ApiError, invalid } from '../wire/errors.ts';
import { paramsOf } from '../wire/query.ts';
import { sendJson } from '../wire/reply.ts';
import { ACCOUNT_CALL } from './account-routes.ts';
import { findAccount, requireAccount } from './accounts.ts';
import { systemKey } from './keys.ts';
import { decide } from './policies/decide.ts';
import type { AccountRecord } from './records.ts';
import { accountResource, denied, requirePermission } from './require-permission.ts';
import {
  generateAccessTokenRequest,
  generateIdTokenRequest,
  parse,
  signBlobRequest,
  signJwtRequest,
} from './schema.ts';
import type { IamState } from './state.ts';
import { accountCaller } from './tokens/account-caller.ts';
import { idToken } from './tokens/id-token.ts';

const method = (name: string) => apiMethod(`iamcredentials.projects.serviceAccounts.${name}`);

/** A signed JWT may be valid for so long at most. */
const MAX_JWT_LIFE_SECONDS = 12 * 3600;

/** An access token too, unless an organisation's policy lets it live for longer. */
const MAX_TOKEN_LIFE_SECONDS = 3600;

/**
 * The Service Account Credentials API: tokens of a service account and signatures on its behalf
 * for whoever may act as it, without anybody having its key.
 *
 * Who asks needs the permission on the account. With `delegates` he has not got it himself: he
 * may act as the first of them, which may act as the next, and the last as the account.
 *
 * https://cloud.google.com/iam/docs/reference/credentials/rest
 */
export function credentialsRoutes(app: FastifyInstance, state: IamState, identity: Identity): void {
  const asked = { state, identity };

  app.post(
    `${ACCOUNT_CALL}::generateAccessToken`,
    method('generateAccessToken'),
    async (request, reply) => {
      const body = parse(generateAccessTokenRequest, await readJson(request));
      const { account, through } = impersonated(asked, request, 'getAccessToken', body.delegates);
      const seconds = lifetime(body.lifetime ?? '3600s');
      const expires = state.wallClock().getTime() + seconds * 1000;
      const caller = accountCaller(account.email, { scopes: scopesOf(body.scope), through });
      const { token, kept } = state.tokens.give({ caller, expires, account: account.uniqueId });
      await kept;
      const expireTime = new Date(expires).toISOString().replace(/\.\d+Z$/, 'Z');
      return sendJson(request, reply, { accessToken: token, expireTime });
    },
  );

  app.post(
    `${ACCOUNT_CALL}::generateIdToken`,
    method('generateIdToken'),
    async (request, reply) => {
      const body = parse(generateIdTokenRequest, await readJson(request));
      const { account } = impersonated(asked, request, 'getOpenIdToken', body.delegates);
      const { audience, includeEmail } = body;
      const token = await idToken(state, account, audience, {
        email: `${includeEmail}` === 'true',
      });
      return sendJson(request, reply, { token });
    },
  );

  app.post(`${ACCOUNT_CALL}::signBlob`, method('signBlob'), async (request, reply) => {
    const { payload, delegates } = parse(signBlobRequest, await readJson(request));
    const { account } = impersonated(asked, request, 'signBlob', delegates);
    const { id, privateKey } = await systemKey(state, account);
    const signedBlob = signature(Buffer.from(payload, 'base64'), privateKey).toString('base64');
    return sendJson(request, reply, { keyId: id, signedBlob });
  });

  app.post(`${ACCOUNT_CALL}::signJwt`, method('signJwt'), async (request, reply) => {
    const { payload, delegates } = parse(signJwtRequest, await readJson(request));
    const { account } = impersonated(asked, request, 'signJwt', delegates);
    checkClaims(payload, state.wallClock());
    const { id, privateKey } = await systemKey(state, account);
    const header = JSON.stringify({ alg: 'RS256', kid: id, typ: 'JWT' });
    const text = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
    const signed = signature(Buffer.from(text), privateKey).toString('base64url');
    return sendJson(request, reply, { keyId: id, signedJwt: `${text}.${signed}` });
  });
}

/**
 * The account that a request wants to act as, and by whom that goes.
 *
 * @param verb what it wants: the permission without `iam.serviceAccounts.`
 */
function impersonated(
  { state, identity }: { state: IamState; identity: Identity },
  request: FastifyRequest,
  verb: string,
  delegates: readonly string[] | null | undefined,
): { account: AccountRecord; through: string[] } {
  const { project, account: named } = paramsOf<'project' | 'account'>(request);
  const caller = identity.callerOf(request);
  const chain = (delegates ?? []).map(delegateEmail);
  const email = emailOf(state, project, named);
  const [first = email, ...rest] = [...chain, email];
  const last = `iam.serviceAccounts.${verb}`;
  const permission = chain.length === 0 ? last : DELEGATION;
  requirePermission(identity, request, permission, accountResource(state, first));
  let actor: Caller = accountCaller(first);
  for (const [at, next] of rest.entries()) {
    const needed = at === rest.length - 1 ? last : DELEGATION;
    requireActive(state, actor.name);
    const resource = accountResource(state, next);
    if (!decide(state, actor, needed, resource)) throw denied(needed, resource);
    actor = accountCaller(next);
  }
  const account = requireActive(state, email);
  return { account, through: [...(caller.through ?? []), caller.name, ...chain] };
}

const DELEGATION = 'iam.serviceAccounts.implicitDelegation';

/** Only who may act as an account learns whether it is there: its name alone is asked about. */
function emailOf(state: IamState, project: string, named: string): string {
  if (project !== '-' && !isProject(state, project)) {
    throw new ApiError(404, 'notFound', 'Unknown service account');
  }
  return /^\d{21}$/.test(named) ? requireAccount(state, project, named).email : named;
}

function delegateEmail(name: string): string {
  const [, email] = /^(?:projects\/[^/]+\/serviceAccounts\/)?([^/@]+@[^/]+)$/.exec(name) ?? [];
  if (email !== undefined) return email;
  throw invalid(`Invalid value at 'delegates': ${name}`);
}

function requireActive(state: IamState, email: string): AccountRecord {
  const account = findAccount(state, email);
  if (account === undefined) {
    throw new ApiError(404, 'notFound', `Not found; Gaia id not found for email ${email}`);
  }
  if (account.disabled !== true) return account;
  throw new ApiError(400, 'failedPrecondition', `Service account ${email} is disabled.`);
}

/** @param text such as `3600s` */
function lifetime(text: string): number {
  const [, digits] = /^(\d{1,9})(?:\.0+)?s$/.exec(text) ?? [];
  const seconds = Number(digits ?? 0);
  if (seconds < 1) throw invalid(`Invalid value at 'lifetime': ${text}`);
  if (seconds <= MAX_TOKEN_LIFE_SECONDS) return seconds;
  throw invalid(
    `The token lifetime must be at most ${MAX_TOKEN_LIFE_SECONDS} seconds, unless the ` +
      'organization policy constraint iam.allowServiceAccountCredentialLifetimeExtension ' +
      'allows the service account more.',
  );
}

function scopesOf(scope: readonly string[]): string[] {
  const scopes = scope.flatMap((one) => one.split(/\s+/)).filter((one) => one !== '');
  if (scopes.length === 0) throw invalid('A scope is required.');
  return scopes;
}

const signature = (bytes: Buffer, key: KeyObject): Buffer =>
  createSign('RSA-SHA256').update(bytes).sign(key);

/** The claims must be a JSON object that does not outlive twelve hours. */
function checkClaims(payload: string, time: Date): void {
  const { exp } = parseJson(Buffer.from(payload));
  if (exp === undefined) return;
  if (typeof exp !== 'number') throw invalid("The 'exp' claim must be a number.");
  if (exp > time.getTime() / 1000 + MAX_JWT_LIFE_SECONDS) {
    throw invalid("The 'exp' claim must not be more than 12 hours in the future.");
  }
}

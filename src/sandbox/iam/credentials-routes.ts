import { createSign, type KeyObject } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { apiMethod } from '../wire/api-method.ts';
import { parseJson, readJson } from '../wire/body.ts';
import { ApiError, invalid } from '../wire/errors.ts';
import { sendJson } from '../wire/reply.ts';
import { ACCOUNT_CALL, accountOf } from './account-routes.ts';
import { systemKey } from './keys.ts';
import type { AccountRecord } from './records.ts';
import { parse, signBlobRequest, signJwtRequest } from './schema.ts';
import type { IamState } from './state.ts';

const method = (name: string) => apiMethod(`iamcredentials.projects.serviceAccounts.${name}`);

/** A signed JWT may be valid for so long at most. */
const MAX_JWT_LIFE_SECONDS = 12 * 3600;

/**
 * The Service Account Credentials API: signatures on behalf of a service account, without
 * anybody having its key.
 *
 * https://cloud.google.com/iam/docs/reference/credentials/rest
 */
export function credentialsRoutes(app: FastifyInstance, state: IamState): void {
  app.post(`${ACCOUNT_CALL}::signBlob`, method('signBlob'), async (request, reply) => {
    const account = signerOf(state, request);
    const { payload } = parse(signBlobRequest, await readJson(request));
    const { id, privateKey } = await systemKey(state, account);
    const signedBlob = signature(Buffer.from(payload, 'base64'), privateKey).toString('base64');
    return sendJson(request, reply, { keyId: id, signedBlob });
  });

  app.post(`${ACCOUNT_CALL}::signJwt`, method('signJwt'), async (request, reply) => {
    const account = signerOf(state, request);
    const { payload } = parse(signJwtRequest, await readJson(request));
    checkClaims(payload, state.wallClock());
    const { id, privateKey } = await systemKey(state, account);
    const header = JSON.stringify({ alg: 'RS256', kid: id, typ: 'JWT' });
    const text = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
    const signed = signature(Buffer.from(text), privateKey).toString('base64url');
    return sendJson(request, reply, { keyId: id, signedJwt: `${text}.${signed}` });
  });
}

function signerOf(state: IamState, request: FastifyRequest): AccountRecord {
  const account = accountOf(state, request);
  if (account.disabled !== true) return account;
  const message = `Service account ${account.email} is disabled.`;
  throw new ApiError(400, 'failedPrecondition', message);
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

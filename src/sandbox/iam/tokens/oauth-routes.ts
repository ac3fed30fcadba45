import { X509Certificate } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Identity } from '../../identity.ts';
import { apiMethod } from '../../wire/api-method.ts';
import { paramsOf, type Query } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { baseUrl } from '../../wire/urls.ts';
import { requireAccount } from '../accounts.ts';
import { exchangeToken } from '../federation/exchange.ts';
import { GOOGLE } from '../google-account.ts';
import { listKeys } from '../keys.ts';
import type { AccountRecord, KeyRecord } from '../records.ts';
import type { IamState } from '../state.ts';
import { exchangeJwt } from './jwt-grant.ts';
import { installOauthErrors, oauthError } from './oauth-errors.ts';
import { needed, oauthParameters } from './parameters.ts';
import { tokenInfo } from './token-info.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * What Google has at oauth2.googleapis.com and www.googleapis.com/oauth2: tokens for signed
 * JWTs, what a token is, its end, and the public keys by which ID tokens are verified; and at
 * sts.googleapis.com, where tokens of other issuers are exchanged.
 *
 * https://developers.google.com/identity/protocols/oauth2
 */
export function oauthRoutes(app: FastifyInstance, state: IamState, identity: Identity): void {
  void app.register(async (scope) => {
    installOauthErrors(scope, state.log);
    scope.post('/token', apiMethod('oauth2.token'), async (request, reply) => {
      const given = await oauthParameters(request);
      const grant = needed(given, 'grant_type');
      if (grant !== JWT_BEARER) {
        throw oauthError('unsupported_grant_type', `Invalid grant_type: ${grant}`);
      }
      const assertion = needed(given, 'assertion');
      const { email, answer } = await exchangeJwt(state, assertion, baseUrl(request));
      identity.assume(request, email);
      return sendJson(request, reply, answer);
    });

    scope.post('/v1/token', apiMethod('sts.token'), async (request, reply) => {
      const answer = await exchangeToken(state, await oauthParameters(request));
      return sendJson(request, reply, answer);
    });

    for (const path of ['/tokeninfo', '/oauth2/v1/tokeninfo', '/oauth2/v3/tokeninfo']) {
      for (const method of ['GET', 'POST'] as const) {
        scope.route({
          ...{ method, url: path, ...apiMethod('oauth2.tokeninfo') },
          handler: async (request, reply) => {
            const given = await oauthParameters(request);
            return sendJson(request, reply, await tokenInfo(state, given));
          },
        });
      }
    }

    scope.post('/revoke', apiMethod('oauth2.revoke'), async (request, reply) => {
      const token = needed((await oauthParameters(request)) satisfies Query, 'token');
      if (state.tokens.find(token) === undefined) {
        throw oauthError('invalid_token', 'Token expired or revoked');
      }
      await state.tokens.revoke(token);
      return sendJson(request, reply, {});
    });

    const keys = (account: AccountRecord) => listKeys(state, account).filter(isActive);
    scope.get('/oauth2/v3/certs', apiMethod('oauth2.certs'), async (request, reply) =>
      sendJson(request, reply, { keys: keys(GOOGLE).map(jwk) }),
    );
    scope.get('/oauth2/v1/certs', apiMethod('oauth2.certs'), async (request, reply) =>
      sendJson(request, reply, certificates(keys(GOOGLE))),
    );
    const ofAccount = (name: string) => requireAccount(state, '-', name);
    scope.get('/oauth2/v1/certs/:account', apiMethod('oauth2.certs'), async (request, reply) => {
      const account = ofAccount(paramsOf<'account'>(request).account);
      return sendJson(request, reply, certificates(keys(account)));
    });
  });
}

const isActive = ({ disabled }: KeyRecord): boolean => disabled !== true;

const certificates = (keys: readonly KeyRecord[]): object =>
  Object.fromEntries(keys.map(({ id, certificate }) => [id, certificate]));

function jwk({ id, certificate }: KeyRecord): object {
  const { kty, n, e } = new X509Certificate(certificate).publicKey.export({ format: 'jwk' });
  return { kid: id, alg: 'RS256', use: 'sig', kty, n, e };
}

import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { oauthError } from '../tokens/oauth-errors.ts';
import { publishedKeys } from './issuer-keys.ts';
import type { ProviderRecord } from './records.ts';

/**
 * Verifies an OpenID Connect token of the issuer that a provider trusts: its signature by one of
 * the issuer's keys, who issued it, for whom, and until when.
 *
 * https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 *
 * @param audiences that it may be for
 * @param time now, by the real clock
 * @throws ApiError in OAuth's words
 */
export async function verifySubjectToken(
  token: string,
  { oidc }: ProviderRecord,
  audiences: readonly string[],
  time: Date,
): Promise<JWTPayload> {
  const keys = oidc.jwksJson === undefined ? await publishedKeys(oidc.issuerUri) : oidc.jwksJson;
  const payload = await verified(token, JSON.parse(keys) as JSONWebKeySet, time);
  if (payload.iss !== oidc.issuerUri) {
    throw refused(
      `The issuer in ID Token ${payload.iss} does not match the expected ones: ${oidc.issuerUri}`,
    );
  }
  const given = [payload.aud ?? []].flat();
  if (!given.some((audience) => audiences.includes(audience))) {
    throw refused(
      `The audience in ID Token [${given.join(', ')}] does not match the expected audience ` +
        `${audiences.join(' or ')}.`,
    );
  }
  return payload;
}

async function verified(token: string, keys: JSONWebKeySet, time: Date): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms: ['RS256', 'ES256'],
      currentDate: time,
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['iss', 'aud', 'iat', 'exp'],
    });
    const { iat = 0, exp = 0 } = payload;
    if (exp - iat > MAX_LIFE_SECONDS)
      throw refused('The lifetime of the ID Token exceeds 24 hours.');
    const ahead = iat - time.getTime() / 1000;
    if (ahead > SKEW_SECONDS) throw early(iat, time);
    return payload;
  } catch (error) {
    throw inWords(error, time);
  }
}

/** In Google's words where it has some, and then which clock says what. */
function inWords(error: unknown, time: Date): unknown {
  if (error instanceof errors.JWTExpired) {
    return refused(
      `ID Token issued at ${error.payload.iat} is stale to sign-in. (It expired at ` +
        `${error.payload.exp}; this machine's clock says ${seconds(time)}.)`,
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refused(`Invalid ID Token: ${error.message}.`);
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return refused('Unsupported signing algorithm: only RS256 and ES256 are supported.');
  }
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) {
    return refused('Parsing error for ID Token in JSON Web Token (JWT) format.');
  }
  if (error instanceof errors.JOSEError) return refused('Unable to verify the ID Token signature.');
  return error;
}

const early = (iat: number, time: Date) =>
  refused(
    `ID Token issued at ${iat} is in the future: this machine's clock says ${seconds(time)}.`,
  );

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

const refused = (description: string) => oauthError('invalid_grant', description);

const SKEW_SECONDS = 60;
const MAX_LIFE_SECONDS = 24 * 3600;

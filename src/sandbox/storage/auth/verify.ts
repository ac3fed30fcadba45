import type { FastifyRequest } from 'fastify';
import { FROM_A_MACHINE } from '../../identity.ts';
import { invalid } from '../../wire/errors.ts';
import type { StorageState } from '../state.ts';
import { virtualBucket } from '../xml/address.ts';
import { ChunkSignatures } from './chunk-signatures.ts';
import { activeSecret } from './hmac-keys.ts';
import { headersOf, type SignedRequest, type Verification } from './signed-request.ts';
import { verifyV2Header, verifyV2Url } from './v2.ts';
import { type Verified, verifyV4Header, verifyV4Url } from './v4-requests.ts';

/**
 * Verifies a request of the XML API that carries a signature, in its URL or in its
 * Authorization header, or throws; it is the request of the account that signed. One that
 * carries none is its sender's own, whom a token names or nothing does.
 *
 * @returns what verifies the chunks of the body, if they are signed too
 */
export function verifySignature(
  state: StorageState,
  request: FastifyRequest,
): ChunkSignatures | undefined {
  const { authorization } = request.headers;
  const verifyUrl = V4_QUERY.test(request.originalUrl)
    ? verifyV4Url
    : V2_QUERY.test(request.originalUrl)
      ? verifyV2Url
      : undefined;
  if (verifyUrl) {
    const verified = verifyUrl(signedRequest(request), verificationOf(state));
    actAs(state, request, typeof verified === 'string' ? verified : verified.email);
    return undefined;
  }
  if (authorization === undefined || /^(?:Bearer|OAuth) /i.test(authorization)) return undefined;
  if (/^(?:GOOG1|AWS) /.test(authorization)) {
    const email = verifyV2Header(signedRequest(request), authorization, verificationOf(state));
    actAs(state, request, email);
    return undefined;
  }
  if (/^(?:GOOG4|AWS4)-/.test(authorization)) {
    const signed = signedRequest(request);
    const verified = verifyV4Header(signed, authorization, verificationOf(state));
    actAs(state, request, verified.email);
    return chunksOf(verified);
  }
  throw invalid('Unsupported Authorization Type');
}

/**
 * Makes a request that of the account that signed it: what the account may not do, nobody can
 * do with its signature. As long as nobody has to prove who he is, a signature that is right
 * is enough, whatever roles the account has: it was made to try signing. (A VM has to prove it
 * in any case, so a signature must not give it more than it has.)
 */
export function actAs({ identity }: StorageState, request: FastifyRequest, email: string): void {
  identity.assume(request, email);
  const { access } = request;
  const hasTo = identity.mode === 'enforce' || request.headers[FROM_A_MACHINE] !== undefined;
  if (hasTo || !access?.caller) return;
  access.caller = { ...access.caller, unlimited: true };
}

/** What this sandbox verifies signatures with, now. */
export function verificationOf(state: StorageState): Verification {
  const { identity } = state;
  return {
    time: state.wallClock().getTime(),
    rsaKeys: (email) => (identity.serviceAccount(email) ? identity.signingKeys(email) : undefined),
    hmacKey: (accessId) => activeSecret(state, accessId),
  };
}

// Parameters that only signed URLs have.
const V4_QUERY = /[?&]x-(?:goog|amz)-(?:algorithm|credential|signature)=/i;
const V2_QUERY = /[?&](?:GoogleAccessId|AWSAccessKeyId|Signature)=/;

function signedRequest(request: FastifyRequest): SignedRequest {
  return {
    method: request.method,
    url: request.originalUrl,
    headers: headersOf(request.raw.rawHeaders),
    virtualBucket: virtualBucket(request.headers.host),
  };
}

function chunksOf({ given, signingKey }: Verified): ChunkSignatures | undefined {
  const signed = /^STREAMING-AWS4-HMAC-SHA256-PAYLOAD(?:-TRAILER)?$/.test(given.payload);
  return signed && signingKey ? new ChunkSignatures(signingKey, given) : undefined;
}

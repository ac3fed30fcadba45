import { ApiError } from '../../wire/errors.ts';

/*
 * How Cloud Storage refuses what is signed. The XML API puts these sentences into `Details`,
 * below the code and a general message.
 *
 * https://cloud.google.com/storage/docs/xml-api/reference-status
 */

/** The signature is not what this request, signed with that key, would have. */
export function signatureDoesNotMatch(stringToSign: string, canonicalRequest?: string): ApiError {
  const message =
    'The request signature we calculated does not match the signature you provided. ' +
    'Check your Google secret key and signing method.';
  return new ApiError(403, 'forbidden', message, {
    xmlCode: 'SignatureDoesNotMatch',
    xmlElements: {
      StringToSign: stringToSign,
      ...(canonicalRequest === undefined ? {} : { CanonicalRequest: canonicalRequest }),
    },
  });
}

/** No such access id or service account, or an HMAC key that is switched off. */
export function unknownSigner(): ApiError {
  const message = 'The User Id you provided does not exist in our records.';
  return new ApiError(403, 'forbidden', message, { xmlCode: 'InvalidAccessKeyId' });
}

/** A signed URL whose time is over. */
export function expired(details: string): ApiError {
  const message = `The provided token has expired. ${details}`;
  return new ApiError(400, 'invalid', message, { xmlCode: 'ExpiredToken' });
}

/** A signed URL whose time is still to come. */
export function notYetValid(): ApiError {
  return new ApiError(403, 'forbidden', 'Request is not yet valid.', { xmlCode: 'AccessDenied' });
}

/** A signed header of another time than now. */
export function timeTooSkewed(): ApiError {
  const message = 'The difference between the request time and the current time is too large.';
  return new ApiError(403, 'forbidden', message, { xmlCode: 'RequestTimeTooSkewed' });
}

/** A part of the signature's own fields that cannot be right, whatever the key is. */
export function malformedSecurity(parameter: string, details: string): ApiError {
  const message = `Your request has a malformed header. ${details}`;
  return new ApiError(400, 'invalid', message, {
    xmlCode: 'MalformedSecurityHeader',
    xmlElements: { ParameterName: parameter },
  });
}

/** A form that does not do what its policy document demands. */
export function policyNotMet(details: string): ApiError {
  const message =
    'The content of the form does not meet the conditions specified in the policy document. ' +
    details;
  return new ApiError(400, 'invalid', message, { xmlCode: 'InvalidPolicyDocument' });
}

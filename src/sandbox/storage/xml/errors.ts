import { ApiError } from '../../wire/errors.ts';
import { XML_TYPE } from './reply.ts';
import { writeXml, type XmlElement } from './write.ts';

/**
 * Errors of the XML API: a code, Google's standard sentence for it, and in `Details` what is
 * particular to the case.
 *
 *     <Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>
 *     <Details>No such object: photos/cat.jpg</Details></Error>
 *
 * Both APIs throw the same errors. Where the JSON API's reason does not tell what code the
 * XML API has for it (a missing bucket and a missing object are both `notFound`), the error
 * carries its code from where it was thrown.
 *
 * https://cloud.google.com/storage/docs/xml-api/reference-status
 */
export function xmlErrorBody(error: ApiError): { type: string; body: string } {
  const message = messageOf(error);
  const elements: XmlElement[] = [
    ['Code', codeOf(error)],
    ['Message', message],
    ['Details', message === error.message ? undefined : error.message],
    ...Object.entries(error.extras.xmlElements ?? {}),
  ];
  return { type: XML_TYPE, body: writeXml('Error', elements) };
}

/** An error that only the XML API has. */
export function xmlError(status: number, xmlCode: string, details?: string): ApiError {
  const message = details ?? MESSAGES[xmlCode] ?? xmlCode;
  return new ApiError(status, status >= 500 ? 'backendError' : 'invalid', message, { xmlCode });
}

/** What the XML API calls an error. */
export function codeOf(error: ApiError): string {
  return (
    error.extras.xmlCode ?? BY_REASON[error.reason] ?? BY_STATUS[error.status] ?? 'InvalidArgument'
  );
}

/** The standard sentence of an error, and what is particular to it. */
export function messageOf(error: ApiError): string {
  return MESSAGES[codeOf(error)] ?? error.message;
}

/** By the reasons of the JSON API. */
const BY_REASON: Record<string, string> = {
  authError: 'AuthenticationRequired',
  backendError: 'InternalError',
  badContent: 'MalformedPOSTRequest',
  conditionNotMet: 'PreconditionFailed',
  forbidden: 'AccessDenied',
  insufficientStorage: 'InternalError',
  invalid: 'InvalidArgument',
  invalidParameter: 'InvalidArgument',
  notImplemented: 'NotImplemented',
  parseError: 'InvalidArgument',
  rateLimitExceeded: 'SlowDown',
  requestedRangeNotSatisfiable: 'InvalidRange',
  required: 'InvalidArgument',
  retentionPolicyNotMet: 'RetentionPolicyNotMet',
  uploadTooLarge: 'EntityTooLarge',
};

/** By the status, for reasons that have no code of their own. */
const BY_STATUS: Record<number, string> = {
  401: 'AuthenticationRequired',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  405: 'MethodNotAllowed',
  409: 'OperationAborted',
  411: 'MissingContentLength',
  412: 'PreconditionFailed',
  413: 'EntityTooLarge',
  429: 'SlowDown',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

const MESSAGES: Record<string, string> = {
  AccessDenied: 'Access denied.',
  AuthenticationRequired: 'Authentication required.',
  BadDigest: 'The Content-MD5 you specified did not match what we received.',
  BucketAlreadyOwnedByYou:
    'Your previous request to create the named bucket succeeded and you already own it.',
  BucketNotEmpty: 'The bucket you tried to delete is not empty.',
  EntityTooLarge: 'Your proposed upload exceeds the maximum allowed object size.',
  EntityTooSmall: 'Your proposed upload is smaller than the minimum allowed object size.',
  ExpiredToken: 'Invalid argument.',
  IncompleteBody:
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  InternalError: 'We encountered an internal error. Please try again.',
  InvalidAccessKeyId: 'Access denied.',
  InvalidArgument: 'Invalid argument.',
  InvalidBucketName: 'The specified bucket is not valid.',
  InvalidDigest: 'The Content-MD5 you specified was invalid.',
  InvalidLocationConstraint: 'The specified location constraint is not valid.',
  InvalidPart:
    'One or more of the specified parts could not be found. The part might not have been ' +
    "uploaded, or the specified entity tag might not have matched the part's entity tag.",
  InvalidPartOrder:
    'The list of parts was not in ascending order. Parts list must be specified in order by ' +
    'part number.',
  InvalidPolicyDocument: 'Invalid argument.',
  InvalidRange: 'The requested range cannot be satisfied.',
  InvalidStorageClass: 'The storage class you specified is not valid.',
  InvalidURI: "Couldn't parse the specified URI.",
  MalformedPOSTRequest: 'The body of your POST request is not well-formed multipart/form-data.',
  MalformedSecurityHeader: 'Invalid argument.',
  MalformedTrailerError:
    'The request contained trailing data that was not well-formed or did not conform to our ' +
    'published schema.',
  MalformedXML:
    'The XML you provided was not well-formed or did not validate against our published schema.',
  MethodNotAllowed: 'The specified method is not allowed against this resource.',
  MissingContentLength: 'You must provide the Content-Length HTTP header.',
  MissingRequestBodyError: 'Request body is empty.',
  NoSuchBucket: 'The specified bucket does not exist.',
  NoSuchKey: 'The specified key does not exist.',
  NoSuchUpload: 'The requested upload was not found.',
  NotImplemented: 'A header or query you provided requested a function that is not implemented.',
  PreconditionFailed: 'At least one of the pre-conditions you specified did not hold.',
  ServiceUnavailable: 'Please try again.',
  RequestTimeTooSkewed: 'Access denied.',
  SignatureDoesNotMatch: 'Access denied.',
};

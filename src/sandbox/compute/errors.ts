import { ApiError } from '../wire/errors.ts';

/*
 * What Compute Engine answers to requests that cannot be: statuses, reasons and words.
 * https://cloud.google.com/compute/docs/reference/rest/v1#error-responses ; the words are
 * those that Google's users quote from production.
 */

/** @param path such as `projects/p/zones/z/instances/web-1` */
export const notFound = (path: string): ApiError =>
  new ApiError(404, 'notFound', `The resource '${path}' was not found`);

export const alreadyExists = (path: string): ApiError =>
  new ApiError(409, 'alreadyExists', `The resource '${path}' already exists`);

/**
 * @param singular such as `network`
 * @param user path of what uses it
 */
export const inUse = (singular: string, path: string, user: string): ApiError =>
  new ApiError(
    400,
    'resourceInUseByAnotherResource',
    `The ${singular} resource '${path}' is already being used by '${user}'`,
  );

/** @param field as the API names it, such as `resource.machineType` or `zone` */
export const invalidField = (field: string, value: string, why: string): ApiError =>
  new ApiError(400, 'invalid', `Invalid value for field '${field}': '${value}'. ${why}`);

export const requiredField = (field: string): ApiError =>
  new ApiError(400, 'required', `Required field '${field}' not specified`);

export const notReady = (path: string): ApiError =>
  new ApiError(400, 'resourceNotReady', `The resource '${path}' is not ready`);

/** @param what whose fingerprint is stale: `metadata`, `tags`, `labels`... */
export const staleFingerprint = (what: string): ApiError =>
  new ApiError(
    412,
    'conditionNotMet',
    what === 'labels'
      ? 'Labels fingerprint either invalid or resource labels have changed'
      : `Supplied fingerprint does not match current ${what} fingerprint.`,
  );

/** @param where such as ` in region asia-northeast3` or ` globally` */
export const quotaExceeded = (metric: string, limit: number, where: string): ApiError =>
  new ApiError(
    403,
    'quotaExceeded',
    `Quota '${metric}' exceeded.  Limit: ${limit.toFixed(1)}${where}.`,
  );

/**
 * Something that the instance has to be stopped for.
 *
 * @param why as Compute Engine says it
 */
export const mustBeStopped = (why: string): ApiError => new ApiError(400, 'resourceNotReady', why);

export const invalidUsage = (why: string): ApiError =>
  new ApiError(400, 'invalidResourceUsage', `Invalid resource usage: '${why}'.`);

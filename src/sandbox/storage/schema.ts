import * as z from 'zod';
import { invalid, notImplemented } from '../wire/errors.ts';
import { givenEntry } from './access/acl.ts';
import { parseLifecycle } from './lifecycle/config.ts';

/*
 * What clients send. Fields of the API that are only ever output are ignored, as
 * Google ignores them; settings the sandbox would have to act upon and cannot are
 * refused with 501 by `refuseUnsupported`, never silently dropped.
 */

const text = z.string();
/** In any letter case; kept in capitals. */
const storageClass = text.transform((name) => name.toUpperCase()).nullish();
const base64 = (bytes: number) =>
  text.refine((value) => {
    const decoded = Buffer.from(value, 'base64');
    return decoded.length === bytes && decoded.toString('base64') === value;
  }, `must be ${bytes} bytes in base64`);

/** Clients remove a context by null in its place (Node), no value (Go) or a null value (Python). */
const context = z
  .object({ value: text.nullish() })
  .nullable()
  .transform((given) => given?.value ?? null);

/** Values by the client's own keys: any keys, `__proto__` too, which z.record leaves out. */
const mapOf = <T>(schema: z.ZodType<T>) =>
  z.unknown().transform((given, { issues }): Record<string, T> => {
    const issue = (path: string[], message: string) => {
      issues.push({ code: 'custom', input: given, path, message });
      return z.NEVER;
    };
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      return issue([], 'must be an object');
    }
    const entries: [string, T][] = [];
    for (const [key, value] of Object.entries(given)) {
      const parsed = schema.safeParse(value);
      if (!parsed.success) return issue([key], parsed.error.issues[0]?.message ?? '');
      entries.push([key, parsed.data]);
    }
    return Object.fromEntries(entries);
  });

/** Object metadata in an upload, a patch or an update; null clears a field. */
export const objectMetadata = z.object({
  /** The object's name, where it is not in the URL. */
  name: text.nullish(),
  contentType: text.nullish(),
  contentEncoding: text.nullish(),
  contentDisposition: text.nullish(),
  contentLanguage: text.nullish(),
  cacheControl: text.nullish(),
  /** RFC 3339 */
  customTime: z.iso.datetime({ offset: true }).nullish(),
  /** Custom metadata; a null value removes a key. */
  metadata: mapOf(text.nullable()).nullish(),
  temporaryHold: z.boolean().nullish(),
  eventBasedHold: z.boolean().nullish(),
  storageClass,
  acl: z.array(givenEntry).nullish(),
  retention: z
    .object({
      /** `Locked` or `Unlocked`. */
      mode: text.nullish(),
      /** RFC 3339 */
      retainUntilTime: z.iso.datetime({ offset: true }).nullish(),
    })
    .nullish(),
  /** Keys and values to find the object by; a key with null or without a value is removed. */
  contexts: z
    .object({
      custom: mapOf(context)
        // No context may be called so; objects have it as something else.
        .refine((custom) => !Object.hasOwn(custom, '__proto__'), '__proto__ is no valid key')
        .nullish(),
    })
    .nullish(),
  /** Checked against the received bytes. */
  md5Hash: base64(16).nullish(),
  /** Checked against the received bytes; base64 of the big-endian value. */
  crc32c: base64(4).nullish(),
});

export type ObjectMetadata = z.infer<typeof objectMetadata>;

const access = z.object({ enabled: z.boolean().nullish() }).nullish();

/** A 64-bit number, which most clients send as a string. */
const seconds = z.union([text.regex(/^\d{1,15}$/), z.int().nonnegative()]);

/** A bucket in an insert, a patch or an update; null clears a field. */
export const bucketMetadata = z.object({
  name: text.nullish(),
  location: text.nullish(),
  storageClass,
  labels: mapOf(text.nullable()).nullish(),
  iamConfiguration: z
    .object({
      uniformBucketLevelAccess: access,
      /** The old name of uniform bucket-level access. */
      bucketPolicyOnly: access,
      publicAccessPrevention: z
        .enum(['inherited', 'enforced', 'unspecified'])
        .nullish()
        .transform((value) => (value === 'unspecified' ? 'inherited' : value)),
    })
    .nullish(),
  acl: z.array(givenEntry).nullish(),
  /** The ACL of new objects. */
  defaultObjectAcl: z.array(givenEntry).nullish(),
  billing: z.object({ requesterPays: z.boolean().nullish() }).nullish(),
  softDeletePolicy: z
    .object({
      retentionDurationSeconds: seconds.nullish(),
    })
    .nullish(),
  versioning: access,
  retentionPolicy: z.object({ retentionPeriod: seconds.nullish() }).nullish(),
  defaultEventBasedHold: z.boolean().nullish(),
  customPlacementConfig: z.object({ dataLocations: z.array(text).nullish() }).nullish(),
  rpo: z.enum(['DEFAULT', 'ASYNC_TURBO']).nullish(),
  lifecycle: z.looseObject({}).nullish().transform(parseLifecycle).optional(),
  cors: z
    .array(
      z.object({
        origin: z.array(text).nullish(),
        method: z.array(text).nullish(),
        responseHeader: z.array(text).nullish(),
        maxAgeSeconds: z.int32().nonnegative().nullish(),
      }),
    )
    .nullish(),
  website: z.object({ mainPageSuffix: text.nullish(), notFoundPage: text.nullish() }).nullish(),
});

export type BucketMetadata = z.infer<typeof bucketMetadata>;

/** Validates a value, naming the field at fault in the 400. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue?.code === 'invalid_value' && typeof issue.input === 'string') {
    throw invalid(`Invalid value for: ${issue.input} is not a valid value`);
  }
  const path = issue?.path.join('.') ?? '';
  throw invalid(`Invalid value for: ${path}: ${issue?.message ?? 'not understood'}`);
}

/** Refuses settings that are asked for and not implemented: `what` lists fields to look at. */
export function refuseUnsupported(
  body: Record<string, unknown>,
  what: Record<string, (value: unknown) => boolean>,
): void {
  for (const [field, asks] of Object.entries(what)) {
    if (asks(body[field])) throw notImplemented(`the field "${field}"`);
  }
}

/** True for a setting that is present and not merely switched off. */
export function isAsked(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value !== 'object') return true;
  return Object.values(value).some(isAsked);
}

/** Of an object, for `refuseUnsupported`. */
export const UNSUPPORTED_OBJECT_FIELDS = {
  kmsKeyName: isAsked,
};

/** Of a bucket, for `refuseUnsupported`. */
export const UNSUPPORTED_BUCKET_FIELDS = {
  autoclass: isAsked,
  encryption: isAsked,
  hierarchicalNamespace: isAsked,
  ipFilter: isAsked,
  logging: isAsked,
};

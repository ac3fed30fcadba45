import * as z from 'zod';
import { invalid } from '../wire/errors.ts';

/** At most so many bytes of UTF-8, which is how IAM counts. */
const bytes = (limit: number) =>
  z.string().refine((text) => Buffer.byteLength(text) <= limit, `longer than ${limit} bytes`);

/** A chain of accounts that act as each other; nobody's is this long. */
const MAX_DELEGATES = 20;

/** What a client may set on a service account. */
const serviceAccount = z.object({
  displayName: bytes(100).nullish(),
  description: bytes(256).nullish(),
});

/** The body of serviceAccounts.create. */
export const createAccountRequest = z.object({
  /** The part of the email address before the `@`. */
  accountId: z.string().optional(),
  serviceAccount: serviceAccount.nullish(),
});

/** The body of serviceAccounts.patch. */
export const patchAccountRequest = z.object({
  serviceAccount: serviceAccount.optional(),
  /** Field names, separated by commas, in camelCase or snake_case. */
  updateMask: z.string().nullish(),
});

/** The body of serviceAccounts.keys.create. */
export const createKeyRequest = z.object({
  privateKeyType: z
    .enum(['TYPE_UNSPECIFIED', 'TYPE_GOOGLE_CREDENTIALS_FILE', 'TYPE_PKCS12_FILE'])
    .nullish(),
  keyAlgorithm: z.enum(['KEY_ALG_UNSPECIFIED', 'KEY_ALG_RSA_1024', 'KEY_ALG_RSA_2048']).nullish(),
});

/** The body of generateAccessToken. */
export const generateAccessTokenRequest = z.object({
  scope: z.array(z.string()).min(1),
  /** Such as `3600s`. */
  lifetime: z.string().nullish(),
  delegates: z.array(z.string()).max(MAX_DELEGATES).nullish(),
});

/** The body of generateIdToken. */
export const generateIdTokenRequest = z.object({
  audience: z.string().min(1),
  /** Google's library for Python writes it as text. */
  includeEmail: z.union([z.boolean(), z.enum(['true', 'false'])]).nullish(),
  delegates: z.array(z.string()).max(MAX_DELEGATES).nullish(),
});

/** The body of signBlob. */
export const signBlobRequest = z.object({
  /** The bytes to sign, in base64. */
  payload: z.base64(),
  delegates: z.array(z.string()).max(MAX_DELEGATES).nullish(),
});

/** The body of signJwt. */
export const signJwtRequest = z.object({
  /** The claims, as JSON in a string. */
  payload: z.string(),
  delegates: z.array(z.string()).max(MAX_DELEGATES).nullish(),
});

/** Validates a body, naming the field at fault in the 400. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(`Invalid value at '${issue?.path.join('.') ?? ''}': ${issue?.message ?? ''}`);
}

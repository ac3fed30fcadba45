import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { readJson } from '../wire/body.ts';
import { ApiError, notImplemented } from '../wire/errors.ts';
import { invalidField, requiredField } from './errors.ts';

/**
 * Reads and validates a request's body. Fields that are only ever output are ignored, as
 * Compute Engine ignores them.
 *
 * @param root what fields are called by in errors: `resource.name`
 * @throws 400
 */
export async function readBody<T>(
  request: FastifyRequest,
  schema: z.ZodType<T>,
  root = 'resource',
): Promise<T> {
  return parseBody(schema, await readJson(request), root);
}

/** The same for a value that was read already. */
export function parseBody<T>(schema: z.ZodType<T>, value: unknown, root = 'resource'): T {
  const parsed = schema.safeParse(withoutNulls(value), { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = [root, ...(issue?.path ?? [])]
    .map(String)
    .join('.')
    .replaceAll(/\.(\d+)/g, '[$1]');
  if (issue?.input === undefined) throw requiredField(field);
  const given = typeof issue.input === 'object' ? JSON.stringify(issue.input) : `${issue.input}`;
  if (issue.code === 'invalid_type') {
    const message = `Invalid value at '${field}' (TYPE_${issue.expected.toUpperCase()}), ${JSON.stringify(issue.input).slice(0, 200)}`;
    throw new ApiError(400, 'invalid', message);
  }
  throw invalidField(field, given.slice(0, 200), `${issue.message}.`.replace('..', '.'));
}

/** In JSON of Google's APIs a field that is `null` is one that is not there; Terraform sends such. */
function withoutNulls(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((one) => withoutNulls(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) =>
      one === null ? [] : [[name, withoutNulls(one, depth + 1)]],
    ),
  );
}

/** No resource is as deep as this. */
const MAX_DEPTH = 50;

/** Schemas that many resources share. */
export const text = z.string();
/** One of some words; the empty one says nothing. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z
    .literal('')
    .transform(() => undefined)
    .or(z.enum(words))
    .optional();
/** 32-bit numbers; clients may send them as strings. */
export const int32 = z.union([z.int(), text.regex(/^-?\d{1,10}$/).transform(Number)]);
/** 64-bit numbers: strings in JSON, or numbers. */
export const int64 = z.union([text.regex(/^-?\d{1,19}$/), z.int().transform(String)]);
/** https://cloud.google.com/compute/docs/labeling-resources#requirements */
const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const MOST_LABELS = 64;

export const labels = z.record(text, text).superRefine((given, context) => {
  const refuse = (message: string) =>
    context.addIssue({ code: 'custom', message, input: given, path: [] });
  for (const [key, value] of Object.entries(given)) {
    if (!LABEL_KEY.test(key)) {
      return refuse(
        `Label key '${key.slice(0, 100)}' violates format constraints. The key must start with a lowercase character, can only contain lowercase letters, numeric characters, underscores and dashes. The key can be at most 63 characters long. International characters are allowed.`,
      );
    }
    if (!LABEL_VALUE.test(value)) {
      return refuse(
        `Label value '${value.slice(0, 100)}' violates format constraints. The value can only contain lowercase letters, numeric characters, underscores and dashes. The value can be at most 63 characters long. International characters are allowed.`,
      );
    }
  }
  if (Object.keys(given).length > MOST_LABELS) {
    refuse(`A resource can have at most ${MOST_LABELS} labels.`);
  }
});

/**
 * Fields that the sandbox has nothing behind: refused by name where they ask for something,
 * for what would be made is not what was asked for. To be spread into a schema; parsing with
 * it answers 501.
 */
export const refused = <F extends string>(...fields: F[]): Record<F, Refused> =>
  Object.fromEntries(fields.map((field) => [field, refusal(field)])) as Record<F, Refused>;
type Refused = z.ZodOptional<z.ZodType<undefined>>;

const refusal = (field: string): Refused =>
  z
    .unknown()
    .transform((value) => {
      if (asksForSomething(value)) throw notImplemented(field);
      return undefined;
    })
    .optional();

/** Clients also send empty objects, and what a field is if nobody says anything. */
function asksForSomething(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    return Object.values(value).some(asksForSomething);
  }
  return Boolean(value) && value !== '0';
}

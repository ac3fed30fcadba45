import * as z from 'zod';
import { parseJson } from '../../wire/body.ts';
import type { LengthRange } from '../uploads/length-range.ts';
import { malformedSecurity, policyNotMet, signatureDoesNotMatch } from './errors.ts';
import type { Verification } from './signed-request.ts';
import { base64, verifyV2Text } from './v2.ts';
import { ALGORITHMS, hexSignature, parseBasicTime, parseScope, verifierOf } from './v4.ts';

/**
 * Policy documents: what the sender of an HTML form may upload, signed by somebody who is
 * allowed to. The form carries the document in base64, which is the text that is signed:
 *
 *     {"expiration": "2020-06-16T11:11:11Z",
 *      "conditions": [
 *        {"bucket": "travel-maps"},
 *        ["starts-with", "$key", "maps/"],
 *        ["eq", "$Content-Type", "image/jpeg"],
 *        ["content-length-range", 0, 1000000],
 *        {"x-goog-date": ...}, {"x-goog-credential": ...}, {"x-goog-algorithm": ...}]}
 *
 * Every condition has to hold, and every field of the form has to be named by one.
 *
 * https://cloud.google.com/storage/docs/authentication/signatures#policy-document
 */
export interface PostForm {
  bucket: string;
  /** The fields before the file, by lower-case name, `key` with the file's name put in. */
  fields: ReadonlyMap<string, string>;
}

/** What a policy says about the file, which is still to come. */
export interface PolicyGrant {
  /** The service account that signed the policy. */
  email: string;
  /** How many bytes the file may have. */
  lengthRange?: LengthRange;
}

/**
 * Checks a form against the signed policy it carries, or throws.
 *
 * @returns undefined if it carries none: then it is its sender's own request
 */
export function verifyPostPolicy(
  form: PostForm,
  verification: Verification,
): PolicyGrant | undefined {
  const { fields } = form;
  const document = fields.get('policy');
  if (document === undefined) {
    if (SIGNATURE_FIELDS.some((name) => fields.has(name))) throw policyNotMet('Missing policy');
    return undefined;
  }
  const email = verifySignature(fields, document, verification);
  const { expiration, conditions } = parseDocument(document);
  if (Date.parse(expiration) < verification.time) throw policyNotMet('Policy has expired.');
  const lengthRange = enforce(conditions, form);
  return lengthRange === undefined ? { email } : { email, lengthRange };
}

const SIGNATURE_FIELDS = [
  'x-goog-signature',
  'x-amz-signature',
  'signature',
  'googleaccessid',
  'awsaccesskeyid',
];

/** Fields that no condition has to name. */
const UNNAMED = new Set([...SIGNATURE_FIELDS, 'policy', 'file']);

const range = z.tuple([z.string(), z.coerce.number(), z.coerce.number()]);
const match = z.tuple([z.string(), z.string().startsWith('$'), z.string()]);

const policy = z.object({
  expiration: z.iso.datetime({ offset: true }),
  conditions: z.array(z.union([z.array(z.unknown()), z.record(z.string(), z.string())])),
});

type Policy = z.infer<typeof policy>;

function parseDocument(document: string): Policy {
  try {
    return policy.parse(parseJson(Buffer.from(document, 'base64')));
  } catch {
    throw policyNotMet('The policy document cannot be understood.');
  }
}

function verifySignature(
  fields: PostForm['fields'],
  document: string,
  verification: Verification,
): string {
  const prefix = fields.has('x-amz-signature') ? 'x-amz' : 'x-goog';
  const v4 = fields.get(`${prefix}-signature`);
  if (v4 === undefined) {
    const signer = fields.get('googleaccessid') ?? fields.get('awsaccesskeyid');
    if (signer === undefined) throw policyNotMet('Missing signature');
    const signature = base64(fields.get('signature') ?? '');
    return verifyV2Text(signer, signature, [document], verification);
  }
  const read = (name: string): string => {
    const value = fields.get(`${prefix}-${name}`);
    if (value !== undefined) return value;
    throw malformedSecurity(`${prefix}-${name}`, `The field ${prefix}-${name} is missing.`);
  };
  const algorithm = read('algorithm');
  if (!ALGORITHMS.some((known) => known === algorithm)) {
    throw malformedSecurity(`${prefix}-algorithm`, `The algorithm is not supported: ${algorithm}`);
  }
  const scope = parseScope(read('credential'), `${prefix}-credential`);
  const date = read('date');
  if (parseBasicTime(date) === undefined || !date.startsWith(scope.date)) {
    throw malformedSecurity(`${prefix}-date`, 'The date is not that of the credential.');
  }
  const verify = verifierOf(algorithm, scope, verification);
  if (verify.matches(document, hexSignature(v4))) return verify.email;
  throw signatureDoesNotMatch(document);
}

/** Holds every condition against the form; returns what they say about the file's size. */
function enforce(
  conditions: Policy['conditions'],
  { bucket, fields }: PostForm,
): LengthRange | undefined {
  let lengthRange: LengthRange | undefined;
  const named = new Set<string>();
  const hold = (operator: string, field: string, wanted: string) => {
    const name = field.toLowerCase();
    named.add(name);
    const value = name === 'bucket' ? bucket : (fields.get(name) ?? '');
    const holds = operator === 'eq' ? value === wanted : value.startsWith(wanted);
    if (holds) return;
    throw policyNotMet(`Failed condition: ${JSON.stringify([operator, `$${field}`, wanted])}`);
  };
  for (const condition of conditions) {
    if (!Array.isArray(condition)) {
      for (const [field, wanted] of Object.entries(condition)) hold('eq', field, wanted);
      continue;
    }
    const operator = typeof condition[0] === 'string' ? condition[0].toLowerCase() : '';
    if (operator === 'content-length-range') {
      const [, least, most] = understood(range, condition);
      const [atLeast, atMost] = lengthRange ?? [least, most];
      lengthRange = [Math.max(least, atLeast), Math.min(most, atMost)];
    } else if (operator === 'eq' || operator === 'starts-with') {
      const [, field, wanted] = understood(match, condition);
      hold(operator, field.slice(1), wanted);
    } else throw policyNotMet(`Unknown condition: ${JSON.stringify(condition)}`);
  }
  const strange = [...fields.keys()].filter(
    (name) => !named.has(name) && !UNNAMED.has(name) && !name.startsWith('x-ignore-'),
  );
  // A bucket that a field names has to be the one that is posted to.
  if (fields.has('bucket')) hold('eq', 'bucket', fields.get('bucket') ?? '');
  if (strange.length === 0) return lengthRange;
  throw policyNotMet(`Policy did not reference these fields: ${strange.join(', ')}`);
}

function understood<T>(schema: z.ZodType<T>, condition: unknown): T {
  const result = schema.safeParse(condition);
  if (result.success) return result.data;
  throw policyNotMet(`Malformed condition: ${JSON.stringify(condition)}`);
}

import { invalid } from '../../wire/errors.ts';
import { type About, celFault, evaluateCel } from './cel.ts';

/**
 * What a provider makes of the claims of a token: attributes, by expressions in CEL.
 *
 *     google.subject        assertion.sub
 *     google.groups         assertion.groups
 *     attribute.repository  assertion.repository.extract('{owner}/')
 *
 * and a condition without which the token is refused: `attribute.repository == 'owner/app'`.
 *
 * https://docs.cloud.google.com/iam/docs/workload-identity-federation#mapping
 */
export interface Attributes {
  subject: string;
  groups: string[];
  /** By their names, without `attribute.`. */
  custom: Record<string, string>;
}

const KEY = /^(?:google\.subject|google\.groups|google\.display_name|attribute\.[a-z0-9_]{1,100})$/;
const MAX_MAPPINGS = 50;
const MAX_SUBJECT_BYTES = 127;

/** Refuses mappings and conditions that could not be evaluated. */
export function checkMapping(mapping: Record<string, string>, condition: string | undefined): void {
  const keys = Object.keys(mapping);
  if (!keys.includes('google.subject')) {
    throw invalid('The attribute mapping must contain the google.subject attribute.');
  }
  if (keys.length > MAX_MAPPINGS) throw invalid(`At most ${MAX_MAPPINGS} attributes are mapped.`);
  for (const [key, expression] of Object.entries(mapping)) {
    if (!KEY.test(key)) throw invalid(`Invalid attribute mapping key: ${key}`);
    checkCel(expression, 'claims', `Error parsing the attribute mapping of ${key}`);
  }
  if (condition) checkCel(condition, 'attributes', 'Error parsing the attribute condition');
}

function checkCel(expression: string, about: About, what: string): void {
  const fault = celFault(expression, about);
  if (fault !== undefined) throw invalid(`${what}: ${fault}`);
}

/**
 * The attributes of a token's bearer.
 *
 * @param assertion the token's claims
 * @returns a sentence where they cannot be had
 */
export function mapAttributes(
  mapping: Record<string, string>,
  assertion: Record<string, unknown>,
): Attributes | string {
  const attributes: Attributes = { subject: '', groups: [], custom: {} };
  for (const [key, expression] of Object.entries(mapping)) {
    const value = evaluated(expression, assertion);
    if (key === 'google.groups') {
      if (!Array.isArray(value)) continue;
      attributes.groups = value.filter((group) => typeof group === 'string');
      continue;
    }
    if (typeof value !== 'string' || value === '') {
      if (key !== 'google.subject') continue;
      return 'Could not obtain a value for google.subject from the given credential.';
    }
    if (key === 'google.subject') attributes.subject = value;
    else if (key.startsWith('attribute.')) {
      attributes.custom[key.slice('attribute.'.length)] = value;
    }
  }
  if (Buffer.byteLength(attributes.subject) > MAX_SUBJECT_BYTES) {
    return `The size of mapped attribute google.subject exceeds the ${MAX_SUBJECT_BYTES} bytes limit.`;
  }
  return attributes;
}

/** True where the condition, if there is one, is true of the token. */
export function conditionHolds(
  condition: string | undefined,
  assertion: Record<string, unknown>,
  { subject, groups, custom }: Attributes,
): boolean {
  if (!condition) return true;
  try {
    const given = { assertion, attribute: custom, google: { subject, groups } };
    return evaluateCel(condition, given, 'attributes') === true;
  } catch {
    return false;
  }
}

/** What an expression gives; nothing where a claim is missing. Numbers become texts. */
function evaluated(expression: string, assertion: Record<string, unknown>): unknown {
  try {
    const value: unknown = evaluateCel(
      expression,
      { assertion, attribute: {}, google: {} },
      'claims',
    );
    return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  } catch {
    return undefined;
  }
}

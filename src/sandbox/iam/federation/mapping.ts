import { Environment } from '@marcbachmann/cel-js';
import { invalid } from '../../wire/errors.ts';
import { extract } from '../conditions/extract.ts';

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

const LIMITS = {
  maxAstNodes: 1000,
  maxDepth: 50,
  maxListElements: 200,
  maxMapEntries: 200,
  maxCallArguments: 16,
};

/** To the library `google` is the namespace of protocol buffers' types: the variable is called this. */
const GOOGLE = 'mapped_google';

/** Texts stay as they are; outside of them, the attributes get the name that they have here. */
const ATTRIBUTE =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<![\w.])google(?=\.(?:subject|groups|display_name)\b)/g;

const renamed = (condition: string): string =>
  condition.replaceAll(ATTRIBUTE, (found) => (found === 'google' ? GOOGLE : found));

const claims = new Environment({ limits: LIMITS, homogeneousAggregateLiterals: false })
  .registerVariable('assertion', 'map')
  .registerFunction('string.extract(string): string', extract);

const mapped = claims.clone().registerVariable(GOOGLE, 'map').registerVariable('attribute', 'map');

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
    compiled(claims, expression, `Error parsing the attribute mapping of ${key}`);
  }
  if (condition) compiled(mapped, renamed(condition), 'Error parsing the attribute condition');
}

function compiled(environment: Environment, expression: string, what: string): void {
  try {
    environment.parse(expression);
  } catch (error) {
    const { summary, message } = error as Error & { summary?: string };
    throw invalid(`${what}: ${summary ?? message}`);
  }
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
    const given = { assertion, attribute: custom, [GOOGLE]: { subject, groups } };
    return mapped.evaluate(renamed(condition), given) === true;
  } catch {
    return false;
  }
}

/** What an expression gives; nothing where a claim is missing. Numbers become texts. */
function evaluated(expression: string, assertion: Record<string, unknown>): unknown {
  try {
    const value: unknown = claims.evaluate(expression, { assertion });
    return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  } catch {
    return undefined;
  }
}

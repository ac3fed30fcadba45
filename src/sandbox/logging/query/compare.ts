import { RE2JS } from 're2js';
import { invalid } from '../../wire/errors.ts';

/** True for what a query asks for. */
export type Matcher = (entry: object) => boolean;

/** The lowest first; what has none is `DEFAULT`. */
const SEVERITIES = [
  ...['DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY'],
];

/**
 * `field OPERATOR value`. A field that is not there matches nothing, whatever the operator; of
 * a field that holds several values, one has to match. Strings are compared without regard to
 * their letters' case, but by regular expressions (RE2), which match anywhere in a value.
 *
 * https://docs.cloud.google.com/logging/docs/view/logging-query-language#comparisons
 */
export function comparison(path: readonly string[], operator: string, wanted: string): Matcher {
  const test = testOf(path, operator, wanted);
  const all = operator === '!=' || operator === '!~';
  return (entry) => {
    const values = valuesAt(entry, path);
    return values.length > 0 && (all ? values.every(test) : values.some(test));
  };
}

/** A value alone: some field of the entry contains it. */
export function anywhere(wanted: string): Matcher {
  const test = has(wanted);
  return (entry) => leaves(entry).some(test);
}

type Test = (value: unknown) => boolean;

function testOf(path: readonly string[], operator: string, wanted: string): Test {
  switch (operator) {
    case ':':
      return wanted === '*' ? () => true : has(wanted);
    case '=~':
      return matching(wanted);
    case '!~': {
      const match = matching(wanted);
      return (value) => !match(value);
    }
    default: {
      const rank = rankOf(path, wanted);
      return (value) => holds(operator, rank(value));
    }
  }
}

function holds(operator: string, order: number): boolean {
  if (operator === '=') return order === 0;
  if (operator === '!=') return order !== 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

/** How a value stands to the wanted one: below it (-1), above (1), the same (0), or neither (NaN). */
function rankOf(path: readonly string[], wanted: string): (value: unknown) => number {
  const [field = ''] = path;
  if (path.length === 1 && /^(receiveT|t)imestamp$/.test(field)) {
    const time = Date.parse(wanted);
    if (Number.isNaN(time) || !/^\d{4}-\d\d-\d\d/.test(wanted)) {
      throw invalid(`Unparseable filter: "${wanted}" is no timestamp`);
    }
    return (value) => Math.sign(Date.parse(String(value)) - time);
  }
  if (path.length === 1 && field === 'severity') {
    const at = SEVERITIES.indexOf(wanted.toUpperCase());
    if (at < 0) throw invalid(`Unparseable filter: "${wanted}" is no severity`);
    return (value) => Math.sign(SEVERITIES.indexOf(String(value)) - at);
  }
  const lower = wanted.toLowerCase();
  return (value) => {
    if (typeof value === 'number') return Math.sign(value - Number(wanted));
    const text = String(value).toLowerCase();
    return text === lower ? 0 : text < lower ? -1 : 1;
  };
}

function has(wanted: string): Test {
  const lower = wanted.toLowerCase();
  return (value) => {
    if (typeof value === 'string') return value.toLowerCase().includes(lower);
    if (typeof value !== 'object') return String(value) === lower;
    // `labels:env`: there is such a label.
    return value !== null && (wanted in value || leaves(value).some(has(wanted)));
  };
}

function matching(pattern: string): Test {
  const compiled = compile(pattern);
  return (value) => typeof value !== 'object' && compiled.matcher(String(value)).find();
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch {
    throw invalid(`Unparseable filter: regular expression "${pattern}" is invalid`);
  }
}

/** The values of a field; several where a list is on the way. */
function valuesAt(value: unknown, path: readonly string[], from = 0): unknown[] {
  let found = value;
  for (let at = from; at < path.length; at += 1) {
    if (Array.isArray(found)) return found.flatMap((one) => valuesAt(one, path, at));
    if (typeof found !== 'object' || found === null) return [];
    const name = path[at] ?? '';
    const key = Object.hasOwn(found, name) ? name : camelCase(name);
    if (!Object.hasOwn(found, key)) return [];
    found = (found as Record<string, unknown>)[key];
  }
  return Array.isArray(found) ? found : found === undefined ? [] : [found];
}

/** Names may be written as in the protocol buffers: `proto_payload.method_name`. */
const camelCase = (name: string): string =>
  !name.includes('_')
    ? name
    : name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function leaves(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(leaves)
    : [value];
}

import { invalid } from '../../wire/errors.ts';
import { STORAGE_CLASSES } from '../locations.ts';

/**
 * A bucket's lifecycle configuration, as it is kept and shown: up to 100 rules of one
 * action and at least one condition. All conditions of a rule have to hold.
 *
 * https://cloud.google.com/storage/docs/lifecycle
 */
export interface Lifecycle {
  rule: Rule[];
}

export interface Rule {
  action: Action;
  condition: Condition;
}

export type Action =
  | { type: 'Delete' | 'AbortIncompleteMultipartUpload' }
  | { type: 'SetStorageClass'; storageClass: string };

/** Dates are `YYYY-MM-DD` and mean their midnight in UTC. */
export interface Condition {
  /** Days since the object was created, or the upload started. */
  age?: number;
  createdBefore?: string;
  customTimeBefore?: string;
  daysSinceCustomTime?: number;
  daysSinceNoncurrentTime?: number;
  isLive?: boolean;
  matchesPrefix?: string[];
  matchesSuffix?: string[];
  matchesStorageClass?: string[];
  noncurrentTimeBefore?: string;
  numNewerVersions?: number;
  /** 64-bit numbers, and therefore strings. */
  sizeAboveBytes?: string;
  sizeBelowBytes?: string;
}

const MAX_RULES = 100;
/** Of prefixes and suffixes, in all rules together. */
const MAX_AFFIXES = 1000;
const MAX_AFFIX_LENGTH = 1024;
const MAX_DAYS = 2 ** 31 - 1;
const MAX_OBJECT_BYTES = 5 * 2 ** 40;

/**
 * Validates the `lifecycle` of a bucket as a client sends it. Null clears what there is, as
 * does an empty list of rules; undefined, which `{}` means too, leaves it alone.
 */
export function parseLifecycle(given: unknown): Lifecycle | null | undefined {
  if (given === undefined || given === null) return given;
  const { rule: rules } = asObject(given, 'lifecycle');
  if (rules === undefined || rules === null) return undefined;
  if (!Array.isArray(rules)) throw invalid('lifecycle.rule must be a list.');
  if (rules.length === 0) return null;
  if (rules.length > MAX_RULES) {
    throw invalid(`A lifecycle configuration cannot have more than ${MAX_RULES} rules.`);
  }
  const rule = rules.map(parseRule);
  const affixes = rule.flatMap(({ condition: { matchesPrefix = [], matchesSuffix = [] } }) => [
    ...matchesPrefix,
    ...matchesSuffix,
  ]);
  if (affixes.length > MAX_AFFIXES) {
    throw invalid(
      'Lifecycle matches_suffix and matches_prefix cannot specify more than ' +
        `${MAX_AFFIXES} rules per config.`,
    );
  }
  return { rule };
}

function parseRule(given: unknown): Rule {
  const { action: wanted, condition: when } = asObject(given, 'lifecycle.rule');
  const action = parseAction(asObject(wanted, 'lifecycle.rule.action'));
  const condition = parseCondition(asObject(when ?? {}, 'lifecycle.rule.condition'));
  const fields = Object.keys(condition);
  if (fields.length === 0) throw invalid('Lifecycle rules must have a condition.');
  const abort = action.type === 'AbortIncompleteMultipartUpload';
  if (abort && fields.some((field) => !OF_UPLOADS.has(field))) {
    throw invalid(
      'Lifecycle age_days, matches_prefix, and matches_suffix conditions are the only ones ' +
        'allowed for a ABORT_INCOMPLETE_MULTIPART_UPLOAD rule.',
    );
  }
  return { action, condition };
}

/** The conditions that an unfinished upload can be under. */
const OF_UPLOADS = new Set(['age', 'matchesPrefix', 'matchesSuffix']);

function parseAction({ type, storageClass }: Record<string, unknown>): Action {
  switch (type) {
    case 'Delete':
    case 'AbortIncompleteMultipartUpload':
      if (storageClass === undefined || storageClass === null) return { type };
      throw invalid('Storage class can only be specified for SET_STORAGE_CLASS actions');
    case 'SetStorageClass':
      return { type, storageClass: targetClass(storageClass) };
    default:
      throw invalid(`Invalid value for: ${type} is not a valid value`);
  }
}

function targetClass(given: unknown): string {
  if (given === undefined || given === null) {
    throw invalid('Lifecycle storage class rules must specify the destination storage class.');
  }
  const known = storageClass(given);
  if (known !== undefined) return known;
  throw invalid(
    `Unknown storage class '${given}' is not a valid option for SET_STORAGE_CLASS actions.`,
  );
}

function parseCondition(given: Record<string, unknown>): Condition {
  const condition: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(given)) {
    // An empty list is as good as none.
    if (value === null || (Array.isArray(value) && value.length === 0)) continue;
    if (field === 'matchesPattern') {
      throw invalid('MatchesPattern is not available for this project');
    }
    // To leave out a condition would let the rule's action reach more than was meant.
    const read = Object.hasOwn(READERS, field) ? READERS[field as keyof Condition] : undefined;
    if (read === undefined) throw invalid(`Unknown lifecycle condition: ${field}`);
    condition[field] = read(value, field);
  }
  return condition;
}

type Reader = (value: unknown, field: string) => unknown;

const days: Reader = (value, field) => {
  const number = integer(value, field);
  if (number > MAX_DAYS) {
    throw invalid(`Parse Error: Invalid value for TYPE_INT32 field: '${value}'.`);
  }
  if (number >= 0) return number;
  throw invalid(
    `Lifecycle ${field} condition must be greater than or equal to 0, but was ${number}`,
  );
};

const bytes: Reader = (value, field) => {
  const number = integer(value, field);
  if (number >= 0 && number <= MAX_OBJECT_BYTES) return String(number);
  throw invalid(
    `Lifecycle ${field} condition cannot exceed GCS maximum object size limit: 5 TiB, ` +
      `but was ${number}.`,
  );
};

const date: Reader = (value) => {
  const text = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
  const midnight = new Date(text ?? Number.NaN);
  // The 31st of February would be taken for one of March.
  const exists = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(`${text}`);
  if (exists) return text;
  throw invalid(`Invalid value for: Invalid format: "${value}"`);
};

const affixes: Reader = (value, field) =>
  texts(value, field).map((affix) => {
    if (affix !== '' && affix.length <= MAX_AFFIX_LENGTH) return affix;
    throw invalid(
      `Lifecycle ${field} cannot contain a string that is empty or longer than ` +
        `${MAX_AFFIX_LENGTH}.`,
    );
  });

const storageClasses: Reader = (value, field) =>
  texts(value, field).map((text) => {
    const known = storageClass(text);
    if (known === undefined) throw invalid(`Invalid storage class "${text}"`);
    return known;
  });

const boolean: Reader = (value, field) => {
  if (typeof value === 'boolean') return value;
  throw invalid(`Invalid value for: ${field}: must be true or false`);
};

const READERS: Record<keyof Condition, Reader> = {
  age: days,
  createdBefore: date,
  customTimeBefore: date,
  daysSinceCustomTime: days,
  daysSinceNoncurrentTime: days,
  isLive: boolean,
  matchesPrefix: affixes,
  matchesSuffix: affixes,
  matchesStorageClass: storageClasses,
  noncurrentTimeBefore: date,
  numNewerVersions: days,
  sizeAboveBytes: bytes,
  sizeBelowBytes: bytes,
};

/** A whole number; Google's APIs take one as a string, too. */
function integer(value: unknown, field: string): number {
  const number =
    typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? Number(value) : (value as number);
  if (Number.isInteger(number)) return number;
  throw invalid(`Invalid value for: ${field}: must be a whole number`);
}

function texts(value: unknown, field: string): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw invalid(`Invalid value for: ${field}: must be a list of strings`);
}

function storageClass(given: unknown): string | undefined {
  const name = typeof given === 'string' ? given.toUpperCase() : '';
  return STORAGE_CLASSES.includes(name) ? name : undefined;
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw invalid(`${what} must be an object.`);
}

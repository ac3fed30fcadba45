import { invalid, invalidParameter } from '../wire/errors.ts';
import type { ObjectRecord } from './records.ts';
import type { ObjectMetadata } from './schema.ts';

/*
 * Object contexts: keys and values that objects can be found by. Unlike custom metadata,
 * a listing can be filtered by them, each knows when it was set, and they stay with an
 * object that is copied or composed, unless the request brings others or drops them.
 *
 * https://cloud.google.com/storage/docs/object-contexts
 */
export interface ObjectContext {
  value: string;
  createTime: number;
  updateTime: number;
}

export type ObjectContexts = Record<string, ObjectContext>;

type GivenContexts = ObjectMetadata['contexts'];

const MAX_CONTEXTS = 50;
const MAX_BYTES = 25 * 1024;

/** The values that an upload asks for. */
export function contextValues(given: GivenContexts): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(given?.custom ?? {})) {
    if (value !== null) values[key] = value;
  }
  return values;
}

/**
 * The values that a copy or a composed object gets: those the request brings, none if it
 * drops them (`dropContextGroups=custom`), otherwise those of the sources.
 */
export function inheritedValues(
  given: GivenContexts,
  drop: string | undefined,
  sources: ObjectRecord[],
): Record<string, string> {
  if (drop !== undefined && drop !== 'custom') {
    throw invalidParameter('dropContextGroups', drop, 'Only "custom" can be dropped');
  }
  if (given !== undefined) return contextValues(given);
  if (drop !== undefined) return {};
  const values: Record<string, string> = {};
  for (const { contexts } of sources) {
    for (const [key, { value }] of Object.entries(contexts ?? {})) values[key] = value;
  }
  return values;
}

/** Contexts that are set now, checked; undefined if there are none. */
export function newContexts(
  values: Record<string, string> | undefined,
  time: number,
): ObjectContexts | undefined {
  if (values === undefined) return undefined;
  const contexts: ObjectContexts = {};
  for (const [key, value] of Object.entries(values)) {
    contexts[key] = { value, createTime: time, updateTime: time };
  }
  return checked(contexts);
}

/** The contexts that a change leaves an object with: null removes, of one key or of all. */
export function changeContexts(
  current: ObjectContexts | undefined,
  given: GivenContexts,
  options: { replace: boolean; time: number },
): ObjectContexts | undefined {
  const { replace, time } = options;
  if (given === undefined && !replace) return current;
  if (given === null || given?.custom === null) return undefined;
  const contexts: ObjectContexts = replace ? {} : { ...current };
  for (const [key, value] of Object.entries(given?.custom ?? {})) {
    const before = own(current, key);
    if (value === null) delete contexts[key];
    else if (before?.value === value) contexts[key] = before;
    else contexts[key] = { value, createTime: before?.createTime ?? time, updateTime: time };
  }
  return checked(contexts);
}

/** What a change does to contexts, as the permissions for it are called. */
export function contextVerbs(
  before: ObjectContexts = {},
  after: ObjectContexts = {},
): ('createContext' | 'updateContext' | 'deleteContext')[] {
  const verbs = new Set<'createContext' | 'updateContext' | 'deleteContext'>();
  for (const [key, { value }] of Object.entries(after)) {
    const was = own(before, key);
    if (was === undefined) verbs.add('createContext');
    else if (was.value !== value) verbs.add('updateContext');
  }
  if (Object.keys(before).some((key) => !own(after, key))) verbs.add('deleteContext');
  return [...verbs];
}

/** Contexts as the API shows them. */
export function showContexts(contexts: ObjectContexts): object {
  const shown = Object.entries(contexts).map(([key, { value, createTime, updateTime }]) => [
    key,
    {
      value,
      createTime: new Date(createTime).toISOString(),
      updateTime: new Date(updateTime).toISOString(),
    },
  ]);
  return { custom: Object.fromEntries(shown) };
}

/**
 * The `filter` of a listing: `contexts."key"="value"`, or `contexts."key":*` for any
 * value, and with a `-` before it the objects to which that does not apply.
 */
export function contextFilter(text: string): (object: ObjectRecord) => boolean {
  const match = /^\s*(-?)contexts\."([^"]+)"(?:\s*=\s*"([^"]*)"|\s*:\s*\*)\s*$/.exec(text);
  if (!match) throw invalidParameter('filter', text, 'Not a filter on one context');
  const [, negation, key = '', value] = match;
  const wanted = negation === '';
  return ({ contexts }) => {
    const found = own(contexts, key);
    const applies = found !== undefined && (value === undefined || found.value === value);
    return applies === wanted;
  };
}

/** A key may be called as something that every object inherits. */
const own = (contexts: ObjectContexts | undefined, key: string): ObjectContext | undefined =>
  contexts !== undefined && Object.hasOwn(contexts, key) ? contexts[key] : undefined;

/** 1 to 256 characters, the first a letter or a digit, without quotes and slashes. */
const WORD = /^[\p{L}\p{N}][^'"\\/]{0,255}$/u;

function checked(contexts: ObjectContexts): ObjectContexts | undefined {
  const entries = Object.entries(contexts);
  if (entries.length === 0) return undefined;
  if (entries.length > MAX_CONTEXTS) {
    throw invalid(`An object can have at most ${MAX_CONTEXTS} contexts.`);
  }
  let bytes = 0;
  for (const [key, { value }] of entries) {
    if (!WORD.test(key)) throw invalid(`Invalid object context key: '${key}'.`);
    if (key.startsWith('google:')) throw invalid(`The object context key '${key}' is reserved.`);
    if (!WORD.test(value)) throw invalid(`Invalid value of the object context '${key}'.`);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > MAX_BYTES) throw invalid(`Object contexts can have at most ${MAX_BYTES} bytes.`);
  return contexts;
}

import { ApiError } from './errors.ts';

/**
 * Partial responses: `fields=items(name,size),nextPageToken` or `items/name`.
 * A selector names a path; `a(b,c)` is short for `a/b,a/c`; `*` matches any
 * field. A selector applies to every element of an array. Unlike Google, a field
 * that no resource has is not an error here: it selects nothing.
 *
 * https://cloud.google.com/storage/docs/json_api#partial-response
 */
export type Selection = Map<string, Selection | true>;

/** Parses a `fields` parameter; throws the 400 that Google answers to a broken one. */
export function parseFields(text: string): Selection {
  const tokens = text.match(/[(),/]|[^(),/]+/g) ?? [];
  let at = 0;

  function list(closing: ')' | undefined, depth: number): Selection {
    const selection: Selection = new Map();
    for (;;) {
      item(selection, depth);
      const next = tokens[at++];
      if (next === closing) return selection;
      if (next !== ',') throw broken(text);
    }
  }

  function item(into: Selection, depth: number): void {
    if (depth > MAX_DEPTH) throw broken(text);
    const name = tokens[at++]?.trim();
    if (name === undefined || name === '' || '(),/'.includes(name)) throw broken(text);
    if (tokens[at] === '/') {
      at++;
      item(child(into, name), depth + 1);
    } else if (tokens[at] === '(') {
      at++;
      merge(child(into, name), list(')', depth + 1));
    } else {
      into.set(name, true);
    }
  }

  return list(undefined, 0);
}

/** No resource is nested nearly as deep. */
const MAX_DEPTH = 100;

/** Keeps what the selection names, recursively and through arrays. */
export function select(value: unknown, selection: Selection): unknown {
  if (Array.isArray(value)) return value.map((element) => select(element, selection));
  if (typeof value !== 'object' || value === null) return value;
  const kept: [key: string, inner: unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const chosen = selection.get(key) ?? selection.get('*');
    if (chosen === true) kept.push([key, inner]);
    else if (chosen !== undefined) kept.push([key, select(inner, chosen)]);
  }
  // Not by assignment: a client may call a key `__proto__`.
  return Object.fromEntries(kept);
}

function child(into: Selection, name: string): Selection {
  const existing = into.get(name);
  if (existing instanceof Map) return existing;
  const created: Selection = new Map();
  // `a,a/b`: the whole of `a` was already asked for, so what is below it goes nowhere.
  if (existing === undefined) into.set(name, created);
  return created;
}

function merge(into: Selection, from: Selection): void {
  for (const [key, value] of from) {
    if (value === true) into.set(key, true);
    else merge(child(into, key), value);
  }
}

function broken(text: string): ApiError {
  return new ApiError(400, 'invalidParameter', `Invalid field selection ${text}`, {
    location: 'fields',
    locationType: 'parameter',
  });
}

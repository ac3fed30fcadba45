import { RE2JS } from 're2js';
import { invalidField } from '../errors.ts';

/**
 * The `filter` of list methods, in both of its languages:
 *
 *     name = "web-1" AND (labels.env:prod OR NOT status = RUNNING)
 *     (name eq 'web-.*') (zone ne '.*-a')
 *
 * `=`, `!=`, `<`, `<=`, `>`, `>=` compare strings, numbers and booleans; `:` asks whether a
 * field has a value or contains it, and `field:*` whether it is there at all; expressions that
 * stand side by side must all hold. `eq` and `ne` are older: the value is a regular expression
 * (RE2) that must match the whole field. `*` stands for any text in the values of `=` and `:`.
 * A field that holds a list matches if one of its elements does.
 *
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances/list (filter), and
 * gcloud's own filter_rewrite.py, which writes the second language
 */
export type Filter = (resource: unknown) => boolean;

/** @throws 400 for an expression that Compute Engine does not understand either */
export function parseFilter(text: string): Filter {
  const tokens = tokenize(text);
  let at = 0;
  const peek = () => tokens[at]?.text;
  const broken = () => invalidField('filter', text, 'Invalid list filter expression.');

  function either(depth: number): Filter {
    const parts = [all(depth)];
    while (isWord(tokens[at], 'OR')) {
      at++;
      parts.push(all(depth));
    }
    return parts.length === 1 ? (parts[0] as Filter) : (one) => parts.some((part) => part(one));
  }

  function all(depth: number): Filter {
    const parts = [single(depth)];
    while (at < tokens.length && peek() !== ')' && !isWord(tokens[at], 'OR')) {
      if (isWord(tokens[at], 'AND')) at++;
      parts.push(single(depth));
    }
    return parts.length === 1 ? (parts[0] as Filter) : (one) => parts.every((part) => part(one));
  }

  function single(depth: number): Filter {
    if (depth > MAX_DEPTH) throw broken();
    if (isWord(tokens[at], 'NOT') || peek() === '-') {
      at++;
      const inner = single(depth + 1);
      return (one) => !inner(one);
    }
    if (peek() === '(') {
      at++;
      const inner = either(depth + 1);
      if (peek() !== ')') throw broken();
      at++;
      return inner;
    }
    return comparison();
  }

  function comparison(): Filter {
    const field = tokens[at++];
    const operator = tokens[at++];
    const value = tokens[at++];
    if (field === undefined || operator === undefined || value === undefined) throw broken();
    if (field.kind !== 'word' || value.kind === 'symbol') throw broken();
    const make = operators[operator.kind === 'word' ? operator.text.toLowerCase() : operator.text];
    if (make === undefined || operator.kind === 'quoted') throw broken();
    const path = field.text.split('.');
    const matches = make(value.text, broken);
    return (one) => matches(valuesAt(one, path));
  }

  if (tokens.length === 0) return () => true;
  const filter = either(0);
  if (at !== tokens.length) throw broken();
  return filter;
}

interface Token {
  kind: 'word' | 'quoted' | 'symbol';
  text: string;
}

const MAX_DEPTH = 50;
const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(!=|<=|>=|[=<>:()]|-(?=[\s(a-zA-Z]))|([^\s=<>:()!"']+))/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) throw invalidField('filter', text, 'Invalid list filter expression.');
    const [, quoted, symbol, word = ''] = match;
    if (quoted !== undefined) {
      tokens.push({ kind: 'quoted', text: quoted.slice(1, -1).replaceAll(/\\(["'])/g, '$1') });
    } else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else tokens.push({ kind: 'word', text: word });
  }
  return tokens;
}

const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text === word;

/** Everything that stands at a path, through lists. Keys of labels may hold no dots. */
function valuesAt(resource: unknown, path: readonly string[]): unknown[] {
  let found: unknown[] = [resource];
  for (const name of path) {
    found = found
      .flat()
      .map((one) =>
        typeof one === 'object' && one !== null && Object.hasOwn(one, name)
          ? (one as Record<string, unknown>)[name]
          : undefined,
      )
      .filter((one) => one !== undefined);
  }
  return found.flat();
}

type Matches = (values: readonly unknown[]) => boolean;
type Operator = (value: string, broken: () => Error) => Matches;

const operators: Readonly<Record<string, Operator>> = {
  '=': (value) => some(equal(value)),
  '!=': (value) => not(some(equal(value))),
  ':': (value) => (value === '*' ? (values) => values.length > 0 : some(contains(value))),
  '<': (value) => some((one) => compare(one, value) < 0),
  '<=': (value) => some((one) => compare(one, value) <= 0),
  '>': (value) => some((one) => compare(one, value) > 0),
  '>=': (value) => some((one) => compare(one, value) >= 0),
  eq: (value, broken) => some(wholly(value, broken)),
  ne: (value, broken) => not(some(wholly(value, broken))),
};

const some =
  (test: (text: string) => boolean): Matches =>
  (values) =>
    values.some((one) => test(textOf(one)));

const not =
  (matches: Matches): Matches =>
  (values) =>
    !matches(values);

const textOf = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

function equal(value: string): (text: string) => boolean {
  if (!value.includes('*')) return (text) => text === value;
  return glob(value);
}

function contains(value: string): (text: string) => boolean {
  if (!value.includes('*')) return (text) => text.includes(value);
  return glob(value);
}

/** `*` for any text, compared piece by piece: no pattern takes longer than the text is long. */
function glob(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    if (text.length < first.length + last.length) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= text.length - last.length;
  };
}

function compare(text: string, value: string): number {
  const [left, right] = [Number(text), Number(value)];
  if (text !== '' && value !== '' && !Number.isNaN(left) && !Number.isNaN(right)) {
    return left - right;
  }
  return text < value ? -1 : text > value ? 1 : 0;
}

function wholly(pattern: string, broken: () => Error): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matches(text);
  } catch {
    throw broken();
  }
}

import { invalid } from '../../wire/errors.ts';

/** A piece of a query, and where it stands. */
export interface Token {
  kind: 'text' | 'string' | 'operator' | '(' | ')' | ',' | 'end';
  /** Of a string, without its quotes and escapes. */
  text: string;
  /** Of a text: the names of a field, taken apart at its dots; a quoted name keeps those in it. */
  path: readonly string[];
  at: number;
}

/** Cloud Logging's own limit for a query, in characters. */
const LONGEST = 20_000;

/** Takes a query apart. */
export function tokenize(query: string): Token[] {
  if (query.length > LONGEST) {
    throw invalid(`Unparseable filter: it is longer than ${LONGEST} characters.`);
  }
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN, 'suy');
  let at = 0;
  while (at < query.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(query);
    if (!match) throw syntaxError(query, { text: query[at] ?? '', at });
    const { space, quoted, operator, bracket, text } = match.groups as Groups;
    const [whole] = match;
    if (quoted !== undefined) tokens.push({ kind: 'string', text: unquoted(quoted), path: [], at });
    else if (operator !== undefined)
      tokens.push({ kind: 'operator', text: operator, path: [], at });
    else if (bracket !== undefined) {
      tokens.push({ kind: bracket as '(' | ')' | ',', text: bracket, path: [], at });
    } else if (text !== undefined) tokens.push({ kind: 'text', text, path: pathOf(text), at });
    else if (space === undefined) throw syntaxError(query, { text: whole, at });
    at += whole.length;
  }
  return [...tokens, { kind: 'end', text: '', path: [], at: query.length }];
}

type Groups = Record<'space' | 'quoted' | 'operator' | 'bracket' | 'text', string | undefined>;

const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/.source;
/** A comment reaches from two dashes to the end of the line. */
const TOKEN = [
  String.raw`(?<space>\s+|--[^\n]*)`,
  `(?<quoted>${STRING})`,
  '(?<operator>=~|!~|!=|<=|>=|=|<|>|:)',
  '(?<bracket>[(),])',
  // A field may have quoted names in it: labels."compute.googleapis.com/x".
  String.raw`(?<text>(?:[^\s"'()=<>!~:,]+(?:(?<=\.)(?:${STRING}))?)+)`,
].join('|');

function pathOf(text: string): string[] {
  const names = text.match(new RegExp(`${STRING}|[^.]+`, 'gsu')) ?? [];
  return names.map((name) => (/^["']/.test(name) ? unquoted(name) : name));
}

const unquoted = (text: string): string =>
  text.slice(1, -1).replaceAll(/\\(u[\da-fA-F]{4}|.)/gsu, (_, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return ESCAPES[code] ?? code;
  });

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** The 400 that Cloud Logging answers, in its words. */
export function syntaxError(query: string, { text, at }: Pick<Token, 'text' | 'at'>): Error {
  const before = query.slice(0, at).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const where = `line ${before.length}, column ${column}, token "${text}"`;
  return invalid(`Unparseable filter: syntax error at ${where}`);
}

import { notImplemented } from '../../wire/errors.ts';
import { anywhere, comparison, type Matcher } from './compare.ts';
import { syntaxError, type Token, tokenize } from './tokens.ts';

/**
 * The query language of Cloud Logging:
 *
 *     resource.type = "gcs_bucket" AND severity >= ERROR
 *     protoPayload.methodName = ("storage.buckets.create" OR "storage.buckets.delete")
 *     NOT protoPayload.authenticationInfo.principalEmail =~ "^robot-"
 *     log_id("cloudaudit.googleapis.com/activity") timestamp > "2026-01-02"
 *
 * Expressions that stand side by side must all hold. NOT (or a dash) binds most, then OR, and
 * AND least, unlike in other languages. A value alone is looked for in every field.
 *
 * https://docs.cloud.google.com/logging/docs/view/logging-query-language
 *
 * @throws 400 in Cloud Logging's words; 501 for a function that the sandbox does not know
 */
export function parseQuery(query: string): Matcher {
  return new Parser(query).whole();
}

/** More brackets within brackets than anybody writes. */
const DEEPEST = 50;

class Parser {
  readonly #query: string;
  readonly #tokens: readonly Token[];
  /** Made when the whole is understood: that a query is broken comes before what is wrong in it. */
  readonly #comparisons: (() => void)[] = [];
  #at = 0;
  #depth = 0;

  constructor(query: string) {
    this.#query = query;
    this.#tokens = tokenize(query);
  }

  whole(): Matcher {
    if (this.#peek().kind === 'end') return () => true;
    const matcher = this.#all(() => this.#term());
    if (this.#peek().kind !== 'end') throw this.#unexpected();
    for (const make of this.#comparisons) make();
    return matcher;
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #expect(...kinds: Token['kind'][]): Token {
    if (!kinds.includes(this.#peek().kind)) throw this.#unexpected();
    return this.#take();
  }

  #unexpected(): Error {
    return syntaxError(this.#query, this.#peek());
  }

  #is(word: 'AND' | 'OR' | 'NOT'): boolean {
    return this.#peek().kind === 'text' && this.#peek().text === word;
  }

  /** What has to hold together, with AND between or nothing. */
  #all(leaf: () => Matcher): Matcher {
    const parts = [this.#either(leaf)];
    while (this.#peek().kind !== 'end' && this.#peek().kind !== ')') {
      if (this.#is('AND')) this.#take();
      parts.push(this.#either(leaf));
    }
    return joined(parts, (entry) => parts.every((part) => part(entry)));
  }

  #either(leaf: () => Matcher): Matcher {
    const parts = [this.#not(leaf)];
    while (this.#is('OR')) {
      this.#take();
      parts.push(this.#not(leaf));
    }
    return joined(parts, (entry) => parts.some((part) => part(entry)));
  }

  #not(leaf: () => Matcher): Matcher {
    if (this.#is('NOT') || this.#isDash()) {
      if (this.#is('NOT') || this.#peek().text === '-') this.#take();
      const inner = this.#deeper(() => this.#not(leaf));
      return (entry) => !inner(entry);
    }
    return this.#peek().kind === '(' ? this.#bracketed(leaf) : leaf();
  }

  /** A dash before a term; one that is a part of the term's text is taken off it. */
  #isDash(): boolean {
    const { kind, text, path, at } = this.#peek();
    if (kind !== 'text' || !text.startsWith('-')) return false;
    if (text !== '-') {
      const [first = '', ...rest] = path;
      const token = { kind, text: text.slice(1), path: [first.slice(1), ...rest], at: at + 1 };
      (this.#tokens as Token[])[this.#at] = token;
    }
    return true;
  }

  #bracketed(leaf: () => Matcher): Matcher {
    this.#take();
    const inner = this.#deeper(() => this.#all(leaf));
    this.#expect(')');
    return inner;
  }

  #deeper(parse: () => Matcher): Matcher {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw this.#unexpected();
    const matcher = parse();
    this.#depth -= 1;
    return matcher;
  }

  /** A comparison, a call, or a value alone. */
  #term(): Matcher {
    if (this.#is('AND') || this.#is('OR')) throw this.#unexpected();
    const term = this.#expect('text', 'string');
    if (this.#peek().kind === '(' && term.kind === 'text') return this.#call(term);
    if (this.#peek().kind !== 'operator') return anywhere(term.text);
    const operator = this.#take().text;
    const path = term.kind === 'string' ? [term.text] : term.path;
    const value = () => this.#value(path, operator);
    return this.#peek().kind === '(' ? this.#bracketed(value) : value();
  }

  #value(path: readonly string[], operator: string): Matcher {
    const { text } = this.#expect('text', 'string');
    let matches: Matcher = () => false;
    this.#comparisons.push(() => {
      matches = comparison(path, operator, text);
    });
    return (entry) => matches(entry);
  }

  /** `log_id("cloudaudit.googleapis.com/activity")`; the others are not here. */
  #call({ text: name }: Token): Matcher {
    if (MISSING.test(name)) throw notImplemented(`${name}() in Cloud Logging's query language`);
    if (name !== 'log_id') throw this.#unexpected();
    this.#take();
    const { text: id } = this.#expect('string');
    this.#expect(')');
    const suffix = `/logs/${encodeURIComponent(id)}`;
    return (entry) => String((entry as { logName?: string }).logName).endsWith(suffix);
  }
}

/** https://docs.cloud.google.com/logging/docs/view/logging-query-language#functions */
const MISSING = /^(?:SEARCH|sample|source|ip_in_net|cast|regexp_extract)$/;

const joined = (parts: readonly Matcher[], together: Matcher): Matcher =>
  parts.length === 1 ? (parts[0] as Matcher) : together;

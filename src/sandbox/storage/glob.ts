import { invalidParameter } from '../wire/errors.ts';

/**
 * Cloud Storage's glob patterns: `*` any characters but `/`, `**` any characters, `?`
 * one character but `/`, `[a-z]` and `[!a-z]` a set, `{a,b}` alternatives, `\` quotes.
 *
 * A pattern is made into a list of steps, and a name is matched by following every way
 * through them at once, character by character. A regular expression would try one way
 * after the other, of which a pattern such as `**a**a**a**b` has millions.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/objects/list#list-objects-and-prefixes-using-glob
 */
export function globMatcher(pattern: string): (name: string) => boolean {
  const steps = compile(pattern);
  return (name) => run(steps, name);
}

/** Takes a character and goes on to the next step, or goes on to others without taking one. */
type Step = { takes: (char: string) => boolean } | { to: number[] };

/** As long as the longest name; the pattern's length counts in the time that a name takes. */
const MAX_PATTERN = 1024;

const any = (): boolean => true;
const inFolder = (char: string): boolean => char !== '/';

function compile(pattern: string): Step[] {
  const chars = [...pattern];
  if (chars.length > MAX_PATTERN) throw invalidGlob(pattern);
  const steps: Step[] = [];
  /** The alternatives that are open: where they begin, and what has to lead behind them. */
  const open: { fork: number[]; ends: number[][] }[] = [];

  const takeOne = (takes: (char: string) => boolean) => steps.push({ takes });
  const takeMany = (takes: (char: string) => boolean) => {
    const start = steps.length;
    steps.push({ to: [start + 1, start + 3] }, { takes }, { to: [start] });
  };
  const equals = (wanted: string) => (char: string) => char === wanted;

  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string;
    const innermost = open.at(-1);
    const set = char === '[' ? readSet(chars, at, pattern) : undefined;
    if (set) {
      takeOne(set.takes);
      at = set.end;
    } else if (char === '*' && chars[at + 1] === '*') {
      at++;
      if (chars[at + 1] === '/') {
        at++;
        // `a/**/b` also matches `a/b`: the slash behind `**` goes with it.
        steps.push({ to: [steps.length + 1, steps.length + 5] });
        takeMany(any);
        takeOne(equals('/'));
      } else takeMany(any);
    } else if (char === '*') takeMany(inFolder);
    else if (char === '?') takeOne(inFolder);
    else if (char === '{') {
      const fork = [steps.length + 1];
      steps.push({ to: fork });
      open.push({ fork, ends: [] });
    } else if (char === ',' && innermost) {
      const end: number[] = [];
      steps.push({ to: end });
      innermost.ends.push(end);
      innermost.fork.push(steps.length);
    } else if (char === '}' && innermost) {
      for (const end of innermost.ends) end.push(steps.length);
      open.pop();
    } else if (char === '\\' && at + 1 < chars.length) takeOne(equals(chars[++at] as string));
    else takeOne(equals(char));
  }
  if (open.length > 0) throw invalidGlob(pattern);
  return steps;
}

/** A set that begins at a bracket, and where it ends; undefined if it is no set. */
function readSet(
  chars: string[],
  start: number,
  pattern: string,
): { takes: (char: string) => boolean; end: number } | undefined {
  const negated = chars[start + 1] === '!';
  const ranges: [first: number, last: number][] = [];
  let at = start + (negated ? 2 : 1);
  const codeAt = (): number => {
    if (chars[at] === '\\' && at + 1 < chars.length) at++;
    return chars[at++]?.codePointAt(0) ?? Number.NaN;
  };
  while (at < chars.length && chars[at] !== ']') {
    const first = codeAt();
    let last = first;
    if (chars[at] === '-' && at + 1 < chars.length && chars[at + 1] !== ']') {
      at++;
      last = codeAt();
    }
    if (last < first) throw invalidGlob(pattern);
    ranges.push([first, last]);
  }
  if (ranges.length === 0 || at >= chars.length) return undefined;
  const takes = (char: string) => {
    const code = char.codePointAt(0) ?? Number.NaN;
    return ranges.some(([first, last]) => first <= code && code <= last) !== negated;
  };
  return { takes, end: at };
}

function run(steps: Step[], name: string): boolean {
  let here = reach(steps, [0]);
  for (const char of name) {
    const next: number[] = [];
    for (const at of here) {
      const step = steps[at];
      if (step !== undefined && 'takes' in step && step.takes(char)) next.push(at + 1);
    }
    if (next.length === 0) return false;
    here = reach(steps, next);
  }
  return here.has(steps.length);
}

/** All steps that can be got to without taking a character; the one behind the last is the end. */
function reach(steps: Step[], from: number[]): Set<number> {
  const reached = new Set<number>();
  const waiting = from;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const step = steps[at];
    if (step !== undefined && 'to' in step) waiting.push(...step.to);
  }
  return reached;
}

const invalidGlob = (pattern: string) =>
  invalidParameter('matchGlob', pattern, 'Not a valid glob pattern');

import { invalidParameter } from '../wire/errors.ts';

/**
 * Cloud Storage's glob patterns: `*` any characters but `/`, `**` any characters, `?`
 * one character but `/`, `[a-z]` and `[!a-z]` a set, `{a,b}` alternatives, `\` quotes.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/objects/list#list-objects-and-prefixes-using-glob
 */
export function globMatcher(pattern: string): (name: string) => boolean {
  let source = '';
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    const set = char === '[' ? /^\[(!?)((?:\\.|[^\]\\])+)\]/.exec(pattern.slice(at)) : null;
    if (char === '*' && pattern[at + 1] === '*') {
      at++;
      // `a/**/b` also matches `a/b`: the slash behind `**` goes with it.
      const slash = pattern[at + 1] === '/';
      source += slash ? '(?:.*/)?' : '.*';
      if (slash) at++;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (set) {
      source += `[${set[1] ? '^' : ''}${(set[2] ?? '').replace(/[[\]^&~]/g, '\\$&')}]`;
      at += set[0].length - 1;
    } else if (char === '{') {
      depth++;
      source += '(?:';
    } else if (char === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (char === ',' && depth > 0) source += '|';
    else if (char === '\\' && at + 1 < pattern.length) source += quote(pattern[++at] ?? '');
    else source += quote(char);
  }
  try {
    const regex = new RegExp(`^${source}$`, 's');
    return (name) => regex.test(name);
  } catch {
    throw invalidParameter('matchGlob', pattern, 'Not a valid glob pattern');
  }
}

const quote = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');

import type { ContentLanguage, SearchEntry, SearchText } from '../../content/compiled.ts';
import { hangulPattern } from './hangul-pattern.ts';

/** Something that was found. */
export interface Found {
  readonly entry: SearchEntry;
  readonly score: number;
  /** Some words of the text around the first place, in the reader's language. */
  readonly excerpt: string;
}

/** Longer questions are not read further: nobody types them, but somebody may paste them. */
const mostWords = 8;
const mostLetters = 40;

/** How much a word is worth by where it stands. */
const worth = { name: 40, title: 20, names: 12, body: 1 } as const;

/** A word that occurs often in a text is not about it ever more. */
const mostTimes = 4;

/**
 * Everything that holds all words, best first; where nothing does, what holds most of
 * them. A word is found at the beginning of words, one in Hangul also within, while it is
 * typed, and in either language.
 *
 * @param typed what somebody typed; may be anything
 * @param language of the excerpts
 */
export function search(
  entries: readonly SearchEntry[],
  typed: string,
  language: ContentLanguage,
): readonly Found[] {
  const words = wordsOf(typed);
  if (words.length === 0) return [];
  const patterns = words.map(patternsOf);
  const whole = words.join(' ');
  let most = 1;
  const scored = entries.flatMap((entry) => {
    const lower = texts(entry);
    const scores = patterns.map((pattern) =>
      Math.max(...lower.map((text) => scoreOf(text, pattern))),
    );
    const matched = scores.filter((score) => score > 0).length;
    if (matched < most) return [];
    most = matched;
    const exact = isNamed(lower, whole) ? worth.name * words.length : 0;
    return [{ entry, matched, score: exact + scores.reduce((sum, one) => sum + one, 0) }];
  });
  return scored
    .filter(({ matched }) => matched === most)
    .toSorted((one, other) => other.score - one.score)
    .map(({ entry, score }) => ({
      entry,
      score,
      excerpt: excerptOf(entry.text[language].body, patterns),
    }));
}

/** The words of a question, without control characters and signs. */
export function wordsOf(typed: string): readonly string[] {
  return typed
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .split(/[\s,.:;!?"'`()[\]{}<>|/\\]+/)
    .filter((word) => word !== '')
    .slice(0, mostWords)
    .map((word) => word.slice(0, mostLetters));
}

interface Patterns {
  readonly atStart: RegExp;
  /** Also within a word: Korean writes 객체 저장소 as 객체저장소 as well. */
  readonly within: RegExp | undefined;
}

const isHangul = /[ㄱ-ㅎㅏ-ㅣ가-힣]/;

function patternsOf(word: string): Patterns {
  const source = hangulPattern(word);
  return {
    // Not \b, which knows no Hangul, nor \p{L}, whose first use takes longer than the search.
    atStart: new RegExp(`(?<![0-9a-z가-힣])${source}`, 'g'),
    within: isHangul.test(word) ? new RegExp(source, 'g') : undefined,
  };
}

/** The texts of an entry in both languages, in lower case: made once, whatever the number of words. */
function texts({ text }: SearchEntry): readonly SearchText[] {
  return [text.en, text.ko].map(({ title, names, body }) => ({
    title: title.toLowerCase(),
    names: names.toLowerCase(),
    body: body.toLowerCase(),
  }));
}

function scoreOf({ title, names, body }: SearchText, patterns: Patterns): number {
  return (
    worth.title * timesIn(title, patterns, 1) +
    worth.names * timesIn(names, patterns, 1) +
    worth.body * timesIn(body, patterns, mostTimes)
  );
}

function timesIn(text: string, { atStart, within }: Patterns, most: number): number {
  const times = Math.min(text.match(atStart)?.length ?? 0, most);
  if (times > 0 || within === undefined) return times;
  return Math.min(text.match(within)?.length ?? 0, most) / 2;
}

/** The whole question is what the thing is called. */
function isNamed(lower: readonly SearchText[], whole: string): boolean {
  return lower.some(({ title, names }) => title === whole || names.split('\n').includes(whole));
}

/** How much of a text is shown around what was found (UTF-16 units). */
const before = 30;
const after = 90;

function excerptOf(body: string, patterns: readonly Patterns[]): string {
  const lower = body.toLowerCase();
  const places = patterns.map(({ atStart, within }) => {
    const place = lower.search(atStart);
    return place >= 0 || within === undefined ? place : lower.search(within);
  });
  const place = Math.max(0, Math.min(...places.filter((one) => one >= 0), Number.MAX_SAFE_INTEGER));
  const found = place === Number.MAX_SAFE_INTEGER ? 0 : place;
  const from = found <= before ? 0 : startOfWord(body, found - before);
  const to = found + after >= body.length ? body.length : body.lastIndexOf(' ', found + after);
  const middle = body
    .slice(from, Math.max(to, found + 1))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return `${from > 0 ? '…' : ''}${middle}${to < body.length ? '…' : ''}`;
}

function startOfWord(text: string, near: number): number {
  const space = text.indexOf(' ', near);
  return space < 0 ? near : space + 1;
}

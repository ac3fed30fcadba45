import type { ContentLanguage, SearchEntry, SearchText } from '../../content/compiled.ts';
import { nounOf, type Patterns, patternsOf, wordsOf } from './words.ts';

/** Something that was found. */
export interface Found {
  readonly entry: SearchEntry;
  readonly score: number;
  /** Some words of the text around the first place, in the reader's language. */
  readonly excerpt: string;
}

/** What holds all words is enough, if there is so much of it; else what holds most of them follows. */
const enough = 5;

/** How much a word is worth by where it stands, and how much the whole question as a name. */
const worth = { name: 60, title: 20, names: 12, body: 1 } as const;

/** The beginning of a longer word is worth less than the word, a place within one less again. */
const part = { start: 0.7, within: 0.5 } as const;

/** A word that occurs often in a text is not about it ever more. */
const mostTimes = 4;

/**
 * What holds all words, best first, and after it, where that is not much, what holds most of
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
  // `what is a bucket` asks for a bucket, and 버킷이란 for a 버킷.
  const wanted = new Set([typed, words.join(''), words.map(nounOf).join('')].map(nameOf));
  const rows = entries.flatMap((entry) => {
    const lower = texts(entry);
    const scores = patterns.map((pattern) =>
      Math.max(...lower.map((text) => scoreOf(text, pattern))),
    );
    const matched = scores.filter((score) => score > 0).length;
    return matched === 0 ? [] : [{ entry, lower, scores, matched }];
  });
  const weights = patterns.map((_, index) => rarity(rows, entries.length, index));
  const scored = rows
    .map(({ entry, lower, scores, matched }) => {
      const sum = scores.reduce((total, score, index) => total + score * (weights[index] ?? 1), 0);
      const exact = isNamed(entry, lower, wanted) ? worth.name * words.length : 0;
      return { entry, matched, score: sum + exact };
    })
    .toSorted((one, other) => other.matched - one.matched || other.score - one.score);
  const [best] = scored;
  return scored
    .filter(
      ({ matched }, index) =>
        matched === best?.matched || (index < enough && 2 * matched >= words.length),
    )
    .map(({ entry, score }) => ({
      entry,
      score,
      excerpt: excerptOf(entry.text[language].body, patterns),
    }));
}

/** How much a word tells: one that is nearly everywhere tells little (from 1 upwards). */
function rarity(
  rows: readonly { readonly scores: readonly number[] }[],
  all: number,
  index: number,
): number {
  const holding = rows.filter(({ scores }) => (scores[index] ?? 0) > 0).length;
  return 1 + Math.log(all / Math.max(holding, 1)) / 4;
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
    worth.title * onceIn(title, patterns) +
    worth.names * onceIn(names, patterns) +
    worth.body * timesIn(body, patterns)
  );
}

function onceIn(text: string, { whole, atStart, within }: Patterns): number {
  if (whole.test(text)) return 1;
  if (text.search(atStart) >= 0) return part.start;
  return within !== undefined && text.search(within) >= 0 ? part.within : 0;
}

function timesIn(text: string, { atStart, within }: Patterns): number {
  const times = Math.min(text.match(atStart)?.length ?? 0, mostTimes);
  if (times > 0 || within === undefined) return times;
  return Math.min(text.match(within)?.length ?? 0, mostTimes) * part.within;
}

/** The whole question is what the thing is called. The names of a section are those of what it explains. */
function isNamed(
  { kind }: SearchEntry,
  lower: readonly SearchText[],
  wanted: ReadonlySet<string>,
): boolean {
  return lower.some(({ title, names }) =>
    [title, ...(kind === 'section' ? [] : names.split('\n'))].some((one) =>
      wanted.has(nameOf(one)),
    ),
  );
}

/** A name without what people write differently. */
function nameOf(text: string): string {
  return text
    .slice(0, 100)
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s\-_./]+/g, '');
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

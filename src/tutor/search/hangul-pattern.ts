/**
 * What somebody types in Hangul is not finished while it is typed: on the way to 버킷 the
 * screen shows ㅂ, 버, 벜, 버키, 버킷. Each of these finds the word.
 *
 * A syllable is 0xAC00 + (initial * 21 + medial) * 28 + final
 * (https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/#G24646).
 */

const first = 0xac00;
const last = 0xd7a3;
const medials = 21;
const finals = 28;

const initialLetters = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const finalLetters = ' ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ';

/** Final letters of two keys: the second belongs to the next syllable once a vowel follows. */
const twoKeys: Readonly<Record<string, string>> = {
  ...{ ㄳ: 'ㄱㅅ', ㄵ: 'ㄴㅈ', ㄶ: 'ㄴㅎ', ㄺ: 'ㄹㄱ', ㄻ: 'ㄹㅁ', ㄼ: 'ㄹㅂ' },
  ...{ ㄽ: 'ㄹㅅ', ㄾ: 'ㄹㅌ', ㄿ: 'ㄹㅍ', ㅀ: 'ㄹㅎ', ㅄ: 'ㅂㅅ' },
};

/** Vowels that another key turns into one of the following: ㅗ into ㅘ, ㅙ, ㅚ. */
const growingMedials: Readonly<Record<number, number>> = { 8: 3, 9: 1, 13: 3, 14: 1, 18: 1 };

/** The source of a pattern that finds everything that a word typed so far may become. */
export function hangulPattern(word: string): string {
  const letters = Array.from(word.normalize('NFC'));
  return letters
    .map((letter, index) => patternOfLetter(letter, index === letters.length - 1))
    .join('');
}

function patternOfLetter(letter: string, isLast: boolean): string {
  // A consonant alone is the beginning of any syllable, so that ㅂㅋ finds 버킷 too.
  const initial = initialLetters.indexOf(letter);
  if (initial >= 0) return anyWithInitial(initial);
  const pair = twoKeys[letter];
  if (pair !== undefined) return Array.from(pair, (one) => patternOfLetter(one, false)).join('');
  const code = letter.charCodeAt(0);
  if (code < first || code > last) return letter.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
  return isLast ? patternOfUnfinished(code) : letter;
}

function patternOfUnfinished(code: number): string {
  const final = (code - first) % finals;
  const open = code - final;
  if (final === 0) {
    const medial = ((code - first) / finals) % medials;
    return range(open, open + ((growingMedials[medial] ?? 0) + 1) * finals - 1);
  }
  const letter = finalLetters[final] ?? '';
  // 달 may become 닭, 닮, ...
  const grown = Object.keys(twoKeys)
    .filter((pair) => twoKeys[pair]?.startsWith(letter))
    .map((pair) => String.fromCharCode(open + finalLetters.indexOf(pair)));
  const own = `[${String.fromCharCode(code)}${grown.join('')}]`;
  const [stays, moves] = twoKeys[letter] ?? [undefined, letter];
  const next = initialLetters.indexOf(moves ?? '');
  if (next < 0) return own;
  // 벜 may become 버키.
  const before = open + (stays === undefined ? 0 : finalLetters.indexOf(stays));
  return `(?:${own}|${String.fromCharCode(before)}${anyWithInitial(next)})`;
}

function anyWithInitial(initial: number): string {
  const start = first + initial * medials * finals;
  return range(start, start + medials * finals - 1);
}

function range(from: number, to: number): string {
  return `[${String.fromCharCode(from)}-${String.fromCharCode(to)}]`;
}

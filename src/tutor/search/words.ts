import { hangulPattern } from './hangul-pattern.ts';

/** Longer questions are not read further: nobody types them, but somebody may paste them. */
const mostWords = 8;
const mostLetters = 40;

/** Words of a question that say nothing of what it is about. */
const empty = new Set(
  [
    'a an the of to in on at for from by with without into and or vs versus between is are was be being am',
    'do does did i my me you your it its this that there what which who why how when where much many can should',
    '뭐 뭐야 뭔가요 뭐예요 뭐에요 뭐죠 무엇 무엇인가요 무슨 어떤 어떻게 어떡해 어디 어디서 언제 왜 얼마 얼마나 얼마예요 얼마에요',
    '그리고 또는 하는 하는법 방법 법 좀 거 것 게 수 내 나의 알려줘 싶어요 싶은데 있나요 있어요 하나요 되나요 하면 할 때',
  ].flatMap((line) => line.split(' ')),
);

/** What Korean joins to a noun: 버킷을, 버킷이란, 배포하기. The longest first. */
const endings = [
  ...[
    '하려면',
    '하는법',
    '이라는',
    '에서는',
    '이란',
    '이랑',
    '이나',
    '에서',
    '에는',
    '에게',
    '으로',
    '로는',
  ],
  ...[
    '라는',
    '부터',
    '까지',
    '처럼',
    '보다',
    '하고',
    '하기',
    '하는',
    '하면',
    '해요',
    '란',
    '랑',
    '은',
    '는',
  ],
  ...['이', '가', '을', '를', '의', '에', '로', '와', '과', '도', '만'],
];

const isHangul = /[ㄱ-ㅎㅏ-ㅣ가-힣]/;

/**
 * The words of a question that it can be looked for by, without control characters and signs.
 * Words that say nothing are left out, unless there are no others.
 *
 * @param typed what somebody typed; may be anything
 */
export function wordsOf(typed: string): readonly string[] {
  const words = typed
    .slice(0, mostWords * mostLetters * 4)
    .normalize('NFC')
    .toLowerCase()
    // Colours and the like that a terminal has put between what was copied.
    .replaceAll(/\u001b\[[0-9;?]*[a-z]/g, ' ')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .split(/[\s,.:;!?"'`()[\]{}<>|/\\\-_&+=%$#@*^~“”‘’·…–—]+/)
    .filter((word) => word !== '');
  const telling = words.filter((word) => !empty.has(word));
  return (telling.length > 0 ? telling : words)
    .slice(0, mostWords)
    .map((word) => word.slice(0, mostLetters));
}

/** How a word is looked for. */
export interface Patterns {
  readonly atStart: RegExp;
  /** The same as a whole word, not as the beginning of a longer one. */
  readonly whole: RegExp;
  /** Also within a word: Korean writes 객체 저장소 as 객체저장소 as well. */
  readonly within: RegExp | undefined;
}

export function patternsOf(word: string): Patterns {
  const stem = stemOf(word);
  const source = eitherOf(hangulPattern(word), stem);
  // Not \b, which knows no Hangul, nor \p{L}, whose first use takes longer than the search.
  const start = `(?<![0-9a-z가-힣])${source}`;
  return {
    atStart: new RegExp(start, 'g'),
    whole: new RegExp(`${start}(?![0-9a-z가-힣])`),
    within: isHangul.test(word) ? new RegExp(spaced(word, stem) ?? source, 'g') : undefined,
  };
}

/** A word without what Korean joins to it. */
export function nounOf(word: string): string {
  return stemOf(word) ?? word;
}

/** The noun of a word; undefined where nothing is joined to it, or where what is left says too little. */
function stemOf(word: string): string | undefined {
  const ending = endings.find((one) => word.endsWith(one));
  const stem = ending === undefined ? '' : word.slice(0, -ending.length);
  return /^(?:[0-9a-z]+|.*[가-힣]{2})$/.test(stem) && !/[^0-9a-z가-힣]/.test(stem)
    ? stem
    : undefined;
}

/** 로드밸런서 is 로드 밸런서, too. */
function spaced(word: string, stem: string | undefined): string | undefined {
  if (!/^[가-힣]{4,}$/.test(word)) return undefined;
  const loose = (letters: string) => Array.from(letters).join(' ?');
  return eitherOf(loose(word), stem && loose(stem));
}

function eitherOf(one: string, other: string | undefined): string {
  return other === undefined ? one : `(?:${one}|${other})`;
}

import type { MatchQuestion, Pair } from '../../content/compiled.ts';
import { plainText } from '../../content/plain-text.ts';
import { shuffleAway } from '../shuffle.ts';
import { areDistinct, digitsIn, digitUpTo } from './digits.ts';
import {
  numbered,
  printBelow,
  printNumbered,
  printVerdict,
  printWhyBelow,
  strongOf,
  textOf,
  whyNot,
} from './lines.ts';
import type { Posed } from './posed.ts';

const letters = 'abcdefghi';

/**
 * What belongs together: each on the left, which has a letter, gets the number
 * of one on the right. What is answered is the ids of the rights, in the order
 * in which the author wrote the lefts.
 */
export function poseMatch({ pairs, extra }: MatchQuestion, seed: number): Posed {
  const rights = shuffleAway(
    [...pairs.map(({ id, right }) => ({ id, text: right })), ...extra],
    seed,
  );
  const numberOf = (id: string) => rights.findIndex((right) => right.id === id) + 1;
  const written = (digits: readonly number[]) =>
    digits.map((digit, index) => `${letters[index]}${digit}`).join(' ');
  // Two may be named by the same words; then either belongs there.
  const belongs = ({ id, right }: Pair, chosen: string) =>
    chosen === id || plainText(right) === plainText(rights[numberOf(chosen) - 1]?.text ?? []);
  const lefts = pairs.map(({ left }, index) => ({ mark: letters[index] ?? '', text: left }));
  const solved = pairs.map(({ id, left, right, why }, index) => ({
    mark: letters[index] ?? '',
    text: [...left, textOf(` = ${numberOf(id)}. `), strongOf(right)],
    why,
  }));
  const last = letters[pairs.length - 1] ?? '';

  return {
    oneKey: false,
    choices: [lefts, numbered(rights)],
    hint: ({ say }) => say.quiz.matchHint(last),
    hintOnPaper: ({ say }) => say.quiz.onPaper.match(last),
    answerKey: ({ say }) => ({
      key: `1-${rights.length}`,
      word: say.keys.match(last),
      help: say.quiz.matchHelp(last),
    }),
    type(before, typed) {
      const digit = digitUpTo(rights.length, typed);
      if (digit === undefined) return typed === ' ' ? before : undefined;
      const digits = digitsIn(before);
      const isUsable = digits.length < pairs.length && !digits.includes(digit);
      return isUsable ? written([...digits, digit]) : before;
    },
    read(text) {
      const digits = digitsOfLetters(text, pairs.length) ?? digitsIn(text);
      if (digits.length !== pairs.length || !areDistinct(digits, rights.length)) return undefined;
      return digits.map((digit) => rights[digit - 1]?.id ?? '');
    },
    complaint: ({ say }) => say.quiz.matchHint(last),
    isRight: (given) => pairs.every((pair, index) => belongs(pair, given[index] ?? '')),
    explain(page, { given, right }) {
      const { terminal, say } = page;
      printVerdict(page, written(given.map(numberOf)), right, say.quiz.notQuite);
      for (const [index, pair] of pairs.entries()) {
        const chosen = given[index] ?? '';
        printNumbered(page, letters[index] ?? '', solved[index]?.text ?? []);
        if (!belongs(pair, chosen)) {
          printBelow(page, terminal.paint.bad(say.quiz.youChose(numberOf(chosen))));
        } else if (!right) printBelow(page, terminal.paint.good(say.quiz.chosenRight));
        printWhyBelow(page, pair.why);
        const tempting = extra.find(({ id }) => id === chosen);
        if (tempting !== undefined) {
          printWhyBelow(page, [textOf(`${say.notAnswer(numberOf(chosen))} `), ...tempting.why]);
        }
      }
    },
    solution: ({ say }) => [
      ...solved,
      ...extra.map(({ id, why }) => whyNot(String(numberOf(id)), say.quiz.belongsNowhere, why)),
    ],
  };
}

/** `b1 a3`, whatever its order, as the numbers for a, b …; undefined where letters are missing. */
function digitsOfLetters(text: string, count: number): number[] | undefined {
  const found = new Map(
    [...text.toLowerCase().matchAll(/([a-i])[\s=:.)-]*(\d)/g)].map(([, letter, digit]) => [
      letters.indexOf(letter ?? ''),
      Number(digit),
    ]),
  );
  const digits = Array.from({ length: count }, (_, index) => found.get(index));
  return digits.every((digit) => digit !== undefined) ? digits : undefined;
}

import type { MatchQuestion, Pair } from '../../content/compiled.ts';
import { plainText } from '../../terminal/markdown.ts';
import { shuffleAway } from '../shuffle.ts';
import type { Page } from '../stage.ts';
import { areDistinct, digitsIn, digitUpTo } from './digits.ts';
import {
  printBelow,
  printHint,
  printNumbered,
  printStatus,
  printVerdict,
  printWhyBelow,
  strongOf,
  textOf,
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
    [
      ...pairs.map(({ id, right, why }) => ({ id, text: right, why, isExtra: false })),
      ...extra.map((one) => ({ ...one, isExtra: true })),
    ],
    seed,
  );
  const numberOf = (id: string) => rights.findIndex((right) => right.id === id) + 1;
  const written = (digits: readonly number[]) =>
    digits.map((digit, index) => `${letters[index]}${digit}`).join(' ');
  // Two may be named by the same words; then either belongs there.
  const belongs = (pair: Pair, id: string | undefined) =>
    id === pair.id ||
    plainText(pair.right) === plainText(rights[numberOf(id ?? '') - 1]?.text ?? []);

  const printPair = (page: Page, index: number, { id, left, right }: Pair) =>
    printNumbered(page, letters[index] ?? '', [
      ...left,
      textOf(` = ${numberOf(id)}. `),
      strongOf(right),
    ]);

  return {
    oneKey: false,
    printChoices(page) {
      for (const [index, { left }] of pairs.entries()) {
        printNumbered(page, letters[index] ?? '', left);
      }
      page.terminal.print();
      for (const [index, { text }] of rights.entries()) {
        printNumbered(page, String(index + 1), text);
      }
      printHint(page, page.say.quiz.matchHint(lastLetter(pairs)));
    },
    answerKey: ({ say }) => ({
      key: `1-${rights.length}`,
      word: say.keys.match(lastLetter(pairs)),
      help: say.quiz.matchHelp(lastLetter(pairs)),
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
    complaint: ({ say }) => say.quiz.matchHint(lastLetter(pairs)),
    isRight: (given) => pairs.every((pair, index) => belongs(pair, given[index])),
    explain(page, { given, right }) {
      const { terminal, say } = page;
      printVerdict(page, written(given.map(numberOf)), right);
      for (const [index, pair] of pairs.entries()) {
        const chosen = given[index] ?? '';
        printPair(page, index, pair);
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
    printSolution(page) {
      for (const [index, pair] of pairs.entries()) {
        printPair(page, index, pair);
        printWhyBelow(page, pair.why);
      }
      for (const { id, why } of extra) {
        printStatus(page, String(numberOf(id)), page.say.quiz.belongsNowhere);
        printWhyBelow(page, why);
      }
    },
  };
}

function lastLetter(pairs: readonly unknown[]): string {
  return letters[pairs.length - 1] ?? '';
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

import type { OrderQuestion } from '../../content/compiled.ts';
import { shuffleAway } from '../shuffle.ts';
import { areDistinct, digitsIn, digitUpTo } from './digits.ts';
import {
  numbered,
  printBelow,
  printNumbered,
  printReason,
  printRight,
  printVerdict,
  printWhyBelow,
} from './lines.ts';
import type { Posed } from './posed.ts';

/** Things to put in order; only the whole order is right. */
export function poseOrder(question: OrderQuestion, seed: number): Posed {
  const { items } = question;
  const shown = shuffleAway(items, seed);
  const numberOf = (id: string) => shown.findIndex((item) => item.id === id) + 1;
  const rightOrder = items.map(({ id }) => numberOf(id)).join(' ');
  const solution = items.map(({ id, text, why }) => ({ mark: String(numberOf(id)), text, why }));
  return {
    oneKey: false,
    choices: [numbered(shown)],
    hint: ({ say }) => say.quiz.orderHint,
    hintOnPaper: ({ say }) => say.quiz.onPaper.order,
    answerKey: ({ say }) => ({
      key: `1-${shown.length}`,
      word: say.keys.order,
      help: say.quiz.orderHelp,
    }),
    type(written, typed) {
      const digit = digitUpTo(shown.length, typed);
      if (digit === undefined) return typed === ' ' ? written : undefined;
      const before = digitsIn(written);
      return before.includes(digit) ? written : [...before, digit].join(' ');
    },
    read(written) {
      const digits = digitsIn(written);
      if (digits.length !== shown.length || !areDistinct(digits, shown.length)) return undefined;
      return digits.map((digit) => shown[digit - 1]?.id ?? '');
    },
    complaint: ({ say }) => say.quiz.allNumbers(shown.length),
    isRight: (given) => given.join(' ') === items.map(({ id }) => id).join(' '),
    explain(page, { given, right }) {
      const { terminal, say } = page;
      printVerdict(page, given.map(numberOf).join(' '), right, say.quiz.notQuite);
      if (right) {
        for (const reason of solution) printReason(page, reason);
        return;
      }
      terminal.print();
      printRight(page, say.quiz.rightOrder(rightOrder));
      for (const [place, { id, text, why }] of items.entries()) {
        printNumbered(page, String(numberOf(id)), text);
        const own = given.indexOf(id);
        if (own !== place) printBelow(page, terminal.paint.bad(say.quiz.yourPlace(own + 1)));
        printWhyBelow(page, why);
      }
    },
    solution: () => solution,
  };
}

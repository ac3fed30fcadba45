import type { MultipleQuestion } from '../../content/compiled.ts';
import { shuffle } from '../shuffle.ts';
import { areDistinct, digitsIn, digitUpTo } from './digits.ts';
import { numbered, printStatus, printVerdict, printWhyBelow, strongOf, whyNot } from './lines.ts';
import type { Posed } from './posed.ts';

/** Several right answers: all of them and nothing else is right. */
export function poseMultiple(question: MultipleQuestion, seed: number): Posed {
  const options = shuffle(question.options, seed);
  const numberOf = (id: string) => options.findIndex((option) => option.id === id) + 1;
  return {
    oneKey: false,
    choices: [numbered(options)],
    hint: ({ say }) => say.quiz.multipleHint,
    hintOnPaper: ({ say }) => say.quiz.onPaper.multiple,
    answerKey: ({ say }) => ({
      key: `1-${options.length}`,
      word: say.keys.choose,
      help: say.quiz.multipleHelp,
    }),
    type(written, typed) {
      const digit = digitUpTo(options.length, typed);
      if (digit === undefined) return typed === ' ' ? written : undefined;
      const before = digitsIn(written);
      // Pressed again, it is taken back.
      const after = before.includes(digit)
        ? before.filter((other) => other !== digit)
        : [...before, digit].sort();
      return after.join(' ');
    },
    read(written) {
      const digits = digitsIn(written);
      if (digits.length === 0 || !areDistinct(digits, options.length)) return undefined;
      return digits.map((digit) => options[digit - 1]?.id ?? '');
    },
    complaint: ({ say }) => say.quiz.multipleHint,
    isRight: (given) => options.every(({ id, correct }) => correct === given.includes(id)),
    explain(page, { given, right }) {
      const { good, bad, caution } = page.terminal.paint;
      const { quiz } = page.say;
      printVerdict(page, given.map(numberOf).join(' '), right, quiz.notQuite);
      for (const [index, { id, correct, why }] of options.entries()) {
        const isChosen = given.includes(id);
        if (!correct && !isChosen) continue;
        const missing = isChosen ? good(quiz.chosenRight) : caution(quiz.leftOut);
        printStatus(page, String(index + 1), correct ? missing : bad(quiz.chosenWrong));
        printWhyBelow(page, why);
      }
    },
    solution: ({ say }) =>
      options.map(({ id, text, correct, why }) => {
        const mark = String(numberOf(id));
        if (!correct) return whyNot(mark, say.quiz.notRight, why);
        return { mark, text: [strongOf(text)], why };
      }),
  };
}

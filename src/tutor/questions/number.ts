import type { NumberQuestion, NumberValue } from '../../content/compiled.ts';
import { plainText } from '../../content/plain-text.ts';
import { wrap } from '../../terminal/width.ts';
import type { Page } from '../stage.ts';
import { printRight, printVerdict, printWhy, strongOf, textOf, whyNot } from './lines.ts';
import { parseNumber } from './parse-number.ts';
import type { Posed } from './posed.ts';

/** A prediction: right within its tolerance; where a usual mistake leads to is recognised. */
export function poseNumber(question: NumberQuestion): Posed {
  const { answer, tolerance, why, traps, prompt } = question;
  const about = `${plainText(prompt)} ${answer.text}`;
  const numberOf = (written: string | undefined) => parseNumber(written ?? '', about);
  const isRight = (value: number) => isAbout(value, answer, tolerance);
  const answerSentence = ({ quiz }: Page['say']) =>
    tolerance > 0 ? quiz.answerWithin(answer.text, tolerance) : quiz.answerExactly(answer.text);
  return {
    oneKey: false,
    choices: [],
    hint: ({ say }) => say.quiz.numberHint(tolerance),
    hintOnPaper: ({ say }) => say.quiz.onPaper.number(tolerance),
    answerKey: ({ say }) => ({ key: '0-9', word: say.keys.number, help: say.quiz.numberHelp }),
    type(written, typed) {
      if (/^[\d.,$₩%~+-]$/.test(typed)) return written + typed;
      // A unit may follow; on an empty line a letter is a key.
      return written === '' ? undefined : written + typed;
    },
    read(written) {
      return numberOf(written) === undefined ? undefined : [written.trim()];
    },
    complaint: ({ say }) => say.quiz.notANumber,
    isRight: ([written]) => isRight(numberOf(written) ?? Number.NaN),
    explain(page, { given: [written], right }) {
      const { terminal, say } = page;
      printVerdict(page, written ?? '', right, say.quiz.isOff);
      if (!right) {
        const value = numberOf(written) ?? Number.NaN;
        const trap = nearestTrap(traps, value, tolerance);
        if (trap !== undefined) printWhy(page, trap.why);
        else {
          const direction = value < answer.value ? say.quiz.tooLow : say.quiz.tooHigh;
          terminal.print(wrap(`  ${direction}`, terminal.columns, '  '));
        }
        terminal.print();
      }
      printRight(page, answerSentence(say));
      printWhy(page, why);
    },
    solution: ({ say }) => [
      { mark: undefined, text: [strongOf([textOf(answerSentence(say))])], why },
      ...traps.map((trap) => whyNot(undefined, say.quiz.trap(trap.text), trap.why)),
    ],
  };
}

/**
 * True if this is the number, as it was calculated or as it is written, or not further off.
 *
 * @param tolerance per cent
 */
function isAbout(value: number, wanted: NumberValue, tolerance: number): boolean {
  if (value === parseNumber(wanted.text, wanted.text)) return true;
  // 0.1 + 0.2 is not quite 0.3 here.
  const rounding = Math.max(Math.abs(wanted.value), 1) * 1e-9;
  return Math.abs(value - wanted.value) <= (Math.abs(wanted.value) * tolerance) / 100 + rounding;
}

/** The mistake that leads to about this number: within the question's tolerance, at least one per cent. */
function nearestTrap(
  traps: NumberQuestion['traps'],
  value: number,
  tolerance: number,
): NumberQuestion['traps'][number] | undefined {
  const distance = (trap: NumberValue) => Math.abs(trap.value - value);
  return traps
    .filter((trap) => isAbout(value, trap, Math.max(tolerance, 1)))
    .toSorted((one, other) => distance(one) - distance(other))[0];
}

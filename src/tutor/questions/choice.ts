import type { ExperimentQuestion, SingleQuestion } from '../../content/compiled.ts';
import { shuffle } from '../shuffle.ts';
import { digitUpTo } from './digits.ts';
import { numbered, printRight, printVerdict, printWhy, strongOf, whyNot } from './lines.ts';
import type { Posed } from './posed.ts';

export interface PosedChoice extends Posed {
  /** The number under which an option is shown. */
  numberOf(id: string | undefined): number;
}

/** One right answer of several; a prediction of what an experiment will show is asked in the same way. */
export function poseChoice(
  question: SingleQuestion | ExperimentQuestion,
  seed: number,
): PosedChoice {
  const options = shuffle(question.options, seed);
  const isExperiment = question.type === 'experiment';
  const numberOf = (id: string | undefined) => options.findIndex((option) => option.id === id) + 1;
  const correct = options.find((option) => option.correct);
  return {
    numberOf,
    oneKey: true,
    choices: [numbered(options)],
    hint: ({ say }) => (isExperiment ? say.quiz.experimentHint : undefined),
    hintOnPaper: ({ say }) => (isExperiment ? say.quiz.onPaper.experiment : undefined),
    answerKey: ({ say }) => ({
      key: `1-${options.length}`,
      word: say.keys.answer,
      help: say.help.number,
    }),
    type: () => undefined,
    read(written) {
      const option = options[(digitUpTo(options.length, written) ?? 0) - 1];
      return option && [option.id];
    },
    complaint: ({ say }) => say.help.number,
    isRight: ([id]) => id === correct?.id,
    explain(page, { given: [id], right }) {
      const { terminal, say } = page;
      const chosen = options.find((option) => option.id === id);
      printVerdict(page, String(numberOf(id)), right);
      if (chosen !== undefined) printWhy(page, chosen.why);
      if (correct === undefined || right) return;
      terminal.print();
      const number = numberOf(correct.id);
      printRight(page, isExperiment ? say.quiz.happened(number) : say.rightAnswer(number));
      printWhy(page, correct.why);
    },
    others: ({ say }, { given: [id] }) =>
      options
        .filter((option) => !option.correct && option.id !== id)
        .map((option) => whyNot(String(numberOf(option.id)), say.quiz.notRight, option.why)),
    solution: ({ say }) => [
      ...options
        .filter((option) => option.correct)
        .map(({ id, text, why }) => ({
          mark: String(numberOf(id)),
          text: [strongOf(text)],
          why,
        })),
      ...options
        .filter((option) => !option.correct)
        .map(({ id, why }) => whyNot(String(numberOf(id)), say.quiz.notRight, why)),
    ],
  };
}

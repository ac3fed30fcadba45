import type { Option, Question, SingleQuestion } from '../content/compiled.ts';
import { renderBlocks, renderInlines } from '../terminal/markdown.ts';
import { seedOf, shuffle } from './shuffle.ts';
import { type Action, askAction, askKey, positionOf, type Stage } from './stage.ts';

export interface Score {
  readonly answered: number;
  readonly right: number;
}

/**
 * Asks the questions one after the other and explains each answer.
 *
 * @param seed decides the order of the options
 */
export async function askQuestions(
  stage: Stage,
  everything: readonly Question[],
  seed: number,
): Promise<Score> {
  const questions = everything.filter(isChoice);
  let right = 0;
  for (const [index, question] of questions.entries()) {
    const position = positionOf(index + 1, questions.length);
    const options = shuffle(question.options, seed ^ seedOf(question.id));
    printQuestion(stage, position, question, options);
    const chosen = await askOption(stage, position, options);
    if (chosen === undefined) return { answered: index, right };
    if (chosen.correct) right += 1;
    explainAnswer(stage, options, chosen);
    const isLast = index === questions.length - 1;
    if (!isLast && (await askToGoOn(stage, position)) === 'quit')
      return { answered: index + 1, right };
  }
  return { answered: questions.length, right };
}

/** One right answer among several. */
export function isChoice(question: Question): question is SingleQuestion {
  return question.type === 'single';
}

/** A question with its numbered options; also used where nobody is asked. */
export function printQuestion(
  { terminal }: Pick<Stage, 'terminal'>,
  position: string,
  question: SingleQuestion,
  options: readonly Option[],
): void {
  terminal.print(renderInlines(terminal, question.prompt, `${position} `, ''));
  terminal.print();
  for (const [index, { text }] of options.entries()) {
    terminal.print(renderInlines(terminal, text, `  ${index + 1}. `));
  }
  terminal.print();
}

/** @returns undefined where the learner leaves instead */
async function askOption(
  stage: Stage,
  position: string,
  options: readonly Option[],
): Promise<Option | undefined> {
  const { keys } = stage.say;
  const choices = [
    { key: `1-${options.length}`, word: keys.answer },
    { key: 'q', word: keys.quit },
  ];
  const optionOf = (answer: string) =>
    /^\d$/.test(answer) ? options[Number(answer) - 1] : undefined;
  const accepts = (answer: string) => answer === 'q' || optionOf(answer) !== undefined;
  const answer = await askKey(stage, position, choices, accepts);
  return optionOf(answer ?? 'q');
}

function askToGoOn(stage: Stage, position: string): Promise<Action> {
  const { keys } = stage.say;
  return askAction(stage, position, [
    { key: 'n', word: keys.next },
    { key: 'q', word: keys.quit },
  ]);
}

function explainAnswer({ terminal, say }: Stage, options: readonly Option[], chosen: Option): void {
  const { good, bad, strong } = terminal.paint;
  const numberOf = (option: Option) => options.indexOf(option) + 1;
  const verdict = chosen.correct ? good(say.right) : bad(say.wrong);
  const explain = ({ why }: Option) =>
    terminal.print(renderBlocks(terminal, [{ kind: 'paragraph', content: why }], '  '));
  terminal.print(`${say.yourAnswer(numberOf(chosen))}. ${strong(verdict)}`);
  explain(chosen);
  const correct = options.find((option) => option.correct);
  if (correct !== undefined && correct !== chosen) {
    terminal.print();
    terminal.print(good(say.rightAnswer(numberOf(correct))));
    explain(correct);
  }
  terminal.print();
}

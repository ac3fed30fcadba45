import type { ExperimentQuestion } from '../../content/compiled.ts';
import { Interrupted } from '../../errors.ts';
import { renderInlines } from '../../terminal/markdown.ts';
import { wrap } from '../../terminal/width.ts';
import type { GivenAnswer } from '../learning.ts';
import type { Desk } from '../stage.ts';
import { poseChoice } from './choice.ts';
import { printReason } from './lines.ts';
import type { Reason } from './posed.ts';

/** Hears what an experiment does and sees while it runs. */
export interface Onlooker {
  step(text: string): void;
  saw(field: string, value: string): void;
}

/**
 * Does an experiment of a lesson, and leaves nothing of it behind.
 *
 * @param name as in the lesson's `experiments.ts`
 * @param signal aborted where nobody waits for it any more
 * @returns what happened: the id of an option
 * @throws where it could not be done; the message says why
 */
export type TryOut = (
  lesson: string,
  name: string,
  onlooker: Onlooker,
  signal: AbortSignal,
) => Promise<string>;

interface Prediction {
  readonly lesson: string;
  readonly question: ExperimentQuestion;
  /** With which the options were shuffled. */
  readonly seed: number;
  readonly given: readonly string[];
  readonly tryOut: TryOut | undefined;
  keep(answer: GivenAnswer): void;
}

/**
 * Does what was predicted, and explains it by what then happened, whatever the
 * author expected. Where it cannot be done, the author's word is taken, and
 * nothing is counted.
 *
 * @returns what came of it, and what could still be said of the other options
 */
export async function tryOutAndExplain(
  desk: Desk,
  { lesson, question, seed, given, tryOut, keep }: Prediction,
): Promise<{ result: 'right' | 'wrong' | 'unjudged'; others: readonly Reason[] }> {
  const { terminal, say } = desk;
  const expected = question.options.find(({ correct }) => correct)?.id;
  const asked = poseChoice(question, seed);
  terminal.print(wrap(say.quiz.predicted(asked.numberOf(given[0])), terminal.columns));
  terminal.print();
  const outcome = await desk.replies.during((signal) =>
    happens(desk, { lesson, question, tryOut }, signal),
  );
  if ('reason' in outcome) {
    terminal.print();
    terminal.print(terminal.paint.caution(wrap(outcome.reason, terminal.columns)));
    terminal.print(wrap(say.quiz.notCounted, terminal.columns));
    terminal.print();
    for (const reason of asked.solution(desk)) printReason(desk, reason);
    terminal.print();
    return { result: 'unjudged', others: [] };
  }
  const { id } = outcome;
  const seen = poseChoice(withOutcome(question, id), seed);
  const answer = { given, right: seen.isRight(given) };
  keep(answer);
  terminal.print();
  if (id !== expected) {
    terminal.print(terminal.paint.caution(wrap(say.quiz.differs, terminal.columns)));
    terminal.print();
  }
  seen.explain(desk, answer);
  terminal.print();
  return {
    result: answer.right ? 'right' : 'wrong',
    others: seen.others?.(desk, answer) ?? [],
  };
}

type Outcome = { readonly id: string } | { readonly reason: string };

async function happens(
  { terminal, say }: Desk,
  { lesson, question, tryOut }: Pick<Prediction, 'lesson' | 'question' | 'tryOut'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { quiz } = say;
  if (tryOut === undefined) return { reason: quiz.notTried(quiz.noSandboxHere) };
  terminal.print(terminal.paint.faint(wrap(quiz.starting, terminal.columns)));
  let steps = 0;
  const onlooker: Onlooker = {
    step(text) {
      steps += 1;
      terminal.print(wrap(`  ${steps}. ${text}`, terminal.columns, '     '));
    },
    saw: (field, value) =>
      terminal.print(
        renderInlines(terminal, [{ kind: 'code', text: `${field}: ${value}` }], '     '),
      ),
  };
  try {
    const id = await tryOut(lesson, question.experiment, onlooker, signal);
    if (question.options.some((option) => option.id === id)) return { id };
    return { reason: quiz.notTried(quiz.unknownOutcome(id)) };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return { reason: quiz.notTried(error instanceof Error ? error.message : String(error)) };
  }
}

/** The question as if the author had seen this. */
function withOutcome(question: ExperimentQuestion, outcome: string): ExperimentQuestion {
  const options = question.options.map((option) => ({ ...option, correct: option.id === outcome }));
  return { ...question, options };
}

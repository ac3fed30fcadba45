import type { Question } from '../../content/compiled.ts';
import { renderInlines } from '../../terminal/markdown.ts';
import { wrap } from '../../terminal/width.ts';
import type { GivenAnswer } from '../learning.ts';
import { seedOf } from '../shuffle.ts';
import { askKey, askWritten, type Choice, type Desk, type Page, positionOf } from '../stage.ts';
import { printChoices, printReason } from './lines.ts';
import { type Posed, pose, type Reason } from './posed.ts';
import { type TryOut, tryOutAndExplain } from './try-out.ts';

/*
 * Asks questions, of one lesson or of many, and explains each answer. What becomes of the answers
 * is the caller's business: a lesson counts them, a review schedules them.
 */

/** A question and the lesson that it belongs to. */
export interface Asked {
  /** The lesson's id. */
  readonly lesson: string;
  readonly question: Question;
}

export interface Round {
  /** Decides the order of what can be chosen. */
  readonly seed: number;
  /** Does the experiments of questions "what happens if"; without it the author's word is taken. */
  readonly tryOut?: TryOut | undefined;
  /** Told of each answer at once, before it is explained: it is kept whatever happens next. */
  answered(asked: Asked, answer: GivenAnswer): void;
}

/** What came of each question that was asked. */
export interface Score {
  readonly right: readonly Asked[];
  readonly wrong: readonly Asked[];
  /** Its experiment could not be done, so that it counts neither for nor against anybody. */
  readonly unjudged: readonly Asked[];
  /** Left for another time. */
  readonly skipped: readonly Asked[];
  /** Somebody went away before the end. */
  readonly left: boolean;
}

/**
 * Asks the questions one after the other.
 *
 * @throws Interrupted on Ctrl-C
 */
export async function askQuestions(
  desk: Desk,
  questions: readonly Asked[],
  round: Round,
): Promise<Score> {
  const score = {
    right: [] as Asked[],
    wrong: [] as Asked[],
    unjudged: [] as Asked[],
    skipped: [] as Asked[],
  };
  for (const [index, asked] of questions.entries()) {
    const position = positionOf(index + 1, questions.length);
    const { result, others } = await askQuestion(desk, position, asked, round);
    if (result === 'left') return { ...score, left: true };
    score[result].push(asked);
    if (result === 'skipped' || index === questions.length - 1) continue;
    if ((await askToGoOn(desk, position, others)) === 'quit') return { ...score, left: true };
    desk.terminal.print();
  }
  return { ...score, left: false };
}

/** What came of one question, and what could still be said of its options. */
interface Outcome {
  readonly result: keyof Score;
  readonly others: readonly Reason[];
}

/** Asks one question, tells `round.answered` of the answer, and explains it. */
async function askQuestion(
  desk: Desk,
  position: string,
  asked: Asked,
  round: Round,
): Promise<Outcome> {
  const { terminal, say } = desk;
  const { question } = asked;
  const seed = round.seed ^ seedOf(question.id);
  const posed = pose(question, seed);
  printQuestion(desk, position, question, posed, posed.hint(desk));
  const given = await askForAnswer(desk, position, posed);
  if (given === 'left') return { result: 'left', others: [] };
  if (given === 'skipped') {
    terminal.print(terminal.paint.faint(wrap(say.quiz.skipped, terminal.columns)));
    terminal.print();
    return { result: 'skipped', others: [] };
  }
  const keep = (answer: GivenAnswer) => round.answered(asked, answer);
  if (question.type === 'experiment') {
    const { lesson } = asked;
    const { tryOut } = round;
    return tryOutAndExplain(desk, { lesson, question, seed, given, tryOut, keep });
  }
  const answer = { given, right: posed.isRight(given) };
  keep(answer);
  posed.explain(desk, answer);
  terminal.print();
  return {
    result: answer.right ? 'right' : 'wrong',
    others: posed.others?.(desk, answer) ?? [],
  };
}

/** A question with what can be chosen; also used where nobody is asked. */
export function printQuestion(
  page: Page,
  position: string,
  question: Question,
  posed: Posed,
  hint: string | undefined,
): void {
  const { terminal } = page;
  terminal.print(
    renderInlines(terminal, question.prompt, `${terminal.paint.strong(position)} `, ''),
  );
  terminal.print();
  printChoices(page, posed, hint);
  terminal.print();
}

async function askForAnswer(
  desk: Desk,
  position: string,
  posed: Posed,
): Promise<readonly string[] | 'skipped' | 'left'> {
  const { terminal, say } = desk;
  const choices = [
    posed.answerKey(desk),
    { key: 's', word: say.keys.skip },
    { key: 'q', word: say.keys.quit },
  ];
  for (;;) {
    const answer = posed.oneKey
      ? await askForKey(desk, position, choices, posed)
      : await askWritten(desk, position, choices, posed.type);
    if (answer === undefined) return 'left';
    if ('key' in answer) return answer.key === 's' ? 'skipped' : 'left';
    const given = posed.read(answer.written);
    if (given !== undefined) return given;
    // Enter on an empty line is a slip, not an answer.
    if (answer.written === '' && !terminal.plain) continue;
    terminal.print(wrap(posed.complaint(desk), terminal.columns));
    terminal.print();
  }
}

/** One key that is either the whole answer, or one of those that are always there. */
async function askForKey(
  desk: Desk,
  position: string,
  choices: readonly Choice[],
  posed: Posed,
): Promise<{ key: string } | { written: string } | undefined> {
  const isKey = (text: string) => text === 's' || text === 'q';
  const accepts = (text: string) => isKey(text) || posed.read(text) !== undefined;
  const answer = await askKey(desk, position, choices, accepts);
  if (answer === undefined) return undefined;
  return isKey(answer) ? { key: answer } : { written: answer };
}

/** Goes on when told to; before that, on request, explains the options that were not spoken of. */
async function askToGoOn(
  desk: Desk,
  position: string,
  others: readonly Reason[],
): Promise<'next' | 'quit'> {
  const { keys, quiz } = desk.say;
  const why = { key: 'w', word: quiz.others, help: quiz.othersHelp };
  let untold = others.length > 0;
  for (;;) {
    const choices = [
      { key: 'n', word: keys.next },
      ...(untold ? [why] : []),
      { key: 'q', word: keys.quit },
    ];
    const offered = choices.map(({ key }) => key);
    const answer = await askKey(desk, position, choices, (text) => offered.includes(text || 'n'));
    if (answer === undefined || answer === 'q') return 'quit';
    if (answer !== 'w') return 'next';
    for (const reason of others) printReason(desk, reason);
    desk.terminal.print();
    untold = false;
  }
}

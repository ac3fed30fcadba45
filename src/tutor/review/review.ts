import { loadContent } from '../../content/load.ts';
import type { Context } from '../../context.ts';
import { wrap } from '../../terminal/width.ts';
import { capSet } from '../progress/changes.ts';
import { dayOf } from '../progress/days.ts';
import { openKeeper } from '../progress/keep.ts';
import { learningOf } from '../progress/learning.ts';
import type { Score } from '../questions/ask.ts';
import { printQuestionSheet } from '../questions/sheet.ts';
import { printCommand, printHeading } from '../stage.ts';
import { whyNothing } from './nothing.ts';
import { planNow } from './now.ts';
import type { Plan } from './plan.ts';
import { askRound, freshSeed, readQuestions, sayReadAgain } from './round.ts';

/**
 * Asks what is due today, and says what becomes of the rest.
 *
 * @param cap how many a day, to be remembered
 * @throws UserError `progress-newer`, `progress-unreadable`; Interrupted on Ctrl-C
 */
export async function runReview(context: Context, cap: number | undefined): Promise<void> {
  const { terminal, host, say } = context;
  const words = say.progress.review;
  const keeper = openKeeper(context, true);
  if (cap !== undefined) {
    keeper.change((progress) => capSet(progress, cap, host.clock.now()));
  }
  const entries = loadContent(host.packageRoot).lessons();
  const plan = await planNow(keeper.progress, entries, host.clock);
  const questions = readQuestions(context, plan.today);
  if (terminal.json) {
    const { due, later, until, next, doneToday } = plan;
    const counts = { cap: plan.cap, doneToday, due: due.length, later, until, next };
    terminal.printJson({ ...counts, today: questions });
    return;
  }
  if (questions.length === 0) {
    const { text, command } = whyNothing(words, plan, dayOf(host.clock.now()));
    if (command === undefined) terminal.print(wrap(text, terminal.columns));
    else printCommand(terminal, text, command);
    return;
  }
  if (terminal.interactive) printHeading({ terminal }, words.title(questions.length));
  else terminal.print(words.title(questions.length));
  sayBacklog(context, plan);
  if (!terminal.interactive) {
    const sheet = questions.map(({ question }) => question);
    printQuestionSheet({ terminal, say: say.lesson }, sheet);
    return;
  }
  const open = new Set(questions);
  const learning = learningOf(context, keeper);
  try {
    const score = await askRound(context, questions, freshSeed(context), learning, (asked) =>
      open.delete(asked),
    );
    sayScore(context, score, keeper.keeps);
    sayReadAgain(context, score);
    if (open.size === 0) sayNext(context, await planNow(keeper.progress, entries, host.clock));
  } finally {
    if (open.size > 0) printCommand(terminal, words.left(open.size), 'cloudlab review');
  }
}

function sayBacklog({ terminal, host, say }: Context, { today, later, cap, until }: Plan): void {
  if (until === undefined) return;
  const now = dayOf(host.clock.now());
  const text = say.progress.review.tooMany(today.length + later, today.length, cap, until, now);
  terminal.print(wrap(text, terminal.columns));
  terminal.print();
}

function sayScore({ terminal, say }: Context, { right, wrong }: Score, kept: boolean): void {
  const words = say.progress.review;
  const judged = right.length + wrong.length;
  if (judged > 0)
    terminal.print(terminal.paint.strong(wrap(words.done(right.length, judged), terminal.columns)));
  if (wrong.length > 0 && kept)
    terminal.print(wrap(words.wrongAgain(wrong.length), terminal.columns));
}

function sayNext({ terminal, host, say }: Context, { today, next }: Plan): void {
  if (today.length > 0 || next === undefined) return;
  const text = say.progress.review.nextOn(next, dayOf(host.clock.now()));
  terminal.print(wrap(text, terminal.columns));
}

import type { Context } from '../../context.ts';
import { describeRows, type Row } from '../../terminal/list.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { wrap } from '../../terminal/width.ts';
import { type Advice, whyNothing } from '../review/nothing.ts';
import { printCommand } from '../stage.ts';
import { dayOf } from './days.ts';
import type { LessonState } from './lessons.ts';
import type { Next } from './next.ts';
import type { Overview } from './overview.ts';

type Use = Pick<Context, 'terminal' | 'say'>;

/** Prints where the learner stands. Bars and squares only repeat what words say, and plain output has none. */
export function printOverview(context: Use, overview: Overview): void {
  const { terminal, say } = context;
  const words = say.progress;
  const { today, lessons, missions, learned, setAside } = overview;
  const list = (title: string, rows: readonly Row[]) => {
    if (rows.length === 0) return;
    terminal.print();
    terminal.print(terminal.paint.strong(title));
    terminal.print(describeRows(terminal, rows));
  };
  terminal.print(terminal.paint.strong(words.title));
  list(
    words.lessons,
    lessons.map((lesson) => ({ name: lesson.id, text: lessonText(context, lesson) })),
  );
  list(
    words.missions,
    missions.map(({ id, passed: [first] }) => ({
      name: id,
      text: first === undefined ? words.open : words.passed(dayOf(new Date(first)), today),
    })),
  );
  terminal.print();
  terminal.print(terminal.paint.strong(words.reviews));
  const { text: review, command } = reviewText(context, overview);
  terminal.print(wrap(`  ${review}`, terminal.columns, '  '));
  if (command !== undefined) terminal.print(`    ${terminal.paint.code(command)}`);
  terminal.print();
  terminal.print(terminal.paint.strong(words.days));
  const { count, inARow, never } = learned;
  const text = [
    never ? words.noDays : words.learned(count),
    ...(inARow > 1 ? [words.inARow(inARow)] : []),
  ].join(' ');
  terminal.print(wrap(`  ${text}`, terminal.columns, '  '));
  if (!terminal.plain && count > 0) {
    terminal.print(`  ${squares(terminal, overview)}`);
    terminal.print(terminal.paint.faint(wrap(`  ${words.fourWeeks}`, terminal.columns, '  ')));
  }
  if (setAside.length > 0) {
    terminal.print();
    terminal.print(wrap(words.setAside, terminal.columns));
    for (const path of setAside) terminal.print(`  ${path}`);
  }
}

/** Prints the one thing to do, and the command for it on a line of its own. */
export function printNext({ terminal, say }: Use, { title, why, command }: Next): void {
  const { label } = say.progress.next;
  terminal.print(wrap(`${terminal.paint.strong(`${label}:`)} ${title}`, terminal.columns));
  printCommand(terminal, why, `cloudlab ${command.join(' ')}`);
}

function lessonText({ terminal, say }: Use, lesson: Overview['lessons'][number]): string {
  const words = say.progress;
  const { sections, questions, due, unseen } = lesson;
  const parts = [
    unseen ? words.notBegun : words.sections(sections.done, sections.all, sections.skipped),
    ...(questions.answered > 0
      ? [words.questions(questions.answered, questions.all, questions.right)]
      : []),
    ...(due > 0 ? [words.due(due)] : []),
  ];
  const text = parts.join(' · ');
  return terminal.plain ? parts.join(', ') : `${barOf(terminal, sections)} ${text}`;
}

/** Done, skipped and not seen, each with a character of its own. */
function barOf({ columns }: Terminal, { all, done, skipped }: LessonState['sections']): string {
  const length = columns >= 60 ? 12 : 6;
  const upTo = (sections: number) => Math.round((length * sections) / Math.max(all, 1));
  const full = upTo(done);
  const half = upTo(done + skipped) - full;
  return '█'.repeat(full) + '▒'.repeat(half) + '░'.repeat(length - full - half);
}

function reviewText({ say }: Use, { plan, today }: Overview): Advice {
  if (plan.today.length === 0) return whyNothing(say.progress.review, plan, today);
  const text = say.progress.review.dueToday(plan.today.length, plan.later);
  return { text, command: 'cloudlab review' };
}

function squares({ paint }: Terminal, { learned }: Overview): string {
  const all = learned.days.map(({ learned: yes }) => (yes ? paint.good('█') : paint.faint('·')));
  return [0, 7, 14, 21].map((start) => all.slice(start, start + 7).join('')).join(' ');
}

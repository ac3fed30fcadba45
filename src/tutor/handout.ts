import type { Lesson, Section } from '../content/compiled.ts';
import type { Context } from '../context.ts';
import { renderBlocks } from '../terminal/markdown.ts';
import { wrap } from '../terminal/width.ts';
import { printQuestionSheet } from './questions/sheet.ts';
import { goalLines, type Page, positionOf, printHeading, printMission } from './stage.ts';

/**
 * A lesson for a pipe, a file or a printer: all of it in one go. The answers
 * stand after all the questions, so that one can think before reading on.
 */

type Use = Pick<Context, 'terminal' | 'say'>;

export function printLesson(context: Use, lesson: Lesson): void {
  const page = pageOf(context);
  const { terminal, say } = page;
  const { title, summary, minutes, asOf, goals, sections, questions } = lesson;
  terminal.print(terminal.paint.strong(wrap(title, terminal.columns)));
  terminal.print(wrap(summary, terminal.columns));
  const size = say.size(minutes, sections.length, questions.length);
  terminal.print(wrap(`${size}. ${say.asOf(asOf)}`, terminal.columns));
  for (const line of goalLines(page, goals)) terminal.print(line);
  for (const section of sections) printSection(context, lesson, section);
  printQuestions(context, lesson);
  printMission(page, lesson);
}

export function printSection({ terminal }: Use, { sections }: Lesson, section: Section): void {
  const position = positionOf(sections.indexOf(section) + 1, sections.length);
  printHeading({ terminal }, `${position} ${section.title}`);
  terminal.print(renderBlocks(terminal, section.blocks));
}

export function printQuestions(context: Use, { questions }: Lesson): void {
  printQuestionSheet(pageOf(context), questions);
}

function pageOf({ terminal, say }: Use): Page {
  return { terminal, say: say.lesson };
}

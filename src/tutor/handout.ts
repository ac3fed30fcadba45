import type { Inline, Lesson, Option, Section } from '../content/compiled.ts';
import type { Context } from '../context.ts';
import { renderBlocks, renderInlines } from '../terminal/markdown.ts';
import { wrap } from '../terminal/width.ts';
import { isChoice, printQuestion } from './quiz.ts';
import { seedOf, shuffle } from './shuffle.ts';
import { positionOf, printHeading, printMission } from './stage.ts';

/**
 * A lesson for a pipe, a file or a printer: all of it in one go. The answers
 * stand after all the questions, so that one can think before reading on.
 */

type Use = Pick<Context, 'terminal' | 'say'>;

export function printLesson(context: Use, lesson: Lesson): void {
  const { terminal, say } = context;
  const { title, summary, minutes, asOf, sections, questions } = lesson;
  terminal.print(terminal.paint.strong(title));
  terminal.print(wrap(summary, terminal.columns));
  const size = say.lesson.size(minutes, sections.length, questions.length);
  terminal.print(wrap(`${size}. ${say.lesson.asOf(asOf)}`, terminal.columns));
  for (const section of sections) printSection(context, lesson, section);
  printQuestions(context, lesson);
  printMission({ terminal, say: say.lesson, lesson });
}

export function printSection({ terminal }: Use, { sections }: Lesson, section: Section): void {
  const position = positionOf(sections.indexOf(section) + 1, sections.length);
  printHeading({ terminal }, `${position} ${section.title}`);
  terminal.print(renderBlocks(terminal, section.blocks));
}

export function printQuestions({ terminal, say }: Use, { questions }: Lesson): void {
  const asked = questions.filter(isChoice).map((question, index) => ({
    question,
    position: positionOf(index + 1, questions.length),
    // The same order every time, and in both languages, but not the author's.
    options: shuffle(question.options, seedOf(question.id)),
  }));
  printHeading({ terminal }, say.lesson.questionsTitle);
  for (const { position, question, options } of asked) {
    printQuestion({ terminal }, position, question, options);
  }
  printHeading({ terminal }, say.lesson.answersTitle);
  for (const one of asked) printAnswer({ terminal, say }, one);
}

function printAnswer(
  { terminal, say }: Use,
  { position, options }: { position: string; options: readonly Option[] },
): void {
  const right = options.findIndex(({ correct }) => correct);
  for (const [index, { text, why }] of options.entries()) {
    if (index !== right) continue;
    const answer: Inline[] = [{ kind: 'strong', children: text }];
    terminal.print(renderInlines(terminal, answer, `${position} ${index + 1}. `, '  '));
    terminal.print(renderInlines(terminal, why, '  '));
  }
  for (const [index, { why }] of options.entries()) {
    if (index === right) continue;
    terminal.print(renderInlines(terminal, why, `  ${say.lesson.notAnswer(index + 1)} `, '  '));
  }
  terminal.print();
}

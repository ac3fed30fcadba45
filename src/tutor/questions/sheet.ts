import type { Question } from '../../content/compiled.ts';
import { seedOf } from '../shuffle.ts';
import { type Page, positionOf, printHeading } from '../stage.ts';
import { printQuestion } from './ask.ts';
import { printReason } from './lines.ts';
import { pose } from './posed.ts';

/**
 * All questions, and then all answers, for paper.
 *
 * @param seed decides the order of what can be chosen; the same one every time where none is given
 */
export function printQuestionSheet(page: Page, questions: readonly Question[], seed = 0): void {
  const { terminal, say } = page;
  const asked = questions.map((question, index) => ({
    question,
    position: positionOf(index + 1, questions.length),
    // The same order every time, and in both languages, but not the author's.
    posed: pose(question, seed ^ seedOf(question.id)),
  }));
  printHeading(page, say.questionsTitle);
  for (const { position, question, posed } of asked) {
    printQuestion(page, position, question, posed, posed.hintOnPaper(page));
  }
  printHeading(page, say.answersTitle);
  for (const { position, posed } of asked) {
    terminal.print(position);
    for (const reason of posed.solution(page)) printReason(page, reason);
    terminal.print();
  }
}

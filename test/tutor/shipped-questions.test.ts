import { describe, expect, it } from 'vitest';
import { checkContent } from '../../src/content/compile.ts';
import type { Lesson, Question } from '../../src/content/compiled.ts';
import { loadMessages } from '../../src/i18n/messages.ts';
import type { Settings } from '../../src/settings.ts';
import { Terminal } from '../../src/terminal/terminal.ts';
import { widthOf } from '../../src/terminal/width.ts';
import { printQuestion } from '../../src/tutor/questions/ask.ts';
import { printReason } from '../../src/tutor/questions/lines.ts';
import { parseNumber } from '../../src/tutor/questions/parse-number.ts';
import { type Posed, pose } from '../../src/tutor/questions/posed.ts';
import type { Page } from '../../src/tutor/stage.ts';
import { packageRoot } from '../support/host.ts';

const lessons = [...checkContent(packageRoot).files]
  .filter(([name]) => name.startsWith('lesson-'))
  .map(([name, lesson]) => [name, lesson as Lesson] as const);

/** What is printed in a window of so many columns. */
async function printed(columns: number, { language }: Lesson, print: (page: Page) => void) {
  let text = '';
  const stdout = { columns, write: (more: string) => (text += more) };
  const looks = { json: false, plain: false, noColour: true, verbose: false };
  const streams = { stdin: {}, stdout, stderr: stdout } as never;
  const terminal = new Terminal(streams, {} as Settings, looks);
  print({ terminal, say: (await loadMessages(language)).lesson });
  return text;
}

/** The right answer in ids, as the author wrote it. */
function rightAnswer(question: Question): string[] {
  switch (question.type) {
    case 'single':
    case 'experiment':
    case 'multiple':
      return question.options.filter(({ correct }) => correct).map(({ id }) => id);
    case 'order':
      return question.items.map(({ id }) => id);
    case 'match':
      return question.pairs.map(({ id }) => id);
    case 'number':
      return [question.answer.text];
  }
}

/** Answers that are wrong in as many ways as there are options, at least one. */
function wrongAnswers(question: Question): string[][] {
  const right = rightAnswer(question);
  switch (question.type) {
    case 'single':
    case 'experiment':
      return question.options.filter(({ correct }) => !correct).map(({ id }) => [id]);
    case 'multiple':
      return question.options.map(({ id }) =>
        right.includes(id) ? right.filter((other) => other !== id) : [...right, id],
      );
    case 'order':
      return [right.toReversed()];
    case 'match': {
      const spare = question.extra.map(({ id }) => [id, ...right.slice(1)]);
      return [[...right.slice(1), right[0] ?? ''], ...spare];
    }
    case 'number':
      return [...question.traps.map(({ text }) => [text]), [String(question.answer.value * 9 + 9)]];
  }
}

describe.each(lessons)('the questions of %s', (_, lesson) => {
  const questions = lesson.questions.map((question) => [question.id, question] as const);

  it.each(questions)('%s tells right from wrong, and fits every window', async (_id, question) => {
    const posed: Posed = pose(question, 7);
    const right = rightAnswer(question);
    expect(posed.isRight(right)).toBe(true);
    for (const wrong of wrongAnswers(question)) expect(posed.isRight(wrong)).toBe(false);
    for (const columns of [20, 40, 80]) {
      const text = await printed(columns, lesson, (page) => {
        printQuestion(page, '[10/12]', question, posed, posed.hint(page));
        posed.explain(page, { given: right, right: true });
        for (const given of wrongAnswers(question)) posed.explain(page, { given, right: false });
        for (const reason of posed.solution(page)) printReason(page, reason);
      });
      for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
  });

  it('recognises each number that it warns of', async () => {
    for (const question of lesson.questions) {
      if (question.type !== 'number') continue;
      for (const trap of question.traps) {
        expect(parseNumber(trap.text, question.answer.text)).toBeDefined();
        const posed = pose(question, 0);
        const text = await printed(80, lesson, (page) =>
          posed.explain(page, { given: [trap.text], right: false }),
        );
        expect(text).not.toMatch(/too low|too high|실제보다/);
      }
    }
  });
});

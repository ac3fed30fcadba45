import type { Sources } from './compile.ts';
import type { Inline, NumberValue, Question } from './compiled.ts';
import { evaluateFacts, FactError, factsIn } from './facts.ts';
import { parseInline } from './markdown.ts';
import { checkUnique, type Located } from './parallel.ts';
import { resolveFacts } from './prose.ts';
import { type QuestionSource, quiz as quizSchema } from './schema.ts';
import type { Part } from './translation.ts';
import { describePath, type Path, readYaml } from './yaml.ts';

/** `quiz.<lang>.yaml`, with what is needed to hold it beside the other language's. */
export interface Quiz {
  readonly questions: readonly Question[];
  /** Questions, what can be answered, and what is right. */
  readonly answers: readonly Located[];
  readonly parts: readonly Part[];
  readonly facts: ReadonlySet<string>;
}

/** @returns undefined where something was reported that leaves nothing to go on with */
export function readQuiz(sources: Sources, file: string): Quiz | undefined {
  const report = sources.problems.of(file);
  const source = sources.read(file);
  const quiz = source === undefined ? undefined : readYaml(source, 1, quizSchema, report);
  if (quiz === undefined || source === undefined) return undefined;
  const reader = new QuestionReader(sources, (path, expected, received) =>
    report(quiz.lineOf(path), describePath(path), expected, received),
  );
  const located = (id: string, path: Path): Located => ({ id, line: quiz.lineOf(path) });
  const questions: Question[] = [];
  const answers: Located[] = [];
  const parts: Part[] = [];
  for (const [number, question] of quiz.value.questions.entries()) {
    const path = ['questions', number];
    questions.push(reader.read(question, path));
    answers.push(located(`${question.id} (${question.type}, ${question.section})`, path));
    for (const [field, marks] of Object.entries(marksOf(question))) {
      const places = marks.map((mark, index) => located(mark, [...path, field, index]));
      answers.push(...places);
      checkUnique(places, describePath([...path, field]), report);
    }
    parts.push({
      id: `question ${question.id}`,
      line: quiz.lineOf(path),
      text: JSON.stringify(question),
    });
  }
  checkUnique(
    quiz.value.questions.map(({ id }, number) => located(id, ['questions', number])),
    'questions',
    report,
  );
  return { questions, answers, parts, facts: factsIn(source, sources.facts) };
}

/** What both languages must have alike in a question, by its field. */
function marksOf(question: QuestionSource): Readonly<Record<string, readonly string[]>> {
  switch (question.type) {
    case 'single':
    case 'multiple':
    case 'experiment':
      return {
        options: question.options.map(({ id, correct }) => `${id}${correct ? ' (correct)' : ''}`),
      };
    case 'order':
      return { items: question.items.map(({ id }) => id) };
    case 'match':
      return {
        pairs: question.pairs.map(({ id }) => id),
        extra: question.extra.map(({ id }) => id),
      };
    case 'number':
      return {
        answer: [`${question.answer} within ${question.tolerance} %`],
        traps: question.traps.map(({ id, value }) => `${id} (${value})`),
      };
  }
}

class QuestionReader {
  constructor(
    private readonly sources: Sources,
    private readonly report: (path: Path, expected: string, received: string) => void,
  ) {}

  read(question: QuestionSource, path: Path): Question {
    const { id, section } = question;
    const asked = { id, section, prompt: this.inline(question.prompt, [...path, 'prompt']) };
    const at = (field: string, index: number) => [...path, field, index];
    switch (question.type) {
      case 'single':
      case 'multiple':
        return { ...asked, type: question.type, options: this.options(question.options, path) };
      case 'experiment':
        return {
          ...asked,
          type: question.type,
          experiment: question.experiment,
          options: this.options(question.options, path),
        };
      case 'order':
        return {
          ...asked,
          type: question.type,
          items: question.items.map((item, index) => this.item(item, at('items', index))),
        };
      case 'match':
        return {
          ...asked,
          type: question.type,
          pairs: question.pairs.map(({ left, right, why, ...pair }, index) => ({
            id: pair.id,
            left: this.inline(left, [...at('pairs', index), 'left']),
            right: this.inline(right, [...at('pairs', index), 'right']),
            why: this.inline(why, [...at('pairs', index), 'why']),
          })),
          extra: question.extra.map((item, index) => this.item(item, at('extra', index))),
        };
      case 'number':
        return {
          ...asked,
          type: question.type,
          answer: this.number(question.answer, [...path, 'answer']),
          tolerance: question.tolerance,
          why: this.inline(question.why, [...path, 'why']),
          traps: question.traps.map((trap, index) => ({
            id: trap.id,
            ...this.number(trap.value, [...at('traps', index), 'value']),
            why: this.inline(trap.why, [...at('traps', index), 'why']),
          })),
        };
    }
  }

  private options(options: Extract<QuestionSource, { type: 'single' }>['options'], path: Path) {
    return options.map(({ correct, ...option }, index) => ({
      ...this.item(option, [...path, 'options', index]),
      correct: correct === true,
    }));
  }

  private item({ id, text, why }: { id: string; text: string; why: string }, path: Path) {
    return {
      id,
      text: this.inline(text, [...path, 'text']),
      why: this.inline(why, [...path, 'why']),
    };
  }

  private inline(text: string, path: Path): readonly Inline[] {
    const here = (expected: string, received: string) => this.report(path, expected, received);
    return parseInline(resolveFacts(text, this.sources.facts, here), here);
  }

  private number(source: number | string, path: Path): NumberValue {
    if (typeof source === 'number') return { value: source, text: source.toLocaleString('en-US') };
    try {
      const { value, text } = evaluateFacts(source.slice(2, -2), this.sources.facts);
      return { value, text };
    } catch (error) {
      if (!(error instanceof FactError)) throw error;
      this.report(path, `${error.expected} in ${source}`, error.received);
      return { value: 0, text: source };
    }
  }
}

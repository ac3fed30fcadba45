import { describe, expect, it } from 'vitest';
import {
  type ContentLanguage,
  type Lesson,
  languages,
  type Option,
  type Question,
} from '../../src/content/compiled.ts';
import { loadContent } from '../../src/content/load.ts';
import { plainBlocks, plainText } from '../../src/content/plain-text.ts';
import { packageRoot } from '../support/host.ts';

/*
 * What makes a question a good one, as far as a program can tell: it is not answered by a phrase
 * of the lesson, nor by looking at the options, and whoever errs is told why.
 */

const content = loadContent(packageRoot);
const entries = content.lessons();
const lessons = (language: ContentLanguage) =>
  entries.map(({ id }) => content.lesson(id, language));

type Choice = Extract<Question, { options: readonly Option[] }>;
const isChoice = (question: Question): question is Choice => 'options' in question;

describe.each(entries.map(({ id }) => id))('the questions of %s', (id) => {
  const { questions } = content.lesson(id, 'en');

  it('are at least seven, of at least four types', () => {
    expect(questions.length).toBeGreaterThanOrEqual(7);
    expect(new Set(questions.map(({ type }) => type)).size).toBeGreaterThanOrEqual(4);
  });

  it.each(languages)('are not answered by a phrase of the lesson (%s)', (language) => {
    const lesson = content.lesson(id, language);
    const phrases = runsOf(wordsOf(textOfLesson(lesson)), phraseLength[language]);
    const recalled = lesson.questions.filter(isChoice).flatMap((question) =>
      question.options
        .filter(({ correct }) => correct)
        .map((option) => ({ option, text: wordsOf(plainText(option.text)) }))
        .flatMap(({ option, text }) =>
          [...runsOf(text, phraseLength[language])]
            .filter((run) => phrases.has(run))
            .map((run) => `${question.id}/${option.id}: ${run}`),
        ),
    );
    expect(recalled).toEqual([]);
  });
});

it('there are 84 questions or more, in the same order in both languages', () => {
  const [en, ko] = [lessons('en'), lessons('ko')].map((all) =>
    all.flatMap(({ id, questions }) => questions.map((question) => `${id}/${question.id}`)),
  );
  expect(en).toEqual(ko);
  expect(en?.length).toBeGreaterThanOrEqual(84);
});

/**
 * Somebody who has not understood anything, and guesses cleverly. Over all questions with
 * one right answer, that must not be much better than choosing blindly.
 */
describe.each(languages)('a guesser is right hardly more often than by chance (%s)', (language) => {
  const asked = lessons(language).flatMap((lesson) =>
    lesson.questions
      .filter((question): question is Choice => isChoice(question) && question.type !== 'multiple')
      .map((question) => ({ lesson, question })),
  );
  const byChance = asked.reduce((sum, { question }) => sum + 1 / question.options.length, 0);
  /** Of so few questions chance itself is uncertain: two standard deviations above it. */
  const atMost = byChance + 2 * Math.sqrt(byChance * (1 - byChance / asked.length));

  it.each<[string, (option: Option, lesson: Lesson, question: Choice) => number]>([
    ['the longest option', ({ text }) => plainText(text).length],
    ['the shortest option', ({ text }) => -plainText(text).length],
    [
      'the option that shares most words with the lesson',
      ({ text }, lesson) => {
        const known = new Set(wordsOf(textOfLesson(lesson)));
        const words = wordsOf(plainText(text));
        return words.filter((word) => known.has(word)).length / words.length;
      },
    ],
    [
      'the option that shares most words with its question',
      ({ text }, _, { prompt }) => {
        const known = new Set(wordsOf(plainText(prompt)));
        return wordsOf(plainText(text)).filter((word) => known.has(word)).length;
      },
    ],
  ])('who takes %s', (_, score) => {
    const right = asked.filter(({ lesson, question }) => {
      const best = question.options.toSorted(
        (one, other) => score(other, lesson, question) - score(one, lesson, question),
      )[0];
      return best?.correct;
    });
    expect(
      right.length,
      `${right.length} of ${asked.length}, by chance ${byChance.toFixed(1)}:\n${right.map(({ lesson, question }) => `${lesson.id}/${question.id}`).join('\n')}`,
    ).toBeLessThanOrEqual(atMost);
  });
});

/** Shorter runs are how one speaks of the subject at all. */
const phraseLength = { en: 5, ko: 4 } as const;

function textOfLesson({ sections }: Lesson): string {
  return sections.map(({ blocks }) => plainBlocks(blocks)).join('\n');
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}$][\p{L}\p{N}$./]*/gu) ?? [];
}

function runsOf(words: readonly string[], length: number): Set<string> {
  return new Set(
    words
      .slice(0, Math.max(words.length - length + 1, 0))
      .map((_, index) => words.slice(index, index + length).join(' ')),
  );
}

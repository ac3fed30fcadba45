import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkContent, compileContent, readContent } from '../../src/content/compile.ts';
import type { Lesson, SingleQuestion } from '../../src/content/compiled.ts';
import { loadContent } from '../../src/content/load.ts';
import { makeTranslationRecord } from '../../src/content/translation.ts';
import { makeRepository, validFiles } from './repository.ts';

/** The author's message for a repository in which some files were changed. */
function problemsOf(changes: Readonly<Record<string, (text: string) => string | undefined>>) {
  const files: Record<string, string | undefined> = { ...validFiles };
  for (const [path, change] of Object.entries(changes)) files[path] = change(files[path] ?? '');
  try {
    readContent(makeRepository(files));
    return '';
  } catch (error) {
    expect(error).toHaveProperty('name', 'ContentError');
    return (error as Error).message;
  }
}

const replace = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);

describe('compileContent', () => {
  it('writes what loadContent reads', () => {
    const root = makeRepository(validFiles);
    const out = join(root, 'dist', 'content');
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'lesson-removed.en.json'), '{}');
    compileContent(root, out);

    const content = loadContent(root);
    expect(readdirSync(out)).not.toContain('lesson-removed.en.json');
    expect(content.lessons()).toEqual([
      {
        id: 'first',
        order: 1,
        aliases: ['1', '01', '01-first'],
        title: { en: 'First lesson', ko: '첫 레슨' },
        summary: { en: 'One line', ko: 'One line' },
        minutes: 5,
        mission: 'play',
        asOf: '2026-11-20',
        sections: 3,
        questions: 7,
        sectionIds: ['one', 'two', 'sources'],
        questionIds: ['q1', 'q2', 'q3', 'q4', 'q5', 'q6', 'q7'],
      },
    ]);
    const lesson = content.lesson('first', 'ko');
    expect(lesson.sections[0]).toEqual({
      id: 'one',
      title: 'One',
      blocks: [{ kind: 'paragraph', content: [{ kind: 'text', text: 'It 한 달에 $23.00예요.' }] }],
    });
    // Code is left alone: braces and $1 have meanings of their own there.
    expect(lesson.sections[1]?.blocks[0]).toMatchObject({ text: 'echo {{price-a}} $1' });
    expect((lesson.questions[4] as SingleQuestion).options[1]).toEqual({
      id: 'b',
      text: [{ kind: 'text', text: 'B' }],
      correct: true,
      why: [{ kind: 'text', text: 'It costs $0.023.' }],
    });
    expect(content.missions()).toEqual([
      {
        id: 'play',
        title: { en: 'Play', ko: '놀기' },
        summary: { en: 'One line', ko: 'One line' },
        minutes: 5,
        lesson: 'first',
      },
    ]);
    expect(content.mission('play', 'en')).toMatchObject({
      title: 'Play',
      inputs: { bucket: 'a name' },
      hints: { missing: { why: 'Not there.', next: 'Make it.' } },
      given: { path: 'the file' },
      intro: [{ kind: 'paragraph' }],
      tasks: { make: { title: 'Make it', body: [{ kind: 'paragraph' }], concept: 'A name.' } },
    });
    expect(content.facts()['limit-b']).toEqual({
      value: 1024,
      unit: 'bytes',
      region: 'us',
      source: 'a page',
      asOf: '2026-07-30',
    });
  });

  it('writes nothing where anything is wrong', () => {
    const root = makeRepository({ ...validFiles, 'lessons/01-first/quiz.ko.yaml': undefined });
    expect(() => compileContent(root, join(root, 'out'))).toThrow('quiz.ko.yaml');
    expect(existsSync(join(root, 'out'))).toBe(false);
  });

  it('names every problem with its file, line and place', () => {
    const message = problemsOf({
      'lessons/01-first/lesson.en.md': replace(
        'costs {{1000 * price-a}}',
        'costs $23 or {{price-z}}',
      ),
      'lessons/01-first/quiz.ko.yaml': replace('text: C', 'txet: C'),
      'missions/play/ko.md': replace('minutes: 5', 'minutes: soon'),
    });
    expect(message.split('\n')).toEqual([
      'lessons/01-first/lesson.en.md:15  (text)  expected prices as {{fact-id}}, from lessons/facts, received "$23"',
      'lessons/01-first/lesson.en.md:15  (text)  expected a number or the id of a fact in {{price-z}}, received price-z',
      'lessons/01-first/quiz.ko.yaml:9  questions[0].options[2].text  expected string, received nothing',
      'lessons/01-first/quiz.ko.yaml:9  questions[0].options[2]  expected only known fields, received txet',
      'missions/play/ko.md:4  minutes  expected number, received "soon"',
    ]);
  });

  it('reads what Windows has written', () => {
    const windows = Object.fromEntries(
      Object.entries(validFiles).map(([file, text]) => [
        file,
        file.endsWith('.ts') ? text : `\uFEFF${text.replaceAll('\n', '\r\n')}`,
      ]),
    );
    const out = (files: typeof validFiles) => [...readContent(makeRepository(files))];
    expect(out(windows)).toEqual(out(validFiles));
  });

  const lesson = 'lessons/01-first/lesson.ko.md';
  const quiz = 'lessons/01-first/quiz.ko.yaml';
  const mission = 'missions/play/ko.md';
  it.each([
    ['a section in one language only', lesson, replace('{#two}', '{#zwei}'), 'two, as in English'],
    ['a section twice', lesson, replace('{#two}', '{#one}'), 'an id of its own, received one'],
    ['an empty section', lesson, replace(/```sh.*```/s, ''), 'some text, received nothing'],
    ['other commands', lesson, replace('needs=gcloud', 'needs=sandbox'), 'two: sh needs=gcloud'],
    ['another length', lesson, replace('minutes: 5', 'minutes: 6'), 'minutes: 5, as in English'],
    ['another folder', lesson, replace('id: first', 'id: other'), 'expected first, received other'],
    ['no such mission', lesson, replace('mission: play', 'mission: nap'), 'received nap'],
    ['a day that is none', lesson, replace('2026-11-20', '2026-13-20'), 'a day such as'],
    ['another encoding', lesson, replace('첫', '\uFFFD'), '(text)  expected UTF-8'],
    [
      'no such type',
      quiz,
      replace('type: single', 'type: sort'),
      "].type  expected 'single' | 'multiple'",
    ],
    ['no front matter', lesson, replace('---', ''), 'YAML between two --- lines'],
    ['text before the heading', lesson, replace('## One', 'Hi.\n\n## One'), 'a heading first'],
    ['braces left open', lesson, replace('price-a}}', 'price-a}'), 'in pairs on one line'],
    ['a price in Korean', lesson, replace(/\{\{.*?\}\}/, '23달러'), 'received "23달러"'],
    ['no valid YAML', quiz, replace('type: single', 'type: [single'), '(yaml)  expected YAML'],
    [
      'another order',
      quiz,
      replace('id: q1', 'id: q0'),
      'answers[0]  expected q1 (single, one), as in English',
    ],
    ['another answer', quiz, (text: string) => swapAnswer(text), 'received a (correct)'],
    ['two right answers', quiz, replace('text: A,', 'text: A, correct: true,'), 'exactly one'],
    ['too few options', quiz, replace(/ {6}- \{ id: c.*\n/, ''), '>=3 items, received 2 items'],
    ['too few questions', quiz, replace(/ {2}- id: q7.*$/s, ''), '>=7 items, received 6 items'],
    ['a question twice', quiz, replace('id: q2', 'id: q1'), 'an id of its own, received q1'],
    ['a typed price', quiz, replace('It is not.', 'It costs $5.'), 'received "$5"'],
    ['a price in cents', quiz, replace('It is not.', 'It costs 5 cents.'), 'received "5 cents"'],
    ['a price in letters', quiz, replace('It is not.', 'Ten cents.'), 'received "Ten cents"'],
    ['a price in Korean cents', quiz, replace('It is not.', '1센트예요.'), 'received "1센트"'],
    ['another currency', quiz, replace('It is not.', 'It costs ₩500.'), 'received "₩500"'],
    [
      'a hint in one language only',
      mission,
      replace('missing:', 'absent:'),
      'missing, as in English',
    ],
    [
      'a rung in one language only',
      mission,
      replace('concept: A name.', 'shape: make NAME'),
      'make, concept, as in English',
    ],
    ['rungs of no task', mission, replace('make: {', 'bake: {'), 'expected the id of a task'],
    ['a task in one language only', mission, replace('{#make}', '{#do}'), 'make, as in English'],
    ['no such lesson', mission, replace('lesson: first', 'lesson: last'), 'received last'],
    ['a stray file', 'lessons/01-first/notes.txt', () => 'x', 'notes.txt'],
    ['a folder without a number', 'lessons/second/lesson.en.md', () => 'x', 'expected NN-id'],
    ['a fact twice', 'lessons/facts/all.yaml', replace('limit-b', 'price-a'), 'an id of its own'],
  ])('refuses %s', (_, file, change, expected) => {
    expect(problemsOf({ [file]: change })).toContain(expected);
  });
});

function swapAnswer(text: string): string {
  return text.replace('B, correct: true,', 'B,').replace('text: A,', 'text: A, correct: true,');
}

describe('questions', () => {
  const ask = (question: string) => {
    const all = (text: string) => text.replace(/questions:\n/, `questions:\n${question}\n`);
    return {
      'lessons/01-first/quiz.en.yaml': all,
      'lessons/01-first/quiz.ko.yaml': all,
    };
  };
  const options = (...correct: boolean[]) =>
    `[${correct.map((right, index) => `{ id: o${index}, text: O, ${right ? 'correct: true, ' : ''}why: W }`).join(', ')}]`;
  const asked = 'section: one, prompt: Why';

  it('of every type are compiled, with the facts in them', () => {
    const files: Record<string, string> = { ...validFiles };
    const questions = [
      `  - { id: several, type: multiple, ${asked}, options: ${options(true, true, false, false)} }`,
      `  - { id: sort, type: order, ${asked}, items: [{ id: a, text: A, why: W }, { id: b, text: B, why: W }, { id: c, text: C, why: W }] }`,
      `  - { id: pair, type: match, ${asked}, pairs: [{ id: a, left: L, right: R, why: W }, { id: b, left: L, right: R, why: W }, { id: c, left: L, right: R, why: W }], extra: [{ id: x, text: X, why: W }] }`,
      `  - { id: guess, type: number, ${asked}, answer: "{{1000 * price-a}}", tolerance: 5, why: W, traps: [{ id: t, value: 7, why: W }] }`,
      `  - { id: try, type: experiment, ${asked}, experiment: soft-delete, options: ${options(false, true, false)} }`,
    ];
    for (const [path, change] of Object.entries(ask(questions.join('\n')))) {
      files[path] = change(files[path] ?? '');
    }
    files['lessons/01-first/experiments.ts'] = '';
    const compiled = readContent(makeRepository(files)).get('lesson-first.en') as Lesson;
    const [several, sort, pair, guess, experiment] = compiled.questions;
    expect(several).toMatchObject({ type: 'multiple', options: [{ correct: true }, {}, {}, {}] });
    expect(sort).toMatchObject({ type: 'order', items: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] });
    expect(pair).toMatchObject({ type: 'match', extra: [{ id: 'x' }] });
    expect(guess).toMatchObject({
      answer: { value: 23, text: '$23.00' },
      traps: [{ id: 't', value: 7, text: '7' }],
    });
    expect(experiment).toMatchObject({ type: 'experiment', experiment: 'soft-delete' });
  });

  it.each([
    [
      'nothing wrong',
      `type: multiple, ${asked}, options: ${options(true, true, true, true)}`,
      'one without',
    ],
    [
      'one right',
      `type: multiple, ${asked}, options: ${options(true, false, false, false)}`,
      'two options or more',
    ],
    ['no trap', `type: number, ${asked}, answer: 3, tolerance: 5, why: W, traps: []`, '>=1 items'],
    [
      'a typed sum',
      `type: number, ${asked}, answer: "3 + 4", tolerance: 5, why: W, traps: [{ id: t, value: 7, why: W }]`,
      'a calculation',
    ],
    [
      'a fact that is none',
      `type: number, ${asked}, answer: "{{nothing}}", tolerance: 5, why: W, traps: [{ id: t, value: 7, why: W }]`,
      'received nothing',
    ],
    [
      'another section',
      `type: single, section: nowhere, prompt: P, options: ${options(true, false, false)}`,
      'received nowhere',
    ],
    [
      'no experiments.ts',
      `type: experiment, ${asked}, experiment: e, options: ${options(true, false, false)}`,
      'experiments.ts',
    ],
    ['an unknown type', `type: essay, ${asked}`, 'type'],
  ])('with %s are refused', (_, question, expected) => {
    expect(problemsOf(ask(`  - { id: q, ${question} }`))).toContain(expected);
  });
});

describe('the section of sources', () => {
  it('is made of the pages and of the facts used, by where they come from', () => {
    const root = makeRepository(validFiles);
    const { sections } = readContent(root).get('lesson-first.en') as Lesson;
    const text = JSON.stringify(sections.at(-1));
    expect(sections.at(-1)?.title).toBe('Sources');
    expect(text).toContain('"href":"https://example.com/page"');
    expect(text).toContain('a page, 2026-07-30');
    expect(text).toContain('price-a $0.023/GB-month');
    expect(text).not.toContain('limit-b');
  });
});

describe('translations', () => {
  const accept = (files: Record<string, string>) => {
    const { parts } = checkContent(makeRepository(files));
    return {
      ...files,
      'lessons/01-first/translation.yaml': makeTranslationRecord(
        parts.get('lessons/01-first') ?? [],
      ),
      'missions/play/translation.yaml': makeTranslationRecord(parts.get('missions/play') ?? []),
    };
  };

  it('that nobody has accepted are stale, and accepted ones are not', () => {
    const { unfinished, problems } = checkContent(makeRepository(validFiles));
    expect(problems).toEqual([]);
    expect(unfinished.map(({ path }) => path)).toContain('section two');
    expect(checkContent(makeRepository(accept({ ...validFiles }))).unfinished).toEqual([]);
  });

  it('of a changed text are named by file and line, and nothing else is', () => {
    const files: Record<string, string> = accept({ ...validFiles });
    const change = (path: string, from: string, to: string) => {
      files[path] = files[path]?.replace(from, to) ?? '';
    };
    change('lessons/01-first/lesson.en.md', 'It costs', 'It now costs');
    change('lessons/01-first/quiz.en.yaml', 'prompt: Why?', 'prompt: Why then?');
    change('missions/play/en.md', 'Up to', 'At most');
    // How the lines are broken is no change.
    change('lessons/01-first/terms.en.yaml', 'text: Files.', 'text:\n      Files.');
    const { unfinished, problems } = checkContent(makeRepository(files));
    expect(problems).toEqual([]);
    expect(unfinished.map(({ file, line, path }) => `${file}:${line} ${path}`)).toEqual([
      'lessons/01-first/lesson.ko.md:13 section one',
      'lessons/01-first/quiz.ko.yaml:2 question q1',
      'missions/play/ko.md:17 task make',
    ]);
  });
});

describe('the content that ships', () => {
  it('compiles', () => {
    const files = [...readContent(join(import.meta.dirname, '../..')).keys()];
    expect(files).toContain('lesson-storage.ko');
  });
});

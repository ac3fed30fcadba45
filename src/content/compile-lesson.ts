import type { Sources } from './compile.ts';
import { type Quiz, readQuiz } from './compile-quiz.ts';
import { type LessonTerms, readTerms } from './compile-terms.ts';
import {
  type ContentLanguage,
  type Lesson,
  type LessonEntry,
  languages,
  type Terms,
} from './compiled.ts';
import { checkParallel } from './parallel.ts';
import { type LessonText, readLessonText } from './read-lesson.ts';
import { checkTranslation, type Part, translationFile } from './translation.ts';

/** A lesson in one language. */
interface Draft {
  readonly id: string;
  readonly path: string;
  readonly lesson: Lesson;
  readonly text: LessonText;
  readonly quiz: Quiz;
  readonly terms: LessonTerms;
}

/** All lessons, and what they have in common. */
export interface CompiledLessons {
  readonly entries: readonly LessonEntry[];
  readonly lessons: readonly (readonly [string, Lesson])[];
  readonly terms: { readonly [Language in ContentLanguage]: Terms };
  /** English parts of each folder, for `author accept`. */
  readonly parts: ReadonlyMap<string, readonly Part[]>;
}

/** What else is in `lessons/`. */
const notLessons: readonly string[] = ['facts', 'README.md'];

const filesOfLesson = [
  ...languages.flatMap((language) => [
    `lesson.${language}.md`,
    `quiz.${language}.yaml`,
    `terms.${language}.yaml`,
  ]),
  'experiments.ts',
  translationFile,
];

/** Compiles every `lessons/<nn-id>/`, in the order of the numbers. */
export function compileLessons(sources: Sources): CompiledLessons {
  const entries: LessonEntry[] = [];
  const lessons: (readonly [string, Lesson])[] = [];
  const drafts: { en: Draft; ko: Draft }[] = [];
  const parts = new Map<string, readonly Part[]>();
  for (const folder of sources.list('lessons').filter((name) => !notLessons.includes(name))) {
    const [en, ko] = [readDraft(sources, folder, 'en'), readDraft(sources, folder, 'ko')];
    if (en === undefined || ko === undefined) continue;
    const path = `lessons/${folder}`;
    checkLanguages(sources, path, en, ko);
    parts.set(path, partsOf(en));
    entries.push(makeEntry(folder, en, ko));
    lessons.push([`lesson-${en.id}.en`, en.lesson], [`lesson-${en.id}.ko`, ko.lesson]);
    drafts.push({ en, ko });
  }
  checkNames(entries, drafts, sources);
  checkTermIds(drafts, sources);
  return {
    entries,
    lessons,
    terms: {
      en: gatherTerms(drafts.map(({ en }) => en)),
      ko: gatherTerms(drafts.map(({ ko }) => ko)),
    },
    parts,
  };
}

function readDraft(sources: Sources, folder: string, language: ContentLanguage): Draft | undefined {
  const path = `lessons/${folder}`;
  const id = /^\d\d-(.+)$/.exec(folder)?.[1];
  if (id === undefined) {
    if (language === 'en') sources.problems.of(path)(1, '(folder)', 'NN-id', folder);
    return undefined;
  }
  if (language === 'en') checkStrays(sources, path);
  const text = readLessonText(sources, path, id, language);
  const quiz = readQuiz(sources, `${path}/quiz.${language}.yaml`);
  const terms = readTerms(sources, path, id, language);
  if (text === undefined || quiz === undefined || terms === undefined) return undefined;
  const facts = new Set([...text.facts, ...quiz.facts, ...terms.facts]);
  const sections = [...text.lesson.sections, text.sourcesSection(facts)];
  checkSections(sources, path, language, text, quiz, terms);
  return {
    id,
    path,
    lesson: { ...text.lesson, sections, questions: quiz.questions },
    text,
    quiz,
    terms,
  };
}

/** What names a section names one of this lesson; what names an experiment, one that exists. */
function checkSections(
  sources: Sources,
  path: string,
  language: ContentLanguage,
  { lesson }: LessonText,
  quiz: Quiz,
  terms: LessonTerms,
): void {
  const known = new Set(lesson.sections.map(({ id }) => id));
  const check = (file: string, parts: readonly Part[], all: readonly { section: string }[]) => {
    for (const [index, { section }] of all.entries()) {
      if (known.has(section)) continue;
      const { line = 1, id = '' } = parts[index] ?? {};
      sources.problems.of(`${path}/${file}.${language}.yaml`)(
        line,
        `${id}: section`,
        'the id of a section of the lesson',
        section,
      );
    }
  };
  check('quiz', quiz.parts, quiz.questions);
  check('terms', terms.parts, [...terms.terms, ...terms.products]);
  const needsExperiments = quiz.questions.some(({ type }) => type === 'experiment');
  if (needsExperiments && !sources.list(path).includes('experiments.ts')) {
    sources.problems.of(`${path}/experiments.ts`)(1, '(file)', 'a file of this name', 'nothing');
  }
}

function checkLanguages(sources: Sources, path: string, en: Draft, ko: Draft): void {
  const reportOf = (file: string) => sources.problems.of(`${path}/${file}`);
  checkParallel(en.text.shared, ko.text.shared, 'front matter', reportOf('lesson.ko.md'));
  checkParallel(en.text.sections, ko.text.sections, 'sections', reportOf('lesson.ko.md'));
  checkParallel(en.quiz.answers, ko.quiz.answers, 'answers', reportOf('quiz.ko.yaml'));
  checkParallel(en.terms.located, ko.terms.located, 'terms', reportOf('terms.ko.yaml'));
  const at = (file: string) => (part: Part) => ({ ...part, file: `${path}/${file}` });
  checkTranslation(sources, path, partsOf(en), [
    ...ko.text.parts.map(at('lesson.ko.md')),
    ...ko.quiz.parts.map(at('quiz.ko.yaml')),
    ...ko.terms.parts.map(at('terms.ko.yaml')),
  ]);
}

function partsOf({ text, quiz, terms }: Draft): Part[] {
  return [...text.parts, ...quiz.parts, ...terms.parts];
}

function makeEntry(folder: string, en: Draft, ko: Draft): LessonEntry {
  const { id, minutes, mission, asOf, sections, questions } = en.lesson;
  const order = Number(folder.slice(0, 2));
  const aliases = [
    ...[String(order), folder.slice(0, 2), folder],
    ...en.text.aliases,
    ...ko.text.aliases,
  ];
  return {
    id,
    order,
    aliases: [...new Set(aliases)],
    title: { en: en.lesson.title, ko: ko.lesson.title },
    summary: { en: en.lesson.summary, ko: ko.lesson.summary },
    minutes,
    ...(mission !== undefined && { mission }),
    asOf,
    sections: sections.length,
    questions: questions.length,
    sectionIds: sections.map((section) => section.id),
    questionIds: questions.map((question) => question.id),
  };
}

/** A forgotten draft or a misspelt file name would otherwise be ignored without a word. */
function checkStrays({ list, problems }: Sources, path: string): void {
  for (const name of list(path)) {
    if (!filesOfLesson.includes(name)) {
      problems.of(`${path}/${name}`)(1, '(file)', filesOfLesson.join(', '), name);
    }
  }
}

/** Whatever a learner types leads to one lesson. */
function checkNames(
  entries: readonly LessonEntry[],
  drafts: readonly { en: Draft }[],
  { problems }: Sources,
): void {
  const owners = new Map<string, string>();
  for (const [index, { id, aliases }] of entries.entries()) {
    for (const name of [id, ...aliases]) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, id);
      else {
        const report = problems.of(`${drafts[index]?.en.path}/lesson.en.md`);
        report(1, 'aliases', 'names of its own', `${name}, which leads to ${owner} already`);
      }
    }
  }
}

/** A term or a product belongs to one lesson. */
function checkTermIds(drafts: readonly { en: Draft }[], { problems }: Sources): void {
  const owners = new Map<string, string>();
  for (const { en } of drafts) {
    for (const { id, line } of en.terms.parts) {
      const owner = owners.get(id);
      if (owner === undefined) owners.set(id, en.id);
      else {
        const report = problems.of(`${en.path}/terms.en.yaml`);
        report(line, id, 'an id of its own', `one that the lesson ${owner} has already`);
      }
    }
  }
}

function gatherTerms(drafts: readonly Draft[]): Terms {
  return {
    terms: drafts.flatMap(({ terms }) => terms.terms),
    products: drafts.flatMap(({ terms }) => terms.products),
  };
}

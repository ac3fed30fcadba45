import type { Sources } from './compile.ts';
import {
  type ContentLanguage,
  type Lesson,
  type LessonEntry,
  languages,
  type Question,
} from './compiled.ts';
import { type LocatedSection, parseDocument, parseInline } from './markdown.ts';
import { checkParallel, checkUnique, type Located } from './parallel.ts';
import type { Report } from './problems.ts';
import { resolveDocument, resolveFacts } from './prose.ts';
import { lessonFrontMatter, quiz as quizSchema } from './schema.ts';
import { describePath, type Path, readFrontMatter, readYaml } from './yaml.ts';

/** A lesson in one language, with what is needed to hold it beside the other. */
interface Draft {
  readonly lesson: Lesson;
  readonly aliases: readonly string[];
  readonly sections: readonly Located[];
  /** Questions, their options, and which one is right. */
  readonly answers: readonly Located[];
  /** Fields that do not depend on the language. */
  readonly shared: readonly Located[];
}

export interface CompiledLessons {
  readonly entries: readonly LessonEntry[];
  readonly files: readonly (readonly [string, Lesson])[];
}

const filesOfLesson = languages.flatMap((language) => [
  `lesson.${language}.md`,
  `quiz.${language}.yaml`,
]);

/** What else is in `lessons/`. */
const notLessons: readonly string[] = ['facts', 'README.md'];

/** Compiles every `lessons/<nn-id>/`, in the order of the numbers. */
export function compileLessons(sources: Sources): CompiledLessons {
  const entries: LessonEntry[] = [];
  const files: (readonly [string, Lesson])[] = [];
  for (const folder of sources.list('lessons').filter((name) => !notLessons.includes(name))) {
    const [en, ko] = [readDraft(sources, folder, 'en'), readDraft(sources, folder, 'ko')];
    if (en === undefined || ko === undefined) continue;
    const path = `lessons/${folder}`;
    const reportLesson = sources.problems.of(`${path}/lesson.ko.md`);
    checkParallel(en.shared, ko.shared, 'front matter', reportLesson);
    checkParallel(en.sections, ko.sections, 'sections', reportLesson);
    checkParallel(en.answers, ko.answers, 'answers', sources.problems.of(`${path}/quiz.ko.yaml`));
    entries.push(makeEntry(folder, en, ko));
    files.push([`lesson-${en.lesson.id}.en`, en.lesson], [`lesson-${en.lesson.id}.ko`, ko.lesson]);
  }
  checkNames(entries, sources);
  return { entries, files };
}

function readDraft(sources: Sources, folder: string, language: ContentLanguage): Draft | undefined {
  const path = `lessons/${folder}`;
  const id = /^\d\d-(.+)$/.exec(folder)?.[1];
  if (id === undefined) {
    if (language === 'en') sources.problems.of(path)(1, '(folder)', 'NN-id', folder);
    return undefined;
  }
  if (language === 'en') checkStrays(sources, path);
  const report = sources.problems.of(`${path}/lesson.${language}.md`);
  const source = sources.read(`${path}/lesson.${language}.md`);
  const file =
    source === undefined ? undefined : readFrontMatter(source, lessonFrontMatter, report);
  const questions = readQuiz(sources, `${path}/quiz.${language}.yaml`);
  if (file === undefined || questions === undefined) return undefined;

  const { value: head, lineOf } = file.head;
  if (head.id !== id) report(lineOf(['id']), 'id', id, head.id);
  if (head.mission !== undefined && !sources.list('missions').includes(head.mission)) {
    report(lineOf(['mission']), 'mission', 'the name of a folder in missions/', head.mission);
  }
  const sections = readSections(file, sources, report);
  const { aliases = [], ...fields } = head;
  for (const field of ['title', 'summary'] as const) {
    fields[field] = resolveFacts(fields[field], sources.facts, (expected, received) =>
      report(lineOf([field]), field, expected, received),
    );
  }
  const { title, summary, minutes, mission, asOf } = fields;
  return {
    lesson: {
      ...{ id, language, title, summary, minutes },
      ...(mission !== undefined && { mission }),
      asOf,
      sections: sections.map(({ line, ...section }) => section),
      questions: questions.questions,
    },
    aliases,
    sections: sections.flatMap(withRunnableCode),
    answers: questions.answers,
    shared: (['minutes', 'mission', 'asOf'] as const).map((field) => ({
      id: `${field}: ${fields[field]}`,
      line: lineOf([field]),
    })),
  };
}

function readSections(
  { body, bodyLine }: { body: string; bodyLine: number },
  { facts }: Sources,
  report: Report,
): readonly LocatedSection[] {
  const resolved = resolveDocument(body, facts, (index, expected, received) =>
    report(bodyLine + index, '(text)', expected, received),
  );
  const { intro, sections } = parseDocument(resolved, bodyLine, report);
  if (intro.length > 0) report(bodyLine, '(text)', 'a heading first', 'text before it');
  if (sections.length === 0) report(bodyLine, '(text)', 'at least one section', 'none');
  checkUnique(sections, 'sections', report);
  for (const { id, line, blocks } of sections) {
    if (blocks.length === 0) report(line, `#${id}`, 'some text', 'nothing');
  }
  return sections;
}

/** Both languages print the same commands; only the comments in them may differ. */
function withRunnableCode({ id, line, blocks }: LocatedSection): Located[] {
  const code = blocks.flatMap((block) =>
    block.kind === 'code' ? [{ id: `${id}: ${block.language} needs=${block.needs}`, line }] : [],
  );
  return [{ id, line }, ...code];
}

function readQuiz(
  sources: Sources,
  file: string,
): { questions: readonly Question[]; answers: readonly Located[] } | undefined {
  const report = sources.problems.of(file);
  const source = sources.read(file);
  const quiz = source === undefined ? undefined : readYaml(source, 1, quizSchema, report);
  if (quiz === undefined) return undefined;
  const inline = (text: string, path: Path) => {
    const here = (expected: string, received: string) =>
      report(quiz.lineOf(path), describePath(path), expected, received);
    return parseInline(resolveFacts(text, sources.facts, here), here);
  };
  const located = (id: string, path: Path): Located => ({ id, line: quiz.lineOf(path) });
  const answers: Located[] = [];
  const questions = quiz.value.questions.map(({ id, type, prompt, options }, number): Question => {
    const path = ['questions', number];
    const optionPath = (index: number) => [...path, 'options', index];
    checkUnique(
      options.map((option, index) => located(option.id, optionPath(index))),
      describePath([...path, 'options']),
      report,
    );
    answers.push(
      located(id, path),
      ...options.map((option, index) =>
        located(`${option.id}${option.correct ? ' (correct)' : ''}`, optionPath(index)),
      ),
    );
    return {
      id,
      type,
      prompt: inline(prompt, [...path, 'prompt']),
      options: options.map((option, index) => ({
        id: option.id,
        text: inline(option.text, [...optionPath(index), 'text']),
        correct: option.correct === true,
        why: inline(option.why, [...optionPath(index), 'why']),
      })),
    };
  });
  checkUnique(
    questions.map(({ id }, number) => located(id, ['questions', number])),
    'questions',
    report,
  );
  return { questions, answers };
}

function makeEntry(folder: string, en: Draft, ko: Draft): LessonEntry {
  const { id, minutes, mission, asOf, sections, questions } = en.lesson;
  const order = Number(folder.slice(0, 2));
  const aliases = [String(order), folder.slice(0, 2), folder, ...en.aliases, ...ko.aliases];
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
function checkNames(entries: readonly LessonEntry[], { problems }: Sources): void {
  const names = entries.flatMap(({ id, aliases }) =>
    [id, ...aliases].map((name) => ({ id: name, line: 1 })),
  );
  checkUnique(names, '(names)', problems.of('lessons'));
}

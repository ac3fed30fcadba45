import type { Sources } from './compile.ts';
import type { ContentLanguage, Lesson } from './compiled.ts';
import { factsIn } from './facts.ts';
import { type LocatedSection, parseDocument } from './markdown.ts';
import { checkUnique, type Located } from './parallel.ts';
import type { Report } from './problems.ts';
import { resolveDocument, resolveFacts } from './prose.ts';
import { lessonFrontMatter } from './schema.ts';
import { makeSourcesSection } from './sources-section.ts';
import type { Part } from './translation.ts';
import { readFrontMatter } from './yaml.ts';

/** `lesson.<lang>.md`, with what is needed to hold it beside the other language's. */
export interface LessonText {
  /** Without the questions, and without the section that is made of the sources. */
  readonly lesson: Omit<Lesson, 'questions'>;
  readonly aliases: readonly string[];
  /** Sections, and the code in them that can be run. */
  readonly sections: readonly Located[];
  /** Fields that do not depend on the language. */
  readonly shared: readonly Located[];
  readonly parts: readonly Part[];
  /** Facts that the text uses. */
  readonly facts: ReadonlySet<string>;
  /** The last section; it names the facts of the questions too. */
  sourcesSection(facts: ReadonlySet<string>): Lesson['sections'][number];
}

/** @returns undefined where something was reported that leaves nothing to go on with */
export function readLessonText(
  sources: Sources,
  path: string,
  id: string,
  language: ContentLanguage,
): LessonText | undefined {
  const file = `${path}/lesson.${language}.md`;
  const report = sources.problems.of(file);
  const source = sources.read(file);
  const document =
    source === undefined ? undefined : readFrontMatter(source, lessonFrontMatter, report);
  if (document === undefined || source === undefined) return undefined;

  const { value: head, lineOf } = document.head;
  if (head.id !== id) report(lineOf(['id']), 'id', id, head.id);
  if (head.mission !== undefined && !sources.list('missions').includes(head.mission)) {
    report(lineOf(['mission']), 'mission', 'the name of a folder in missions/', head.mission);
  }
  const resolve = (text: string, key: readonly PropertyKey[]) =>
    resolveFacts(text, sources.facts, (expected, received) =>
      report(lineOf(key), key.join('.'), expected, received),
    );
  const sections = readSections(document, sources, report);
  const { aliases = [], minutes, mission, asOf } = head;
  return {
    lesson: {
      ...{ id, language },
      title: resolve(head.title, ['title']),
      summary: resolve(head.summary, ['summary']),
      minutes,
      ...(mission !== undefined && { mission }),
      asOf,
      goals: head.goals.map((goal, index) => resolve(goal, ['goals', index])),
      sections: sections.map(({ line, ...section }) => section),
    },
    aliases,
    sections: sections.flatMap(withRunnableCode),
    shared: [
      ...(['minutes', 'mission', 'asOf'] as const).map((field) => ({
        id: `${field}: ${head[field]}`,
        line: lineOf([field]),
      })),
      ...head.goals.map((_, index) => ({
        id: `goal ${index + 1}`,
        line: lineOf(['goals', index]),
      })),
      ...head.sources.map(({ url, asOf: day }, index) => ({
        id: `source ${url} of ${day}`,
        line: lineOf(['sources', index]),
      })),
    ],
    parts: partsOf(document, head, sections),
    facts: factsIn(source, sources.facts),
    sourcesSection: (facts) => makeSourcesSection(language, head.sources, facts, sources.facts),
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
    if (id === 'sources') report(line, '#sources', 'another id: the build adds this one', id);
  }
  return sections;
}

/** Both languages print the same commands; only the comments in them may differ. */
function withRunnableCode({ id, line, blocks }: LocatedSection): Located[] {
  const code = blocks.flatMap((block) => {
    if (block.kind === 'code') return [`${block.language} needs=${block.needs}`];
    return block.kind === 'file' ? [`${block.language} file=${block.name}`] : [];
  });
  return [{ id, line }, ...code.map((what) => ({ id: `${id}: ${what}`, line }))];
}

/** What is translated, piece by piece, as the author wrote it. */
function partsOf(
  { body, bodyLine }: { body: string; bodyLine: number },
  { title, summary, goals }: { title: string; summary: string; goals: readonly string[] },
  sections: readonly LocatedSection[],
): Part[] {
  const lines = body.split('\n');
  return [
    { id: 'title, summary and goals', line: 1, text: [title, summary, ...goals].join('\n') },
    ...sections.map(({ id, line }, index) => {
      const end = sections[index + 1]?.line ?? bodyLine + lines.length;
      return {
        id: `section ${id}`,
        line,
        text: lines.slice(line - bodyLine, end - bodyLine).join('\n'),
      };
    }),
  ];
}

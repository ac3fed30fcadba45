import type { Sources } from './compile.ts';
import {
  type ContentLanguage,
  type Hint,
  languages,
  type MissionEntry,
  type MissionTexts,
  type Rungs,
} from './compiled.ts';
import { parseDocument } from './markdown.ts';
import { checkParallel, checkUnique, type Located } from './parallel.ts';
import { resolveDocument, resolveFacts } from './prose.ts';
import { missionFrontMatter } from './schema.ts';
import { checkTranslation, type Part } from './translation.ts';
import { readFrontMatter } from './yaml.ts';

/** A mission's texts in one language, with what is needed to hold them beside the other's. */
interface Draft {
  readonly texts: MissionTexts;
  readonly tasks: readonly Located[];
  readonly inputs: readonly Located[];
  readonly hints: readonly Located[];
  readonly given: readonly Located[];
  readonly rungs: readonly Located[];
  /** What is translated, piece by piece. */
  readonly parts: readonly Part[];
  /** Fields that do not depend on the language. */
  readonly shared: readonly Located[];
}

export interface CompiledMissions {
  readonly entries: readonly MissionEntry[];
  readonly files: readonly (readonly [string, MissionTexts])[];
  /** English parts of each folder, for `author accept`. */
  readonly parts: ReadonlyMap<string, readonly Part[]>;
}

/** Compiles the texts of every `missions/<id>/`; a test compares them with its `mission.ts`. */
export function compileMissions(sources: Sources): CompiledMissions {
  const entries: MissionEntry[] = [];
  const files: (readonly [string, MissionTexts])[] = [];
  const parts = new Map<string, readonly Part[]>();
  for (const id of sources.list('missions')) {
    const [en, ko] = languages.map((language) => readDraft(sources, id, language));
    if (en === undefined || ko === undefined) continue;
    const report = sources.problems.of(`missions/${id}/ko.md`);
    for (const part of ['shared', 'inputs', 'hints', 'given', 'rungs', 'tasks'] as const) {
      checkParallel(en[part], ko[part], part, report);
    }
    const folder = `missions/${id}`;
    parts.set(folder, en.parts);
    const korean = ko.parts.map((part) => ({ ...part, file: `${folder}/ko.md` }));
    checkTranslation(sources, folder, en.parts, korean);
    entries.push({
      id,
      title: { en: en.texts.title, ko: ko.texts.title },
      summary: { en: en.texts.summary, ko: ko.texts.summary },
      minutes: en.texts.minutes,
      ...(en.texts.lesson !== undefined && { lesson: en.texts.lesson }),
    });
    files.push([`mission-${id}.en`, en.texts], [`mission-${id}.ko`, ko.texts]);
  }
  return { entries, files, parts };
}

function readDraft(sources: Sources, id: string, language: ContentLanguage): Draft | undefined {
  const path = `missions/${id}/${language}.md`;
  const report = sources.problems.of(path);
  const source = sources.read(path);
  const file =
    source === undefined ? undefined : readFrontMatter(source, missionFrontMatter, report);
  if (file === undefined) return undefined;

  const { value: head, lineOf } = file.head;
  const lessons = sources.list('lessons').map((folder) => folder.replace(/^\d\d-/, ''));
  if (head.lesson !== undefined && !lessons.includes(head.lesson)) {
    report(lineOf(['lesson']), 'lesson', 'the id of a lesson', head.lesson);
  }
  const resolve = (text: string, key: readonly string[]) =>
    resolveFacts(text, sources.facts, (expected, received) =>
      report(lineOf(key), key.join('.'), expected, received),
    );
  const resolveAll = (texts: Readonly<Record<string, string>>, field: string) =>
    Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [key, resolve(text, [field, key])]),
    );
  const body = resolveDocument(file.body, sources.facts, (index, expected, received) =>
    report(file.bodyLine + index, '(text)', expected, received),
  );
  const { intro, sections } = parseDocument(body, file.bodyLine, report);
  if (intro.length === 0) report(file.bodyLine, '(text)', 'an introduction', 'nothing');
  checkUnique(sections, 'tasks', report);
  for (const task of Object.keys(head.tasks)) {
    if (sections.some(({ id }) => id === task)) continue;
    report(lineOf(['tasks', task]), `tasks.${task}`, 'the id of a task', task);
  }
  const located = (field: 'inputs' | 'given' | 'hints' | 'tasks') =>
    Object.entries(head[field]).flatMap(([key, value]) => idsOf(key, value, lineOf([field, key])));
  return {
    texts: {
      title: resolve(head.title, ['title']),
      summary: resolve(head.summary, ['summary']),
      minutes: head.minutes,
      ...(head.lesson !== undefined && { lesson: head.lesson }),
      inputs: resolveAll(head.inputs, 'inputs'),
      hints: Object.fromEntries(
        Object.entries(head.hints).map(([key, hint]) => [
          key,
          typeof hint === 'string'
            ? { why: resolve(hint, ['hints', key]) }
            : resolveEach<Hint>(hint, (text, field) => resolve(text, ['hints', key, field])),
        ]),
      ),
      given: resolveAll(head.given, 'given'),
      intro,
      tasks: Object.fromEntries(
        sections.map(({ id: task, title, blocks }) => {
          const rungs = resolveEach<Rungs>(head.tasks[task] ?? {}, (text, field) =>
            resolve(text, ['tasks', task, field]),
          );
          return [task, { title, body: blocks, ...rungs }];
        }),
      ),
    },
    tasks: sections,
    parts: partsOf(file, sections),
    inputs: located('inputs'),
    hints: located('hints'),
    given: located('given'),
    rungs: located('tasks'),
    shared: [
      { id: `minutes: ${head.minutes}`, line: lineOf(['minutes']) },
      { id: `lesson: ${head.lesson}`, line: lineOf(['lesson']) },
    ],
  };
}

/** An entry of the front matter and the fields that it has: the languages have the same. */
function idsOf(key: string, value: string | object, line: number): Located[] {
  const fields = typeof value === 'string' ? [] : Object.keys(value);
  return [{ id: key, line }, ...fields.map((field) => ({ id: `${key}, ${field}`, line }))];
}

/** The same fields, each resolved; zod says of one left out that it may be undefined. */
function resolveEach<Fields>(
  fields: { readonly [Name in keyof Fields]: Fields[Name] | undefined },
  resolve: (text: string, field: string) => string,
): Fields {
  return Object.fromEntries(
    Object.entries<unknown>(fields).map(([field, text]) => [field, resolve(String(text), field)]),
  ) as Fields;
}

/** What is translated, piece by piece, as the author wrote it. */
function partsOf(
  { head, body, bodyLine }: { head: { value: object }; body: string; bodyLine: number },
  sections: readonly Located[],
): Part[] {
  const lines = body.split('\n');
  const textFrom = (first: number, last: number | undefined) =>
    lines.slice(first - bodyLine, last === undefined ? undefined : last - bodyLine).join('\n');
  return [
    { id: 'front matter', line: 1, text: JSON.stringify(head.value) },
    { id: 'introduction', line: bodyLine, text: textFrom(bodyLine, sections[0]?.line) },
    ...sections.map(({ id, line }, index) => ({
      id: `task ${id}`,
      line,
      text: textFrom(line, sections[index + 1]?.line),
    })),
  ];
}

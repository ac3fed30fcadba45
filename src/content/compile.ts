import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileLessons } from './compile-lesson.ts';
import { compileMissions } from './compile-mission.ts';
import type { Facts } from './compiled.ts';
import { ContentError, type Problem, Problems } from './problems.ts';
import { factList } from './schema.ts';
import { makeSearchEntries } from './search-entries.ts';
import type { Part } from './translation.ts';
import { readYaml } from './yaml.ts';

/** What is compiled from, and where problems go. */
export interface Sources {
  readonly facts: Facts;
  readonly problems: Problems;
  /** Stale translations and what is still TODO: reported, but no reason not to build. */
  readonly unfinished: Problems;
  /** Names in a folder of the repository, sorted; none where it does not exist. */
  list(folder: string): readonly string[];
  /** A file of the repository; undefined, and a problem, where it is missing. */
  read(file: string): string | undefined;
}

const factsFolder = 'lessons/facts';

/** Compiled files by their names, ready to be written as JSON. */
export type CompiledFiles = ReadonlyMap<string, unknown>;

/** Everything under `lessons/` and `missions/`, and what is wrong with it. */
export interface CheckedContent {
  /** Not to be used where there are problems. */
  readonly files: CompiledFiles;
  readonly problems: readonly Problem[];
  /** Korean parts whose English has changed since they were written, and what is still TODO. */
  readonly unfinished: readonly Problem[];
  /** English parts by their folder: what a translation is accepted for. */
  readonly parts: ReadonlyMap<string, readonly Part[]>;
}

/** @param root the repository */
export function checkContent(root: string): CheckedContent {
  const problems = new Problems();
  const unfinished = new Problems();
  const opened = openFiles(root, problems, unfinished);
  const facts = compileFacts(opened, problems);
  const sources = { ...opened, facts, problems, unfinished };
  const lessons = compileLessons(sources);
  const missions = compileMissions(sources);
  const files = new Map<string, unknown>([
    ['facts', facts],
    ['lessons', lessons.entries],
    ['missions', missions.entries],
    ['terms.en', lessons.terms.en],
    ['terms.ko', lessons.terms.ko],
    ...lessons.lessons,
    ...missions.files,
  ]);
  files.set('search', makeSearchEntries(files));
  const parts = new Map([...lessons.parts, ...missions.parts]);
  return { files, problems: problems.found, unfinished: unfinished.found, parts };
}

/**
 * @param root the repository
 * @throws ContentError with every problem found
 */
export function readContent(root: string): CompiledFiles {
  const { files, problems } = checkContent(root);
  if (problems.length > 0) throw new ContentError(problems);
  return files;
}

/**
 * Writes the content as `load.ts` reads it, in place of what an earlier build left there.
 *
 * @throws ContentError with every problem found; then nothing is written
 */
export function compileContent(root: string, outDirectory: string): void {
  const files = readContent(root);
  mkdirSync(outDirectory, { recursive: true });
  for (const name of readdirSync(outDirectory)) {
    if (name.endsWith('.json')) rmSync(join(outDirectory, name));
  }
  for (const [name, value] of files) {
    writeFileSync(join(outDirectory, `${name}.json`), JSON.stringify(value));
  }
}

function openFiles(
  root: string,
  problems: Problems,
  unfinished: Problems,
): Pick<Sources, 'list' | 'read'> {
  return {
    list: (folder) =>
      existsSync(join(root, folder)) ? readdirSync(join(root, folder)).sort() : [],
    read(file) {
      if (!existsSync(join(root, file))) {
        problems.of(file)(1, '(file)', 'a file of this name', 'nothing');
        return undefined;
      }
      const text = asWritten(readFileSync(join(root, file), 'utf8'));
      for (const [index, line] of text.split('\n').entries()) {
        if (line.includes('\uFFFD')) problems.of(file)(index + 1, '(text)', 'UTF-8', line.trim());
        if (!/\bTODO\b/.test(line)) continue;
        unfinished.of(file)(index + 1, '(text)', 'your own words', line.trim());
      }
      return text;
    },
  };
}

/** A text without what editors, and git on Windows, put into it. */
function asWritten(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .normalize('NFC');
}

/** One table in several files, `lessons/facts/<product family>.yaml`. */
function compileFacts({ list, read }: Pick<Sources, 'list' | 'read'>, problems: Problems): Facts {
  const facts: Record<string, Facts[string]> = {};
  for (const name of list(factsFolder).filter((one) => one.endsWith('.yaml'))) {
    const file = `${factsFolder}/${name}`;
    const report = problems.of(file);
    const document = readYaml(read(file) ?? '[]', 1, factList, report);
    document?.value.forEach(({ id, value, unit, region, source, asOf }, index) => {
      if (id in facts) report(document.lineOf([index]), `[${index}].id`, 'an id of its own', id);
      facts[id] = { value, unit, ...(region !== undefined && { region }), source, asOf };
    });
  }
  return facts;
}

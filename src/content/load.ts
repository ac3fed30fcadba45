import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ContentLanguage,
  Facts,
  Lesson,
  LessonEntry,
  MissionEntry,
  MissionTexts,
  SearchEntry,
  Terms,
} from './compiled.ts';

/**
 * The content that the build has compiled. Each call reads its own file and
 * nothing else, because a list of lessons has to appear at once.
 */
export interface Content {
  /** In the order in which they are meant to be read. */
  lessons(): readonly LessonEntry[];
  /** @param id as in `lessons()` */
  lesson(id: string, language: ContentLanguage): Lesson;
  missions(): readonly MissionEntry[];
  /** @param id as in `missions()` */
  mission(id: string, language: ContentLanguage): MissionTexts;
  /** The glossary, and the products of three clouds beside each other. */
  terms(language: ContentLanguage): Terms;
  /** Everything that can be searched. */
  searchEntries(): readonly SearchEntry[];
  facts(): Facts;
}

/**
 * Opens the compiled content of an installed package; reads nothing yet. A
 * missing file is a broken installation, and thrown as it is.
 */
export function loadContent(packageRoot: string): Content {
  const read = (name: string) =>
    JSON.parse(readFileSync(join(packageRoot, 'dist', 'content', `${name}.json`), 'utf8'));
  return {
    lessons: () => read('lessons'),
    lesson: (id, language) => read(`lesson-${id}.${language}`),
    missions: () => read('missions'),
    mission: (id, language) => read(`mission-${id}.${language}`),
    terms: (language) => read(`terms.${language}`),
    searchEntries: () => read('search'),
    facts: () => read('facts'),
  };
}

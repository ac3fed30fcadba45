import type { ContentLanguage, LessonEntry, SearchEntry } from '../../content/compiled.ts';
import { search } from './search.ts';

/** A place in a lesson that answers a question. */
export interface Place {
  readonly lesson: string;
  readonly section: string;
  /** `Object storage: Storage classes`. */
  readonly title: string;
  readonly excerpt: string;
}

/** Where in the lessons something is explained, best first, each section once. */
export function findPlaces(
  entries: readonly SearchEntry[],
  lessons: readonly LessonEntry[],
  typed: string,
  language: ContentLanguage,
): readonly Place[] {
  const places = new Map<string, Place>();
  const titles = new Map(lessons.map(({ id, title }) => [id, title[language]]));
  const sections = new Map(
    entries
      .filter(({ kind }) => kind === 'section')
      .map(({ lesson, id, text }) => [`${lesson}/${id}`, text[language].title]),
  );
  for (const { entry, excerpt } of search(entries, typed, language)) {
    const { lesson, section } = entry;
    if (lesson === undefined || section === undefined) continue;
    const at = `${lesson}/${section}`;
    if (places.has(at)) continue;
    const title = `${titles.get(lesson) ?? lesson}: ${sections.get(at) ?? section}`;
    places.set(at, { lesson, section, title, excerpt });
  }
  return [...places.values()];
}

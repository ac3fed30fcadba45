import type { ContentLanguage, LessonEntry, SearchEntry } from '../../content/compiled.ts';
import { loadContent } from '../../content/load.ts';
import type { Context } from '../../context.ts';
import type { Hit } from '../finding.ts';
import { search } from './search.ts';

/** Where in the lessons something is explained, best first, each section once. */
export function findPlaces(
  entries: readonly SearchEntry[],
  lessons: readonly LessonEntry[],
  typed: string,
  language: ContentLanguage,
): readonly Hit[] {
  const places = new Map<string, Hit>();
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

/** The same over the content that is installed: what the player searches with. */
export function searchLessons(
  { host, say }: Pick<Context, 'host' | 'say'>,
  typed: string,
): readonly Hit[] {
  const content = loadContent(host.packageRoot);
  return findPlaces(content.searchEntries(), content.lessons(), typed, say.language);
}

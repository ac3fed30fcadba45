import type {
  ContentLanguage,
  Lesson,
  LessonEntry,
  MissionEntry,
  MissionTexts,
  Product,
  SearchEntry,
  SearchText,
  Term,
  Terms,
} from './compiled.ts';
import { plainBlocks, plainText } from './plain-text.ts';

/**
 * Everything that can be searched, in one file: a search reads nothing else.
 *
 * @param files the compiled content by its names
 */
export function makeSearchEntries(files: ReadonlyMap<string, unknown>): readonly SearchEntry[] {
  const read = <Value>(name: string) => files.get(name) as Value;
  /** The same thing in both languages. */
  const both = <Value>(
    name: (language: ContentLanguage) => string,
    text: (value: Value) => SearchText,
  ) => ({
    en: text(read<Value>(name('en'))),
    ko: text(read<Value>(name('ko'))),
  });
  const sections = read<readonly LessonEntry[]>('lessons').flatMap(({ id: lesson, sectionIds }) =>
    sectionIds
      .filter((section) => section !== 'sources')
      .map(
        (section, index): SearchEntry => ({
          kind: 'section',
          ...{ id: section, lesson, section },
          text: both<Lesson>(
            (language) => `lesson-${lesson}.${language}`,
            (one) => sectionText(one, index),
          ),
        }),
      ),
  );
  const missions = read<readonly MissionEntry[]>('missions').map(
    ({ id, lesson }): SearchEntry => ({
      kind: 'mission',
      id,
      ...(lesson !== undefined && { lesson }),
      text: both<MissionTexts>(
        (language) => `mission-${id}.${language}`,
        (one) => missionText(id, one),
      ),
    }),
  );
  const { terms, products } = read<Terms>('terms.en');
  return [
    ...terms.map(
      ({ id, lesson, section }, index): SearchEntry => ({
        kind: 'term',
        ...{ id, lesson, section },
        text: both<Terms>(
          (language) => `terms.${language}`,
          (one) => termText(one.terms[index] as Term),
        ),
      }),
    ),
    ...products.map(
      ({ id, lesson, section }, index): SearchEntry => ({
        kind: 'product',
        ...{ id, lesson, section },
        text: both<Terms>(
          (language) => `terms.${language}`,
          (one) => productText(one.products[index] as Product),
        ),
      }),
    ),
    ...sections,
    ...missions,
  ];
}

function sectionText({ title, sections }: Lesson, index: number): SearchText {
  const section = sections[index] as Lesson['sections'][number];
  return { title: section.title, names: title, body: plainBlocks(section.blocks) };
}

function termText({ id, term, also, text }: Term): SearchText {
  return { title: term, names: [...also, id].join('\n'), body: plainText(text) };
}

function productText({
  id,
  concept,
  gcp,
  aws,
  azure,
  also,
  formerly,
  text,
  differences,
}: Product): SearchText {
  const names = [
    concept,
    ...gcp,
    ...aws,
    ...azure,
    ...also,
    ...formerly.map(({ name }) => name),
    id,
  ];
  return {
    title: gcp[0] ?? concept,
    names: names.join('\n'),
    body: [text, ...differences].map(plainText).join('\n'),
  };
}

function missionText(id: string, { title, summary, intro, tasks }: MissionTexts): SearchText {
  const steps = Object.values(tasks).map((task) => `${task.title}\n${plainBlocks(task.body)}`);
  return { title, names: id, body: [summary, plainBlocks(intro), ...steps].join('\n') };
}

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
import { namesOfProduct, namesOfTerm } from './names.ts';
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
  /** What somebody looks for who should find this section. */
  const explainedIn = (language: ContentLanguage, lesson: string, section: string) => {
    const { terms, products } = read<Terms>(`terms.${language}`);
    const isHere = (one: Term | Product) => one.lesson === lesson && one.section === section;
    return [
      ...terms.filter(isHere).map(namesOfTerm),
      ...products.filter(isHere).map(namesOfProduct),
    ].flat();
  };
  const lessons = read<readonly LessonEntry[]>('lessons').map((entry): SearchEntry => {
    const { id, title, summary } = entry;
    const names = [id, ...entry.aliases.filter((alias) => !/^\d/.test(alias))].join('\n');
    const text = (language: ContentLanguage) => ({
      title: title[language],
      names,
      body: summary[language],
    });
    return { kind: 'lesson', id, lesson: id, text: { en: text('en'), ko: text('ko') } };
  });
  const sections = read<readonly LessonEntry[]>('lessons').flatMap(({ id: lesson, sectionIds }) =>
    sectionIds
      .filter((section) => section !== 'sources')
      .map(
        (section, index): SearchEntry => ({
          kind: 'section',
          ...{ id: section, lesson, section },
          text: {
            en: sectionText(read(`lesson-${lesson}.en`), index, explainedIn('en', lesson, section)),
            ko: sectionText(read(`lesson-${lesson}.ko`), index, explainedIn('ko', lesson, section)),
          },
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
    ...lessons,
    ...sections,
    ...missions,
  ];
}

function sectionText(
  { id, title, sections }: Lesson,
  index: number,
  explained: readonly string[],
): SearchText {
  const section = sections[index] as Lesson['sections'][number];
  return {
    title: section.title,
    names: [title, id, ...explained].join('\n'),
    body: plainBlocks(section.blocks),
  };
}

function termText(term: Term): SearchText {
  return {
    title: term.term,
    names: namesOfTerm(term).slice(1).join('\n'),
    body: plainText(term.text),
  };
}

function productText(product: Product): SearchText {
  const { concept, gcp, text, differences } = product;
  return {
    title: gcp[0] ?? concept,
    names: namesOfProduct(product).join('\n'),
    body: [text, ...differences].map(plainText).join('\n'),
  };
}

function missionText(id: string, { title, summary, intro, tasks }: MissionTexts): SearchText {
  const steps = Object.values(tasks).map((task) => `${task.title}\n${plainBlocks(task.body)}`);
  return { title, names: id, body: [summary, plainBlocks(intro), ...steps].join('\n') };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchEntry } from '../../src/content/compiled.ts';
import { loadContent } from '../../src/content/load.ts';
import { findPlaces } from '../../src/tutor/search/in-lesson.ts';
import { search } from '../../src/tutor/search/search.ts';
import { packageRoot } from '../support/host.ts';

const entry = (id: string, title: string, body: string, korean = ''): SearchEntry => ({
  kind: 'section',
  ...{ id, lesson: 'storage', section: id },
  text: { en: { title, names: '', body }, ko: { title: korean, names: '', body: korean } },
});

const entries = [
  entry(
    'bill',
    'The bill',
    'Deleted objects are kept, and billed, for days: soft delete.',
    '청구서와 소프트 삭제',
  ),
  entry('soft', 'Soft delete', 'What is deleted stays.', '소프트 삭제'),
  entry(
    'idea',
    'Bucket and key',
    'A bucket holds objects. Objects have keys. A key is a name.',
    '객체저장소의 버킷',
  ),
];

const idsOf = (typed: string) => search(entries, typed, 'en').map((one) => one.entry.id);

describe('search', () => {
  it('prefers what is called so to what mentions it', () => {
    expect(idsOf('soft delete')).toEqual(['soft', 'bill']);
    expect(idsOf('SOFT   Delete!')).toEqual(['soft', 'bill']);
  });

  it('finds the beginning of a word, and not its middle', () => {
    expect(idsOf('buck')).toEqual(['idea']);
    expect(idsOf('ucket')).toEqual([]);
  });

  it('finds in either language, unfinished syllables and parts of compounds too', () => {
    expect(idsOf('소프ㅌ').toSorted()).toEqual(['bill', 'soft']);
    expect(idsOf('버키')).toEqual(['idea']);
    expect(idsOf('저장소')).toEqual(['idea']);
    expect(idsOf('버킷'.normalize('NFD'))).toEqual(['idea']);
  });

  it('answers with what holds most words where nothing holds all', () => {
    expect(idsOf('soft bucket delete')).toEqual(['soft', 'bill']);
  });

  it('shows the words with some text around them', () => {
    const long = [entry('x', 'T', `${'word '.repeat(50)}needle ${'more '.repeat(50)}`)];
    const [found] = search(long, 'needle', 'en');
    expect(found?.excerpt).toMatch(/^…(word )+needle (more ?)+…$/);
    expect(found?.excerpt.length).toBeLessThan(150);
  });

  it('takes whatever is pasted', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(anything, (typed) => {
        for (const { excerpt } of search(entries, typed, 'ko'))
          expect(excerpt).toBeTypeOf('string');
      }),
    );
    expect(idsOf('\u0000\u001b[31m')).not.toContain('nothing');
    expect(idsOf('(*+?')).toEqual([]);
    expect(idsOf(' ')).toEqual([]);
  });
});

describe('the content that ships', () => {
  const content = loadContent(packageRoot);
  const all = content.searchEntries();

  it.each([
    ['bucket', 'term'],
    ['버킷', 'term'],
    ['S3', 'product'],
    ['create-bucket', 'mission'],
  ])('%s leads to a %s first', (typed, kind) => {
    expect(search(all, typed, 'ko')[0]?.entry.kind).toBe(kind);
  });

  it('has a place for every section, and no other', () => {
    const sections = content
      .lessons()
      .flatMap(({ id, sectionIds }) =>
        sectionIds.filter((one) => one !== 'sources').map((section) => `${id}/${section}`),
      );
    const found = all.filter(({ kind }) => kind === 'section');
    expect(found.map(({ lesson, id }) => `${lesson}/${id}`)).toEqual(sections);
  });

  it('leads each word of the glossary to the section that explains it', () => {
    for (const { term, lesson, section } of content.terms('ko').terms) {
      const places = findPlaces(all, content.lessons(), term, 'ko');
      expect(
        places.map((place) => `${place.lesson}/${place.section}`),
        term,
      ).toContain(`${lesson}/${section}`);
    }
  });
});

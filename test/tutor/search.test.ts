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
    expect(idsOf('soft objects bucket billed')).toEqual(['bill', 'idea']);
  });

  it('lets what holds some of the words follow where little holds all', () => {
    expect(idsOf('soft stays')).toEqual(['soft', 'bill']);
    expect(idsOf('objects kept')).toEqual(['bill', 'idea']);
  });

  it('leaves out what says nothing, unless nothing else was said', () => {
    expect(idsOf('what is a bucket?')).toEqual(['idea']);
    expect(idsOf('버킷이 뭐예요')).toEqual(['idea']);
    expect(idsOf('what is')).toContain('soft');
  });

  it('does without what Korean joins to a word, and without its spaces', () => {
    for (const typed of ['버킷을', '버킷이란', '버킷에서는', '객체저장소의', '소프트삭제를']) {
      expect(idsOf(typed), typed).not.toEqual([]);
    }
  });

  it('prefers the word to the beginning of a longer one', () => {
    const two = [entry('long', 'Billing', ''), entry('short', 'Your bill', '')];
    expect(search(two, 'bill', 'en').map((one) => one.entry.id)).toEqual(['short', 'long']);
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
    expect(idsOf('\u001b[1;31mbucket\u0007\u001b[0m')).toEqual(['idea']);
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

  // What learners type; one of the first three has to be the place that answers it.
  it.each([
    ['what is a bucket', 'storage/idea'],
    ['how much does a vm cost', 'cost/meters'],
    ['ssh into vm', 'compute/getting-in'],
    ['how to stop being charged', 'cost'],
    ['free tier', 'cost/free'],
    ['static ip', 'compute/life'],
    ['cold start', 'serverless/cold'],
    ['firewall', 'network/firewall'],
    ['kubernetes', 'container/orchestrator'],
    ['sql database', 'database'],
    ['permission denied', 'compute/getting-in'],
    ['vertex ai', 'ai-platform/clouds'],
    ['bigquery cost', 'warehouse/bill'],
    ['github actions', 'cicd/clouds'],
    ['signed url', 'storage/sharing'],
    ['비용', 'cost'],
    ['가상 머신', 'compute'],
    ['VM 접속', 'compute/getting-in'],
    ['버킷이 뭐예요', 'storage/idea'],
    ['버킷 만들기', 'create-bucket'],
    ['고정 IP', 'compute/life'],
    ['로드밸런서', 'network/front-door'],
    ['방화벽을 여는 법', 'network/firewall'],
    ['서비스 계정', 'identity/service-accounts'],
    ['키 유출', 'identity/leak'],
    ['예산 알림', 'cost/budget'],
    ['빅쿼리', 'warehouse/clouds'],
    ['깃허브 액션', 'cicd/clouds'],
    ['람다', 'serverless/clouds'],
    ['도커 이미지', 'container/idea'],
    ['데이터베이스 백업', 'database/backup'],
  ])('%s is answered by %s', (typed, place) => {
    const found = search(all, typed, /[가-힣]/.test(typed) ? 'ko' : 'en').slice(0, 3);
    const places = found.flatMap(({ entry: { id, lesson, section } }) => [
      id,
      lesson,
      `${lesson}/${section}`,
    ]);
    expect(places).toContain(place);
  });

  it('finds each word and each product while it is typed', () => {
    for (const language of ['en', 'ko'] as const) {
      const { terms, products } = content.terms(language);
      const named = [
        ...terms.map(({ id, term }) => [id, term] as const),
        ...products.map(({ id, gcp, concept }) => [id, gcp[0] ?? concept] as const),
      ];
      for (const [id, name] of named) {
        for (const length of new Set([
          2,
          Math.ceil(name.length / 2),
          Math.max(name.length - 1, 1),
        ])) {
          const typed = name.slice(0, length);
          const ids = search(all, typed, language).map(({ entry }) => entry.id);
          expect(ids, typed).toContain(id);
        }
      }
    }
  }, 60_000);

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

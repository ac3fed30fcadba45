import { describe, expect, it } from 'vitest';
import { checkContent } from '../../src/content/compile.ts';
import { type Block, languages } from '../../src/content/compiled.ts';
import { loadContent } from '../../src/content/load.ts';
import { plainBlocks } from '../../src/content/plain-text.ts';
import { packageRoot } from '../support/host.ts';

/** How long somebody reads who has never met the subject: 180 words a minute, 450 letters of Korean. */
const readingMinutes = {
  en: (text: string) => text.split(/\s+/).length / 180,
  ko: (text: string) => text.replaceAll(/\s+/g, '').length / 450,
};

/** Commands and programs are run, not read. */
const isRead = ({ kind }: Block) => kind !== 'code' && kind !== 'file';

const content = loadContent(packageRoot);
const entries = content.lessons();

it('begins with twelve lessons, in the order in which one needs them', () => {
  expect(entries.slice(0, 12).map(({ id }) => id)).toEqual([
    ...['intro', 'cost', 'compute', 'identity', 'storage', 'serverless'],
    ...['container', 'database', 'warehouse', 'network', 'ai-platform', 'cicd'],
  ]);
});

it.each([
  ['db', 'database'],
  ['dw', 'warehouse'],
  ['ai', 'ai-platform'],
  ['ci-cd', 'cicd'],
])('%s is a name of %s', (alias, id) => {
  expect(entries.find(({ aliases }) => aliases.includes(alias))?.id).toBe(id);
});

describe.each(entries.map(({ id }) => id))('lesson %s', (id) => {
  it('takes 15 to 30 minutes', () => {
    const { minutes } = content.lesson(id, 'en');
    expect(minutes).toBeGreaterThanOrEqual(15);
    expect(minutes).toBeLessThanOrEqual(30);
  });

  it.each(languages)('takes as long as it says (%s)', (language) => {
    const { minutes, sections, questions } = content.lesson(id, language);
    const text = sections
      .filter((section) => section.id !== 'sources')
      .flatMap(({ title, blocks }) => [title, plainBlocks(blocks.filter(isRead))])
      .join('\n');
    // A question takes a minute.
    expect(Math.abs(minutes - readingMinutes[language](text) - questions.length)).toBeLessThan(3);
  });

  it('answers what every lesson answers, each in a section', () => {
    const ids = content.lesson(id, 'en').sections.map((section) => section.id);
    const wanted = ['why', 'idea', 'clouds', 'bill', 'when-not', 'traps', 'try', 'sources'];
    expect(wanted.filter((one) => !ids.includes(one))).toEqual([]);
  });

  it.each(languages)('has diagrams, each also for the web, and bars (%s)', (language) => {
    const blocks = content.lesson(id, language).sections.flatMap((section) => section.blocks);
    const diagrams = blocks.filter((block) => block.kind === 'diagram');
    expect(diagrams.length).toBeGreaterThanOrEqual(2);
    expect(diagrams.filter(({ mermaid }) => mermaid === undefined)).toEqual([]);
    expect(blocks.some(({ kind }) => kind === 'bars')).toBe(true);
  });

  it.each(languages)('says what it has simplified (%s)', (language) => {
    const start = { en: 'We simplify.', ko: '단순하게 말했어요.' }[language];
    const callouts = content
      .lesson(id, language)
      .sections.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === 'callout'));
    expect(callouts.filter((callout) => plainBlocks([callout]).startsWith(start))).not.toEqual([]);
  });

  it('names its sources, each with its day', () => {
    const blocks = content.lesson(id, 'en').sections.at(-1)?.blocks ?? [];
    const sources = blocks.flatMap((block) => (block.kind === 'list' ? block.items : []));
    expect(sources.length).toBeGreaterThan(3);
    const undated = sources.map(plainBlocks).filter((text) => !/\d{4}-\d\d-\d\d/.test(text));
    expect(undated).toEqual([]);
  });
});

it('no translation is stale, and nothing is left to write', () => {
  const { problems, unfinished } = checkContent(packageRoot);
  expect(
    [...problems, ...unfinished].map(({ file, line, path }) => `${file}:${line} ${path}`),
  ).toEqual([]);
});

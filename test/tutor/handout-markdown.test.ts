import { join } from 'node:path';
import fc from 'fast-check';
import { lexer, parseInline, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { checkContent } from '../../src/content/compile.ts';
import type { Block, Lesson } from '../../src/content/compiled.ts';
import { plainText } from '../../src/content/plain-text.ts';
import { loadMessages } from '../../src/i18n/messages.ts';
import type { Settings } from '../../src/settings.ts';
import { Terminal } from '../../src/terminal/terminal.ts';
import { lessonAsMarkdown } from '../../src/tutor/handout-markdown.ts';
import {
  blocksToMarkdown,
  escapeMarkdown,
  inlinesToMarkdown,
} from '../../src/tutor/markdown-blocks.ts';

const unescaped = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('Markdown that is written', () => {
  it('says again what was said, whatever its letters mean in Markdown', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab*_`[]()<>|~#!-.1\\{}가 '), maxLength: 20 }),
        (text) => {
          const rendered = parseInline(escapeMarkdown(text), { gfm: true }) as string;
          expect(unescaped(rendered).trim()).toBe(text.trim());
        },
      ),
    );
  });

  it('keeps code with backticks, and a paragraph that begins like a list', () => {
    expect(inlinesToMarkdown([{ kind: 'code', text: 'a `b` | c' }])).toBe('`` a `b` \\| c ``');
    const blocks: Block[] = [
      { kind: 'paragraph', content: [{ kind: 'text', text: '1. is no list' }] },
      { kind: 'paragraph', content: [{ kind: 'text', text: '# is no heading' }] },
    ];
    expect(lexer(blocksToMarkdown(blocks)).map(({ type }) => type)).toEqual([
      'paragraph',
      'space',
      'paragraph',
    ]);
  });

  it('draws bars as a table, and a drawing as Mermaid', () => {
    const blocks: Block[] = [
      { kind: 'bars', title: 'A month', bars: [{ label: 'on', value: 2, text: '$2.00' }] },
      { kind: 'diagram', text: 'a -> b', mermaid: 'flowchart LR' },
      { kind: 'file', name: 'Dockerfile', language: 'dockerfile', text: 'FROM a\n' },
    ];
    expect(blocksToMarkdown(blocks)).toBe(
      [
        '| A month |  |\n| --- | ---: |\n| on | $2.00 |',
        '```mermaid\nflowchart LR\n```',
        '`Dockerfile`',
        '```dockerfile\nFROM a\n```',
      ].join('\n\n'),
    );
  });
});

describe('the lessons that ship, as Markdown', () => {
  const lessons = [...checkContent(join(import.meta.dirname, '../..')).files]
    .filter(([name]) => name.startsWith('lesson-'))
    .map(([name, lesson]) => [name, lesson as Lesson] as const);

  it.each(lessons)('%s has its sections, fences and questions', async (_, lesson) => {
    const streams = { stdin: {}, stdout: {}, stderr: {} } as never;
    const looks = { json: false, plain: false, noColour: true, verbose: false };
    const terminal = new Terminal(streams, {} as Settings, looks);
    const say = (await loadMessages(lesson.language)).lesson;
    const markdown = lessonAsMarkdown({ terminal, say }, lesson);
    const tokens = lexer(markdown);
    const headings = (depth: number) =>
      tokens.filter((token) => token.type === 'heading' && token['depth'] === depth);
    expect(headings(2)).toHaveLength(lesson.sections.length + 1);
    expect(headings(3)).toHaveLength(lesson.questions.length);
    const blocks = lesson.sections.flatMap((section) => section.blocks);
    const fences = blocks.filter(({ kind }) => ['code', 'diagram', 'file'].includes(kind));
    const mission = lesson.mission === undefined ? 0 : 1;
    expect(tokens.filter(({ type }) => type === 'code')).toHaveLength(fences.length + mission);
    const tables = blocks.filter(({ kind }) => kind === 'table' || kind === 'bars');
    expect(tokens.filter(({ type }) => type === 'table')).toHaveLength(tables.length);
    const prompts = headings(3).map((token) => textOf(token));
    for (const [index, { prompt }] of lesson.questions.entries()) {
      expect(prompts[index]).toContain(plainText(prompt).replaceAll(/\s+/g, ' '));
    }
  });
});

/** What a reader reads of it. */
function textOf(token: Token): string {
  if ('tokens' in token && token.tokens) return token.tokens.map(textOf).join('');
  return 'text' in token ? unescaped(token.text) : '';
}

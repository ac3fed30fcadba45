import { describe, expect, it } from 'vitest';
import { parseDocument, parseInline } from '../../src/content/markdown.ts';
import { Problems } from '../../src/content/problems.ts';

function parse(source: string) {
  const problems = new Problems();
  const document = parseDocument(source, 10, problems.of('lesson.md'));
  return { ...document, problems: problems.found };
}

const text = (content: string) => ({ kind: 'text', text: content });

describe('parseDocument', () => {
  it('splits a document at its headings and remembers their lines', () => {
    const { intro, sections, problems } = parse(
      'hello\n\n## One {#one}\n\na\nb\n\n## Two {#two}\n',
    );
    expect(problems).toEqual([]);
    expect(intro).toEqual([{ kind: 'paragraph', content: [text('hello')] }]);
    expect(sections).toMatchObject([
      {
        id: 'one',
        title: 'One',
        line: 12,
        blocks: [{ kind: 'paragraph', content: [text('a b')] }],
      },
      { id: 'two', title: 'Two', line: 17, blocks: [] },
    ]);
  });

  it('reads lists, tables, callouts and code', () => {
    const source = [
      '- a',
      '  1. b',
      '',
      '| x | n |',
      '|---|--:|',
      '| y | 1 |',
      '',
      '> careful',
      '',
      '```sh needs=sandbox',
      'ls',
      '```',
    ].join('\n');
    const paragraph = (content: string) => ({ kind: 'paragraph', content: [text(content)] });
    expect(parse(source).intro).toEqual([
      {
        kind: 'list',
        items: [[paragraph('a'), { kind: 'list', start: 1, items: [[paragraph('b')]] }]],
      },
      {
        kind: 'table',
        header: [[text('x')], [text('n')]],
        rows: [[[text('y')], [text('1')]]],
        right: [1],
      },
      { kind: 'callout', blocks: [paragraph('careful')] },
      { kind: 'code', language: 'sh', needs: 'sandbox', text: 'ls' },
    ]);
    const more = [
      '```yaml file=a/b.yaml',
      'x: 1',
      '```',
      '```sql needs=psql',
      'SELECT 1;',
      '```',
      '```bars',
      'title: A month',
      'running: all day: $1,015.39',
      'stopped: $7.55',
      '```',
    ];
    expect(parse(more.join('\n'))).toMatchObject({
      problems: [],
      intro: [
        { kind: 'file', language: 'yaml', name: 'a/b.yaml', text: 'x: 1' },
        { kind: 'code', language: 'sql', needs: 'psql', text: 'SELECT 1;' },
        {
          kind: 'bars',
          title: 'A month',
          bars: [
            { label: 'running: all day', value: 1015.39, text: '$1,015.39' },
            { label: 'stopped', value: 7.55, text: '$7.55' },
          ],
        },
      ],
    });
  });

  it.each([
    ['no title', 'a: 1\nb: 2', 'title'],
    ['one bar', 'title: T\na: 1', 'two to ten bars'],
    ['two units', 'title: T\na: 1 ms\nb: 2 s', 'one unit'],
    ['no number', 'title: T\na: many\nb: 2', 'label: number'],
    ['a long label', `title: T\n${'a'.repeat(25)}: 1\nb: 2`, 'at most 24'],
  ])('refuses bars with %s', (_, source, expected) => {
    const { problems } = parse(`\`\`\`bars\n${source}\n\`\`\``);
    expect(problems[0]?.expected).toContain(expected);
  });

  it('keeps the mermaid drawing with its diagram', () => {
    expect(parse('```diagram\na─b\n```\n```mermaid\nflowchart LR\n```').intro).toEqual([
      { kind: 'diagram', text: 'a─b', mermaid: 'flowchart LR' },
    ]);
  });

  it.each([
    ['# Top {#top}', '"# Top {#top}"'],
    ['### Deep {#deep}', '"### Deep {#deep}"'],
    ['## No id', '"## No id"'],
    ['## A `b` {#b}', '"A `b`"'],
    ['text <b>bold</b>', 'html'],
    ['<div>\n</div>', 'html'],
    ['![a](https://a.b/c.png)', 'image'],
    ['a\n\n---\n\nb', 'hr'],
    ['~~gone~~', 'del'],
    ['one  \ntwo', 'br'],
    ['- [ ] todo', 'checkbox'],
    ['a &nbsp; b', '"&nbsp;"'],
    ['**open', '**open'],
    ['[a](http://a.b)', '"http://a.b"'],
    ['[a](javascript:alert(1))', 'javascript:alert'],
    ['- a\n  - b\n    - c', 'a third'],
    ['    indented', 'an indented block'],
    ['```sh\nls\n```', '"sh"'],
    ['```sh needs=docker\nls\n```', '"sh needs=docker"'],
    ['```python needs=gcloud\n1\n```', '"python needs=gcloud"'],
    ['```js needs=python\n1\n```', '"js needs=python"'],
    ['```mermaid\nflowchart LR\n```', 'after paragraph'],
    ['```diagram\n1234567890123456789012345678901234567 한\n```', '40: '],
  ])('refuses %j', (source, received) => {
    const { problems } = parse(`first\n\n${source}`);
    expect(problems.map((problem) => problem.received).join('\n')).toContain(received);
    expect(problems[0]?.line).toBe(source.startsWith('a\n\n') ? 14 : 12);
  });
});

describe('parseInline', () => {
  const inline = (source: string) => {
    const problems: string[] = [];
    const content = parseInline(source, (expected, received) =>
      problems.push(`${expected}: ${received}`),
    );
    return { content, problems };
  };
  const strong = (...children: unknown[]) => ({ kind: 'strong', children });
  const em = (...children: unknown[]) => ({ kind: 'em', children });

  it.each([
    // CommonMark leaves the stars of the first one standing.
    ['**객체(object)**는', [strong(text('객체(object)')), text('는')]],
    ['*“싸다.”*는', [em(text('“싸다.”')), text('는')]],
    ['**a *b* c**', [strong(text('a '), em(text('b')), text(' c'))]],
    ['**a `**` b**', [strong(text('a '), { kind: 'code', text: '**' }, text(' b'))]],
    ['2 * 3 * 4', [text('2 * 3 * 4')]],
    ['the world* and 5 *', [text('the world* and 5 *')]],
    ['snake_case_name', [text('snake_case_name')]],
    ['\\*a\\*', [text('*'), text('a'), text('*')]],
    ['`<id>` & "x"', [{ kind: 'code', text: '<id>' }, text(' & "x"')]],
    [
      '[**a** b](https://a.b/c_d)',
      [{ kind: 'link', href: 'https://a.b/c_d', children: [strong(text('a')), text(' b')] }],
    ],
  ])('reads %s', (source, content) => {
    const read = inline(source);
    expect(read.problems).toEqual([]);
    expect(read.content).toEqual(content);
  });

  it('refuses what does not fit into a line', () => {
    expect(inline('a\n\nb').problems).toEqual(['one paragraph of text: several blocks']);
    expect(inline('- a').problems).toEqual(['one paragraph of text: list']);
    expect(inline('').problems).toEqual(['one paragraph of text: nothing']);
  });
});

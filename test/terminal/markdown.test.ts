import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkContent } from '../../src/content/compile.ts';
import type { Block, Inline, Lesson } from '../../src/content/compiled.ts';
import { plainText } from '../../src/content/plain-text.ts';
import type { Settings } from '../../src/settings.ts';
import { choosePaint } from '../../src/terminal/colour.ts';
import { renderBlocks, renderInlines } from '../../src/terminal/markdown.ts';
import { widthOf } from '../../src/terminal/width.ts';

const monochrome = choosePaint({} as Settings, false, true);
const coloured = choosePaint({ FORCE_COLOR: '1' } as Settings, true, false);
const look = (columns: number, more = {}) => ({
  columns,
  paint: monochrome,
  plain: false,
  linked: false,
  ...more,
});

const text = (content: string): Inline => ({ kind: 'text', text: content });
const strong = (...children: Inline[]): Inline => ({ kind: 'strong', children });
const code = (content: string): Inline => ({ kind: 'code', text: content });
const link = (href: string, content: string): Inline => ({
  kind: 'link',
  href,
  children: [text(content)],
});
const paragraph = (...content: Inline[]): Block => ({ kind: 'paragraph', content });
const withoutStyles = (rendered: string) =>
  rendered.replaceAll(/\u001b\[\d+m|\u001b\]8;;.*?\u001b\\/g, '');

describe('renderInlines', () => {
  const word = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'abz.,()가힣한글🙂é'), minLength: 1, maxLength: 30 }),
    fc.constant('https://example.com/a/very/long/address/that/fits/nowhere.html'),
  );
  const words = fc.array(word, { maxLength: 8 }).map((list) => list.join(' '));
  const { inline } = fc.letrec<{ inline: Inline; inlines: Inline[] }>((tie) => ({
    inline: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      words.map(text),
      words.map(code),
      fc.record({ kind: fc.constantFrom('strong', 'em'), children: tie('inlines') }),
      fc.record({
        kind: fc.constant('link'),
        href: fc.constant('https://a.b/c'),
        children: tie('inlines'),
      }),
    ) as fc.Arbitrary<Inline>,
    inlines: fc.array(tie('inline'), { maxLength: 3 }),
  }));

  it('never writes a line that is too long, and never loses a letter', () => {
    fc.assert(
      fc.property(
        fc.array(inline, { maxLength: 4 }),
        fc.integer({ min: 20, max: 96 }),
        fc.boolean(),
        (content, columns, linked) => {
          const rendered = renderInlines(
            look(columns, { paint: coloured, linked }),
            content,
            '  1. ',
          );
          const bare = withoutStyles(rendered);
          for (const line of bare.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
          const letters = bare.slice('  1. '.length).replaceAll(/[\s`]|\(https:\/\/a\.b\/c\)/g, '');
          expect(letters).toBe(plainText(content).replaceAll(/[\s`]/g, ''));
        },
      ),
    );
  });

  it('keeps Korean words whole, particles and parentheses included', () => {
    const content = [
      strong(text('오브젝트 스토리지(object storage)')),
      text('는 파일을 밖으로 꺼내요.'),
    ];
    expect(renderInlines(look(20), content)).toBe(
      '오브젝트\n스토리지(object\nstorage)는 파일을\n밖으로 꺼내요.',
    );
  });

  it('breaks an address after its slashes', () => {
    const content = [link('https://example.com/storage/docs/access-control', 'docs')];
    expect(renderInlines(look(24), content)).toBe(
      'docs\n(https://example.com/\nstorage/docs/\naccess-control)',
    );
  });

  it('closes each style on its own line', () => {
    const content = [strong(text('one two three '), code('four five')), text(' six')];
    const lines = renderInlines(look(20, { paint: coloured }), content).split('\n');
    expect(lines).toEqual([
      '\u001b[1mone two three \u001b[22m\u001b[1m\u001b[36m`four\u001b[39m\u001b[22m',
      '\u001b[1m\u001b[36mfive`\u001b[39m\u001b[22m six',
    ]);
  });

  it('makes links clickable on a terminal, and spells them out elsewhere', () => {
    const content = [link('https://a.b/c', 'docs')];
    expect(renderInlines(look(80, { linked: true }), content)).toBe(
      '\u001b]8;;https://a.b/c\u001b\\docs\u001b]8;;\u001b\\',
    );
    expect(renderInlines(look(80), content)).toBe('docs (https://a.b/c)');
    expect(renderInlines(look(80), [link('https://a.b/c', 'https://a.b/c')])).toBe('https://a.b/c');
  });
});

describe('renderBlocks', () => {
  const table: Block = {
    kind: 'table',
    header: [[text('Idea')], [text('GCP')], [text('가격')]],
    rows: [
      [[text('제품')], [text('Cloud Storage')], [text('$1')]],
      [[code('ls')], [text('gcloud')], [text('$10')]],
    ],
    right: [2],
  };

  it('lines columns up where they fit', () => {
    expect(renderBlocks(look(26), [table])).toBe(
      [
        'Idea  GCP            가격',
        '----  -------------  ----',
        '제품  Cloud Storage    $1',
        '`ls`  gcloud          $10',
      ].join('\n'),
    );
  });

  it.each([
    ['where the table does not fit', look(24)],
    ['for a screen reader', look(80, { plain: true })],
  ])('makes one record a row %s', (_, narrow) => {
    expect(renderBlocks(narrow, [table])).toBe(
      ['제품', '  GCP: Cloud Storage', '  가격: $1', '`ls`', '  GCP: gcloud', '  가격: $10'].join(
        '\n',
      ),
    );
  });

  it('wraps columns that do not fit, in a window wide enough to read them', () => {
    const wide: Block = {
      ...table,
      rows: [
        [[text('제품')], [text('Managed instance group with an autoscaler')], [text('$1')]],
        [[code('ls')], [text('gcloud compute instance-groups managed list')], [text('$10')]],
      ],
    };
    expect(renderBlocks(look(48), [wide])).toBe(renderBlocks(look(48, { plain: true }), [wide]));
    const long: Block = {
      ...wide,
      header: [[text('Idea')], [text('GCP')], [text('AWS')]],
      rows: [
        [
          [text('group')],
          [text('managed instance group, which has an autoscaler')],
          [text('Auto Scaling group, with launch templates')],
        ],
        [[text('disk')], [text('Persistent Disk')], [text('EBS')]],
      ],
      right: [],
    };
    expect(renderBlocks(look(60), [long])).toBe(
      [
        'Idea   GCP                          AWS',
        '-----  ---------------------------  ------------------------',
        'group  managed instance group,      Auto Scaling group, with',
        '       which has an autoscaler      launch templates',
        '',
        'disk   Persistent Disk              EBS',
      ].join('\n'),
    );
  });

  it('indents what belongs to a list item, and aligns its numbers', () => {
    const list: Block = {
      kind: 'list',
      start: 9,
      items: [
        [
          paragraph(text('a word that wraps here')),
          { kind: 'list', items: [[paragraph(text('in'))]] },
        ],
        [paragraph(text('ten'))],
      ],
    };
    expect(renderBlocks(look(20), [list])).toBe(
      [' 9. a word that', '    wraps here', '    - in', '10. ten'].join('\n'),
    );
  });

  it('puts a bar before a callout, except for a screen reader', () => {
    const callout: Block = {
      kind: 'callout',
      blocks: [paragraph(text('careful with this one')), paragraph(text('b'))],
    };
    expect(renderBlocks(look(20), [callout])).toBe('| careful with this\n| one\n|\n| b');
    expect(renderBlocks(look(20, { plain: true }), [callout])).toBe('careful with this\none\n\nb');
  });

  const bars: Block = {
    kind: 'bars',
    title: '한 달 요금',
    bars: [
      { label: '켜 둠', value: 10, text: '$10.00' },
      { label: 'stopped, no address', value: 0.1, text: '$0.10' },
      { label: 'gone', value: 0, text: '$0' },
    ],
  };

  it('draws bars beside their labels, to half a column', () => {
    expect(renderBlocks(look(44), [bars])).toBe(
      [
        '한 달 요금',
        '  켜 둠                ██████████████ $10.00',
        '  stopped, no address  ▌ $0.10',
        '  gone                 $0',
      ].join('\n'),
    );
    const [, longest = ''] = renderBlocks(look(200), [bars]).split('\n');
    expect(longest.match(/█/g)).toHaveLength(44);
  });

  it('draws bars below their labels in a narrow window, which break there', () => {
    expect(renderBlocks(look(20), [bars])).toBe(
      [
        '한 달 요금',
        '  켜 둠',
        '    █████████ $10.00',
        '  stopped, no',
        '  address',
        '    ▌ $0.10',
        '  gone',
        '    $0',
      ].join('\n'),
    );
  });

  it('writes bars as numbers for a screen reader', () => {
    expect(renderBlocks(look(80, { plain: true }), [bars])).toBe(
      '한 달 요금\n  켜 둠: $10.00\n  stopped, no address: $0.10\n  gone: $0',
    );
  });

  it('names a file above what is in it', () => {
    const file: Block = { kind: 'file', name: 'a.py', language: 'python', text: 'x = 1\n\ny = 2' };
    expect(renderBlocks(look(20), [file])).toBe('a.py\n  x = 1\n\n  y = 2');
  });

  it('leaves code and drawings whole, and never shows mermaid', () => {
    const blocks: Block[] = [
      { kind: 'code', language: 'sh', needs: 'gcloud', text: 'gcloud storage ls \\\n\n  gs://b' },
      { kind: 'diagram', text: 'you ──> friend ──> ok', mermaid: 'flowchart LR' },
    ];
    expect(renderBlocks(look(20), blocks)).toBe(
      '  gcloud storage ls \\\n\n    gs://b\n\nyou ──> friend ──> ok',
    );
    expect(renderBlocks(look(40), blocks)).toContain('\n  you ──> friend ──> ok');
  });
});

describe('the lessons that ship', () => {
  const lessons = [...checkContent(join(import.meta.dirname, '../..')).files]
    .filter(([name]) => name.startsWith('lesson-'))
    .map(([name, lesson]) => [name, lesson as Lesson] as const);

  it.each(lessons)('%s fits every window, but for code and drawings', (_, { sections }) => {
    const blocks = sections.flatMap((section) => section.blocks);
    const whole = ['code', 'file', 'diagram'];
    const prose = blocks.filter(({ kind }) => !whole.includes(kind));
    for (const columns of [20, 40, 80]) {
      for (const line of renderBlocks(look(columns), prose).split('\n')) {
        expect(widthOf(line)).toBeLessThanOrEqual(columns);
      }
    }
    // A drawing with its margin fits a phone's terminal.
    const drawings = blocks.filter(({ kind }) => kind === 'diagram');
    for (const line of renderBlocks(look(40), drawings).split('\n')) {
      expect(widthOf(line)).toBeLessThanOrEqual(40);
    }
  });
});

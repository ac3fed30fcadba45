import type { Block, Inline } from '../content/compiled.ts';
import type { Terminal } from './terminal.ts';
import { padEnd, widthOf } from './width.ts';

/**
 * Lays compiled Markdown out for a terminal. Lines never exceed the window,
 * with one exception: code and diagrams are left whole, so that what is copied
 * is what was written, and a drawing heals when the window is widened.
 *
 * Nothing is said by colour alone: code keeps its backticks, callouts have a
 * bar, and a link without a clickable text shows its address.
 */

type Look = Pick<Terminal, 'columns' | 'paint' | 'plain' | 'animated'>;

/** What a line begins with: its first line, and those that follow. */
interface Margin {
  readonly first: string;
  readonly rest: string;
}

type BlockOf<Kind extends Block['kind']> = Extract<Block, { kind: Kind }>;

/** Blocks with an empty line between them, without a line end at the end. */
export function renderBlocks(look: Look, blocks: readonly Block[], indent = ''): string {
  return blocks.map((block) => renderBlock(look, block, indent)).join('\n\n');
}

/**
 * Inline text, wrapped.
 *
 * @param first what stands before the first line
 * @param rest what stands before the others; as many spaces, unless told
 */
export function renderInlines(
  look: Look,
  content: readonly Inline[],
  first = '',
  rest = ' '.repeat(widthOf(first)),
): string {
  return layOut(look, content, { first, rest });
}

/** Inline text as it would be typed: for a place that cannot be styled. */
export function plainText(content: readonly Inline[]): string {
  return content
    .map((inline) => ('children' in inline ? plainText(inline.children) : inline.text))
    .join('');
}

function renderBlock(look: Look, block: Block, indent: string): string {
  switch (block.kind) {
    case 'paragraph':
      return layOut(look, block.content, { first: indent, rest: indent });
    case 'list':
      return renderList(look, block, indent);
    case 'callout':
      return renderCallout(look, block, indent);
    case 'table':
      return renderTable(look, block, indent);
    case 'code':
      return indentLines(block.text, `${indent}  `, look.paint.code);
    case 'file':
      return `${indent}${look.paint.strong(block.name)}\n${indentLines(block.text, `${indent}  `, look.paint.code)}`;
    case 'bars':
      return renderBars(look, block, indent);
    case 'diagram':
      return renderDiagram(look, block, indent);
  }
}

function renderList(look: Look, { start, items }: BlockOf<'list'>, indent: string): string {
  const last = (start ?? 0) + items.length - 1;
  return items
    .map((blocks, index) => {
      const number = start === undefined ? '-' : `${start + index}.`.padStart(`${last}.`.length);
      const below = `${indent}${' '.repeat(number.length + 1)}`;
      // Laid out as if the mark were spaces, which are then replaced.
      const text = blocks.map((block) => renderBlock(look, block, below)).join('\n');
      return `${indent}${number} ${text.slice(below.length)}`;
    })
    .join('\n');
}

function renderCallout(look: Look, { blocks }: BlockOf<'callout'>, indent: string): string {
  const bar = look.plain ? '' : '| ';
  return renderBlocks(withColumns(look, look.columns - widthOf(bar)), blocks, indent)
    .split('\n')
    .map((line) => (indent + look.paint.caution(bar) + line.slice(indent.length)).trimEnd())
    .join('\n');
}

function renderDiagram(look: Look, { text }: BlockOf<'diagram'>, indent: string): string {
  const width = Math.max(...text.split('\n').map(widthOf));
  const roomy = widthOf(indent) + 2 + width <= look.columns;
  return indentLines(text, roomy ? `${indent}  ` : '', (line) => line);
}

/**
 * A bar a line beside its label, or below it where the window is narrow; the
 * longest fills the room. What it stands for is written behind it, so that in
 * plain output it can be left out.
 */
function renderBars(look: Look, { title, bars }: BlockOf<'bars'>, indent: string): string {
  const line = (text: string, first: string, rest: string) =>
    layOut(look, [{ kind: 'text', text }], { first, rest });
  const head = line(title, indent, indent);
  const inner = `${indent}  `;
  if (look.plain) {
    const values = bars.map(({ label, text }) => line(`${label}: ${text}`, inner, `${inner}  `));
    return [head, ...values].join('\n');
  }
  const widest = (texts: readonly string[]) => Math.max(...texts.map(widthOf));
  const labelWidth = widest(bars.map(({ label }) => label));
  const most = Math.max(...bars.map(({ value }) => value));
  const room = look.columns - widthOf(inner) - widest(bars.map(({ text }) => text)) - 1;
  const isBeside = room - labelWidth - 2 >= leastBar;
  const longest = Math.min(isBeside ? room - labelWidth - 2 : room - 2, longestBar);
  const lines = bars.map(({ label, value, text }) => {
    const bar = barOf(most === 0 ? 0 : (value / most) * Math.max(longest, 1));
    const drawn = bar === '' ? text : `${look.paint.accent(bar)} ${text}`;
    return isBeside
      ? `${inner}${padEnd(label, labelWidth)}  ${drawn}`
      : `${line(label, inner, inner)}\n${inner}  ${drawn}`;
  });
  return [head, ...lines].join('\n');
}

/** A bar shorter than this says nothing beside its label; then it stands below. */
const leastBar = 12;
/** A longer one is no easier to compare. */
const longestBar = 44;

/** To half a column; what there is of anything has a bar, however short. */
function barOf(length: number): string {
  if (length <= 0) return '';
  const halves = Math.max(Math.round(length * 2), 1);
  return '█'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '▌' : '');
}

function indentLines(text: string, indent: string, paint: (line: string) => string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : indent + paint(line)))
    .join('\n');
}

/**
 * Columns side by side where they fit. Otherwise, and for a screen reader, one
 * record a row: a table read from left to right says nothing about its columns.
 */
function renderTable(look: Look, table: BlockOf<'table'>, indent: string): string {
  const rows = [table.header, ...table.rows];
  const endless = withColumns(look, Number.POSITIVE_INFINITY);
  const cells = rows.map((row, index) =>
    row.map((cell) => {
      const text = layOut(endless, cell, { first: '', rest: '' });
      return index === 0 ? look.paint.strong(text) : text;
    }),
  );
  const widths = table.header.map((_, column) =>
    Math.max(...cells.map((row) => widthOf(row[column] ?? ''))),
  );
  const gap = '  ';
  const total = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  if (look.plain || widthOf(indent) + total > look.columns)
    return renderRecords(look, table, indent);
  const [header = '', ...lines] = cells.map((row) => {
    const padded = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return table.right.includes(column) ? padStart(cell, width) : padEnd(cell, width);
    });
    return indent + padded.join(gap).trimEnd();
  });
  const rule = indent + look.paint.faint(widths.map((width) => '-'.repeat(width)).join(gap));
  return [header, rule, ...lines].join('\n');
}

function renderRecords(look: Look, { header, rows }: BlockOf<'table'>, indent: string): string {
  const below: Margin = { first: `${indent}  `, rest: `${indent}    ` };
  return rows
    .map(([title = [], ...cells]) =>
      [
        layOut(look, [{ kind: 'strong', children: title }], { first: indent, rest: indent }),
        ...cells.map((cell, index) => {
          const name: Inline[] = [...(header[index + 1] ?? []), { kind: 'text', text: ': ' }];
          return layOut(look, [...name, ...cell], below);
        }),
      ].join('\n'),
    )
    .join('\n');
}

function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(columns - widthOf(text), 0)) + text;
}

function withColumns({ paint, plain, animated }: Look, columns: number): Look {
  return { paint, plain, animated, columns };
}

/** A stretch of text in one style. */
interface Run {
  readonly text: string;
  readonly style: (text: string) => string;
}

/** A stretch that is laid out, with the run that it belongs to. */
interface Piece {
  readonly text: string;
  readonly run: Run;
}

type Style = Run['style'];

const unstyled: Style = (text) => text;

function runsOf(look: Look, content: readonly Inline[], style: Style = unstyled): Run[] {
  return content.flatMap((inline) => runsOfOne(look, inline, style));
}

function runsOfOne(look: Look, inline: Inline, style: Style): Run[] {
  const { paint } = look;
  const inside = (own: Style, children: readonly Inline[]) =>
    runsOf(look, children, (text) => style(own(text)));
  switch (inline.kind) {
    case 'text':
      return [{ text: inline.text, style }];
    case 'code':
      return [{ text: `\`${inline.text}\``, style: (text) => style(paint.code(text)) }];
    case 'strong':
      return inside(paint.strong, inline.children);
    case 'em':
      return inside(paint.emphasis, inline.children);
    case 'link': {
      const { href, children } = inline;
      const runs = inside(paint.accent, children);
      if (look.animated) return runs.map((run) => ({ ...run, style: hyperlink(href, run.style) }));
      return plainText(children) === href ? runs : [...runs, { text: ` (${href})`, style }];
    }
  }
}

/** https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda */
function hyperlink(href: string, style: Style): Style {
  return (text) => `\u001b]8;;${href}\u001b\\${style(text)}\u001b]8;;\u001b\\`;
}

/**
 * Fills lines word by word. Styles are put on afterwards, line by line, so that
 * each line stands for itself and a margin before it is never coloured.
 */
function layOut(look: Look, content: readonly Inline[], margin: Margin): string {
  const lines: Piece[][] = [[]];
  const roomOn = (line: number) =>
    Math.max(look.columns - widthOf(line === 0 ? margin.first : margin.rest), 2);
  let used = 0;
  const breakLine = () => {
    lines.push([]);
    used = 0;
  };
  for (const { space, word } of wordsOf(runsOf(look, content))) {
    const width = widthOf(word.map(({ text }) => text).join(''));
    if (space !== undefined && used > 0) {
      if (used + 1 + width <= roomOn(lines.length - 1)) {
        lines.at(-1)?.push(space);
        used += 1;
      } else breakLine();
    }
    const room = roomOn(lines.length - 1);
    for (const piece of width > room ? splitPieces(word, room) : word) {
      const pieceWidth = widthOf(piece.text);
      if (used > 0 && used + pieceWidth > roomOn(lines.length - 1)) breakLine();
      lines.at(-1)?.push(piece);
      used += pieceWidth;
    }
  }
  return lines
    .map((pieces, index) => (index === 0 ? margin.first : margin.rest) + paintLine(pieces))
    .join('\n');
}

interface Word {
  /** The space before the word; undefined at the very beginning. */
  readonly space: Piece | undefined;
  readonly word: readonly Piece[];
}

/** Words end at spaces only, also Korean ones: `객체**(object)**는` is one word of three pieces. */
function wordsOf(runs: readonly Run[]): Word[] {
  const words: Word[] = [];
  let word: Piece[] = [];
  let space: Piece | undefined;
  const endWord = () => {
    if (word.length > 0) words.push({ space, word });
    word = [];
  };
  for (const run of runs) {
    for (const text of run.text.split(/( +)/)) {
      if (text === '') continue;
      if (text.trim() !== '') {
        word.push({ text, run });
        continue;
      }
      endWord();
      space = { text: ' ', run };
    }
  }
  endWord();
  return words;
}

/** A word that is longer than a line breaks after a slash, as addresses do, or else anywhere. */
function splitPieces(word: readonly Piece[], room: number): readonly Piece[] {
  return word
    .flatMap(({ text, run }) => text.split(/(?<=[^/]\/)/).map((part) => ({ text: part, run })))
    .flatMap((piece) =>
      widthOf(piece.text) <= room
        ? [piece]
        : Array.from(piece.text, (character) => ({ text: character, run: piece.run })),
    );
}

function paintLine(pieces: readonly Piece[]): string {
  let line = '';
  for (let index = 0; index < pieces.length; ) {
    const { run } = pieces[index] as Piece;
    let text = '';
    for (; pieces[index]?.run === run; index += 1) text += pieces[index]?.text;
    line += run.style(text);
  }
  return line;
}

import type { Block, Inline } from '../content/compiled.ts';
import { renderBars } from './bars.ts';
import { type Look, layOut, withColumns } from './inline.ts';
import { renderTable } from './table.ts';
import { widthOf } from './width.ts';

/**
 * Lays compiled Markdown out for a terminal. Lines never exceed the window,
 * with one exception: code and diagrams are left whole, so that what is copied
 * is what was written, and a drawing heals when the window is widened.
 *
 * Nothing is said by colour alone: code keeps its backticks, callouts have a
 * bar, and a link without a clickable text shows its address.
 */

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

function indentLines(text: string, indent: string, paint: (line: string) => string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : indent + paint(line)))
    .join('\n');
}

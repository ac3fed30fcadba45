import type { Block, Inline } from '../content/compiled.ts';

/**
 * Compiled Markdown as Markdown again, for a web page: with the prices put in,
 * drawings as Mermaid and bars as a table.
 */

export function blocksToMarkdown(blocks: readonly Block[]): string {
  return blocks.map(blockToMarkdown).join('\n\n');
}

export function inlinesToMarkdown(content: readonly Inline[]): string {
  return content.map(inlineToMarkdown).join('');
}

/** Text in which nothing is markup. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|~]/g, '\\$&');
}

function inlineToMarkdown(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return escapeMarkdown(inline.text);
    case 'code':
      return codeSpan(inline.text);
    case 'strong':
      return `**${inlinesToMarkdown(inline.children)}**`;
    case 'em':
      return `*${inlinesToMarkdown(inline.children)}*`;
    case 'link':
      return `[${inlinesToMarkdown(inline.children)}](<${inline.href}>)`;
  }
}

/** Between more backticks than there are in it; a bar would end the cell of a table. */
function codeSpan(text: string): string {
  const quote = '`'.repeat(longestRun(text) + 1);
  const gap = quote.length > 1 ? ' ' : '';
  return `${quote}${gap}${text.replaceAll('|', '\\|')}${gap}${quote}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

function blockToMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return atLineStart(inlinesToMarkdown(block.content));
    case 'list':
      return block.items
        .map((blocks, index) => {
          const mark = block.start === undefined ? '- ' : `${block.start + index}. `;
          return mark + indented(blocks.map(blockToMarkdown).join('\n'), ' '.repeat(mark.length));
        })
        .join('\n');
    case 'callout':
      return blocksToMarkdown(block.blocks)
        .split('\n')
        .map((line) => `> ${line}`.trimEnd())
        .join('\n');
    case 'table':
      return table(
        block.header.map(inlinesToMarkdown),
        block.rows.map((row) => row.map(inlinesToMarkdown)),
        block.right,
      );
    case 'code':
      return fence(block.language, block.text);
    case 'file':
      return `${codeSpan(block.name)}\n\n${fence(block.language, block.text)}`;
    case 'bars':
      return table(
        [escapeMarkdown(block.title), ''],
        block.bars.map(({ label, text }) => [escapeMarkdown(label), escapeMarkdown(text)]),
        [1],
      );
    case 'diagram':
      return block.mermaid === undefined
        ? fence('text', block.text)
        : fence('mermaid', block.mermaid);
  }
}

/** A paragraph that begins like a heading or a list is none. */
function atLineStart(text: string): string {
  return text.replace(/^(\d+)([.)])(?=\s)/, '$1\\$2').replace(/^[#+-](?=[\s#+-])/, '\\$&');
}

/** Later lines below the text of a list item. */
function indented(text: string, indent: string): string {
  return text.replaceAll(/\n(?=[^\n])/g, `\n${indent}`);
}

function fence(language: string, text: string): string {
  const quote = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${quote}${language}\n${text.trimEnd()}\n${quote}`;
}

function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (right.includes(column) ? '---:' : '---'));
  return [header, rule, ...rows].map(line).join('\n');
}

import type { Block, Inline } from './compiled.ts';

/** The words of inline text, without their marks. */
export function plainText(content: readonly Inline[]): string {
  return content
    .map((inline) => ('children' in inline ? plainText(inline.children) : inline.text))
    .join('');
}

/** The words of blocks, a line each, with the code but without the drawings. */
export function plainBlocks(blocks: readonly Block[]): string {
  return blocks.map(plainBlock).filter(Boolean).join('\n');
}

function plainBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return plainText(block.content);
    case 'list':
      return block.items.map(plainBlocks).join('\n');
    case 'callout':
      return plainBlocks(block.blocks);
    case 'table':
      return [block.header, ...block.rows]
        .map((row) => row.map(plainText).filter(Boolean).join(' · '))
        .join(';\n');
    case 'bars':
      return [block.title, ...block.bars.map(({ label, text }) => `${label}: ${text}`)].join(';\n');
    case 'code':
    case 'file':
      return block.text;
    case 'diagram':
      return '';
  }
}

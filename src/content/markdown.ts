import { Marked, type Token, type Tokens } from 'marked';
import { widthOf } from '../terminal/width.ts';
import { readBars } from './bars.ts';
import { type Block, diagramColumns, type Inline, type Section } from './compiled.ts';
import { quote, type Report } from './problems.ts';
import { codeFence, fileFence } from './schema.ts';

/**
 * Markdown as lessons use it: a small part of it, so that everything written
 * can be shown well in a terminal twenty columns wide, read aloud, and put on a
 * web page. `marked` finds the tokens; what is not in our part is an error.
 */

export interface LocatedSection extends Section {
  readonly line: number;
}

export interface MarkdownDocument {
  /** What stands before the first heading. */
  readonly intro: readonly Block[];
  /** What each `## Title {#id}` begins. */
  readonly sections: readonly LocatedSection[];
}

/** Reports a problem somewhere in the part being read. */
type ReportHere = (expected: string, received: string) => void;

const outsideCode = '(?:`[^`]*`|\\\\.|[^\\\\`])+?';
const strong = new RegExp(`^\\*\\*(?=\\S)(${outsideCode})(?<=\\S)\\*\\*(?!\\*)`);
const emphasis = /^\*(?=[^\s*])((?:`[^`]*`|\\.|\*\*[^*]+\*\*|[^\\`*])+?)(?<=\S)\*(?!\*)/;

/**
 * CommonMark does not close `**` between a parenthesis and a Korean particle,
 * as in `**객체(object)**는` (https://github.com/commonmark/commonmark-spec/issues/650).
 * Here `**` and `*` open before anything but a space and close after anything but a space.
 */
const marked = new Marked({
  tokenizer: {
    emStrong(source) {
      for (const [type, pattern] of [
        ['strong', strong],
        ['em', emphasis],
      ] as const) {
        const [raw, text] = pattern.exec(source) ?? [];
        if (raw === undefined || text === undefined) continue;
        return { type, raw, text, tokens: this.lexer.inlineTokens(text) };
      }
      // Underscores occur in names more often than they emphasise.
      return undefined;
    },
  },
});

/**
 * @param source facts already in it
 * @param firstLine the line of the file on which the source begins
 */
export function parseDocument(source: string, firstLine: number, report: Report): MarkdownDocument {
  const intro: Block[] = [];
  const sections: (LocatedSection & { blocks: Block[] })[] = [];
  let line = firstLine;
  for (const token of marked.lexer(source)) {
    const path = `#${sections.at(-1)?.id ?? 'intro'}`;
    const here: ReportHere = (expected, received) => report(line, path, expected, received);
    if (token.type === 'heading') {
      sections.push({ ...readHeading(token as Tokens.Heading, here), line, blocks: [] });
    } else {
      addBlock(sections.at(-1)?.blocks ?? intro, token, 0, here);
    }
    line += token.raw.split('\n').length - 1;
  }
  return { intro, sections };
}

/** Text for one line or paragraph, such as an option of a question. */
export function parseInline(source: string, report: ReportHere): readonly Inline[] {
  const [block, ...others] = marked.lexer(source).filter(({ type }) => type !== 'space');
  if (block?.type === 'paragraph' && others.length === 0) return readInlines(block, report);
  report(
    'one paragraph of text',
    others.length > 0 ? 'several blocks' : (block?.type ?? 'nothing'),
  );
  return [];
}

function readHeading({ depth, text, tokens }: Tokens.Heading, report: ReportHere) {
  const [, title, id] = /^(.+?)\s*\{#([a-z][a-z0-9-]*)\}$/.exec(text) ?? [];
  if (depth !== 2 || title === undefined || id === undefined) {
    report('a heading like "## Title {#id}"', `"${'#'.repeat(depth)} ${text}"`);
    return { id: text, title: text };
  }
  const [plain, ...marks] = tokens;
  if (plain?.type !== 'text' || marks.length > 0)
    report('a heading without Markdown', `"${title}"`);
  return { id, title };
}

/** @param depth how many lists the token is in */
function addBlock(blocks: Block[], token: Token, depth: number, report: ReportHere): void {
  switch (token.type) {
    case 'space':
      return;
    case 'paragraph':
    case 'text':
      blocks.push({ kind: 'paragraph', content: readInlines(token, report) });
      return;
    case 'list':
      if (depth > 1) report('lists at most two deep', 'a third');
      blocks.push(readList(token as Tokens.List, depth, report));
      return;
    case 'blockquote':
      if (depth > 0) report('callouts outside lists', quote(token.raw));
      blocks.push({ kind: 'callout', blocks: readBlocks(childrenOf(token), 1, report) });
      return;
    case 'table':
      if (depth > 0) report('tables outside lists and callouts', quote(token.raw));
      blocks.push(readTable(token as Tokens.Table, report));
      return;
    case 'code':
      addFence(blocks, token as Tokens.Code, report);
      return;
    default:
      report('paragraphs, lists, callouts, tables and fences', `${token.type} ${quote(token.raw)}`);
  }
}

function readBlocks(tokens: readonly Token[], depth: number, report: ReportHere): readonly Block[] {
  const blocks: Block[] = [];
  for (const token of tokens) addBlock(blocks, token, depth, report);
  return blocks;
}

function readList(
  { ordered, start, items }: Tokens.List,
  depth: number,
  report: ReportHere,
): Block {
  return {
    kind: 'list',
    ...(ordered && { start: Number(start) }),
    items: items.map(({ tokens }) => readBlocks(tokens, depth + 1, report)),
  };
}

function readTable({ header, rows, align }: Tokens.Table, report: ReportHere): Block {
  const readRow = (row: readonly Tokens.TableCell[]) =>
    row.map((cell) => readInlines(cell, report));
  if (align.includes('center')) report('columns aligned left or right', 'a centred one');
  return {
    kind: 'table',
    header: readRow(header),
    rows: rows.map(readRow),
    right: align.flatMap((side, column) => (side === 'right' ? [column] : [])),
  };
}

function addFence(
  blocks: Block[],
  { lang = '', text, raw }: Tokens.Code,
  report: ReportHere,
): void {
  if (!raw.trimStart().startsWith('```')) {
    report('code between ``` lines', 'an indented block');
  } else if (lang === 'diagram') {
    for (const line of text.split('\n')) {
      if (widthOf(line) > diagramColumns) {
        report(`diagram lines of at most ${diagramColumns} columns`, `${widthOf(line)}: "${line}"`);
      }
    }
    blocks.push({ kind: 'diagram', text });
  } else if (lang === 'mermaid') {
    const last = blocks.pop();
    if (last?.kind === 'diagram' && last.mermaid === undefined) {
      blocks.push({ ...last, mermaid: text });
    } else {
      report('a mermaid fence directly after its diagram', `after ${last?.kind ?? 'nothing'}`);
    }
  } else if (lang === 'bars') {
    blocks.push(readBars(text, report));
  } else {
    const [language = '', ...words] = lang.split(' ');
    const attributes = Object.fromEntries(words.map((word) => word.split('=')));
    const file = fileFence.safeParse({ language, ...attributes });
    const code = codeFence.safeParse({ language, ...attributes });
    if (file.success) blocks.push({ kind: 'file', language, name: file.data.file, text });
    else if (code.success) blocks.push({ kind: 'code', ...code.data, text });
    else report('a fence as in lessons/README.md', `"${lang}"`);
  }
}
function readInlines(parent: Token | Tokens.TableCell, report: ReportHere): readonly Inline[] {
  return childrenOf(parent).map((token) => readInline(token, report));
}

function readInline(token: Token, report: ReportHere): Inline {
  switch (token.type) {
    case 'text':
      return { kind: 'text', text: readText(token as Tokens.Text, report) };
    case 'escape':
      return { kind: 'text', text: (token as Tokens.Escape).text };
    case 'codespan':
      return { kind: 'code', text: (token as Tokens.Codespan).text };
    case 'strong':
    case 'em':
      return { kind: token.type, children: readInlines(token, report) };
    case 'link':
      return readLink(token as Tokens.Link, report);
    default:
      report('text, strong, em, code and links', `${token.type} ${quote(token.raw)}`);
      return { kind: 'text', text: token.raw };
  }
}

/** A line end inside a paragraph is a space. */
function readText({ text }: Tokens.Text, report: ReportHere): string {
  if (text.includes('**')) report('** in pairs, with no space inside', quote(text));
  if (/&#?\w+;/.test(text)) report('the character itself', quote(/&#?\w+;/.exec(text)?.[0]));
  return text.replace(/\s*\n\s*/g, ' ');
}

function readLink(token: Tokens.Link, report: ReportHere): Inline {
  if (!/^https:\/\/[\x21-\x7e]+$/.test(token.href)) {
    report('links that begin with https:// and are percent-encoded', quote(token.href));
  }
  return { kind: 'link', href: token.href, children: readInlines(token, report) };
}

function childrenOf(token: Token | Tokens.TableCell): readonly Token[] {
  return ('tokens' in token ? token.tokens : undefined) ?? [];
}

import type { Inline } from '../content/compiled.ts';
import { plainText } from '../content/plain-text.ts';
import type { Terminal } from './terminal.ts';
import { widthOf } from './width.ts';

/**
 * Lays text within a line out: fills lines word by word, in the window's width, with a style for
 * each stretch. Nothing is said by colour alone: code keeps its backticks, and a link
 * without a clickable text shows its address.
 */

/** What layout depends on. */
export type Look = Pick<Terminal, 'columns' | 'paint' | 'plain' | 'linked'>;

/** What a line begins with: its first line, and those that follow. */
export interface Margin {
  readonly first: string;
  readonly rest: string;
}

/** The same in a part of the window. */
export function withColumns({ paint, plain, linked }: Look, columns: number): Look {
  return { paint, plain, linked, columns };
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
      if (look.linked) return runs.map((run) => ({ ...run, style: hyperlink(href, run.style) }));
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
export function layOut(look: Look, content: readonly Inline[], margin: Margin): string {
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

/**
 * How wide text is on a terminal, and how it is broken into lines.
 *
 * The libraries for this match every text against Unicode property patterns,
 * whose first use takes some 25 ms: a third of a bare start of node, before the
 * first line of a lesson. Nearly all of what is printed is Latin, Hangul and
 * line drawing, whose widths are plain ranges; only other text is handed to the
 * library. A property test holds the two to the same answers.
 */
import stringWidth from 'fast-string-width';

const escapeCode = 0x1b;

/** Columns that a terminal gives to the text: Hangul and emoji take two, escape codes none. */
export function widthOf(text: string): number {
  let width = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === escapeCode) {
      index += escapeLength(text, index) - 1;
      continue;
    }
    const own = plainWidth(code);
    if (own === undefined) return stringWidth(text);
    width += own;
  }
  return width;
}

/** The width of a character that never joins with its neighbours; undefined for all others. */
function plainWidth(code: number): 1 | 2 | undefined {
  if (code >= 0x20 && code < 0x7f) return 1;
  if (code >= 0xac00 && code <= 0xd7a3) return 2;
  if (code >= 0x4e00 && code <= 0x9fff) return 2;
  if ((code >= 0x3131 && code <= 0x3163) || (code >= 0x3001 && code <= 0x3029)) return 2;
  // Latin-1 letters and signs, without the soft hyphen and the signs that can be emoji.
  if (code >= 0xa1 && code <= 0xff && code !== 0xad && code !== 0xa9 && code !== 0xae) return 1;
  // Dashes, quotes and the ellipsis; arrows to the four sides; box drawing and blocks; check marks.
  if ((code >= 0x2010 && code <= 0x2027) || (code >= 0x2190 && code <= 0x2193)) return 1;
  if ((code >= 0x2500 && code <= 0x259f) || code === 0x2714 || code === 0x2716 || code === 0x25cc) {
    return 1;
  }
  // Squares and triangles of drawings, without those that can be emoji.
  if ((code >= 0x25a0 && code <= 0x25a9) || (code >= 0x25b2 && code <= 0x25b5)) return 1;
  if (code >= 0x25bc && code <= 0x25bf) return 1;
  return undefined;
}

/** The length of the escape sequence that begins here: a style (CSI) or a link (OSC 8). */
function escapeLength(text: string, start: number): number {
  const pattern =
    text[start + 1] === ']'
      ? /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/y
      : /\u001b\[[\d;?]*[ -/]*[@-~]/y;
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0].length ?? 1;
}

/** Narrower than this a text cannot be read; rather let the terminal break it. */
const leastRoom = 8;

/**
 * Breaks text into lines of at most `columns`, at spaces where possible and
 * inside a word where it is longer than a line. Spaces at the beginning stay;
 * later lines begin with `indent`.
 */
export function wrap(text: string, columns: number, indent = ''): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    const body = paragraph.trimStart();
    let start = lines.length === 0 ? paragraph.slice(0, paragraph.length - body.length) : indent;
    let line = '';
    let used = 0;
    const room = () => Math.max(columns - start.length, leastRoom);
    const finish = () => {
      lines.push(start + line.trimEnd());
      start = indent;
      line = '';
      used = 0;
    };
    for (const word of body.split(' ')) {
      const width = widthOf(word);
      if (line !== '' && used + 1 + width > room()) finish();
      const piece = line === '' ? word : ` ${word}`;
      if (widthOf(piece) <= room() - used) {
        line += piece;
        used += widthOf(piece);
        continue;
      }
      for (const part of characters(word)) {
        const own = widthOf(part);
        if (used > 0 && used + own > room()) finish();
        line += part;
        used += own;
      }
    }
    finish();
  }
  return lines.join('\n');
}

/**
 * Lays out a shell command so that it can be copied as it stands: broken only
 * between words, with a backslash at the end of each line but the last.
 */
export function wrapCommand(command: string, columns: number, indent: string): string {
  // A program of several lines means something by its spaces and line ends: it stays as it is.
  if (command.includes('\n')) return command.replaceAll(/^(?=.)/gm, indent);
  const lines: string[] = [];
  let line = '';
  for (const word of command.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    const start = lines.length === 0 ? indent : `${indent}  `;
    if (line !== '' && start.length + widthOf(longer) + 2 > columns) {
      lines.push(`${start}${line} \\`);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(`${lines.length === 0 ? indent : `${indent}  `}${line}`);
  return lines.join('\n');
}

/** What must stay together: an escape sequence, or what a reader sees as one character. */
function characters(word: string): string[] {
  const parts: string[] = [];
  for (let index = 0; index < word.length; ) {
    const code = word.charCodeAt(index);
    if (code === escapeCode) {
      const length = escapeLength(word, index);
      parts.push(word.slice(index, index + length));
      index += length;
    } else if (plainWidth(code) !== undefined) {
      parts.push(word[index] ?? '');
      index += 1;
    } else {
      const rest = new Intl.Segmenter().segment(word.slice(index)).containing(0)?.segment ?? '';
      parts.push(rest);
      index += Math.max(rest.length, 1);
    }
  }
  return parts;
}

/** The text followed by spaces up to `columns`; longer text stays as it is. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(columns - widthOf(text), 0));
}

import { parse } from 'just-bash';

/**
 * Whether a text that was typed so far goes on: an open quote, a here-document without its end,
 * `if` without `fi`, a line that ends in `\`, `|` or `&&`. The shell then asks with `> `.
 */
export function goesOn(text: string): boolean {
  if (/(^|[^\\])(\\\\)*\\\n?$/.test(text)) return true;
  if (/(&&|\|\|?)\s*$/.test(text) || openHereDocument(text)) return true;
  try {
    parse(text);
    return false;
  } catch (error) {
    return error instanceof Error && atEnd(error, text);
  }
}

/** Whether a syntax error is that the text is over; otherwise more of it would not help. */
function atEnd(error: Error & { line?: number; column?: number }, text: string): boolean {
  if (/\bEOF\b/.test(error.message)) return true;
  const lines = text.split('\n');
  return error.line === lines.length && (error.column ?? 0) > (lines.at(-1)?.length ?? 0);
}

/** A syntax error in bash's words. */
export function syntaxError(error: unknown, text: string): string {
  if (!(error instanceof Error)) return String(error);
  const plain = error.message.replace(/^(Parse error at \d+:\d+|line \d+): /, '');
  if (/looking for matching|near unexpected token/.test(plain) && !atEnd(error, text)) return plain;
  if (/looking for matching/.test(plain)) return plain;
  return atEnd(error, text) ? 'syntax error: unexpected end of file' : `syntax error: ${plain}`;
}

function openHereDocument(text: string): boolean {
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    for (const [, dash, , end] of line.matchAll(/<<(-?)\s*(['"\\]?)([\w.-]+)\2/g)) {
      if (line.includes('<<<')) continue;
      let found = false;
      for (at++; at < lines.length; at++) {
        const body = dash ? (lines[at] as string).replace(/^\t+/, '') : lines[at];
        if (body === end) {
          found = true;
          break;
        }
      }
      if (!found) return true;
    }
  }
  return false;
}

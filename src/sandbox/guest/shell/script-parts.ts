import { parse } from 'just-bash';

/**
 * Whether a text that was typed so far goes on: an open quote, a here-document without its end,
 * `if` without `fi`, a line that ends in `\`, `|` or `&&`. The shell then asks with `> `.
 */
export function goesOn(text: string): boolean {
  if (/(^|[^\\])(\\\\)*\\\n?$/.test(text)) return true;
  if (openHereDocument(text)) return true;
  try {
    parse(text);
    return false;
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    return /unterminated|unexpected (end|eof)|\bEOF\b|end of (file|input)|unmatched|unclosed|expected '(fi|done|esac|\}|\))|expected (fi|done|esac)/i.test(
      why,
    );
  }
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

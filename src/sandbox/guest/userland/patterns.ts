/**
 * Patterns that people give to programs. They are matched as C's library does it, in bounded
 * time: JavaScript's own expressions would try `(a+)+b` or `*a*a*a*b` on a long name until the
 * machine's watchdog ends it.
 */
export interface Pattern {
  test(text: string): boolean;
}

/**
 * A regular expression, found anywhere. Loaded when it is needed: no boot has to wait for it.
 *
 * @throws where it is none
 */
export async function expression(text: string, { ignoreCase = false } = {}): Promise<Pattern> {
  const { RE2JS } = await import('re2js');
  const compiled = RE2JS.compile(text, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  return { test: (given) => compiled.matcher(given).find() };
}

/** A shell's pattern for all of a text, where `*` takes slashes too. */
export function glob(pattern: string, { ignoreCase = false } = {}): Pattern {
  const folded = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const wanted = piecesOf(folded(pattern));
  return { test: (text) => matches(wanted, [...folded(text)]) };
}

type Piece = '*' | ((character: string) => boolean);

function piecesOf(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [text] of pattern.matchAll(/\[[!^]?\]?[^\]]*\]|\\.|./gsu)) {
    const inBrackets = text.length > 2 && text.startsWith('[');
    if (text === '*') pieces.push('*');
    else if (text === '?') pieces.push(() => true);
    else if (inBrackets) pieces.push(bracket(text.slice(1, -1)));
    else pieces.push((one) => one === (text.length > 1 ? text.replace('\\', '') : text));
  }
  return pieces;
}

/** `a-z0-9`, or `!a-z` for all others. */
function bracket(inside: string): (character: string) => boolean {
  const isInverse = /^[!^]/.test(inside);
  const ranges = [...inside.slice(isInverse ? 1 : 0).matchAll(/(.)-(.)|(.)/gsu)].map(
    ([, from, to, one]) => [from ?? one ?? '', to ?? one ?? ''] as const,
  );
  return (one) => ranges.some(([from, to]) => from <= one && one <= to) !== isInverse;
}

/** The last asterisk alone takes more when what follows does not fit: no other has to. */
function matches(pieces: readonly Piece[], text: readonly string[]): boolean {
  let [piece, at, star, taken] = [0, 0, -1, 0];
  while (at < text.length) {
    const wanted = pieces[piece];
    if (wanted === '*') {
      star = piece++;
      taken = at;
    } else if (wanted?.(text[at] ?? '')) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++taken;
    } else return false;
  }
  return pieces.slice(piece).every((rest) => rest === '*');
}

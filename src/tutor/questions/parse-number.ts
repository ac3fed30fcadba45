/**
 * Reads a number as people write it: `$1,825`, `1825`, `１８２５`, `1 825.00 USD`, `약 20달러`,
 * `20 GB` where the question asks for GB.
 *
 * What would change the value is not guessed at: `1.8k`, `3만`, `20 TB` where the question asks
 * for GB, `1,82`, `20 cents`. Nothing else is read as a number.
 *
 * @param about the question and its answer as they are written: units and currencies that occur
 *   there may stand behind the number, or before it
 * @returns undefined where it is no number, or where one cannot tell which
 */
export function parseNumber(typed: string, about: string): number | undefined {
  const text = typed.normalize('NFKC').replaceAll('−', '-').trim();
  const found =
    /^(?:약|about|~|≈)?\s*([-+]?)\s*([^\d\s.+-]*)\s*([-+]?)([\d.,\s_']*\d)\s*(\D*)$/iu.exec(text);
  if (found === null) return undefined;
  const [, sign = '', before = '', innerSign = '', digits = '', after = ''] = found;
  if (sign !== '' && innerSign !== '') return undefined;
  if (![before, after.trim()].every((unit) => isKnownUnit(unit, about))) return undefined;
  const size = withoutSeparators(digits.trim());
  if (size === undefined) return undefined;
  return sign === '-' || innerSign === '-' ? -size : size;
}

/** Thousands are separated in groups of three, always by the same mark; the point is a point. */
function withoutSeparators(digits: string): number | undefined {
  if (/^\d+(\.\d+)?$|^\.\d+$/.test(digits)) return Number(digits);
  if (!/^\d{1,3}([, _'])\d{3}(?:\1\d{3})*(\.\d+)?$/.test(digits)) return undefined;
  return Number(digits.replaceAll(/[, _']/g, ''));
}

/** Different words for one unit. */
const synonyms = [
  ['$', 'us$', 'usd', 'dollar', 'dollars', '달러', '불'],
  ['₩', '원', 'krw', 'won'],
  ['%', '퍼센트', 'percent', 'per cent'],
];

function isKnownUnit(unit: string, about: string): boolean {
  const wanted = unit.toLowerCase().replace(/\.$/, '');
  if (wanted === '') return true;
  const context = about.normalize('NFKC').toLowerCase();
  const words = synonyms.find((group) => group.includes(wanted)) ?? [wanted];
  return words.some((word) => isWordIn(word, context));
}

/** Letters of the Latin alphabet count only as a whole word: the `k` of `k8s` is no unit. */
function isWordIn(word: string, context: string): boolean {
  if (!/^[a-z ]+$/.test(word)) return context.includes(word);
  return new RegExp(`(?<![a-z0-9])${word}(?![a-z0-9])`).test(context);
}

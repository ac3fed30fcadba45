import type { Facts } from './compiled.ts';

/**
 * Prices and limits in lessons are never typed: `{{gcs-standard-us-central1}}`
 * stands for one, and `{{12 * 1000 * gcs-archive-us-central1 + 3 * other}}` for
 * a calculation, so that a changed price changes every sentence that follows
 * from it.
 *
 *     expression = sum [ "~" decimals ]
 *     sum        = product { ( "+" | "-" ) product }
 *     product    = factor { ( "*" | "/" ) factor }
 *     factor     = number | fact id
 *
 * A dash within letters belongs to an id; one between spaces subtracts.
 */

/** What a value counts: nothing (a plain number), dollars, or things of one unit. */
interface Quantity {
  readonly value: number;
  readonly unit: string | undefined;
}

/** What stands for an expression. */
export interface Evaluated {
  readonly value: number;
  /** Money as `$0.023`, other numbers with thousands separators. */
  readonly text: string;
  /** `USD`, another unit, or undefined for a plain number. */
  readonly unit: string | undefined;
}

const money = 'USD';

/** An author's mistake inside `{{…}}`. */
export class FactError extends Error {
  override readonly name = 'FactError';

  constructor(
    readonly expected: string,
    readonly received: string,
  ) {
    super(`expected ${expected}, received ${received}`);
  }
}

/**
 * @param expression what stands between double braces
 * @throws FactError
 */
export function evaluateFacts(expression: string, facts: Facts): Evaluated {
  const [sum = '', decimals, ...others] = expression.split('~');
  if (others.length > 0 || (decimals !== undefined && !/^\s*\d\s*$/.test(decimals))) {
    throw new FactError('one digit after ~', expression.slice(sum.length).trim());
  }
  const { value, unit } = evaluateSum(tokensOf(sum), facts);
  const places = decimals === undefined ? undefined : Number(decimals);
  const text = unit === money ? formatMoney(value, places) : formatNumber(value, places);
  return { value, text, unit };
}

/** The ids of all facts that a text refers to. */
export function factsIn(text: string, facts: Facts): Set<string> {
  const expressions = [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, expression = '']) => expression);
  const ids = expressions.flatMap((expression) => expression.match(/[a-z][a-z0-9-]*/g) ?? []);
  return new Set(ids.filter((id) => Object.hasOwn(facts, id)));
}

/** Numbers and ids at even places, operators between them. */
function tokensOf(expression: string): readonly string[] {
  return expression.split(/(\+|\*|\/|\s-\s)/).map((token) => token.trim());
}

function evaluateSum(tokens: readonly string[], facts: Facts): Quantity {
  let before: Quantity | undefined;
  let sign = 1;
  let product = evaluateFactor(tokens[0] ?? '', facts);
  const sumSoFar = () => {
    const signed = { ...product, value: sign * product.value };
    return before === undefined ? signed : add(before, signed);
  };
  for (let index = 1; index < tokens.length; index += 2) {
    const factor = evaluateFactor(tokens[index + 1] ?? '', facts);
    switch (tokens[index]) {
      case '*':
        product = multiply(product, factor);
        break;
      case '/':
        product = divide(product, factor);
        break;
      default:
        before = sumSoFar();
        sign = tokens[index] === '-' ? -1 : 1;
        product = factor;
    }
  }
  return sumSoFar();
}

function evaluateFactor(factor: string, facts: Facts): Quantity {
  if (/^\d+(\.\d+)?$/.test(factor)) return { value: Number(factor), unit: undefined };
  if (!Object.hasOwn(facts, factor)) {
    throw new FactError('a number or the id of a fact', factor === '' ? 'nothing' : factor);
  }
  const fact = facts[factor] as Facts[string];
  return { value: fact.value, unit: fact.unit.startsWith(money) ? money : fact.unit };
}

function multiply(left: Quantity, right: Quantity): Quantity {
  if (left.unit === money && right.unit === money) {
    throw new FactError('at most one price in a product', 'dollars times dollars');
  }
  const value = left.value * right.value;
  // A price per GB times a number of GB is dollars.
  if (left.unit === money || right.unit === money) return { value, unit: money };
  const units = [left.unit, right.unit].filter((unit) => unit !== undefined);
  return { value, unit: units.length === 0 ? undefined : units.join(' * ') };
}

/** Dollars by dollars is how many times; dollars by anything else stays dollars. */
function divide(left: Quantity, right: Quantity): Quantity {
  if (right.value === 0) throw new FactError('a divisor that is not 0', '0');
  const value = left.value / right.value;
  if (left.unit === right.unit) return { value, unit: undefined };
  if (right.unit === money) throw new FactError('dollars divided', 'a number divided by dollars');
  if (left.unit === money || right.unit === undefined) return { value, unit: left.unit };
  return { value, unit: `${left.unit ?? '1'} / ${right.unit}` };
}

function add(left: Quantity, right: Quantity): Quantity {
  // A plain number is of whatever unit it is added to, but ten is not ten dollars.
  const unit = left.unit ?? right.unit;
  const strangers = [left.unit, right.unit].filter((one) => one !== unit);
  if (strangers.some((stranger) => stranger !== undefined || unit === money)) {
    const name = (quantity: Quantity) => quantity.unit ?? 'a plain number';
    throw new FactError('terms of one unit', `${name(left)} + ${name(right)}`);
  }
  return { value: left.value + right.value, unit };
}

/**
 * Dollars as a price list writes them: two decimals from one dollar up, below
 * that up to four significant digits, because $0.0012 is not $0.00.
 */
export function formatMoney(dollars: number, places?: number): string {
  if (dollars < 0) return `-${formatMoney(-dollars, places)}`;
  if (dollars === 0) return '$0';
  if (places !== undefined) return `$${fixed(dollars, places)}`;
  const decimals = dollars >= 1 ? 2 : 3 - Math.floor(Math.log10(dollars));
  // Through 12 digits first: 5 * 0.023 is 0.11499999999999999.
  const written = formatNumber(Number(dollars.toPrecision(12)), decimals);
  const [whole, fraction = ''] = written.split('.');
  const least = dollars >= 0.01 ? 2 : 0;
  return `$${whole}${fraction.length + least > 0 ? `.${fraction.padEnd(least, '0')}` : ''}`;
}

function formatNumber(value: number, decimals = 6): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.min(decimals, 20) });
}

function fixed(value: number, decimals: number): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

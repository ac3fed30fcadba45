import type { Facts } from './compiled.ts';

/**
 * Prices and limits in lessons are never typed: `{{gcs-standard-us-central1}}`
 * stands for one, and `{{12 * 1000 * gcs-archive-us-central1 + 3 * other}}` for
 * a calculation, so that a changed price changes every sentence that follows
 * from it.
 *
 *     sum     = product { "+" product }
 *     product = factor { "*" factor }
 *     factor  = number | fact id
 */

/** What a value counts: nothing (a plain number), dollars, or things of one unit. */
interface Quantity {
  readonly value: number;
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
 * The text that stands for an expression: money as `$0.023`, other numbers with
 * thousands separators.
 *
 * @throws FactError
 */
export function evaluateFacts(expression: string, facts: Facts): string {
  const { value, unit } = expression
    .split('+')
    .map((product) => evaluateProduct(product, facts))
    .reduce(add);
  return unit === money ? formatMoney(value) : formatNumber(value);
}

function evaluateProduct(product: string, facts: Facts): Quantity {
  return product
    .split('*')
    .map((factor) => evaluateFactor(factor.trim(), facts))
    .reduce(multiply);
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
export function formatMoney(dollars: number): string {
  if (dollars === 0) return '$0';
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, Facts } from '../../src/content/compiled.ts';
import { evaluateFacts, FactError, formatMoney } from '../../src/content/facts.ts';

const fact = (value: number, unit: string): Fact => ({
  value,
  unit,
  source: 'a page',
  asOf: '2026-07-30',
});

const facts: Facts = {
  'standard-seoul': fact(0.023, 'USD/GB-month'),
  'archive-iowa': fact(0.0012, 'USD/GB-month'),
  'archive-retrieval': fact(0.05, 'USD/GB'),
  'soft-delete-days': fact(7, 'days'),
  'restore-hours': fact(12, 'hours'),
  'free-operations': fact(50_000, 'operations'),
};

describe('evaluateFacts', () => {
  it.each([
    ['standard-seoul', '$0.023'],
    ['archive-iowa', '$0.0012'],
    ['archive-retrieval', '$0.05'],
    ['10 * archive-retrieval', '$0.50'],
    // 0.11499999999999999 in floating point.
    ['5 * standard-seoul', '$0.115'],
    ['1000*archive-iowa + 1000 * archive-retrieval', '$51.20'],
    ['100000 * standard-seoul', '$2,300.00'],
    ['0 * standard-seoul', '$0'],
    ['soft-delete-days', '7'],
    ['40 * soft-delete-days + 10', '290'],
    ['soft-delete-days * standard-seoul', '$0.161'],
    ['free-operations', '50,000'],
    ['0.5 * soft-delete-days', '3.5'],
    ['archive-retrieval - 2 * standard-seoul', '$0.004'],
    ['2 - 1', '1'],
    ['10 - 2 - 3', '5'],
    ['2 - 10 / 4', '-0.5'],
    ['standard-seoul / archive-iowa ~1', '19.2'],
    ['standard-seoul / 2', '$0.0115'],
    ['free-operations / soft-delete-days ~0', '7,143'],
    ['1000 * archive-retrieval ~0', '$50'],
  ])('%s is %s', (expression, text) => {
    expect(evaluateFacts(expression, facts).text).toBe(text);
  });

  it.each([
    ['standard-soul', 'standard-soul'],
    ['', 'nothing'],
    ['1000 *', 'nothing'],
    ['standard-seoul / 0', '0'],
    ['7 / standard-seoul', 'a number divided by dollars'],
    ['7 ~ many', '~ many'],
    ['1 - standard-seoul', 'a plain number + USD'],
    ['constructor', 'constructor'],
    ['standard-seoul + 1', 'USD + a plain number'],
    ['1 + standard-seoul', 'a plain number + USD'],
    ['soft-delete-days + restore-hours', 'days + hours'],
    ['standard-seoul * archive-iowa', 'dollars times dollars'],
  ])('refuses "%s"', (expression, received) => {
    expect(() => evaluateFacts(expression, facts)).toThrow(FactError);
    expect(() => evaluateFacts(expression, facts)).toThrow(`received ${received}`);
  });

  it('adds and multiplies as numbers do, whatever the spacing', () => {
    const number = fc.integer({ min: 0, max: 9999 });
    const product = fc.array(number, { minLength: 1, maxLength: 3 });
    const space = fc.constantFrom('', ' ', '  ');
    fc.assert(
      fc.property(fc.array(product, { minLength: 1, maxLength: 4 }), space, (sum, gap) => {
        const expression = sum
          .map((factors) => factors.join(`${gap}*${gap}`))
          .join(`${gap}+${gap}`);
        const value = sum.reduce((total, factors) => total + factors.reduce((a, b) => a * b), 0);
        expect(evaluateFacts(expression, facts).text).toBe(value.toLocaleString('en-US'));
      }),
    );
  });
});

describe('formatMoney', () => {
  it('never changes an amount by more than half of its last useful digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-7, max: 1e6, noNaN: true }), (dollars) => {
        const written = Number(formatMoney(dollars).replaceAll(/[$,]/g, ''));
        const tolerance = dollars >= 1 ? 0.005 : dollars * 0.0005;
        expect(Math.abs(written - dollars)).toBeLessThanOrEqual(tolerance * 1.001);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber } from '../../src/tutor/questions/parse-number.ts';

const dollars = 'How many dollars a month? $20.00';

describe('parseNumber', () => {
  it.each([
    ['1825', 1825],
    ['1,825', 1825],
    ['$1,825.50', 1825.5],
    [' US$ 1 825 ', 1825],
    ['１，８２５', 1825],
    ['＄２０', 20],
    ['1_825', 1825],
    ['약 20달러', 20],
    ['~20 USD', 20],
    ['20 dollars.', 20],
    ['.5', 0.5],
    ['-3', -3],
    ['−3', -3],
    ['$-3', -3],
    ['1234567', 1234567],
    ['1,234,567.25', 1234567.25],
  ])('reads %s', (typed, value) => {
    expect(parseNumber(typed, dollars)).toBe(value);
  });

  it.each([
    '',
    ' ',
    'a lot',
    '1.8k',
    '3만',
    '1,82',
    '1,8250',
    '1.825,00',
    '1,825 000',
    '1.2.3',
    '20 cents',
    '₩20,000',
    '20 GB',
    '1 2',
    '--3',
    '$',
    '1e3',
    '½',
    '20-30',
    '\u1105',
  ])('does not guess at %j', (typed) => {
    expect(parseNumber(typed, dollars)).toBeUndefined();
  });

  it('takes a unit that the question asks for, and no other', () => {
    expect(parseNumber('20 gb', 'How many GB? 20')).toBe(20);
    expect(parseNumber('20 TB', 'How many GB? 20')).toBeUndefined();
    expect(parseNumber('20%', 'How many per cent? 20')).toBe(20);
    expect(parseNumber('3시간', '몇 시간인가요? 3')).toBe(3);
    expect(parseNumber('20,000원', '몇 원인가요?')).toBe(20_000);
    expect(parseNumber('5k', 'How many k8s clusters?')).toBeUndefined();
  });

  it('reads back every number that is written with separators', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(99), (whole, cents) => {
        const value = Number(`${whole}.${String(cents).padStart(2, '0')}`);
        const written = value.toLocaleString('en', { minimumFractionDigits: 2 });
        expect(parseNumber(written, dollars)).toBe(value);
        expect(parseNumber(`$${written.replace('-', '')}`, dollars)).toBe(Math.abs(value));
      }),
    );
  });
});

import { expect, it } from 'vitest';
import { glob } from '../../../../src/sandbox/guest/userland/patterns.ts';

it.each([
  ['*.log', 'a.log', true],
  ['*.log', 'a.logs', false],
  ['*.log', '.log', true],
  ['a*b*c', 'a/b/xxbc', true],
  ['a*b*c', 'abcd', false],
  ['?', '한', true],
  ['?', '', false],
  ['*', '', true],
  ['[a-c]?', 'b1', true],
  ['[!a-c]?', 'b1', false],
  ['[]]x', ']x', true],
  ['[a', '[a', true],
  ['a.b+', 'a.b+', true],
  ['a.b', 'axb', false],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  ['x\ny*', 'x\nyz', true],
  ['*a*a*b', 'aaab', true],
])('%j fits %j: %s', (pattern, text, fits) => {
  expect(glob(pattern).test(text)).toBe(fits);
});

it('folds case where that is wanted', () => {
  expect(glob('*.TXT', { ignoreCase: true }).test('a.Txt')).toBe(true);
  expect(glob('*.TXT').test('a.txt')).toBe(false);
});

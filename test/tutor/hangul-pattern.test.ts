import { assemble, disassemble } from 'es-hangul';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hangulPattern } from '../../src/tutor/search/hangul-pattern.ts';

const finds = (typed: string, text: string) => new RegExp(hangulPattern(typed)).test(text);

const syllable = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCharCode(code));

describe('hangulPattern', () => {
  it.each(['ㅂ', '버', '벜', '버키', '버킷', 'ㅂㅋ', '버ㅋ'])('%s finds 버킷', (typed) => {
    expect(finds(typed, '이 버킷은')).toBe(true);
  });

  it.each([
    ['버킨', '버킷'],
    ['바', '버킷'],
    ['ㅋㅂ', '버킷'],
    ['버킷을', '버킷'],
  ])('%s does not find %s', (typed, text) => {
    expect(finds(typed, text)).toBe(false);
  });

  it.each([
    ['과', '과제'],
    ['고', '과제'],
    ['달', '닭'],
    ['닭', '달걀'],
    ['값', '값이'],
  ])('%s finds %s, which it may become', (typed, text) => {
    expect(finds(typed, text)).toBe(true);
  });

  it('finds a word by everything that the screen shows on the way to it', () => {
    const word = fc
      .array(syllable, { minLength: 1, maxLength: 4 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(word, fc.nat(), (text, seed) => {
        const keys = Array.from(disassemble(text));
        const typed = assemble(keys.slice(0, 1 + (seed % keys.length)));
        expect(finds(typed, text), `${typed} for ${text}`).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes everything else as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(finds(text, `x${text}x`)).toBe(true);
      }),
    );
    expect(finds('a.c', 'abc')).toBe(false);
  });
});

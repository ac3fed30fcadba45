import fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { expect, it } from 'vitest';
import { widthOf, wrap, wrapCommand } from '../../src/terminal/width.ts';

/** What cloudlab prints: Latin, Hangul, Han, drawings, and now and then something else. */
const characters = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'abcXYZ 0189.,:;!?/-_ ') },
  { weight: 4, arbitrary: fc.constantFrom(...'가나다한글클라우드ㅜㅔ漢字「」') },
  { weight: 2, arbitrary: fc.constantFrom(...'─│┌┐└┘├┤█░→…·—“”✔✖◌é×') },
  { weight: 1, arbitrary: fc.constantFrom('\u001b[1m', '\u001b[0m', '\u001b[36m') },
  { weight: 1, arbitrary: fc.constantFrom('🙂', '👩‍💻', 'e\u0301', '🇰🇷', '\u1112\u1161\u11ab') },
);
const texts = fc.array(characters, { maxLength: 120 }).map((parts) => parts.join(''));

it('agrees with the library on every width', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(widthOf(text)).toBe(stringWidth(text));
    }),
  );
});

it('never makes a line wider than the window, and loses nothing but spaces', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 20, max: 100 }), (text, columns) => {
      const wrapped = wrap(text, columns, '  ');
      for (const line of wrapped.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      expect(wrapped.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
    }),
  );
});

it('keeps spaces at the beginning and indents the lines that follow', () => {
  expect(wrap('    one two three four five', 14, '  ')).toBe('    one two\n  three four\n  five');
});

it('breaks a command only between words, so that it can be copied', () => {
  const command = 'gcloud storage cp a-long-file-name.csv gs://bucket/';
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 60 }), (columns) => {
      const lines = wrapCommand(command, columns, '    ').split('\n');
      const joined = lines.map((line) => line.trim().replace(/ \\$/, '')).join(' ');
      expect(joined).toBe(command);
    }),
  );
});

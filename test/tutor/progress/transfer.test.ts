import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answered, capSet, left, missionPassed } from '../../../src/tutor/progress/changes.ts';
import { emptyProgress } from '../../../src/tutor/progress/format.ts';
import { fromTransfer, toTransfer } from '../../../src/tutor/progress/transfer.ts';

const now = new Date('2026-11-21T09:00:00.000Z');
const attempt = { at: now.toISOString(), right: false, given: ['b', '1,5 만'] };
const progress = capSet(
  missionPassed(
    answered(left(emptyProgress(), 'storage', 'why', 'done', now), 'storage', 'q1', attempt),
    'create-bucket',
    now,
  ),
  7,
  now,
);
const text = toTransfer(progress, now);
const bytes = Buffer.from(text);
const read = (what: string | Uint8Array) =>
  fromTransfer(typeof what === 'string' ? Buffer.from(what) : what, 'learned.json');

describe('a file with progress', () => {
  it('brings what was put into it', () => {
    expect(read(text)).toEqual(progress);
  });

  it('may be laid out anew, in any order of keys', () => {
    const value = JSON.parse(text) as Record<string, unknown>;
    expect(read(JSON.stringify(value))).toEqual(progress);
    const turned = Object.fromEntries(Object.entries(value).toReversed());
    expect(read(JSON.stringify(turned, null, '\t'))).toEqual(progress);
    expect(read(text.replaceAll('\n', '\r\n'))).toEqual(progress);
  });

  it('may have become UTF-16 on its way through PowerShell', () => {
    expect(read(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(progress);
    expect(read(`\ufeff${text}`)).toEqual(progress);
  });

  it('is refused where any byte of it is another, or it says the same as before', () => {
    const place = fc.integer({ min: 0, max: bytes.length - 1 });
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        let found: unknown;
        try {
          found = read(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: 'transfer-unusable' });
          return;
        }
        expect(found).toEqual(progress);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['an answer', '"right": false', '"right": true'],
    ['a section', '"done"', '"skipped"'],
    ['a time', '09:00:00.000Z', '09:00:01.000Z'],
    ['a day', '"2026-11-21"', '"2026-11-20"'],
    ['an id', '"create-bucket"', '"create-bucket2"'],
    ['a number', '"value": 7', '"value": 70'],
    ['a letter of Hangul', '만', '억'],
    ['the digest', /"sha256:../, '"sha256:00'],
    ['the name of the digest', 'sha256', 'sha1'],
    ['the format', '"format": 1', '"format": 2'],
    ['something added', '"days"', '"more": 1, "days"'],
  ])('is refused where %s was changed', (_, before, after) => {
    const changed = text.replace(before, after);
    expect(changed).not.toBe(text);
    expect(() => read(changed)).toThrow(/transfer-unusable.*"changed"/);
  });

  it.each([
    ['cut off', text.slice(0, -30), 'not-json'],
    ['empty', '', 'not-json'],
    ['text', 'hello', 'not-json'],
    ['other JSON', '{"name":"cloudlab"}', 'not-progress'],
    ['null', 'null', 'not-progress'],
    ['a list', '[1]', 'not-progress'],
    ['without its digest', text.replace(/,\s*"digest": ".*"/, ''), 'changed'],
  ])('is refused where it is %s', (_, what, why) => {
    expect(() => read(what)).toThrow(new RegExp(`transfer-unusable.*"${why}"`));
  });

  it('of an older format is lifted, of a newer one named as such', () => {
    const lessons = { storage: { done: ['why'], skipped: [] } };
    const old = { format: 0, lessons, days: ['2026-03-01'] };
    const asOld = toTransfer(old as never, now);
    expect(read(asOld)).toMatchObject({ format: 1, days: ['2026-03-01'] });
    const asNew = toTransfer({ ...progress, format: 9 } as never, now);
    expect(() => read(asNew)).toThrow(/progress-newer.*"found":9/);
    const nonsense = toTransfer({ ...progress, days: 'many' } as never, now);
    expect(() => read(nonsense)).toThrow(/transfer-unusable.*"damaged"/);
  });
});

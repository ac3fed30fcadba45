import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pacificTime } from '../../../src/sandbox/compute/timestamps.ts';

it.each([
  ['2026-11-21T00:00:00.000Z', '2026-11-20T16:00:00.000-08:00'],
  ['2026-07-01T00:00:00.123Z', '2026-06-30T17:00:00.123-07:00'],
  ['2026-03-08T09:59:59.999Z', '2026-03-08T01:59:59.999-08:00'],
  ['2026-03-08T10:00:00.000Z', '2026-03-08T03:00:00.000-07:00'],
  ['2026-11-01T08:59:59.999Z', '2026-11-01T01:59:59.999-07:00'],
  ['2026-11-01T09:00:00.000Z', '2026-11-01T01:00:00.000-08:00'],
])('%s is %s in California', (utc, pacific) => expect(pacificTime(Date.parse(utc))).toBe(pacific));

it('is the same moment, and what the time zone database says', () => {
  const min = new Date('2007-12-01T00:00:00Z');
  const max = new Date('2199-12-31T00:00:00Z');
  const hour = new Intl.DateTimeFormat('en', {
    timeZone: 'America/Los_Angeles',
    hour: 'numeric',
    hourCycle: 'h23',
  });
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
      const text = pacificTime(date.getTime());
      expect(Date.parse(text)).toBe(date.getTime());
      expect(Number(text.slice(11, 13))).toBe(Number(hour.format(date)));
    }),
  );
});

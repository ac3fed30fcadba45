import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptsOf, type Progress, progressSchema } from '../../../src/tutor/progress/format.ts';
import { merge } from '../../../src/tutor/progress/merge.ts';

const id = fc.constantFrom('a', 'b', 'gone-1', 'constructor');
/** Few, so that the same moment comes up twice. */
const at = fc.constantFrom(
  '2020-01-01T00:00:00.000Z',
  '2026-11-21T09:00:00.000Z',
  '2026-11-21T09:00:00.001Z',
  '2031-01-01T00:00:00.000Z',
);
const sorted = (values: string[]) => values.toSorted();
const section = fc.record({ state: fc.constantFrom('done' as const, 'skipped' as const), at });
const attempt = fc.record({
  at,
  right: fc.boolean(),
  given: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
});
const lesson = fc.record(
  {
    sections: fc.dictionary(id, section),
    place: fc.record({ section: fc.option(id), at }),
    attempts: fc.dictionary(id, fc.array(attempt, { maxLength: 4 }).map(attemptsOf)),
  },
  { requiredKeys: ['sections', 'attempts'] },
);
const progress: fc.Arbitrary<Progress> = fc.record(
  {
    format: fc.constant(1 as const),
    lessons: fc.dictionary(id, lesson),
    missions: fc.dictionary(id, fc.uniqueArray(at).map(sorted)),
    days: fc.uniqueArray(fc.constantFrom('2020-01-01', '2026-11-20', '2026-11-21')).map(sorted),
    cap: fc.record({ value: fc.integer({ min: 1, max: 3 }), at }),
  },
  { requiredKeys: ['format', 'lessons', 'missions', 'days'] },
);

/** Everything that has to be found again, a line each. */
function facts({ lessons, missions, days }: Progress): string[] {
  return [
    ...days.map((day) => `day ${day}`),
    ...Object.entries(missions).flatMap(([name, times]) =>
      times.map((time) => `mission ${name} ${time}`),
    ),
    ...Object.entries(lessons).flatMap(([name, { sections, attempts }]) => [
      ...Object.keys(sections).map((one) => `seen ${name}/${one}`),
      ...Object.entries(sections).flatMap(([one, { state }]) =>
        state === 'done' ? [`done ${name}/${one}`] : [],
      ),
      ...Object.entries(attempts).flatMap(([one, made]) =>
        made.map((each) => `attempt ${name}/${one} ${JSON.stringify(each)}`),
      ),
    ]),
  ];
}

describe('merging', () => {
  it('does not mind which of the two comes first', () => {
    fc.assert(
      fc.property(progress, progress, (one, other) => {
        expect(merge(one, other)).toEqual(merge(other, one));
      }),
    );
  });

  it('does not mind which two of three come first', () => {
    fc.assert(
      fc.property(progress, progress, progress, (one, two, three) => {
        expect(merge(merge(one, two), three)).toEqual(merge(one, merge(two, three)));
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(progress, progress, (one, other) => {
        expect(merge(one, one)).toEqual(one);
        const both = merge(one, other);
        expect(merge(both, other)).toEqual(both);
      }),
    );
  });

  it('loses nothing, and makes nothing up', () => {
    fc.assert(
      fc.property(progress, progress, (one, other) => {
        const all = new Set([...facts(one), ...facts(other)]);
        expect(new Set(facts(merge(one, other)))).toEqual(all);
      }),
    );
  });

  it('gives what can be written and read again', () => {
    fc.assert(
      fc.property(progress, progress, (one, other) => {
        const both = merge(one, other);
        expect(progressSchema.parse(JSON.parse(JSON.stringify(both)))).toEqual(both);
      }),
    );
  });
});

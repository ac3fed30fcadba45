import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LessonEntry } from '../../../src/content/compiled.ts';
import { answered, capSet } from '../../../src/tutor/progress/changes.ts';
import { dayOf } from '../../../src/tutor/progress/days.ts';
import { emptyProgress, type Progress } from '../../../src/tutor/progress/format.ts';
import { cardsOf } from '../../../src/tutor/review/cards.ts';
import { type Plan, planReviews } from '../../../src/tutor/review/plan.ts';

const hour = 3_600_000;
const day = 24 * hour;
const noon = new Date('2026-11-21T12:00:00Z');
const daysOn = (days: number) => new Date(noon.getTime() + days * day);

const questionIds = Array.from({ length: 40 }, (_, index) => `q${index + 1}`);
const lessons = [{ id: 'storage', questionIds }] as unknown as LessonEntry[];

type Answer = readonly [question: string, when: Date, right: boolean];

function learn(answers: readonly Answer[], progress = emptyProgress()): Progress {
  return answers.reduce(
    (known, [question, when, right]) =>
      answered(known, 'storage', question, { at: when.toISOString(), right, given: [] }),
    progress,
  );
}

function plan(progress: Progress, now: Date): Plan {
  return planReviews(progress, lessons, cardsOf(progress, lessons, now), now);
}

const dueOf = (progress: Progress, now: Date, question = 'q1') =>
  cardsOf(progress, lessons, now).find((card) => card.question === question)?.due;
const asked = ({ today }: Plan) => today.map(({ question }) => question);

describe('a card', () => {
  it('of a mistake comes back the next day, that of a right answer later', () => {
    const progress = learn([
      ['q1', noon, false],
      ['q2', noon, true],
    ]);
    expect(dueOf(progress, noon)).toEqual(daysOn(1));
    expect(dueOf(progress, noon, 'q2')?.getTime()).toBeGreaterThan(daysOn(1).getTime());
    expect(asked(plan(progress, daysOn(1)))).toEqual(['q1']);
  });

  it('comes back at longer and longer intervals while the answers are right', () => {
    let progress = learn([['q1', noon, true]]);
    const intervals: number[] = [];
    let now = noon;
    for (let review = 0; review < 5; review += 1) {
      const due = dueOf(progress, now) ?? now;
      intervals.push(due.getTime() - now.getTime());
      now = due;
      progress = learn([['q1', now, true]], progress);
    }
    expect(intervals).toEqual(intervals.toSorted((one, other) => one - other));
    expect(new Set(intervals).size).toBe(5);
  });

  it.each([true, false])('of %s is not moved by right answers that follow at once', (right) => {
    const once = learn([['q1', noon, right]]);
    const hours = [1, 2, 3, 11].map((hours) => new Date(noon.getTime() + hours * hour));
    const again = learn(
      hours.map((when) => ['q1', when, true]),
      once,
    );
    expect(dueOf(again, daysOn(1))).toEqual(dueOf(once, daysOn(1)));
  });

  it('is the same whenever it is computed', () => {
    const progress = learn([
      ['q1', noon, true],
      ['q1', daysOn(4), true],
      ['q1', daysOn(19), true],
    ]);
    expect(dueOf(progress, daysOn(20))).toEqual(dueOf(progress, daysOn(300)));
  });

  it('is never due before it was reviewed, and never lost, whatever the clock did', () => {
    const answer = fc.tuple(fc.integer({ min: -4000, max: 4000 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 12 }), (answers) => {
        const progress = learn(answers.map(([days, right]) => ['q1', daysOn(days), right]));
        const cards = cardsOf(progress, lessons, noon);
        expect(cards).toHaveLength(1);
        const due = cards[0]?.due.getTime() ?? 0;
        const last = Math.max(...answers.map(([days]) => days).filter((days) => days <= 1));
        if (last > Number.NEGATIVE_INFINITY) {
          expect(due).toBeGreaterThan(Math.min(daysOn(last).getTime(), noon.getTime()));
        }
        // A year is the longest interval, so that nothing is gone for good.
        expect(due).toBeLessThan(daysOn(367).getTime());
      }),
    );
  });

  it('answered by a clock that ran ahead is due now, and goes its way from the next answer', () => {
    const progress = learn([['q1', daysOn(900), true]]);
    expect(asked(plan(progress, noon))).toEqual(['q1']);
    const next = learn([['q1', noon, true]], progress);
    expect(asked(plan(next, noon))).toEqual([]);
    expect(dueOf(next, noon)?.getTime()).toBeGreaterThan(noon.getTime());
    expect(dueOf(next, noon)?.getTime()).toBeLessThan(daysOn(30).getTime());
  });

  it('of a question that no longer exists is not asked', () => {
    const progress = learn([['gone', noon, false]]);
    expect(plan(progress, daysOn(30)).due).toEqual([]);
  });
});

describe('a plan', () => {
  const wrong = (from: number, to: number, when = noon): Answer[] =>
    questionIds.slice(from, to).map((question) => [question, when, false]);
  const right = (from: number, to: number, when = noon): Answer[] =>
    questionIds.slice(from, to).map((question) => [question, when, true]);

  it('takes by the day, not by the hour', () => {
    const evening = new Date(2026, 10, 21, 23, 59);
    const morning = new Date(2026, 10, 22, 7);
    expect(asked(plan(learn([['q1', evening, false]]), morning))).toEqual(['q1']);
  });

  it('spreads what has piled up in a break: ten a day, own mistakes first', () => {
    const progress = learn([...right(0, 20), ...wrong(20, 25)]);
    const back = plan(progress, daysOn(60));
    expect(back.due).toHaveLength(25);
    expect(back.today).toHaveLength(10);
    expect(asked(back).slice(0, 5).toSorted()).toEqual(['q21', 'q22', 'q23', 'q24', 'q25']);
    expect(back).toMatchObject({
      later: 15,
      until: dayOf(daysOn(62)),
      next: dayOf(daysOn(61)),
    });
  });

  it('puts what went wrong the last time before what once did', () => {
    const progress = learn([
      ['q1', noon, false],
      ['q1', daysOn(1), true],
      ['q2', daysOn(2), false],
    ]);
    expect(asked(plan(progress, daysOn(60)))).toEqual(['q2', 'q1']);
  });

  it('goes on the next day with what was left, until nothing is', () => {
    let progress = learn([...right(0, 20), ...wrong(20, 25)]);
    const seen = new Set<string>();
    for (let now = 60; now < 63; now += 1) {
      const { today } = plan(progress, daysOn(now));
      for (const { question } of today) seen.add(question);
      progress = learn(
        today.map(({ question }) => [question, daysOn(now), true]),
        progress,
      );
      expect(plan(progress, daysOn(now)).today).toEqual([]);
    }
    expect(seen.size).toBe(25);
  });

  it('counts what was reviewed today, and not what was learned today', () => {
    const progress = learn([...wrong(0, 12), ...right(20, 30, daysOn(1))]);
    const first = plan(progress, daysOn(1));
    expect(first).toMatchObject({ doneToday: 0, later: 2 });
    const some = learn(
      first.today.slice(0, 4).map(({ question }) => [question, daysOn(1), true]),
      progress,
    );
    expect(plan(some, daysOn(1))).toMatchObject({ doneToday: 4, later: 2 });
    expect(plan(some, daysOn(1)).today).toHaveLength(6);
  });

  it('keeps to the number that the learner has set', () => {
    const progress = capSet(learn(wrong(0, 12)), 3, noon);
    expect(plan(progress, daysOn(1))).toMatchObject({ cap: 3, later: 9, until: dayOf(daysOn(4)) });
  });

  it('says when the next card comes', () => {
    expect(plan(emptyProgress(), noon).next).toBeUndefined();
    expect(plan(learn([['q1', noon, false]]), noon).next).toBe(dayOf(daysOn(1)));
  });
});

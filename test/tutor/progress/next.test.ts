import { describe, expect, it } from 'vitest';
import type { LessonEntry } from '../../../src/content/compiled.ts';
import type { Content } from '../../../src/content/load.ts';
import { en } from '../../../src/i18n/en.ts';
import { ko } from '../../../src/i18n/ko.ts';
import { answered, entered, left, missionPassed } from '../../../src/tutor/progress/changes.ts';
import { emptyProgress, type Progress } from '../../../src/tutor/progress/format.ts';
import { findNext } from '../../../src/tutor/progress/next.ts';
import { learnedDays } from '../../../src/tutor/progress/week.ts';
import { cardsOf } from '../../../src/tutor/review/cards.ts';
import { planReviews } from '../../../src/tutor/review/plan.ts';

const now = new Date('2026-11-21T09:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);

const entry = (id: string, mission?: string) =>
  ({
    id,
    title: { en: id.toUpperCase(), ko: `${id} 레슨` },
    minutes: 20,
    sectionIds: ['why', 'idea', 'sources'],
    questionIds: ['q1'],
    ...(mission !== undefined && { mission }),
  }) as unknown as LessonEntry;
const entries = [entry('intro'), entry('storage', 'create-bucket')];
const content = {
  lessons: () => entries,
  lesson: () => ({ sections: [{ id: 'idea', title: 'The idea' }] }),
  missions: () => [{ id: 'create-bucket', title: { en: 'A bucket', ko: '버킷' } }],
} as unknown as Content;

const next = (progress: Progress, at = now) =>
  findNext(
    progress,
    content,
    planReviews(progress, entries, cardsOf(progress, entries, at), at),
    en,
  );
const read = (progress: Progress, lesson: string, how: 'done' | 'skipped' = 'done') =>
  ['why', 'idea'].reduce((known, id) => left(known, lesson, id, how, now), progress);
const answer = (progress: Progress, lesson: string, right = true) =>
  answered(progress, lesson, 'q1', { at: now.toISOString(), right, given: [] });

describe('what to do next', () => {
  it('is the first lesson, for who comes for the first time', () => {
    expect(next(emptyProgress())).toMatchObject({ kind: 'lesson', command: ['lesson', 'intro'] });
  });

  it('leads through everything, a step at a time', () => {
    const reading = entered(emptyProgress(), 'intro', 'idea', now);
    expect(next(reading)).toEqual({
      kind: 'resume',
      command: ['lesson', 'intro'],
      title: 'Go on with "INTRO"',
      why: 'You stopped at "The idea" of "INTRO".',
    });
    const finished = entered(read(reading, 'intro'), 'intro', null, now);
    expect(next(finished)).toMatchObject({ kind: 'quiz', command: ['quiz', 'intro'] });
    const tested = answer(finished, 'intro', false);
    expect(next(tested)).toMatchObject({ kind: 'lesson', command: ['lesson', 'storage'] });
    expect(next(tested, later(1))).toMatchObject({ kind: 'review', command: ['review'] });
    const both = answer(read(tested, 'storage'), 'storage');
    expect(next(both)).toMatchObject({ kind: 'mission', command: ['mission', 'create-bucket'] });
    const all = missionPassed(both, 'create-bucket', now);
    expect(next(all)).toMatchObject({ kind: 'all-done', why: expect.stringContaining('November') });
  });

  it('comes back to what was skipped once there is nothing new', () => {
    const skipped = answer(
      answer(read(read(emptyProgress(), 'intro', 'skipped'), 'storage'), 'intro'),
      'storage',
    );
    const all = missionPassed(skipped, 'create-bucket', now);
    expect(next(all)).toMatchObject({
      kind: 'skipped',
      command: ['lesson', 'intro', '--section', 'why'],
    });
  });

  it('does not call back to a lesson that is only read again', () => {
    const finished = answer(read(emptyProgress(), 'intro'), 'intro');
    const again = entered(finished, 'intro', 'idea', now);
    expect(next(again)).toMatchObject({ command: ['lesson', 'storage'] });
  });

  it('goes on with what was stopped last', () => {
    const first = entered(emptyProgress(), 'intro', 'idea', now);
    expect(next(entered(first, 'storage', 'why', later(1)))).toMatchObject({
      command: ['lesson', 'storage'],
    });
  });

  it('is said in Korean as well', () => {
    const plan = planReviews(emptyProgress(), entries, [], now);
    expect(findNext(emptyProgress(), content, plan, ko).title).toBe('“intro 레슨” 읽기 (20분)');
  });
});

describe('days', () => {
  const on = (...days: string[]) => learnedDays({ days }, '2026-11-21');

  it('are counted for four weeks', () => {
    expect(on('2026-10-24', '2026-10-25', '2026-11-21')).toMatchObject({ count: 2 });
    expect(on().days).toHaveLength(28);
  });

  it('in a row end today, or yesterday while today is not over', () => {
    expect(on('2026-11-19', '2026-11-20', '2026-11-21').inARow).toBe(3);
    expect(on('2026-11-19', '2026-11-20').inARow).toBe(2);
    expect(on('2026-11-18', '2026-11-19').inARow).toBe(0);
    expect(on('2026-02-27', '2026-02-28').inARow).toBe(0);
    expect(learnedDays({ days: ['2026-02-28', '2026-03-01'] }, '2026-03-01').inARow).toBe(2);
  });

  it('are not broken by a clock that ran ahead', () => {
    expect(on('2026-11-20', '2026-11-21', '2031-01-01')).toMatchObject({ count: 2, inARow: 2 });
  });
});

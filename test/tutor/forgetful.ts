import type { Learning, SectionState } from '../../src/tutor/learning.ts';

/** Knows a reader only as long as the program runs. */
export function forgetfulLearning(): Learning {
  const states = new Map<string, SectionState>();
  const stops = new Map<string, string>();
  const keyOf = (lesson: string, section: string) => `${lesson} ${section}`;
  return {
    stoppedAt: (lesson) => stops.get(lesson),
    stateOf: (lesson, section) => states.get(keyOf(lesson, section)) ?? 'unseen',
    enter: (lesson, section) => {
      stops.set(lesson, section);
    },
    leave: (lesson, section, how) => {
      states.set(keyOf(lesson, section), how);
    },
    answer: () => {},
  };
}

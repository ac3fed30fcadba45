const count = (number: number, thing: string) =>
  `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;

/** `21 November`; with the year where it is not this one. */
const dayText = (day: string, today: string) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en', {
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
    ...(day.slice(0, 4) !== today.slice(0, 4) && { year: 'numeric' }),
  });

/** A few words for a menu, and a sentence that says why. */
type Said = readonly [title: string, why: string];

/** What is said about progress, reviews and what to do next. */
export const progress = {
  notKept: 'From here on nothing is kept.',
  damaged: (path: string) =>
    `Your progress was damaged. What was in it is not deleted; it is set aside as ${path}.`,
  afterDamage: (replaced: boolean): string =>
    replaced
      ? 'cloudlab goes on with what it had kept just before.'
      : 'cloudlab begins anew; an exported file brings back what is in it (cloudlab progress import FILE).',

  commands: {
    progress: 'show what is done, skipped and due',
    export: 'write everything that is kept of you to one file',
    import: 'add what such a file holds to what is kept here',
    reset: 'forget everything that was learned here',
    review: 'answer the questions that are due, your own mistakes first',
    quiz: 'answer questions of one lesson, or a mixture from finished ones',
    next: 'say the one thing to do now',
  },
  options: {
    exportFile: 'where to write it; - for stdout',
    importFile: 'a file from cloudlab progress export; - for stdin',
    cap: 'at most so many a day; remembered',
    quizLesson: 'the lesson; without it a mixture from finished lessons',
    seed: 'a number; the same one gives the same questions in the same order',
  },

  title: 'Your progress',
  lessons: 'Lessons',
  missions: 'Missions',
  reviews: 'Reviews',
  days: 'Days',
  sections: (done: number, all: number, skipped: number) =>
    `${done} of ${all} sections${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  questions: (answered: number, all: number, right: number) =>
    `${answered} of ${all} questions${right > 0 ? `, ${right} right` : ''}`,
  due: (cards: number) => `${cards} due`,
  notBegun: 'not begun',
  passed: (day: string, today: string) => `done on ${dayText(day, today)}`,
  open: 'not done yet',
  learned: (days: number): string =>
    days === 0
      ? 'Nothing in the last four weeks. What you learned before is kept, and reviews bring it back.'
      : `You learned on ${days} of the last 28 days.`,
  noDays: 'The first one is the one on which you begin.',
  inARow: (days: number) => `${days} days in a row.`,
  fourWeeks: 'the last four weeks; the last square is today',
  setAside: 'Damaged once, and set aside; delete it if you like:',

  next: {
    label: 'Next',
    resume: (lesson: string, section: string): Said => [
      `Go on with "${lesson}"`,
      `You stopped at "${section}" of "${lesson}".`,
    ],
    review: (cards: number): Said => [
      `Review ${count(cards, 'question')}`,
      `${count(cards, 'question')} ${cards === 1 ? 'is' : 'are'} due today; now is when repeating helps most.`,
    ],
    quiz: (lesson: string, questions: number): Said => [
      `Answer the questions of "${lesson}"`,
      `You have read "${lesson}"; its ${count(questions, 'question')} make it last.`,
    ],
    mission: (mission: string, lesson: string): Said => [
      `Play the mission "${mission}"`,
      `It puts to use what you read in "${lesson}".`,
    ],
    lesson: (lesson: string, minutes: number, first: boolean): Said => [
      `Read "${lesson}" (${minutes} min)`,
      first ? 'It is where everything begins.' : 'It is the next lesson that you have not read.',
    ],
    unread: (lesson: string): Said => [
      `Finish "${lesson}"`,
      `You have read a part of "${lesson}".`,
    ],
    skipped: (lesson: string, sections: number): Said => [
      `Read what you skipped in "${lesson}"`,
      `Every lesson is read; ${count(sections, 'section')} of "${lesson}" you have skipped.`,
    ],
    allDone: (day: string | undefined): Said => [
      'Answer a mixture of questions',
      `Everything is done${day === undefined ? '' : `, and nothing is due before ${dayText(day, '')}`}. A mixture of questions never hurts.`,
    ],
  },

  review: {
    title: (cards: number) => `Reviews: ${count(cards, 'question')}`,
    tooMany: (due: number, today: number, cap: number, until: string, now: string) =>
      `${due} are due. Today come the ${today} most useful ones, your own mistakes first; the others follow, ${cap} a day until ${dayText(until, now)}. Nothing is lost by that.`,
    enough: (done: number, later: number, now: string, next: string) =>
      `You have reviewed ${done} today, which is enough. ${count(later, 'question')} will follow from ${dayText(next, now)} on. Who wants more today:`,
    dueToday: (today: number, later: number) =>
      `${count(today, 'question')} ${today === 1 ? 'is' : 'are'} due today${later > 0 ? `, ${later} more on the days after` : ''}:`,
    none: 'There is nothing to review yet. Questions that you have answered come back here, when you are about to forget them.',
    notToday: (next: string, now: string) =>
      `Nothing is due today. The next review is on ${dayText(next, now)}.`,
    done: (right: number, asked: number) => `${right} of ${asked} right.`,
    wrongAgain: (wrong: number) =>
      wrong === 1
        ? 'The one that went wrong comes back tomorrow.'
        : `The ${wrong} that went wrong come back tomorrow.`,
    left: (open: number) =>
      `${count(open, 'question')} of today ${open === 1 ? 'is' : 'are'} still open:`,
    nextOn: (day: string, now: string) => `The next review is on ${dayText(day, now)}.`,
  },

  quiz: {
    mixture: (questions: number) => `A mixture: ${count(questions, 'question')}`,
    noneFinished:
      'There is no lesson yet that you have read to its end. The questions of one lesson are there any time:',
    stopped: (right: number, judged: number) =>
      `You stopped there, with ${right} of ${judged} right.`,
  },

  transfer: {
    exported: (path: string) => `Your progress is in ${path}. Take it over on another computer:`,
    imported: 'Taken over. New here:',
    nothingNew: 'Taken over. There was nothing in it that is not here already.',
    added: (sections: number, answers: number, missions: number, days: number) =>
      [
        count(sections, 'section'),
        count(answers, 'answer'),
        count(missions, 'mission'),
        count(days, 'day'),
      ]
        .filter((part) => !part.startsWith('0 '))
        .join(', '),
    before: (path: string) => `As it was before: ${path}`,
    confirmReset: (path: string) =>
      `Forget everything that was learned here? A copy stays in ${path}.`,
    resetWhat: 'Forgetting everything that was learned',
    resetDone: 'Everything is forgotten. This brings it back:',
    resetDeclined: 'Nothing was changed.',
    nothingToReset: 'Nothing is kept of you here.',
  },
};

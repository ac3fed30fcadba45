/** What is said around search, compare and glossary. */
export const lookup = {
  options: {
    words: 'what to look for, in Korean or English; unfinished words are found too',
    product: "a product of any of the three clouds, by today's name or an older one",
    term: 'a word',
  },
  kinds: {
    lesson: 'lesson',
    section: 'lesson',
    term: 'word',
    product: 'product',
    mission: 'mission',
    command: 'command',
  },
  nothing: (words: string) => `Nothing is found for "${words}".`,
  nothingNext: 'Try one word less, or see all: cloudlab lesson list, cloudlab glossary',
  more: (count: number) => `and ${count} more; another word narrows it down`,
  clouds: { gcp: 'GCP', aws: 'AWS', azure: 'Azure' },
  none: 'no such product',
  concept: 'What it is',
  differences: 'Where they differ',
  formerly: (name: string, now: string, since: string | undefined) =>
    since === undefined
      ? `"${name}" is an older name; today it is called ${now}.`
      : `"${name}" is an older name; since ${since} it is called ${now}.`,
  readMore: 'Read more:',
  compareTitle: 'The same things on three clouds',
  compareOpen: 'How they differ: cloudlab compare "Compute Engine"',
  glossaryTitle: 'Words',
  glossaryOpen: 'What one means: cloudlab glossary bucket',
  also: 'Also called',
};

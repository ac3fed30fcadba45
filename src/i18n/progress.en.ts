const count = (number: number, thing: string) => `${number} ${thing}${number === 1 ? '' : 's'}`;

/** What is said about progress, reviews and what to do next. */
export const progress = {
  notKept: 'From here on nothing is kept.',
  damaged: (path: string) =>
    `Your progress was damaged. What was in it is not deleted; it is set aside as ${path}.`,
  afterDamage: (replaced: boolean): string =>
    replaced
      ? 'cloudlab goes on with what it had kept just before.'
      : 'cloudlab begins anew; an exported file brings back what is in it (cloudlab progress import FILE).',
  count,
};

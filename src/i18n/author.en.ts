/** What is said to those who write lessons and missions. */
export const author = {
  options: {
    kind: 'lesson or mission',
    id: 'its id: lower case, digits, single dashes',
    only: 'a lesson or a mission; all of them where it is left out',
    links: 'ask every page that is linked to whether it is there (needs the network)',
    section: 'show this section only',
    once: 'show it once, and do not wait for changes',
  },
  made: (folder: string) => `Made ${folder}:`,
  thenWrite: 'Write your words where it says TODO, and look at it with:',
  thenCheck: 'What is left to do:',
  checked: (lessons: number, missions: number) =>
    `Checked ${lessons} lessons and ${missions} missions: nothing to mend.`,
  problems: (problems: number) => `${problems} to mend`,
  unfinished: (problems: number) => `${problems} unfinished: stale translations, and TODO`,
  broken: (problems: number) => `${problems} links that lead nowhere`,
  acceptWith: (id: string) =>
    `When the Korean says what the English says now: cloudlab author accept ${id}`,
  accepted: (file: string) => `Written: ${file}`,
  watching: 'Watching; each save shows it again. Ctrl-C ends it.',
};

/** What is said in questions of each kind, and about answers to them. */
export const quiz = {
  notQuite: 'Not all of it is right.',
  isOff: 'That is too far off.',

  multipleHint: 'Several are right. Type their numbers, then Enter.',
  multipleHelp: 'choose this one, or take it back; Enter ends the choice',
  chosenRight: 'Right.',
  chosenWrong: 'This one does not belong here.',
  leftOut: 'This one belongs here too; you left it out.',
  notRight: 'Not right:',

  orderHint: 'Type the numbers in the right order, then Enter.',
  orderHelp: 'the next in the order; Backspace takes the last one back, Enter ends it',
  allNumbers: (count: number) => `All ${count} numbers are needed, each of them once.`,
  rightOrder: (numbers: string) => `The right order is ${numbers}:`,
  yourPlace: (place: number) => `You had it at place ${place}.`,

  matchHint: (last: string) =>
    `For each of a to ${last}, one after the other, type the number that belongs to it, then Enter. A number is used once at most.`,
  matchHelp: (last: string) =>
    `what belongs to the next letter, from a to ${last}; Backspace takes the last one back, Enter ends it`,
  youChose: (number: number) => `You chose ${number}.`,
  belongsNowhere: 'This one belongs to none of them:',

  numberHint: (tolerance: number) =>
    tolerance > 0
      ? `Type a number, then Enter. It may be off by ${tolerance} %.`
      : 'Type a number, then Enter.',
  numberHelp: 'write the number; Enter ends it. $1,825 and 1825 are the same',
  notANumber:
    'That could not be read as one number. Write it out, such as 1825 or 1,825: no 1.8k, and no other unit than the one that is asked for.',
  answerWithin: (answer: string, tolerance: number) =>
    `The answer is ${answer}; up to ${tolerance} % more or less counts.`,
  answerExactly: (answer: string) => `The answer is ${answer}.`,
  tooLow: 'That is too low.',
  tooHigh: 'That is too high.',
  trap: (number: string) => `Not ${number}:`,

  experimentHint: 'First say what you expect. Then it is really done, in a sandbox of its own.',
  predicted: (number: number) => `You expect ${number}. Let us see.`,
  starting: 'Starting a sandbox of its own…',
  happened: (number: number) => `What happened is ${number}:`,
  differs: 'The lesson expected something else. What has just happened counts.',
  notTried: (reason: string) => `It could not be done for real here: ${reason}`,
  notCounted:
    'So here is what happened when this lesson was written. Your answer counts neither for nor against you.',
  noSandboxHere: 'there is no sandbox here',
  unknownOutcome: (outcome: string) => `it ended in a way that no answer describes (${outcome})`,

  /** In a handout, where nobody types. */
  onPaper: {
    multiple: 'Several are right.',
    order: 'In which order?',
    match: (last: string) => `What belongs to a, b and so on, up to ${last}?`,
    number: (tolerance: number) => (tolerance > 0 ? `It may be off by ${tolerance} %.` : undefined),
    experiment: 'In a terminal, this is really done in a sandbox.',
  },

  others: 'the others',
  othersHelp: 'why the other options are wrong',

  skipped: 'Left for another time.',
};

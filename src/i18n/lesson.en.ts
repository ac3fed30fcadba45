/** What is said around lessons and their questions. */
export const lesson = {
  listTitle: 'Lessons',
  minutes: (minutes: number) => `${minutes} min`,
  open: (id: string) => `Read one with: cloudlab lesson ${id}`,

  options: {
    quiz: 'go straight to the questions',
    section: 'begin at this section: its number or its id',
  },

  size: (minutes: number, sections: number, questions: number) =>
    `${minutes} min, ${sections} sections, ${questions} questions`,
  asOf: (day: string) => `Prices and limits were checked on ${day}.`,
  mission: 'Then do it for real:',

  keys: {
    next: 'next',
    start: 'start',
    more: 'more',
    previous: 'back',
    quit: 'quit',
    help: 'help',
    answer: 'answer',
  },
  help: {
    n: 'go on (Enter and the space bar do the same)',
    p: 'go back to the section before',
    q: 'stop here (Ctrl-D does the same)',
    number: 'choose the answer with this number',
    layout: 'Upper case and the Korean layout (ㅜ ㅔ ㅂ ㅗ) work as well.',
  },

  stopped: (section: string) => `You stopped at "${section}". Go on from there with:`,

  questionsTitle: 'Questions',
  questionsOffer: (count: number) =>
    `${count} questions. They are about using what you have read, so take your time. Nothing is kept, and you can try again as often as you like.`,
  questionsLater: 'The questions wait for you:',
  yourAnswer: (number: number) => `Your answer: ${number}`,
  right: 'That is right.',
  wrong: 'Not this one.',
  rightAnswer: (number: number) => `The right answer is ${number}:`,
  stoppedQuiz: (right: number, answered: number) =>
    `You stopped there, with ${right} of ${answered} right. Try again with:`,
  score: (right: number, all: number) =>
    right === all ? `All ${all} right.` : `${right} of ${all} right.`,
  readAgain: 'What went wrong above is worth reading again:',

  answersTitle: 'Answers',
  notAnswer: (number: number) => `Not ${number}:`,
};

import { quiz } from './quiz.en.ts';

/** What is said around lessons and their questions. */
export const lesson = {
  quiz,

  listTitle: 'Lessons',
  minutes: (minutes: number) => `${minutes} min`,
  open: (id: string) => `Read one with: cloudlab lesson ${id}`,

  options: {
    quiz: 'go straight to the questions',
    format: 'print it as text, md (Markdown) or json',
    section: 'begin at this section: its number or its id',
    files: 'write the files that it prints into the current folder',
  },

  size: (minutes: number, sections: number, questions: number) =>
    `${minutes} min, ${sections} sections, ${questions} questions`,
  asOf: (day: string) => `Prices and limits were checked on ${day}.`,
  goals: 'Afterwards you can',
  filesWritten: 'Written into this folder:',
  noFiles: 'There are no files to write in it.',
  states: { unseen: '', skipped: 'skipped', done: 'read' },
  resumed: 'Here you stopped last time; p leads back to what comes before.',
  mission: 'Then do it for real:',

  keys: {
    next: 'next',
    start: 'start',
    more: 'more',
    previous: 'back',
    quit: 'quit',
    help: 'help',
    answer: 'answer',
    choose: 'choose, Enter ends',
    order: 'in order, then Enter',
    match: (last: string) => `for a to ${last}, then Enter`,
    number: 'a number, then Enter',
    skip: 'skip',
    search: 'search',
  },
  help: {
    n: 'go on (Enter and the space bar do the same)',
    p: 'go back to the section before',
    q: 'stop here (Ctrl-D does the same)',
    s: 'leave this one out for now',
    '/': 'search for words in the lessons',
    number: 'choose the answer with this number',
    layout: 'Upper case and the Korean layout (ㅜ ㅔ ㄴ ㅂ ㅗ) work as well.',
  },

  stopped: (section: string) => `You stopped at "${section}". Go on from there with:`,

  search: {
    prompt: 'Search for (Enter alone goes back): ',
    shortPrompt: 'Search: ',
    nothing: (words: string) => `Nothing was found for "${words}".`,
    found: (words: string) => `Found for "${words}":`,
    go: 'go there',
    stay: 'stay here',
    help: 'read what was found under this number',
    elsewhere: 'That is in another lesson. Read it with:',
  },

  questionsTitle: 'Questions',
  questionsOffer: (count: number) =>
    `${count} questions. They are about using what you have read, so take your time; s leaves one for later.`,
  questionsLater: 'The questions wait for you:',
  yourAnswer: (answer: string) => `Your answer: ${answer}.`,
  right: 'That is right.',
  wrong: 'Not this one.',
  rightAnswer: (number: number) => `The right answer is ${number}:`,
  stoppedQuiz: (right: number, answered: number) =>
    `You stopped there, with ${right} of ${answered} right. Try again with:`,
  score: (right: number, all: number) =>
    right === all ? `All ${all} right.` : `${right} of ${all} right.`,
  skippedQuestions: (count: number) => `${count} left for another time.`,
  readAgain: 'Worth reading again, for what went wrong:',

  answersTitle: 'Answers',
  answerTitle: 'Answer',
  notAnswer: (number: number) => `Not ${number}:`,
};

/** What is said to somebody who does a mission by hand. */
export const guided = {
  how: 'How would you like to do this mission?',
  ways: {
    doIt: 'do it yourself, with the tools you like',
    showMe: 'show me: cloudlab does it, you watch',
  },
  unfinished: (when: string, done: number, all: number) =>
    `You have begun this mission (${when}); ${done} of ${all} tasks are done.`,
  waysOn: {
    goOn: 'go on where you were',
    startOver: 'start over (removes what exists of it)',
  },
  goesOn: 'You go on where you were. What was done is looked at once more.',
  startedOver: (run: string) => `Run ${run} is removed.`,
  dataGone:
    'The sandbox in which you did this has been reset, and everything of this run went with it. It begins anew.',

  tools: 'Do the tasks in another window, with any tool:',
  orInYours: 'or, in a shell of your own:',
  toolsOnGcp: (project: string) =>
    `Do the tasks in another window, with any tool, logged in as you are, in the project ${project}.`,
  wrongWindow: 'This window only watches. Paste commands into the other one.',
  tasks: 'Tasks',
  states: {
    passed: 'done',
    shown: 'done by cloudlab, does not count',
    ready: 'open',
    leftOut: 'left out',
    needs: (numbers: string) => `after ${numbers}`,
  },
  watching: (numbers: string) => `waiting for ${numbers}`,
  looking: 'looking…',
  running: 'running your program…',
  ran: (file: string, seconds: string) => `${file} ran for ${seconds} s and printed:`,
  ranSilent: (file: string, seconds: string) => `${file} ran for ${seconds} s and printed nothing.`,
  doing: 'cloudlab is doing it…',
  keys: { look: 'look', hint: 'hint', skip: 'skip', leave: 'leave', help: 'help' },
  help: {
    look: 'look now, and say what is missing',
    hint: 'one more hint: a nudge, what is behind it, the shape of the command, the command',
    skip: 'let cloudlab do the current task; it then does not count',
    leave: 'leave; everything is saved, and the same command goes on later (Ctrl-C does the same)',
    tasks: 'show the tasks again (Enter too)',
  },

  did: 'you',
  why: 'why',
  next: 'next step',
  notYet: 'not yet',
  reopened: 'What this task had made is not there any more; it is open again.',
  blocked: (numbers: string) => `This waits for ${numbers}.`,
  nothingNew: 'Nothing is there yet for it.',
  couldNotLook: (call: string) => `could not look: ${call}. This does not count against you.`,
  noAnswer: 'no answer',
  rungs: {
    nudge: 'hint',
    concept: 'what is behind it',
    shape: 'shape of the command',
    command: 'command',
  },
  thenInside: 'then, inside the VM',
  skipSure: 'Press s again, and cloudlab does this task; it then does not count.',
  skipped: 'how cloudlab did it',
  couldNotDo: 'cloudlab could not do it either:',

  over: 'Every task is proven.',
  overIncomplete: 'Nothing is left to do; what cloudlab did does not count.',
  solutionOffer:
    'v shows the commands of this mission beside what you did; Enter cleans up and ends.',
  solution: 'The commands of this mission',
  solutionYours: 'What you did',
  solutionShared: 'What you and cloudlab did',

  left: 'Saved. Go on later with the same command:',
  nothingExists: 'Nothing exists by now under the names and in the places of the tasks.',
  exists: (things: number) =>
    things === 1 ? 'One thing of it still exists:' : `${things} things of it still exist:`,
  notLooked: 'What still exists of it could not be looked up.',
  freeHere: (perDay: string) =>
    `In the sandbox nothing is billed; on GCP this would be ${perDay} a day.`,
  costsThere: (perDay: string) => `On GCP this costs ${perDay} a day, for as long as it exists.`,
  removeWith: 'Remove all of it with:',

  reset: {
    done: (mission: string, removed: number) =>
      `${mission}: forgotten; ${removed} ${removed === 1 ? 'thing' : 'things'} removed.`,
    nothing: 'No mission that you do yourself is unfinished.',
    left: 'Something could not be removed; it is tried again with:',
  },
  verify: {
    columns: { mission: 'Mission', checks: 'Checks', result: 'Result', time: 'Time' },
    nothing: 'You have not finished a mission yet. Name one to verify it all the same.',
    results: {
      passed: 'pass',
      incomplete: 'FAIL',
      failed: 'FAIL',
      error: 'ERROR',
      interrupted: 'stopped',
    },
    working: (mission: string) => `Doing ${mission} anew, and checking it`,
  },
  paused: (command: string) => `being done by hand; go on with ${command}, or name it to remove it`,
  goOnWith: (mission: string): readonly [title: string, why: string] => [
    `Go on: ${mission}`,
    'You have begun this mission yourself.',
  ],
  commands: {
    reset: 'tear an unfinished mission of yours down, and forget it',
    verify: 'check finished missions anew, on fresh runs',
  },
  options: {
    guided: 'do it yourself, without being asked (needs a terminal)',
    all: 'all the missions that you have finished',
  },
};

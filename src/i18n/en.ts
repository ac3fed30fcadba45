import { author } from './author.en.ts';
import { errors } from './errors.en.ts';
import { guided } from './guided.en.ts';
import { lesson } from './lesson.en.ts';
import { lookup } from './lookup.en.ts';
import { progress } from './progress.en.ts';
import { reach } from './reach.en.ts';
import { sandboxLog } from './sandbox-log.en.ts';
import { shell } from './shell.en.ts';

const count = (number: number, thing: string) =>
  `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;

/** A duration in days, hours and minutes. */
const span = (seconds: number) =>
  [
    count(Math.floor(seconds / 86_400), 'day'),
    count(Math.floor(seconds / 3600) % 24, 'hour'),
    count(Math.floor(seconds / 60) % 60, 'minute'),
  ]
    .filter((part) => !part.startsWith('0 '))
    .join(', ') || count(seconds, 'second');

/** English defines the keys; `ko.ts` has the same. */
export const en = {
  language: 'en' as 'en' | 'ko',
  errors,
  author,
  guided,
  lesson,
  lookup,
  progress,
  reach,
  sandboxLog,
  shell,

  errorLabels: { error: 'Error', why: 'Why', next: 'Next' },
  ourBug: (log: string) =>
    `This is a bug in cloudlab, not a mistake of yours. The details are in ${log}; please report it.`,

  tagline: 'Learn the cloud in your terminal, with a cloud inside.',
  help: {
    usage: 'Usage',
    commands: 'Commands',
    arguments: 'Arguments',
    options: 'Options',
    globalOptions: 'Everywhere',
    examples: 'Examples',
    command: '<command>',
    help: 'show this help',
    version: 'print the version',
    lang: 'language: ko or en',
    json: 'print one JSON value',
    plain: 'no redrawing, numbered questions (also ACCESSIBLE=1)',
    noColor: 'no colours (also NO_COLOR)',
    verbose: 'show more detail, every request included',
    seeAlso: 'Add --help to any command for its options and examples.',
  },

  home: {
    greeting: 'What would you like to do?',
    mission: 'Play a mission: do it for real, in the sandbox',
    lesson: 'Read a lesson',
    progress: 'See what is done, skipped and due',
    sandbox: 'Start the sandbox, to use it with your own tools',
    doctor: 'Check this machine',
    help: 'See all commands',
    quit: 'Leave',
    chooseMission: 'Which mission?',
    chooseLesson: 'Which lesson?',
  },

  commands: {
    search: 'find something in lessons, glossary, products and commands',
    compare: "a product's names on GCP, AWS and Azure, and where they differ",
    glossary: 'what a word means',
    author: 'write lessons and missions (in a checkout)',
    authorNew: 'make the files of a new lesson or mission',
    authorCheck: 'say what is wrong with the content, by file and line',
    authorPreview: 'show a lesson or mission, and again after each save',
    authorAccept: 'say that the Korean is a translation of the English as it is now',
    mission: 'do something in the cloud for real, and take it down again',
    missionList: 'list the missions',
    lesson: 'read a lesson and answer its questions',
    lessonList: 'list the lessons',
    sandbox: 'run the embedded Google Cloud sandbox for your own tools',
    sandboxStart: 'run the sandbox here until Ctrl-C',
    sandboxStop: 'stop the running sandbox; its data stays',
    sandboxStatus: 'say whether a sandbox runs, and what is in it',
    sandboxReset: 'delete everything in the sandbox',
    sandboxLog: 'show who did what in the running sandbox',
    ssh: 'log in to a VM of the sandbox, or run one command in it',
    network: 'ask the VPC network of the sandbox',
    networkReach: 'say whether one end reaches the other, and which rule decides it',
    clock: "show the sandbox's own clock, or move it on",
    clockAdvance: 'move the clock on, and do what becomes due meanwhile',
    shell: 'open your own shell with the sandbox running and every tool pointed at it',
    exec: 'run one command with every tool pointed at the sandbox, for scripts and CI',
    env: 'print the variables that point gcloud and client libraries at the sandbox',
    doctor: 'check this machine and say how to fix what is missing',
    completion: 'print a completion script for your shell',
    cleanup: 'remove what interrupted mission runs have left behind',
  },

  options: {
    missionId: 'the mission; see cloudlab mission list',
    lessonId: 'the lesson; see cloudlab lesson list',
    set: 'change a setting of the mission, such as bucket=my-name',
    auto: 'watch the mission being played instead of doing it by hand',
    keep: 'leave what was created; cloudlab cleanup removes it later',
    target: 'where: sandbox (free, default) or gcp (real, costs money)',
    project: 'the GCP project id, for --target gcp',
    yes: 'answer yes to every question',
    yesGcp: 'also clean up in real GCP projects',
    port: 'listen on this port (default: any free one)',
    data: 'keep the data in this directory',
    tls: 'listen over TLS as well, for clients that refuse plain HTTP',
    tlsPort: 'listen over TLS on this port (default: any free one)',
    faults: 'let requests fail on demand, to test retries',
    unlimitedQuota: 'lift the quotas that a new project has',
    realtime: 'let operations take as long as on GCP, instead of a thousandth',
    auth: 'open (default: who shows no token may do everything) or enforce (nobody without a token)',
    shellTls: 'lead all tools to the TLS address, and let them trust it',
    execCommand: 'the program to run, and its arguments, after --',
    envTls: 'lead the tools to the TLS address, and let them trust it',
    shell: 'bash, zsh, fish or powershell',
    vm: 'the name of the VM',
    vmCommand: 'what to run instead of a shell, after --',
    zone: 'the zone of the VM, where two have the same name',
    user: 'log in as this user (default: your own name)',
    tty: 'with a terminal, also for a command (top, nano)',
    print: "print the command line of OpenSSH's ssh that does the same",
    config: 'write and print the settings for ssh, scp and sftp',
    duration: 'how far: 45m, 12h, 30d or 2w',
    run: 'clean up only this run',
    force: 'also clean up runs that seem to be still alive',
  },

  prompts: { selectKeys: '↑↓ move, Enter chooses, Ctrl-C leaves' },

  words: {
    yesNo: '[y/N]',
  },

  mission: {
    listTitle: 'Missions',
    minutes: (minutes: number) => `${minutes} min`,
    play: (id: string) => `Play one with: cloudlab mission ${id}`,
    inProcess: 'in a sandbox of its own inside this process: free, gone afterwards',
    inRunning: (url: string) => `in the running sandbox at ${url}`,
    inUserData: (path: string) => `in your own sandbox data, which stays: ${path}`,
    onGcp: (project: string) => `on the real GCP project ${project}`,
    where: 'Where',
    run: 'Run',
    plan: (things: number) =>
      `It will create ${count(things, 'thing')} and then remove everything again:`,
    planMore: (count: number) => `… and ${count} more`,
    confirmGcp: (project: string) =>
      `Create these for real in the GCP project ${project}? This can cost money.`,
    working: 'working…',
    states: {
      passed: 'pass',
      failed: 'FAIL',
      blocked: 'blocked',
      error: 'ERROR',
      interrupted: 'stopped',
      skipped: 'left out',
      shown: 'done by cloudlab',
    },
    youWouldType: 'you would type',
    apiCall: 'API call',
    proof: 'proof',
    expected: 'expected',
    found: 'found',
    hint: 'hint',
    blockedBy: 'An earlier step has to succeed first.',
    errorIsNotYours:
      'This is a problem with the provider or the network; it does not count against you.',
    packages: {
      needed: (packages: string, megabytes: number, folder: string) =>
        `Your programs need Google's client library: ${packages} (about ${megabytes} MB with all that it needs). It is downloaded once, into a folder of its own, and nothing else on this machine is changed: ${folder}`,
      confirm: 'Download it now?',
      installing: (packages: string) => `Installing ${packages}…`,
      step: (step: string) => `Installing: ${step}`,
      ready: (packages: string) => `${packages} is ready.`,
    },
    stopping: 'Stopping after the step under way and cleaning up. Ctrl-C again leaves at once.',
    tearingDown: 'Removing what is left of this run',
    removing: (address: string) => `removing ${address}`,
    leftAtOnce: 'Left at once. These may still exist:',
    stillThere: 'Still there:',
    report: 'Report',
    verdicts: {
      passed: 'Done: every step is proven, and nothing is left.',
      passedKept: 'Done: every step is proven.',
      incomplete: 'Not counted yet: cloudlab has done a part of it.',
      failed: 'Not yet: a step was not proven.',
      error: 'Could not be finished: the provider or this machine had a problem.',
      interrupted: 'Stopped by you.',
    },
    tasks: 'Steps',
    tasksPassed: (passed: number, all: number) => `${passed} of ${all} proven`,
    created: 'Created',
    removed: 'Removed',
    survivors: 'Left',
    nothingLeft: 'nothing (looked for by name and by label)',
    notSearched: 'unknown: the provider could not be asked for what carries the label of this run',
    things: (things: number) => count(things, 'thing'),
    calls: 'API calls',
    time: 'Time',
    seconds: (seconds: string) => `${seconds} s`,
    cost: 'Cost on GCP',
    costHere: 'here: $0',
    costText: (usd: string, asOf: string) => `${usd} (list prices of ${asOf})`,
    costLessThan: (usd: string) => `less than ${usd}`,
    costItems: {
      classA: (times: number) => `${count(times, 'class A operation')} (write, list)`,
      classB: (times: number) => `${count(times, 'class B operation')} (read)`,
      free: (times: number) => `${count(times, 'free operation')} (delete)`,
      storage: (bytes: number) => `${count(bytes, 'byte')} stored for the time of the run`,
      vm: (seconds: number, type: string) =>
        `VM ${type} for ${count(seconds, 'second')} (a minute at least)`,
      disk: (gigabytes: number, type: string) =>
        `Disk ${type} of ${gigabytes} GB for the time of the run`,
      address: (seconds: number) => `External address for ${count(seconds, 'second')}`,
    },
    costUnknown: 'no list price known here',
    kept: 'Kept, as you asked. Look at it with: cloudlab sandbox start',
    keptGcp: 'Kept, as you asked. On GCP it may cost money until it is removed.',
    removeWith: (command: string) => `Remove it with: ${command}`,
    orByHand: 'or by hand:',
    unknownState: 'could not be checked',
    next: (lesson: string) => `Understand what happened: cloudlab lesson ${lesson}`,
    inputsTitle: 'What can be set',
  },

  sandbox: {
    running: (url: string) => `The sandbox listens at ${url}`,
    dataIn: (path: string) => `Its data is kept in ${path}`,
    alsoTls: (url: string) => `It listens over TLS at ${url}`,
    caIn: (path: string) => `The certificate that clients have to trust: ${path}`,
    faultsOn: 'on',
    faultsHint: 'Requests fail when they are asked to (POST /retry_test).',
    enforced: 'enforce: without a token 401, without the permission 403',
    enforceHint:
      'Whoever asks has to prove who he is: without a token the answer is 401, without the permission 403. The tools of cloudlab env and cloudlab shell show a token of learner@example.com, who owns the project.',
    orShell: (command: string) => `Or open a shell in which they already are: ${command}`,
    pointClients: 'Point your tools at it, in another window:',
    posix: 'bash, zsh',
    fish: 'fish',
    powershell: 'PowerShell',
    orByHand: 'Or set these by hand (cloudlab env prints all of them):',
    thenTry: 'Then try:',
    stopHint: 'Ctrl-C stops it; the data stays.',
    stopped: 'The sandbox has stopped. Its data stays; cloudlab sandbox start brings it back.',
    wasReset: 'Everything in the sandbox is deleted.',
    nothingToReset: 'There is no sandbox data; nothing to delete.',
    confirmReset: (path: string) => `Delete everything in ${path}: buckets, VMs, service accounts?`,
    resetDeclined: 'Nothing was changed.',
    resetWhat: 'Deleting everything in the sandbox',
    notRunning: 'No sandbox is running.',
    startWith: 'Start one with: cloudlab sandbox start',
    status: {
      process: 'Process',
      data: 'Data',
      tls: 'TLS',
      ca: 'Trust',
      faults: 'Faults',
      auth: 'Auth',
      started: 'Started',
      clock: 'Clock',
      holds: 'Holds',
      vm: 'VM',
    },
    moreVms: (vms: number) => `and ${vms} more: gcloud compute instances list`,
    holds: (buckets: number, objects: number, bytes: number) =>
      [count(buckets, 'bucket'), count(objects, 'object'), count(bytes, 'byte')].join(', '),
  },

  clock: {
    shows: (time: string) => `The sandbox's clock shows ${time}`,
    ahead: (seconds: number): string =>
      seconds === 0
        ? 'That is the real time.'
        : `That is ${span(seconds)} ahead of the real time; only cloudlab sandbox reset takes it back.`,
    caughtUp: 'Everything that became due by then is done.',
  },

  ssh: {
    elsewhere: 'Elsewhere',
    onGcp: 'A VM of a real GCP project',
    withOpenssh: "OpenSSH's own clients",
    keyMade: (path: string) => `A key pair was made for you: ${path}`,
    waiting: (name: string) => `Waiting for ${name}…`,
    config: (path: string) =>
      `Written to ${path}. Use it with: scp -F ${path} FILE VM:  or, in ~/.ssh/config: Include ${path}`,
    noneRunning: 'No VM is running.',
  },

  env: {
    forShell: (command: string) => `Run this to use it: ${command}`,
  },

  doctor: {
    title: 'This machine',
    node: 'Node.js',
    nodeOld: (wanted: string) => `Install Node.js ${wanted} or newer.`,
    home: 'Data directory',
    homeWritable: 'writable',
    terminal: 'Terminal',
    terminalSize: (columns: number) => `${columns} columns`,
    terminalNone: 'none (a pipe)',
    colour: (on: boolean): string => (on ? 'colours' : 'no colours'),
    language: 'Language',
    sandbox: 'Sandbox',
    sandboxNone: 'not running; missions bring their own',
    ledgers: 'Left behind',
    ledgersNone: 'nothing',
    ledgersSome: (runs: number) => count(runs, 'unfinished run'),
    ledgersFix: 'Clean up with: cloudlab cleanup',
    gcloud: 'gcloud',
    gcloudMissing: 'not installed (only needed to use the sandbox by hand)',
    gcloudFix: 'https://cloud.google.com/sdk/docs/install',
    gcloudOld: (oldest: string) =>
      `The commands that cloudlab shows need ${oldest} or newer. Update with: gcloud components update (installed by apt or brew: with that)`,
    python: 'Python',
    pythonMissing: 'not installed (only needed for Python missions)',
    pythonFix: 'https://www.python.org/downloads/',
    pythonOld: (oldest: string) => `Google's libraries need Python ${oldest} or newer.`,
    pythonNoVenv: 'Python has no venv. On Debian and Ubuntu: sudo apt install python3-venv',
    credentials: 'Google credentials',
    credentialsNone: 'none (only needed for --target gcp)',
    credentialsFix: 'gcloud auth application-default login',
    allGood: 'Everything that the sandbox needs is here.',
    someBad: 'Something has to be fixed first; see above.',
    marks: { ok: 'ok', note: 'note', bad: 'BAD' },
  },

  cleanup: {
    nothing: 'No run has left anything behind.',
    run: (run: string, mission: string, when: string) => `Run ${run} of ${mission}, ${when}`,
    alive: (pid: number) => `still running in process ${pid}; left alone (--force overrides)`,
    elsewhere: (host: string) => `belongs to the machine ${host}; left alone (--force overrides)`,
    clean: 'clean: nothing is left',
    removed: (address: string) => `removed ${address}`,
    left: (address: string) => `LEFT ${address}`,
    summary: (runs: number, removed: number) =>
      `${count(runs, 'run')} cleaned, ${count(removed, 'thing')} removed.`,
    unreachable: (reason: string) => `could not be cleaned: ${reason}`,
    needsYes: (project: string) => `on the GCP project ${project}; add --yes to clean there`,
  },

  completion: {
    install: {
      bash: 'Put this into ~/.bashrc: eval "$(cloudlab completion bash)"',
      zsh: 'Put this into ~/.zshrc: eval "$(cloudlab completion zsh)"',
      fish: 'Put this into ~/.config/fish/config.fish: cloudlab completion fish | source',
      powershell:
        'Put this into $PROFILE: cloudlab completion powershell | Out-String | Invoke-Expression',
    },
  },
};

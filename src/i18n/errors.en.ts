import type { ErrorCode, ErrorDetails, Expectation } from '../errors.ts';

/** What happened; why, where that is not plain; what to do next. */
export interface ErrorText {
  readonly what: string;
  readonly why?: string;
  readonly next: string;
}

export type ErrorTexts = {
  readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => ErrorText;
};

const expectations: Readonly<Record<Expectation, string>> = {
  text: 'any text',
  directory: 'the path of a directory',
  language: 'ko or en',
  port: 'a port from 0 (any free one) to 65535',
  target: 'sandbox or gcp',
  switch: '1 or 0',
  colour: '0, 1, 2, 3, true or false',
};

const seeHelp = 'See what there is with: cloudlab --help';

export const errors: ErrorTexts = {
  'unknown-command': ({ name, nearest }) => ({
    what: `There is no command "${name}".`,
    next: nearest === undefined ? seeHelp : `Did you mean: cloudlab ${nearest}`,
  }),
  'unknown-option': ({ option, nearest }) => ({
    what: `There is no option "${option}" here.`,
    next: nearest === undefined ? 'Add --help to see the options.' : `Did you mean: ${nearest}`,
  }),
  'missing-argument': ({ name, usage }) => ({
    what: `${name} is missing.`,
    next: `Write: ${usage}`,
  }),
  'missing-option-value': ({ option }) => ({
    what: `The option ${option} needs a value.`,
    next: 'Add --help to see an example.',
  }),
  'excess-arguments': ({ extra, usage }) => ({
    what: `There is one argument too many: "${extra}"`,
    next: `Write: ${usage}`,
  }),
  'bad-option-value': ({ option, value, expected }) => ({
    what: `${option} cannot be "${value}".`,
    next: `Expected: ${expected}.`,
  }),
  'unknown-mission': ({ id, nearest }) => ({
    what: `There is no mission "${id}".`,
    next:
      nearest === undefined
        ? 'See all missions with: cloudlab mission list'
        : `Did you mean: cloudlab mission ${nearest}`,
  }),
  'unknown-lesson': ({ id, nearest }) => ({
    what: `There is no lesson "${id}".`,
    next:
      nearest === undefined
        ? 'See all lessons with: cloudlab lesson list'
        : `Did you mean: cloudlab lesson ${nearest}`,
  }),
  'unknown-run': ({ id, known }) => ({
    what: `This machine has no unfinished run "${id}".`,
    next:
      known.length === 0
        ? 'Nothing is left behind by any run; there is nothing to clean.'
        : `Unfinished runs: ${known.join(', ')}`,
  }),
  'bad-setting': ({ variable, value, expected, source }) => ({
    what: `${variable} is set to "${value}".`,
    why: `It comes from ${source === 'environment' ? 'the environment' : source}; expected: ${expectations[expected]}.`,
    next: `Correct ${variable} or remove it. .env.example describes every variable.`,
  }),
  'unreadable-env-file': ({ path, reason }) => ({
    what: `${path} cannot be read.`,
    why: reason,
    next: 'Make it readable, or run cloudlab in another directory.',
  }),
  'unknown-input': ({ name, mission, nearest, known }) => ({
    what: `The mission ${mission} has no setting "${name}".`,
    next:
      nearest === undefined
        ? `What can be set: ${known === '' ? 'nothing' : known}`
        : `Did you mean: --set ${nearest}=…`,
  }),
  'bad-input': ({ name, value, expected }) => ({
    what: `"${value}" cannot be used as ${name}.`,
    why: expected,
    next: `Choose another: --set ${name}=… Nothing has been created.`,
  }),
  'source-unusable': ({ name, path, kind, why, reason }) => ({
    what: {
      missing: `There is no ${kind} at ${path}.`,
      'wrong-kind': `${path} is not a ${kind}.`,
      empty: `There are no files in ${path}.`,
      unreadable: `${path} cannot be read.`,
    }[why],
    ...(reason === undefined ? {} : { why: reason }),
    next: `Check the path in --set ${name}=…, or leave it out to use a prepared ${kind}. Nothing has been created.`,
  }),
  'home-unusable': ({ path, reason }) => ({
    what: `cloudlab cannot keep its data in ${path}.`,
    why: reason,
    next: 'Make the directory writable, or name another: CLOUDLAB_HOME=/some/directory',
  }),
  'data-unusable': ({ path, reason }) => ({
    what: `The sandbox cannot keep its data in ${path}.`,
    why: reason,
    next: 'Make the directory writable, or name another: --data DIR',
  }),
  'data-newer': ({ path, found, supported }) => ({
    what: `${path} was made by a newer cloudlab.`,
    why: `Its format is ${found}; this version knows up to ${supported}. Nothing in it was changed.`,
    next: 'Update cloudlab, or use another directory: CLOUDLAB_HOME=/some/directory',
  }),
  'data-in-use': ({ path, pid }) => ({
    what: `Another sandbox (process ${pid}) works on ${path}.`,
    next: 'Wait until it is done, stop it (cloudlab sandbox stop), or name another directory: --data DIR',
  }),
  'port-in-use': ({ port }) => ({
    what: `Port ${port} is taken by another program.`,
    next: 'Choose another: --port N. Without --port any free port is used.',
  }),
  'port-forbidden': ({ port }) => ({
    what: `This user may not listen on port ${port}.`,
    why: 'Ports below 1024 are reserved for the administrator.',
    next: 'Choose one from 1024 up: --port N. Without --port any free port is used.',
  }),
  'sandbox-not-running': () => ({
    what: 'No sandbox is running.',
    next: 'Start one in another window: cloudlab sandbox start',
  }),
  'sandbox-without-tls': () => ({
    what: 'The running sandbox does not listen over TLS.',
    next: 'Stop it, and start it again with: cloudlab sandbox start --tls',
  }),
  'sandbox-already-running': ({ url, pid }) => ({
    what: `A sandbox is already running at ${url} (process ${pid}).`,
    next: 'Use that one, or stop it first: cloudlab sandbox stop',
  }),
  'sandbox-unreachable': ({ url, asked }) => ({
    what: `The sandbox at ${url} did not do what it was asked.`,
    why: {
      start: 'It does not answer although it was started.',
      stop: 'It was asked to stop and goes on.',
      reset: 'It was asked to delete everything and did not.',
      advance: 'It was asked to move its clock and did not say that it has.',
    }[asked],
    next: 'Look at the window in which it runs, or end it there with Ctrl-C.',
  }),
  'bad-duration': ({ value }) => ({
    what: `"${value}" is not a time by which the clock can be moved.`,
    next: 'Write a number and a unit, minutes, hours, days or weeks: 45m, 12h, 30d or 2w',
  }),
  'clock-too-far': () => ({
    what: 'The clock cannot be moved that far.',
    why: "The sandbox's time ends with the year 2199. The clock stands where it stood.",
    next: 'Move it less: cloudlab clock advance 30d',
  }),
  'gcp-needs-project': () => ({
    what: 'A run on GCP needs to be told the project.',
    why: 'It is never guessed: things would be created, and billed, there.',
    next: 'Add: --project PROJECT_ID. Without --target gcp everything stays in the free sandbox.',
  }),
  'gcp-needs-confirmation': ({ project }) => ({
    what: `A run on the GCP project ${project} must be confirmed, and there is no terminal to ask in.`,
    next: 'Add --yes if you mean it: real resources are created in that project.',
  }),
  'gcp-declined': () => ({
    what: 'Nothing was done on GCP.',
    next: 'Without --target gcp the mission runs in the sandbox, free of charge.',
  }),
  'gcp-credentials': ({ reason }) => ({
    what: 'There are no Application Default Credentials that work.',
    why: reason,
    next: 'Log in with: gcloud auth application-default login',
  }),
  'ledger-unwritable': ({ path, reason }) => ({
    what: `The ledger ${path} cannot be written.`,
    why: `${reason}. Without it nothing may be created, because nobody would know how to clean up.`,
    next: 'Free some space or make the directory writable, then run: cloudlab cleanup',
  }),
  'ledger-unreadable': ({ path, line }) => ({
    what: `Line ${line} of the ledger ${path} is not one that this cloudlab understands.`,
    why: 'It was damaged, or written by a newer version. It was left as it is.',
    next: 'Update cloudlab, or look into the file: its "intent" lines name what may be left.',
  }),
  'unsupported-shell': ({ shell, supported }) => ({
    what: `cloudlab does not know the shell "${shell}".`,
    next: `Known shells: ${supported}`,
  }),
  'not-confirmed': ({ what, option }) => ({
    what: `${what} needs a confirmation, and there is no terminal to ask in.`,
    next: `Add ${option} if you mean it.`,
  }),
};

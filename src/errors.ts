/**
 * Every failure that a user can meet, by name. The words live in `i18n/`, one
 * entry a code and language, so that an error can be thrown by code that does
 * not know which language the user reads.
 */
export interface ErrorDetails {
  'unknown-command': { name: string; nearest: string | undefined };
  'unknown-option': { option: string; nearest: string | undefined };
  'missing-argument': { name: string; usage: string };
  'missing-option-value': { option: string };
  'excess-arguments': { extra: string; usage: string };
  'bad-option-value': { option: string; value: string; expected: string };
  'unknown-mission': { id: string; nearest: string | undefined };
  'unknown-lesson': { id: string; nearest: string | undefined };
  'unknown-product': { name: string; nearest: string | undefined };
  'unknown-term': { name: string; nearest: string | undefined };
  'guided-elsewhere': { mission: string; pid: number; host: string | undefined };
  'guided-other-sandbox': { url: string; mission: string };
  'guided-needs-terminal': Record<never, never>;
  'name-taken': { address: string };
  'unknown-run': { id: string; known: readonly string[] };
  'bad-setting': { variable: string; value: string; expected: Expectation; source: string };
  'unreadable-env-file': { path: string; reason: string };
  'unknown-input': { name: string; mission: string; nearest: string | undefined; known: string };
  'bad-input': { name: string; value: string; expected: string };
  'source-unusable': {
    name: string;
    path: string;
    kind: 'file' | 'folder';
    why: SourceTrouble;
    reason: string | undefined;
  };
  'home-unusable': { path: string; reason: string };
  'data-unusable': { path: string; reason: string };
  'data-newer': { path: string; found: number; supported: number };
  'data-in-use': { path: string; pid: number };
  'port-in-use': { port: number };
  'port-forbidden': { port: number };
  'sandbox-not-running': Record<never, never>;
  'sandbox-without-tls': Record<never, never>;
  'sandbox-auth-differs': { url: string; mode: AuthMode; wanted: AuthMode };
  'sandbox-refuses-nobody': { url: string };
  'already-in-shell': { url: string };
  'shell-needs-terminal': Record<never, never>;
  'shell-missing': { shell: string };
  'command-missing': { command: string };
  'command-unusable': { command: string; reason: string };
  'option-of-command': { option: string; usage: string };
  'sandbox-already-running': { url: string; pid: number };
  'sandbox-unreachable': {
    url: string;
    asked: 'start' | 'stop' | 'reset' | 'advance' | 'machines' | 'reach';
  };
  'bad-duration': { value: string };
  'clock-too-far': Record<never, never>;
  'gcp-needs-project': Record<never, never>;
  'gcp-needs-confirmation': { project: string };
  'gcp-declined': Record<never, never>;
  'gcp-credentials': { reason: string };
  'ledger-unwritable': { path: string; reason: string };
  'ledger-unreadable': { path: string; line: number };
  'unknown-vm': {
    name: string;
    zone: string | undefined;
    nearest: string | undefined;
    known: string;
  };
  'ambiguous-vm': { name: string; zones: readonly string[] };
  'unknown-endpoint': { name: string; nearest: string | undefined; known: string };
  'ambiguous-endpoint': { name: string; zones: readonly string[] };
  'ambiguous-address': { name: string; names: readonly string[] };
  'no-way-to-ask': { from: string; to: string; sender: boolean };
  'bad-user': { user: string };
  'vm-not-running': { name: string; zone: string; status: string };
  'vm-blocked': VmBlocked;
  'ssh-keys-unwritable': { reason: string };
  'ssh-failed': { name: string; zone: string; fault: SshFault; reason: string };
  'progress-newer': { path: string; found: number; supported: number };
  'progress-unreadable': { path: string; reason: string };
  'progress-unwritable': { path: string; reason: string };
  'transfer-unusable': { path: string; why: TransferTrouble; reason: string | undefined };
  'export-exists': { path: string };
  'unsupported-shell': { shell: string; supported: string };
  'not-a-repository': { cwd: string };
  'unknown-content': { id: string; nearest: string | undefined };
  'bad-content-id': { id: string };
  'content-exists': { folder: string };
  'lesson-file-differs': { name: string };
  'lesson-file-unwritable': { path: string; reason: string };
  'mission-sandbox-only': { mission: string };
  'mission-open-sandbox-only': { mission: string };
  'python-missing': { minimum: string };
  'python-too-old': { path: string; found: string; minimum: string };
  'python-without-venv': { path: string; version: string };
  'npm-missing': Record<never, never>;
  'packages-need-consent': { packages: string };
  'packages-declined': { packages: string; other: ProgramLanguage };
  'packages-unreachable': {
    packages: string;
    reason: string;
    language: ProgramLanguage;
    other: ProgramLanguage;
  };
  'packages-failed': { packages: string; reason: string; other: ProgramLanguage };
  'not-confirmed': { what: string; option: string };
}

/** Whether whoever talks to a sandbox has to prove who he is. */
type AuthMode = 'open' | 'enforce';

/** Languages of the programs that missions ask for; each has a mission `LANGUAGE-storage`. */
export type ProgramLanguage = 'python' | 'node';

/** What a setting's value should have been; the words are in `i18n/`. */
export type Expectation =
  | 'text'
  | 'directory'
  | 'language'
  | 'port'
  | 'target'
  | 'switch'
  | 'colour';

/** What is wrong with a file or folder that the user wants to upload. */
export type SourceTrouble = 'missing' | 'wrong-kind' | 'empty' | 'unreadable';

/** Why a file with progress from elsewhere cannot be taken over, or written. */
export type TransferTrouble =
  | 'missing'
  | 'unreadable'
  | 'unwritable'
  | 'too-large'
  /** No JSON: another kind of file, or one that was cut off. */
  | 'not-json'
  /** JSON of something else. */
  | 'not-progress'
  /** The digest in it is not that of its content. */
  | 'changed'
  /** The digest is right, and what it says of itself is not. */
  | 'damaged';

/** A VM that the learner's machine may not reach, and what decided that. */
export interface VmBlocked {
  name: string;
  zone: string;
  network: string;
  why: 'no-address' | 'rule' | 'no-rule' | 'other';
  /** The rule that refuses it. */
  rule: string | undefined;
  /** Why, as the sandbox's network calls it: `no-route-back`. */
  reason: string;
}

/** Why an SSH connection did not come about, or did not last. */
export type SshFault =
  /** Nothing answered: no route, a firewall that drops, a machine that is off. */
  | 'timeout'
  /** The port is closed. */
  | 'refused'
  /** The machine answered with a host key that is not its own. */
  | 'host-key'
  /** The machine answered and did not accept user and key. */
  | 'denied'
  /** The connection broke, or what answered does not speak SSH. */
  | 'lost'
  /** A command printed more than may be kept. */
  | 'too-long';

export type ErrorCode = keyof ErrorDetails;

/** What the process answers to its caller; the whole vocabulary. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  unusable: 3,
  leftovers: 4,
  /** A mistake of ours, not of the user's (EX_SOFTWARE of sysexits.h). */
  bug: 70,
  /** What shells answer for a command that cannot be run, or is not there. */
  notRunnable: 126,
  notFound: 127,
  interrupted: 130,
  /** What `ssh` answers where no connection came about. */
  noConnection: 255,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of a command that ran on another machine, which is not ours to choose. */
export function passedOn(code: number): ExitCode {
  return code as ExitCode;
}

/** Errors of `cloudlab ssh` for which `ssh` would have its own exit code. */
const aboutTheConnection: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'vm-not-running',
  'vm-blocked',
  'ssh-failed',
]);

/** Errors that are not about how the command was typed, but about the machine, the sandbox or GCP. */
const aboutTheTarget: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'home-unusable',
  'data-unusable',
  'data-newer',
  'data-in-use',
  'port-in-use',
  'port-forbidden',
  'sandbox-not-running',
  'sandbox-without-tls',
  'sandbox-auth-differs',
  'sandbox-refuses-nobody',
  'shell-missing',
  'sandbox-already-running',
  'sandbox-unreachable',
  'gcp-credentials',
  'ssh-keys-unwritable',
  'ledger-unwritable',
  'ledger-unreadable',
  'progress-newer',
  'progress-unreadable',
  'progress-unwritable',
  'mission-sandbox-only',
  'mission-open-sandbox-only',
  'python-missing',
  'python-too-old',
  'python-without-venv',
  'npm-missing',
  'packages-unreachable',
  'packages-failed',
]);

/**
 * A failure that the user can do something about. It is printed as what
 * happened, why, and what to do next; never with a stack trace.
 */
export class UserError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'UserError';
  readonly exitCode: ExitCode;

  constructor(
    readonly code: Code,
    readonly details: ErrorDetails[Code],
    options?: ErrorOptions,
  ) {
    super(`${code} ${JSON.stringify(details)}`, options);
    if (code === 'command-missing') this.exitCode = exitCodes.notFound;
    else if (code === 'command-unusable') this.exitCode = exitCodes.notRunnable;
    else if (aboutTheConnection.has(code)) this.exitCode = exitCodes.noConnection;
    else this.exitCode = aboutTheTarget.has(code) ? exitCodes.unusable : exitCodes.usage;
  }
}

/** The learner pressed Ctrl-C. Whoever catches it cleans up; `cli.ts` answers 130. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The reason inside an unknown thrown value, for the `reason` of a UserError. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

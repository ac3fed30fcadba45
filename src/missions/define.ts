import type { Storage } from '@google-cloud/storage';
import type { AuditEntry, AuditFilter } from '../cloud/audit.ts';
import type { Started } from '../cloud/compute/operations.ts';
import type { Credential } from '../cloud/iam/acting.ts';
import type { Resource } from '../cloud/resource.ts';
import type { CommandResult, RunOptions } from '../cloud/ssh-client.ts';
import type { Clients, Service, TargetKind } from '../cloud/target.ts';
import type { ProgramLanguage, ProgramRequest, ProgramRun } from './program/program.ts';
import type { Seed } from './seed.ts';

/**
 * What a mission file imports: the shape of a mission and the values that its
 * checks answer with. A mission sees official clients and nothing of a
 * sandbox; that is what makes its checks hold on GCP too.
 */

/** A VM and who logs in there. */
export interface Login {
  readonly zone: string;
  readonly vm: string;
  readonly key: SshKey;
}

/** The key pair of a run; it goes with the run's folder. */
export interface SshKey {
  readonly user: string;
  /** One line, as it stands in the metadata's `ssh-keys` after the user's name and a colon. */
  readonly publicKey: string;
  /** The private key's path on this machine; nobody else can read it. */
  readonly privateKeyFile: string;
}

/** A login at a VM; ended by the runner. */
export interface Shell {
  /** Runs a command line in a shell of the user; what it answers is no exception, whatever its exit code. */
  run(command: string, options?: RunOptions): Promise<CommandResult>;
}

/** What both looking and changing may use. */
export interface Access extends Clients {
  readonly project: string;
  /** Waits until a change of Compute Engine is done; rejects where it failed. */
  done(started: Started): Promise<void>;
  /** Logs in with SSH, and waits for a VM that boots; later calls get the same login, if it lasts. */
  shell(login: Login): Promise<Shell>;
  /**
   * Runs a program of the learner to its end, led to the provider and without credentials of
   * this machine; an end by force is an answer too.
   */
  program(request: ProgramRequest): Promise<ProgramRun>;
  /** Cloud Storage's client of somebody who acts as a service account. */
  storageAs(credential: Credential): Promise<Storage>;
  /** Who the clients act as, as policies name him: `user:learner@example.com`. */
  member(): Promise<string>;
  /** Waits between two looks at what takes a while. */
  sleep(milliseconds: number): Promise<void>;
}

/** What a mission may use to look at the provider. */
export interface Inspect extends Access {
  /** Something that an earlier task's check saw, such as a generation; undefined if it never did. */
  recall(fact: string): string | undefined;
  /** Keeps something seen for the checks that follow: what is deleted later must have existed. */
  remember(fact: string, value: string): void;
  /**
   * What a VM answers to one from outside who asks for its web page; undefined where nothing
   * answers.
   *
   * @param withinMs asks again for so long: a firewall rule takes a while to be known everywhere
   */
  visit(zone: string, vm: string, port: number, withinMs?: number): Promise<WebAnswer | undefined>;
  /** What the audit log has since the run began, the oldest first. */
  audit(filter?: Omit<AuditFilter, 'since'>): Promise<readonly AuditEntry[]>;
  /** True if every request on data (objects read and written) is in the audit log; on GCP it need not be. */
  readonly recordsData: boolean;
  /** The list price of having things for a month as Google bills it, as `$4.95`; undefined where one has none here. */
  monthly(resources: readonly Resource[]): string | undefined;
}

export interface WebAnswer {
  readonly status: number;
  readonly text: string;
}

/** What a solution may use to change the provider. */
export interface Act extends Access {
  /** Labels that everything created must carry, as far as the provider allows labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** The description of what has no labels when it is made. */
  readonly description: string;
  /** Writes the intent into the ledger, then makes the call, then writes that it is done. */
  create(resource: OneOrMore, call: () => Promise<unknown>): Promise<void>;
  /** The same for a deletion. */
  remove(resource: OneOrMore, call: () => Promise<unknown>): Promise<void>;
}

/** One call may make several things, such as a VM and its disk: in the order in which they come to be. */
type OneOrMore = Resource | readonly Resource[];

/** What the world of a run is made from. */
export interface Preparation {
  readonly run: string;
  /** Only for the commands that are shown: tools are pointed at a sandbox and at GCP in different ways. */
  readonly target: TargetKind;
  readonly project: string;
  readonly region: string;
  readonly seed: Seed;
  /** Values of the mission's inputs that the user set with `--set name=value`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Writes a seeded file into the run's folder and returns its absolute path. */
  writeFile(relativePath: string, content: string | Uint8Array): string;
  /**
   * Drops a file for the learner to work in, beside the others of its kind, and returns its
   * absolute path. One that is there already is the learner's, and stays as it is.
   */
  startFile(name: string, content: string): string;
  /** The interpreter of the mission's language, for commands that are shown. */
  readonly interpreter: string;
  /** Makes the run's key pair; the private key is in the run's folder. */
  makeSshKey(user: string): Promise<SshKey>;
  /** Reads a file or a folder (recursively) that the user named. Throws `source-unusable`. */
  readSource(input: string, kind: 'file' | 'folder'): Source;
}

/** A file or folder of the user's, or a seeded one. */
export interface Source {
  /** Absolute path on this machine. */
  readonly path: string;
  readonly files: readonly SourceFile[];
}

export interface SourceFile {
  /** Absolute path on this machine. */
  readonly path: string;
  /** Path within the folder, with `/`; the file's own name where a file was named. */
  readonly relative: string;
}

/** Values that checks compare, shown to the learner as they are: API field names and data. */
export type CheckResult =
  | { readonly ok: true; readonly found: string }
  | {
      readonly ok: false;
      readonly expected: string;
      readonly found: string;
      /** A key of `hints` in the mission's texts. */
      readonly hint: string;
    };

export function pass(found: string): CheckResult {
  return { ok: true, found };
}

export function fail(hint: string, expected: string, found: string): CheckResult {
  return { ok: false, expected, found, hint };
}

export type { AuditEntry } from '../cloud/audit.ts';
export { lastPart } from '../cloud/compute/operations.ts';
export type { Credential } from '../cloud/iam/acting.ts';
export type { Resource } from '../cloud/resource.ts';
export { isRefused, orMissing } from '../cloud/resources/kind.ts';
export { SshError } from '../cloud/ssh-client.ts';
export type { ProgramLanguage, ProgramRun } from './program/program.ts';
export { lastLines, readFailure } from './program/what-failed.ts';
export { deletionsOf } from './proof.ts';

export interface Task<World> {
  readonly id: string;
  /** Tasks that must have passed; without them this one is blocked, not failed. */
  readonly needs: readonly string[];
  /** Takes away what the mission made; left out with `--keep`. */
  readonly removes?: true;
  /** What a person would type for the same effect; at a terminal hidden until it is asked for. */
  commands(world: World): readonly string[];
  /**
   * What would put a mistake right, by the hint of the check that found it; without, `commands`.
   * `found` is what the check has found, such as the zone in which a VM was made by mistake.
   */
  readonly fixes?: Readonly<Record<string, (world: World, found: string) => readonly string[]>>;
  /**
   * What the learner cannot know and needs, such as names and paths of this run, by the names that
   * the mission's texts have under `given`.
   */
  given?(world: World): Readonly<Record<string, string>>;
  /** Where the task is to write a program. */
  readonly workbench?: Workbench<World>;
  check(world: World, inspect: Inspect): Promise<CheckResult>;
  /**
   * Whether what the task has made still serves the tasks that need it; without, `check` tells. A VM
   * that was made RUNNING still does while the next task has it stopped.
   */
  holds?(world: World, inspect: Inspect): Promise<CheckResult>;
  /** What is to be done here reaches the provider with no request, such as work inside a VM. */
  readonly unseen?: true;
  solve(world: World, act: Act): Promise<void>;
}

/**
 * A file that the learner writes, and that is run whenever it is saved, or somebody asks for it.
 * The task's check never runs what it has seen run already: it may be asked at any change of
 * the provider's state, and running the program is one.
 */
export interface Workbench<World> {
  /** The learner's file. */
  file(world: World): string;
  /**
   * Runs what is in the file now, as often as the check needs it, and keeps what came of it for
   * the check.
   *
   * @returns the first of these runs; undefined where there is nothing to run yet
   */
  run(world: World, inspect: Inspect): Promise<ProgramRun | undefined>;
}

/** A plausible mistake; the tests prove that the checks see it. */
export interface WrongSolution<World> {
  readonly name: string;
  /** The task whose check must fail, and the hint that it must give. */
  readonly failsAt: string;
  readonly hint: string;
  /** Replaces the solutions of some tasks. */
  readonly solve: Readonly<Record<string, Task<World>['solve']>>;
}

/** A value that the user may set; the mission's texts describe it under `inputs`. */
export interface InputRule {
  /** Undefined where the value is acceptable, otherwise a key of `hints`: what is expected instead. */
  readonly check?: (value: string) => string | undefined;
}

export interface Mission<World = unknown> {
  readonly id: string;
  /** The services whose clients it uses; others are not loaded, nor searched. */
  readonly services: readonly Service[];
  readonly inputs: Readonly<Record<string, InputRule>>;
  /** Names of what its checks make and take away by themselves: none of it is the learner's doing. */
  readonly ownNames?: RegExp;
  /** It asks for programs in this language: an interpreter and Google's client library are made ready. */
  readonly program?: ProgramLanguage;
  /** It is about being refused: a sandbox that is started for it lets nobody in unproven. */
  readonly enforces?: true;
  /** Names and contents of this run. Makes nothing at the provider. */
  prepare(preparation: Preparation): World | Promise<World>;
  /** All that the solution will create, in order: the plan that is shown before. */
  creates(world: World): readonly Resource[];
  readonly tasks: readonly Task<World>[];
  readonly wrong: readonly WrongSolution<World>[];
}

/** Gives a mission's world its type inside the mission, and hides it outside. */
export function defineMission<World>(mission: Mission<World>): Mission {
  return mission as Mission;
}

/**
 * What a lesson's `experiments.ts` imports: the shape of an experiment, which answers a question
 * "what happens if" by doing it. It runs on a sandbox of its own, which is thrown away
 * afterwards, with Google's own clients.
 */
import type { Started } from '../cloud/compute/operations.ts';
import type { ReachAnswer } from '../cloud/reach.ts';
import type { Clients, Service } from '../cloud/target.ts';

/** A short text in both languages. */
export interface Bilingual {
  readonly en: string;
  readonly ko: string;
}

/** What an experiment may use. */
export interface Lab extends Clients {
  readonly project: string;
  /** Seoul. */
  readonly region: string;
  /** A zone of that region. */
  readonly zone: string;
  /** A name that no other run has: `lab-7f3a` for `lab`. */
  name(prefix: string): string;
  /** Does one thing, and tells the learner so before: an imperative of a few words. */
  step<Result>(text: Bilingual, action: () => Promise<Result>): Promise<Result>;
  /** Tells the learner what was seen: an API field, and its value as the API wrote it. */
  saw(field: string, value: string | number | boolean): void;
  /** Waits until a change of Compute Engine is done; rejects where it failed. */
  done(started: Started): Promise<void>;
  /** What the sandbox's clock shows. */
  now(): Date;
  /** Moves the sandbox's clock forward; what becomes due by then happens. */
  advance(seconds: number): Promise<void>;
  /**
   * Asks the sandbox's network whether one end reaches the other, as `cloudlab network reach` does.
   *
   * @param from a VM's name, `internet`, `my-computer` or an address
   * @param port of TCP
   */
  reach(from: string, to: string, port: number): Promise<ReachAnswer>;
  /** Sends a request without credentials, as a browser that was given a link. */
  fetch(
    url: string,
    init?: RequestInit,
  ): Promise<{ readonly status: number; readonly text: string }>;
}

export interface Experiment {
  /** The services whose clients it uses; others are not loaded. */
  readonly services: readonly Service[];
  /** Does it, and answers with what happened: the id of one of the question's options. */
  run(lab: Lab): Promise<string>;
}

/** The experiments of a lesson, by the names that its questions use. */
export type Experiments = Readonly<Record<string, Experiment>>;

export function defineExperiments(experiments: Experiments): Experiments {
  return experiments;
}

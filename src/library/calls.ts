import type { Sandbox } from '../library.ts';

/*
 * What goes between a program that has to use `require` and the worker thread in which its
 * sandbox runs: one call at a time by number, and one answer to each.
 */

/** `start` comes first. */
export type Method = 'start' | 'seed' | 'reset' | 'advanceClock' | 'stop';

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly argument: unknown;
}

/** What a sandbox is, without what it does. */
export type Facts = Pick<Sandbox, 'url' | 'port' | 'projectId' | 'env' | 'accessToken'>;

export interface Answer {
  readonly id: number;
  /** After the call; undefined before the start. */
  readonly facts?: Facts | undefined;
  readonly value?: unknown;
  /** Errors lose what is their own on the way. */
  readonly error?: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> };
}

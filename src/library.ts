/**
 * `import { startSandbox } from 'cloudlab'`: the embedded Google Cloud for the tests of other
 * programs. The second way into this package beside `main.ts`, and like it the place that
 * touches `process`; when it is imported it does nothing.
 *
 * Its types are all in this file, so that the declarations that are shipped stand alone.
 */
/// <reference lib="esnext.disposable" />

/** What a sandbox is to be like. */
export interface SandboxOptions {
  /** Where its data is kept. Default: a temporary directory that goes with it. */
  readonly dataDir?: string;
  /** The port of 127.0.0.1 that it listens on. Default: any free one. */
  readonly port?: number;
  /**
   * `open` (default): whoever shows no token is the owner. `enforce`: a missing token is
   * answered 401, a missing permission 403.
   */
  readonly auth?: 'open' | 'enforce';
  /** Operations of Compute Engine take as long as on GCP. Default: a thousandth of that. */
  readonly realtime?: boolean;
  /** Lifts the quotas that a new project has. */
  readonly unlimitedQuota?: boolean;
  /** Requests can be made to fail: `POST /retry_test`, as in Google's storage-testbench. */
  readonly faults?: boolean;
  /** What is in it from the beginning, as for `seed`. */
  readonly seed?: Seed;
}

/** What to put into a sandbox. */
export interface Seed {
  /** Objects by their names, bucket by bucket. A bucket that is not there yet is made. */
  readonly buckets?: Readonly<Record<string, Readonly<Record<string, SeedObject>>>>;
}

/** An object's content; text is kept as UTF-8. */
export type SeedObject =
  | string
  | Uint8Array
  | {
      readonly content: string | Uint8Array;
      /** Default: `text/plain; charset=utf-8` for text, `application/octet-stream` for bytes. */
      readonly contentType?: string;
      /** Custom metadata. */
      readonly metadata?: Readonly<Record<string, string>>;
    };

/** A sandbox that runs in this process. */
export interface Sandbox {
  /** Where it listens: `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The project in it. */
  readonly projectId: string;
  /**
   * The variables that lead clients here: `Object.assign(process.env, sandbox.env)`, or the
   * `env` of a child process. Among them `STORAGE_EMULATOR_HOST` for Google's client libraries,
   * `CLOUDSDK_*` for gcloud, `AWS_*` for what speaks S3.
   */
  readonly env: Readonly<Record<string, string>>;
  /** A token of `learner@example.com`, who owns the project: `Authorization: Bearer …`. */
  readonly accessToken: string;
  /** Puts buckets and objects into it; objects of the same names are replaced. */
  seed(content: Seed): Promise<void>;
  /** Deletes everything in it. It goes on at the same address, with the same `env`. */
  reset(): Promise<void>;
  /**
   * Moves its clock on, and waits for what becomes due by that: lifecycle rules, soft delete,
   * retention.
   *
   * @param seconds not below 0
   * @returns what its clock shows then
   */
  advanceClock(seconds: number): Promise<Date>;
  /** Ends it, and removes its temporary directory. A second call does nothing. */
  stop(): Promise<void>;
  /** The same as `stop`: `await using sandbox = await startSandbox()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an embedded Google Cloud in this process, on this machine's loopback address only.
 * Several at once do not get into each other's way.
 *
 * @throws an Error whose `code` says why it did not start: `PORT_IN_USE`, `PORT_FORBIDDEN`,
 *   `DATA_DIR_UNUSABLE`, `DATA_DIR_IN_USE`, `DATA_DIR_NEWER`
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const [{ openForProgram }, { tmpdir }, { fileURLToPath }] = await Promise.all([
    import('./library/open-for-program.ts'),
    import('node:os'),
    import('node:url'),
  ]);
  return openForProgram(options, {
    packageRoot: fileURLToPath(new URL('..', import.meta.url)),
    temporary: tmpdir(),
    pid: process.pid,
    now: () => new Date(),
    isAlive(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EPERM';
      }
    },
    atExit(action) {
      process.once('exit', action);
      return () => process.off('exit', action);
    },
  });
}

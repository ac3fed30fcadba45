import type { InstanceRecord } from './kind.ts';

/**
 * What the API tells whoever runs the machines. Set once the routes are there; without it,
 * instances go through their states and there is nothing inside.
 *
 * The first group is called when a change is on disk, with the instance as it was written
 * then; whoever needs what it is by now reads it again. The second group is called inside
 * the change, after all checks, and may write.
 */
export interface Machines {
  /** It is RUNNING: after insert, start and resume. */
  started(instance: InstanceRecord): void;
  /** It is STOPPING: the operating system is told to shut down, and has until `stopped`. */
  stopping(instance: InstanceRecord): void;
  /** It is TERMINATED. */
  stopped(instance: InstanceRecord): void;
  /** It is SUSPENDED: memory is kept, nothing runs. */
  suspended(instance: InstanceRecord): void;
  /** The power was off and on: RUNNING before and after. */
  reset(instance: InstanceRecord): void;
  /** Metadata, tags, addresses, disks or such have changed. */
  changed(instance: InstanceRecord): void;
  /** Rules, routes, addresses, tags: something that decides who reaches whom may have changed. */
  recheck(): void;
  /** It is gone; whether its disks are is told by `eraseFiles`. */
  deleted(instance: InstanceRecord): void;

  /** Inside a change: what is on one disk, image or snapshot is on another as well. */
  copyFiles(fromContent: string, toContent: string): void;
  /** Inside a change: a disk, image or snapshot is gone. */
  eraseFiles(content: string): void;

  /** What was written to a serial port: `start` may be later than asked for, where the beginning was lost. */
  serialOutput(
    instance: InstanceRecord,
    port: number,
    start: number,
  ): { contents: string; start: number; next: number };
}

type Told = Exclude<keyof Machines, 'recheck' | 'copyFiles' | 'eraseFiles' | 'serialOutput'>;

interface Teller {
  readonly machines?: Machines | undefined;
  /** Who else wants to know that something happened to an instance, such as its group. */
  readonly watchers: Set<(instance: InstanceRecord) => void>;
  readonly store: { afterCommit(action: () => void): void };
  readonly log: (line: string) => void;
}

/** Inside a change: what happened to an instance is told once it is on disk. */
export function tell(state: Teller, what: Told, instance: InstanceRecord): void {
  const then = structuredClone(instance);
  state.store.afterCommit(() => {
    try {
      for (const watch of state.watchers) watch(then);
      state.machines?.[what](then);
    } catch (error) {
      state.log(`${what} ${instance.name}: ${(error as Error).stack ?? error}`);
    }
  });
}

/** The process that a sandbox runs in, and what it can learn of others. */
export interface Machine {
  readonly pid: number;
  /** True while a process with this id exists. */
  isAlive(pid: number): boolean;
}

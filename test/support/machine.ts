import type { Machine } from '../../src/sandbox/machine.ts';

/** This very process, for sandboxes that a test starts in it. */
export const thisMachine: Machine = {
  pid: process.pid,
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  },
};

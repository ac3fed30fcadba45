import { randomBytes } from 'node:crypto';
import type { Machine } from '../../src/sandbox/machine.ts';

/** This very process, for sandboxes that a test starts in it. */
const thisMachine: Machine = {
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

/** What a sandbox is handed where a test does not care. */
export const surroundings = { machine: thisMachine, clock: () => new Date(), randomBytes };

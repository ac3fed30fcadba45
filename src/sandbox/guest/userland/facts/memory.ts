import type { GuestMachine } from '../../contract.ts';
import type { Process } from '../../kernel/processes.ts';

/** Memory in KiB, as /proc/meminfo counts. */
export interface Memory {
  readonly total: number;
  readonly free: number;
  readonly available: number;
  readonly buffers: number;
  readonly cached: number;
  readonly shared: number;
  readonly used: number;
}

/**
 * What the kernel keeps for itself of the machine's memory: page tables and the like, which grow
 * with it. On an e2-micro with 1 GiB `free` shows about 968 MiB.
 */
function reserved(kib: number): number {
  return 33_000 + Math.round(kib * 0.023);
}

export function memoryOf(machine: GuestMachine, processes: readonly Process[]): Memory {
  const kib = machine.memoryMb * 1024;
  const total = kib - reserved(kib);
  const programs = processes.reduce((sum, task) => sum + task.rssKib, 0);
  const kernel = 98_000 + Math.round(total * 0.012);
  const used = Math.min(total - 40_000, kernel + programs);
  const buffers = Math.min(24_000, Math.round((total - used) * 0.04));
  const cached = Math.min(330_000, Math.round((total - used) * 0.4));
  const free = total - used - buffers - cached;
  return {
    total,
    free,
    available: free + Math.round((buffers + cached) * 0.9),
    buffers,
    cached,
    shared: 484,
    used,
  };
}

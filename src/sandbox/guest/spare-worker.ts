import { Worker } from 'node:worker_threads';
import type { ToWorker } from './messages.ts';

/**
 * The worker threads that guests live in. To start one and to load its program takes longer
 * than to boot a guest in it, so once somebody has needed one, another is made that waits for
 * the next: a VM that is started, or one that wakes. It does not wait for ever: it is some ten
 * megabytes.
 */
export function takeWorker(program: string): Worker {
  const worker = spare?.program === program ? spare.worker : start(program);
  if (spare?.worker === worker) forget();
  // Not at once: whoever boots now has the processor.
  setTimeout(() => prepareWorker(program), LATER_MS).unref();
  return worker;
}

function prepareWorker(program: string): void {
  if (spare !== undefined) return;
  const worker = start(program);
  const end = () => {
    forget();
    void worker.terminate();
  };
  worker.postMessage({ kind: 'rehearse' } satisfies ToWorker);
  const timer = setTimeout(end, WAITS_MS).unref();
  spare = { program, worker, timer, end };
  worker.once('error', end);
}

let spare: { program: string; worker: Worker; timer: NodeJS.Timeout; end: () => void } | undefined;

const LATER_MS = 500;
const WAITS_MS = 30_000;

function forget(): void {
  clearTimeout(spare?.timer);
  if (spare !== undefined) spare.worker.off('error', spare.end);
  spare = undefined;
}

function start(program: string): Worker {
  const worker = new Worker(program, {
    env: {},
    argv: [],
    execArgv: [],
    stdin: true,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 320, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  });
  // A sandbox that is told to stop does not wait for its guests.
  worker.unref();
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

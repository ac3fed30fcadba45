import { parentPort, Worker } from 'node:worker_threads';
import type { ToWorker } from './messages.ts';
import { Resident } from './resident.ts';
import { standInFront } from './shell/interpreter.ts';
import { userland } from './userland/index.ts';

/**
 * The program of a guest's worker thread: a bundle of its own, dist/guest/worker.js. It gets an
 * empty environment and no arguments, and imports nothing that reads files of the host or opens
 * sockets: what it wants of the world it asks the main thread for.
 */
standInFront();

const port = parentPort;
if (!port) throw new Error('this is the program of a worker thread');

const resident = new Resident({
  userland,
  send: (message) => port.postMessage(message),
  elapsed: performance.now.bind(performance),
  randomBytes: (size) => {
    const bytes = new Uint8Array(size);
    // 65,536 is what one call gives.
    for (let at = 0; at < size; at += 65_536) {
      crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)));
    }
    return bytes;
  },
  startPython: (data, transfer) => {
    // The thread of a thread: node ends it together with this one.
    const thread = new Worker(new URL('./python.js', import.meta.url), {
      workerData: data,
      transferList: transfer,
      env: {},
      argv: [],
      execArgv: [],
      stdin: true,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 8 },
    });
    thread.stdout.resume();
    thread.stderr.resume();
    return thread;
  },
});

port.on('message', (message: ToWorker) => resident.take(message));

/**
 * Preloaded into a real cloudlab process (`node --import`): kills it with
 * SIGKILL around its n-th ledger write, where a power cut would hurt most.
 *
 * CLOUDLAB_TEST_KILL=before:7   the seventh line is not written: the call before it was made
 * CLOUDLAB_TEST_KILL=after:7    the seventh line is on the disk: the call after it is not made
 * CLOUDLAB_TEST_KILL=torn:7     half of the seventh line is on the disk
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [moment, step] = process.env.CLOUDLAB_TEST_KILL.split(':');
const { openSync, writeSync, fsyncSync } = fs;
const ledgers = new Set();
let written = 0;

fs.openSync = (path, ...rest) => {
  const descriptor = openSync(path, ...rest);
  if (String(path).endsWith('.jsonl')) ledgers.add(descriptor);
  else ledgers.delete(descriptor);
  return descriptor;
};

fs.writeSync = (descriptor, data, ...rest) => {
  if (!ledgers.has(descriptor)) return writeSync(descriptor, data, ...rest);
  written += 1;
  const now = written === Number(step);
  if (now && moment === 'before') die();
  if (now && moment === 'torn') {
    writeSync(descriptor, data.slice(0, data.length / 2));
    die();
  }
  return writeSync(descriptor, data, ...rest);
};

fs.fsyncSync = (descriptor) => {
  fsyncSync(descriptor);
  if (ledgers.has(descriptor) && moment === 'after' && written === Number(step)) die();
};

syncBuiltinESMExports();

function die() {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered at once on POSIX; elsewhere this thread must not go on.
  for (;;);
}

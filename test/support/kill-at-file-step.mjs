/**
 * Preloaded into a real process (`node --import`): kills it with SIGKILL before
 * its n-th change of the file system. A write is half done at that moment.
 *
 * CLOUDLAB_TEST_KILL=7   six changes are made, the seventh is not
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const last = Number(process.env.CLOUDLAB_TEST_KILL);
const { writeSync } = fs;
let changes = 0;

for (const name of [
  'copyFileSync',
  'fsyncSync',
  'linkSync',
  'mkdirSync',
  'mkdtempSync',
  'openSync',
  'renameSync',
  'rmSync',
]) {
  const original = fs[name];
  fs[name] = (...given) => {
    count();
    return original(...given);
  };
}

fs.writeSync = (descriptor, data, ...rest) => {
  count(() => writeSync(descriptor, data.subarray(0, data.length / 2)));
  return writeSync(descriptor, data, ...rest);
};

syncBuiltinESMExports();

function count(first = () => {}) {
  changes += 1;
  if (changes < last) return;
  first();
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered at once on POSIX; elsewhere this thread must not go on.
  for (;;);
}

import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { watchFile } from '../../src/missions/program/watch-file.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { realClock } from '../support/stage.ts';

function watched(content?: string) {
  const path = join(temporaryDirectory(), 'program.py');
  if (content !== undefined) writeFileSync(path, content);
  let saves = 0;
  onTestFinished(
    watchFile(path, () => {
      saves += 1;
    }),
  );
  return { path, saves: () => saves };
}

/** Longer than a few looks at the file take. */
const quietMs = 1200;

test('a save is told once, whichever way an editor saves', async () => {
  const { path, saves } = watched('one');
  writeFileSync(path, 'two');
  await expect.poll(saves).toBe(1);
  writeFileSync(`${path}.swp`, 'three');
  renameSync(`${path}.swp`, path);
  await expect.poll(saves).toBe(2);
  rmSync(path);
  await realClock.sleep(quietMs);
  writeFileSync(path, 'four');
  await expect.poll(saves).toBe(3);
});

test('what is saved without a change is no save', async () => {
  const { path, saves } = watched('one');
  writeFileSync(path, 'one');
  utimesSync(path, new Date(), new Date());
  await realClock.sleep(quietMs);
  expect(saves()).toBe(0);
});

test('a file that is still being written waits', async () => {
  const { path, saves } = watched();
  for (let part = 0; part < 20; part += 1) {
    writeFileSync(path, 'line\n', { flag: 'a' });
    await realClock.sleep(50);
  }
  await expect.poll(saves).toBe(1);
  await realClock.sleep(quietMs);
  expect(saves()).toBe(1);
});

import { expect, it } from 'vitest';
import { DiskWriter } from '../../../src/sandbox/compute/machines/disk-writer.ts';
import type { FileChange } from '../../../src/sandbox/guest/contract.ts';

const file = (path: string, text: string): FileChange => ({
  path,
  node: { type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, content: Buffer.from(text) },
});

/** A disk that may be full, and what is on it. */
function disk() {
  const kept = new Map<string, FileChange>();
  const errors: string[] = [];
  const room = { full: false };
  const writer = new DiskWriter(
    async (changes) => {
      await new Promise(setImmediate);
      if (room.full) throw new Error('no space left on device');
      for (const change of changes) kept.set(change.path, change);
    },
    (error) => errors.push(error.message),
  );
  return { kept, errors, room, writer };
}

it('writes what could not be written once there is room, and never what is older', async () => {
  const { kept, errors, room, writer } = disk();
  room.full = true;
  writer.add([file('/a', 'old'), file('/b', 'only')]);
  writer.add([file('/a', 'new')]);
  await writer.flush();
  expect(kept.size).toBe(0);
  expect(errors).toContain('no space left on device');
  room.full = false;
  writer.add([file('/c', 'later')]);
  await writer.flush();
  const expected = [file('/a', 'new'), file('/b', 'only'), file('/c', 'later')];
  expect(kept).toEqual(new Map(expected.map((one) => [one.path, one])));
});

it('keeps what comes while it writes', async () => {
  const { kept, writer } = disk();
  for (let n = 0; n < 50; n++) writer.add([file('/log', `line ${n}`), file(`/${n}`, '')]);
  await writer.flush();
  expect(kept.size).toBe(51);
  expect(kept.get('/log')).toEqual(file('/log', 'line 49'));
});

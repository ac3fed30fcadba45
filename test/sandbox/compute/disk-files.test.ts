import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { DiskRecord } from '../../../src/sandbox/compute/disks/kind.ts';
import { type DiskRequest, makeDisk, putDisk } from '../../../src/sandbox/compute/disks/make.ts';
import type { Machines } from '../../../src/sandbox/compute/instances/machines.ts';
import { makeSnapshot, putSnapshot } from '../../../src/sandbox/compute/snapshots/make.ts';
import { openState } from '../../../src/sandbox/compute/state.ts';
import { Store } from '../../../src/sandbox/disk/store.ts';
import { tempDir } from '../support.ts';
import { ZONE } from './instance-support.ts';

const SCOPE = `zones/${ZONE}`;

/** Compute Engine without its routes, and what it tells whoever keeps the files of disks. */
async function stateWithFiles() {
  const store = new Store(join(await tempDir(), 'metadata'));
  onTestFinished(() => store.close());
  const state = openState({
    store,
    bodies: undefined as never,
    clock: () => new Date(0),
    wallClock: () => new Date(0),
    events: undefined as never,
    log: () => undefined,
    randomBytes,
    realtime: false,
    auth: 'open' as const,
    unlimitedQuota: false,
    guestProgram: undefined,
    baseUrl: () => '',
    projectId: 'p',
    projectNumber: '1',
    identity: undefined as never,
    auditLog: undefined as never,
  });
  const copied: [from: string, to: string][] = [];
  state.machines = {
    copyFiles: (from, to) => void copied.push([from, to]),
  } as Partial<Machines> as Machines;
  const make = (request: DiskRequest): Promise<DiskRecord> =>
    store.write(() => {
      const made = makeDisk(state, SCOPE, request);
      putDisk(state, made);
      return made.disk;
    });
  return { state, copied, make };
}

it('the files of a disk go on to what is made of it, and none come from a public image', async () => {
  const { state, copied, make } = await stateWithFiles();
  const root = await make({
    name: 'root',
    sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
  });
  expect(root.content.os).toBe('debian-12');
  const blank = await make({ name: 'blank' });
  expect(blank.content.os).toBeUndefined();
  expect(copied).toEqual([]);

  const snapshot = await state.store.write(() => {
    const made = makeSnapshot(state, root, { name: 'snap' });
    putSnapshot(state, made, root);
    return made;
  });
  const copy = await make({ name: 'copy', sourceSnapshot: 'global/snapshots/snap' });
  const twin = await make({ name: 'twin', sourceDisk: `${SCOPE}/disks/copy` });
  expect(copied).toEqual([
    [root.content.id, snapshot.content.id],
    [snapshot.content.id, copy.content.id],
    [copy.content.id, twin.content.id],
  ]);
  expect(twin.content.os).toBe('debian-12');
});

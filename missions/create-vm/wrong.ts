import type { WrongSolution } from '../../src/missions/define.ts';
import {
  createVm,
  deleteVm,
  releaseAddress,
  reserveAddress,
  stopVm,
  suspendVm,
} from './actions.ts';
import type { World } from './world.ts';

/** Another zone of the same region. */
const nextDoor = (world: World): World => ({ ...world, zone: `${world.region}-b` });

/** Mistakes that learners make; the checks must see each, and say the right thing about it. */
export const wrong: readonly WrongSolution<World>[] = [
  {
    name: 'the address is reserved in another region',
    failsAt: 'address',
    hint: 'address-region',
    solve: {
      address: (world, act) => reserveAddress({ ...world, region: 'us-central1' }, act),
    },
  },
  {
    name: 'the VM gets another name',
    failsAt: 'create',
    hint: 'vm-missing',
    solve: { create: (world, act) => createVm({ ...world, vm: `${world.vm}-1` }, act) },
  },
  {
    name: 'the VM is made in another zone',
    failsAt: 'create',
    hint: 'vm-zone',
    solve: { create: (world, act) => createVm(nextDoor(world), act) },
  },
  {
    name: 'the VM is the machine that the console proposes',
    failsAt: 'create',
    hint: 'vm-machineType',
    solve: { create: (world, act) => createVm(world, act, { machineType: 'e2-medium' }) },
  },
  {
    name: 'the VM is made of another image',
    failsAt: 'create',
    hint: 'vm-image',
    solve: {
      create: (world, act) =>
        createVm(world, act, { image: 'projects/debian-cloud/global/images/family/debian-13' }),
    },
  },
  {
    name: 'the boot disk is of the expensive kind',
    failsAt: 'create',
    hint: 'vm-disk',
    solve: { create: (world, act) => createVm(world, act, { diskType: 'pd-ssd' }) },
  },
  {
    name: 'the VM has an address of its own instead of the reserved one',
    failsAt: 'create',
    hint: 'vm-address',
    solve: { create: (world, act) => createVm(world, act, { ephemeral: true }) },
  },
  {
    name: 'the VM is stopped before anybody has seen it run',
    failsAt: 'create',
    hint: 'vm-status',
    solve: {
      async create(world, act) {
        await createVm(world, act);
        await stopVm(world, act);
      },
    },
  },
  {
    name: 'the VM is suspended instead of stopped',
    failsAt: 'stop',
    hint: 'vm-suspended',
    solve: { stop: suspendVm },
  },
  {
    name: 'the VM is deleted instead of stopped',
    failsAt: 'stop',
    hint: 'vm-gone',
    solve: { stop: (world, act) => deleteVm(world, act) },
  },
  {
    name: 'the VM is stopped once more instead of deleted',
    failsAt: 'delete',
    hint: 'vm-left',
    solve: { delete: stopVm },
  },
  {
    name: 'the disk outlives its VM',
    failsAt: 'delete',
    hint: 'disk-left',
    solve: {
      create: (world, act) => createVm(world, act, { keepDisk: true }),
      delete: (world, act) => deleteVm(world, act, { keepDisk: true }),
    },
  },
  {
    name: 'the address is kept, for next time',
    failsAt: 'release',
    hint: 'address-left',
    solve: { release: async () => {} },
  },
  {
    name: 'the address is released and reserved again elsewhere',
    failsAt: 'release',
    hint: 'something-left',
    solve: {
      async release(world, act) {
        await releaseAddress(world, act);
        await reserveAddress({ ...world, region: 'us-central1' }, act);
      },
    },
  },
];

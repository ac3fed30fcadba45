import type { Userland } from './kernel/userland.ts';
import { RunningKernel } from './running-kernel.ts';

/**
 * Boots a machine that nobody sees and runs a command in it, while a spare worker waits: what
 * runs for the first time runs several times slower, and the first shell of a VM is what a
 * learner waits for.
 */
export async function rehearse(userland: Userland): Promise<void> {
  const nothing = () => undefined;
  const kernel = new RunningKernel({
    machine: {
      domain: '',
      hostname: 'rehearsal',
      imageFamily: 'debian-12',
      projectId: 'rehearsal',
      zone: 'asia-northeast3-a',
      vcpus: 2,
      memoryMb: 1024,
      cpuPlatform: 'Intel Broadwell',
      disks: [{ deviceName: 'persistent-disk-0', sizeGb: 10, boot: true }],
      interfaces: [],
    },
    userland,
    files: [],
    booted: 0,
    bootId: '00000000-0000-0000-0000-000000000000',
    state: {},
    hostname: 'rehearsal',
    host: {
      now: () => 0,
      randomBytes: (size) => new Uint8Array(size),
      request: () => Promise.reject(new Error('nowhere')),
      serial: nothing,
      persist: nothing,
      listening: nothing,
      power: nothing,
      startPython: () => {
        throw new Error('nowhere');
      },
      log: nothing,
    },
  });
  await userland.boot(kernel);
  await kernel.run('ls / | grep -c e; for one in a b; do echo $one; done', { user: 'root' });
}

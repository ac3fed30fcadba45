import type { GuestMachine } from '../../../src/sandbox/guest/contract.ts';

/** The facts of the smallest machine, as Compute Engine hands them to its guest. */
export const e2micro: GuestMachine = {
  hostname: 'web-1',
  domain: 'asia-northeast3-a.c.my-project.internal',
  imageFamily: 'debian-12',
  projectId: 'my-project',
  zone: 'asia-northeast3-a',
  vcpus: 2,
  memoryMb: 1024,
  cpuPlatform: 'Intel Broadwell',
  disks: [{ deviceName: 'persistent-disk-0', sizeGb: 10, boot: true }],
  interfaces: [
    {
      name: 'ens4',
      mac: '42:01:0a:b2:00:02',
      address: '10.178.0.2',
      gateway: '10.178.0.1',
      mtu: 1460,
    },
  ],
};

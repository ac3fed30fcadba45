import { expect, test } from 'vitest';
import type { InstanceRecord } from '../../../src/sandbox/compute/instances/kind.ts';
import { resolveInternalName } from '../../../src/sandbox/compute/network/internal-dns.ts';

const at = (name: string, zone: string, network: string, networkIP: string) =>
  ({ name, scope: `zones/${zone}`, networkInterfaces: [{ network, networkIP }] }) as InstanceRecord;

const seoul = at('a', 'asia-northeast3-a', 'n', '10.178.0.2');
const vms = [
  seoul,
  at('b', 'asia-northeast3-a', 'n', '10.178.0.3'),
  at('b', 'us-central1-a', 'n', '10.128.0.3'),
  at('c', 'asia-northeast3-a', 'other', '10.9.0.2'),
];
const state = {
  projectId: 'p',
  vpc: {
    instances: {
      get: (scope: string, name: string) =>
        vms.find((one) => one.scope === scope && one.name === name),
    },
  },
} as unknown as Parameters<typeof resolveInternalName>[0];

test.each([
  ['b', '10.178.0.3'],
  ['B.asia-northeast3-a.c.p.internal.', '10.178.0.3'],
  ['b.us-central1-a', '10.128.0.3'],
  ['b.us-central1-a.c.p.internal', '10.128.0.3'],
  ['metadata', '169.254.169.254'],
  ['metadata.google.internal', '169.254.169.254'],
  // Another network's VM, another project's, a global name, a host of the internet.
  ['c', undefined],
  ['b.us-central1-a.c.other.internal', undefined],
  ['b.c.p.internal', undefined],
  ['example.com', undefined],
  ['', undefined],
])('%s is %s for a VM in Seoul', (name, address) => {
  expect(resolveInternalName(state, seoul, name)).toBe(address);
});

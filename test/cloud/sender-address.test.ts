import { expect, it } from 'vitest';
import type { Hop } from '../../src/cloud/reach.ts';
import { senderAddress } from '../../src/cloud/sender-address.ts';

const vm = {
  kind: 'instance',
  interface: 'nic0',
  network: 'lab',
  subnetwork: 'lab-seoul',
  zone: 'asia-northeast3-a',
  status: 'RUNNING',
} as const;
const from: Hop = { hop: 'source', ...vm, name: 'worker', address: '10.10.0.3' };
const to: Hop = { hop: 'destination', ...vm, name: 'web', address: '10.10.0.2' };
const external = (of: string, address: string): Hop => ({ hop: 'external-address', of, address });

it.each<{ what: string; hops: Hop[]; address: string | undefined }>([
  { what: 'stays inside', hops: [from, to], address: '10.10.0.3' },
  {
    what: 'goes out by its own address and in by the other',
    hops: [from, external('worker', '198.19.0.7'), external('web', '198.19.0.8'), to],
    address: '198.19.0.7',
  },
  {
    what: 'goes out by Cloud NAT',
    hops: [from, { hop: 'cloud-nat', router: 'r', nat: 'n', address: '198.19.0.9' }, to],
    address: '198.19.0.9',
  },
  {
    what: 'comes from the internet',
    hops: [
      { hop: 'source', kind: 'internet', address: '203.0.113.10' },
      external('web', '198.19.0.8'),
      to,
    ],
    address: '203.0.113.10',
  },
  { what: 'is unknown', hops: [], address: undefined },
])('one that $what', ({ hops, address }) => {
  expect(senderAddress({ allowed: false, reason: 'ingress-denied', hops })).toBe(address);
});

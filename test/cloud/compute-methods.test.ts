import { expect, it } from 'vitest';
import { computeMethodOf } from '../../src/cloud/compute-methods.ts';

const zone = '/compute/v1/projects/p/zones/asia-northeast3-a';

it.each([
  ['GET', `${zone}/instances?filter=x`, 'compute.instances.list'],
  ['POST', `${zone}/instances?`, 'compute.instances.insert'],
  ['GET', `${zone}/instances/vm?`, 'compute.instances.get'],
  ['DELETE', `${zone}/instances/vm?`, 'compute.instances.delete'],
  ['POST', `${zone}/instances/vm/stop?`, 'compute.instances.stop'],
  ['POST', `${zone}/operations/op/wait?`, 'compute.zoneOperations.wait'],
  ['GET', '/compute/v1/projects/p/global/operations/op', 'compute.globalOperations.get'],
  ['POST', '/compute/v1/projects/p/regions/r/addresses', 'compute.addresses.insert'],
  ['PATCH', '/compute/v1/projects/p/global/firewalls/f', 'compute.firewalls.patch'],
  ['GET', '/compute/v1/projects/p/aggregated/disks?', 'compute.disks.aggregatedList'],
  ['GET', '/compute/v1/projects/p/zones', 'compute.zones.list'],
  ['GET', '/compute/v1/projects/p/zones/asia-northeast3-a', 'compute.zones.get'],
  ['GET', '/storage/v1/b', undefined],
  ['GET', '/compute/v1/projects/p', undefined],
])('%s %s is %s', (verb, path, name) => {
  expect(computeMethodOf(verb, path)).toBe(name);
});

import type { Preparation, Resource } from '../../src/missions/define.ts';

/** Names and places of one run. */
export interface World {
  readonly run: string;
  readonly vm: string;
  readonly zone: string;
  readonly region: string;
  /** The static address. */
  readonly address: string;
}

/** What the VM is to be. The smallest machine; a disk as large as the image needs. */
export const machineType = 'e2-micro';
export const imageFamily = 'debian-12';
export const diskType = 'pd-balanced';
export const diskSizeGb = 10;

export function prepareWorld({ run, region, seed, inputs }: Preparation): World {
  const word = seed.pick(['tiger', 'crane', 'otter', 'comet', 'birch']);
  const vm = inputs['name'] ?? `vm-${word}-${run}`;
  const zone = inputs['zone'] ?? `${region}-a`;
  return { run, vm, zone, region: zone.slice(0, zone.lastIndexOf('-')), address: `${vm}-ip` };
}

export function addressOf({ address, region }: World) {
  return { kind: 'address', name: address, region } as const satisfies Resource;
}

/** The boot disk has the name of its VM. */
export function diskOf({ vm, zone }: World) {
  const size = { type: diskType, sizeGb: diskSizeGb };
  return { kind: 'disk', name: vm, zone, ...size } as const satisfies Resource;
}

export function instanceOf({ vm, zone }: World) {
  const rest = { machineType, ephemeralAddress: false };
  return { kind: 'instance', name: vm, zone, ...rest } as const satisfies Resource;
}

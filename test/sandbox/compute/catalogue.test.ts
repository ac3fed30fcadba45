import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCustomMachineType } from '../../../src/sandbox/compute/catalogue/custom-machine-types.ts';
import { findSeries } from '../../../src/sandbox/compute/catalogue/machine-series.ts';
import {
  cpuPlatformFor,
  findMachineType,
  machineTypeExists,
  machineTypes,
} from '../../../src/sandbox/compute/catalogue/machine-types.ts';
import { findRegion, regions } from '../../../src/sandbox/compute/catalogue/regions.ts';
import { findZone, zones, zonesOf } from '../../../src/sandbox/compute/catalogue/zones.ts';

const letters = (region: string) => zonesOf(region).map((zone) => zone.name.slice(-1));

describe('regions and zones', () => {
  it('are those of Google Cloud, Seoul among them', () => {
    expect(regions().length).toBeGreaterThanOrEqual(40);
    expect(zones().length).toBeGreaterThanOrEqual(120);
    expect(letters('asia-northeast3')).toEqual(['a', 'b', 'c']);
    expect(letters('us-central1')).toEqual(['a', 'b', 'c', 'f']);
    expect(letters('us-east1')).toEqual(['b', 'c', 'd']);
    expect(letters('europe-west1')).toEqual(['b', 'c', 'd']);
    for (const region of regions()) expect(zonesOf(region.name).length).toBeGreaterThanOrEqual(3);
    for (const zone of zones()) expect(findRegion(zone.region), zone.name).toBeDefined();
  });

  it('have names and numbers of their own', () => {
    for (const list of [regions(), zones()]) {
      expect(new Set(list.map((one) => one.name)).size).toBe(list.length);
      expect(new Set(list.map((one) => one.id)).size).toBe(list.length);
    }
    for (const zone of zones()) expect(findZone(zone.name)).toBe(zone);
    for (const region of regions()) expect(findRegion(region.name)).toBe(region);
  });

  it('give every region a subnet of auto mode networks that overlaps no other', () => {
    const starts = regions().map(({ autoSubnet }) => {
      const match = /^10\.(\d+)\.(\d+)\.0\/20$/.exec(autoSubnet);
      const [second, third] = [Number(match?.[1]), Number(match?.[2])];
      expect(second, autoSubnet).toBeGreaterThanOrEqual(128);
      expect(third % 16, autoSubnet).toBe(0);
      return second * 16 + third / 16;
    });
    expect(new Set(starts).size).toBe(starts.length);
    expect(findRegion('asia-northeast3')?.autoSubnet).toBe('10.178.0.0/20');
    expect(findRegion('us-central1')?.autoSubnet).toBe('10.128.0.0/20');
  });
});

describe('machine types', () => {
  it('are as big as the real ones', () => {
    const seoul = (name: string) => findMachineType('asia-northeast3-a', name);
    expect(seoul('e2-micro')).toMatchObject({
      id: '334002',
      description: 'Efficient Instance, 2 vCPU (1/8 shared physical core) and 1 GB RAM',
      guestCpus: 2,
      memoryMb: 1024,
      isSharedCpu: true,
      maximumPersistentDisks: 16,
      maximumPersistentDisksSizeGb: '3072',
    });
    expect(seoul('n2-standard-4')).toMatchObject({ guestCpus: 4, memoryMb: 16384 });
    expect(seoul('n1-highcpu-16')).toMatchObject({ id: '4016', memoryMb: 14746 });
    expect(seoul('g2-standard-4')?.accelerators).toEqual([
      { guestAcceleratorType: 'nvidia-l4', guestAcceleratorCount: 1 },
    ]);
    expect(findMachineType('us-central1-a', 'm1-megamem-96')).toMatchObject({
      id: '9196',
      memoryMb: 1468006,
    });
    expect(findMachineType('us-central1-a', 't2a-standard-1')).toMatchObject({
      architecture: 'ARM64',
      description: '1 vCPU, 4 GB RAM',
    });
  });

  it('are not everywhere', () => {
    expect(findMachineType('asia-northeast3-a', 't2d-standard-1')).toBeUndefined();
    expect(machineTypeExists('t2d-standard-1')).toBe(true);
    expect(machineTypeExists('n2-custom-4-8192')).toBe(true);
    expect(machineTypeExists('e2-nano')).toBe(false);
    expect(machineTypeExists('n2-custom-3-8192')).toBe(false);
    expect(findMachineType('nowhere-1-a', 'e2-micro')).toBeUndefined();
    expect(machineTypes('nowhere-1-a')).toEqual([]);
  });

  it('are found by the names they are listed under, and have numbers of their own', () => {
    const ids = new Map<string, string>();
    for (const zone of zones()) {
      const listed = machineTypes(zone.name);
      expect(listed.length, zone.name).toBeGreaterThan(50);
      const names = listed.map((type) => type.name);
      expect([...new Set(names)].sort()).toEqual(names);
      for (const type of listed) {
        if (findMachineType(zone.name, type.name) !== type || type.zone !== zone.name) {
          expect.fail(`${zone.name} lists a ${type.name} that it does not find`);
        }
        const { guestCpus, memoryMb } = type;
        if (!Number.isInteger(memoryMb) || memoryMb < 512 || !(guestCpus >= 1)) {
          expect.fail(`${type.name} has ${guestCpus} vCPUs and ${memoryMb} MB`);
        }
        if (cpuPlatformFor(zone, type.name) === undefined) {
          expect.fail(`${type.name} has nothing to run on in ${zone.name}`);
        }
        const known = ids.get(type.id);
        if (known !== undefined && known !== type.name) expect.fail(`${known}, ${type.name}`);
        ids.set(type.id, type.name);
        if (!machineTypeExists(type.name)) expect.fail(`${type.name} does not exist`);
      }
    }
  });

  it('run on the processor asked for where the zone has it', () => {
    const zone = findZone('asia-northeast3-c');
    if (zone === undefined) return expect.fail();
    expect(cpuPlatformFor(zone, 'n2-standard-2')).toBe('Intel Cascade Lake');
    expect(cpuPlatformFor(zone, 'n2-standard-2', 'Intel Ice Lake')).toBe('Intel Ice Lake');
    expect(cpuPlatformFor(zone, 'n1-standard-1', 'Intel Haswell')).toBeUndefined();
    expect(cpuPlatformFor(zone, 'n2-standard-2', 'AMD Milan')).toBeUndefined();
  });
});

describe('custom machine types', () => {
  it('are read from their names', () => {
    expect(parseCustomMachineType('n2-custom-4-16384')).toEqual({
      series: 'n2',
      vcpus: 4,
      memoryMb: 16384,
      extended: false,
      shared: false,
    });
    expect(parseCustomMachineType('custom-1-1024')).toMatchObject({ series: 'n1', vcpus: 1 });
    expect(parseCustomMachineType('n2-custom-2-65536-ext')).toMatchObject({ extended: true });
    expect(parseCustomMachineType('e2-custom-micro-2048')).toMatchObject({
      vcpus: 2,
      shared: true,
    });
    expect(parseCustomMachineType('n2-standard-4')).toBeUndefined();
  });

  it('refuse what cannot be', () => {
    for (const name of [
      'n2-custom-3-4096', // odd
      'n2-custom-2-4000', // not a multiple of 256
      'n2-custom-2-65536', // more than 8 GB for each vCPU, and no -ext
      'e2-custom-2-65536-ext', // E2 has no extended memory
      'e2-custom-4-1024', // less than half a GB for each vCPU
      'e2-custom-micro-4096',
      'n1-custom-micro-1024',
      'c2-custom-4-4096',
      'zz9-custom-2-2048',
    ]) {
      expect(parseCustomMachineType(name) ?? { problem: '' }, name).toHaveProperty('problem');
    }
  });

  it('are what their series allows, whatever the name', () => {
    const name = fc.record({
      series: fc.constantFrom('e2', 'n1', 'n2', 'n2d', 'n4'),
      vcpus: fc.integer({ min: 1, max: 130 }),
      steps: fc.integer({ min: 1, max: 4096 }),
    });
    fc.assert(
      fc.property(name, ({ series, vcpus, steps }) => {
        const memoryMb = steps * 256;
        const type = findMachineType('us-central1-a', `${series}-custom-${vcpus}-${memoryMb}`);
        const rule = findSeries(series)?.custom;
        const perCpu = memoryMb / 1024 / vcpus;
        const within =
          rule !== undefined &&
          perCpu >= rule.minGbPerVcpu &&
          perCpu <= rule.maxGbPerVcpu &&
          memoryMb <= (rule.maxGb ?? 1e9) * 1024;
        if (type === undefined) {
          if (within && vcpus % 32 === 0 && vcpus <= 32) expect.fail('refused without a reason');
          return;
        }
        expect(within).toBe(true);
        expect(type).toMatchObject({ guestCpus: vcpus, memoryMb, isSharedCpu: false });
        expect(vcpus === 1 ? series : vcpus % 2).toBe(vcpus === 1 ? 'n1' : 0);
      }),
      { numRuns: 2000 },
    );
  });
});

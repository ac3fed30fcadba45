import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceleratorTypes,
  findAcceleratorType,
} from '../../../src/sandbox/compute/catalogue/accelerator-types.ts';
import { parseCustomMachineType } from '../../../src/sandbox/compute/catalogue/custom-machine-types.ts';
import {
  diskSizes,
  diskTypes,
  findDiskType,
  findRegionDiskType,
  regionDiskTypes,
  seriesTakesDisk,
} from '../../../src/sandbox/compute/catalogue/disk-types.ts';
import { IMAGE_PROJECTS } from '../../../src/sandbox/compute/catalogue/image-table.ts';
import {
  findPublicImage,
  isImageProject,
  newestOfFamily,
  publicImages,
} from '../../../src/sandbox/compute/catalogue/images.ts';
import { findSeries } from '../../../src/sandbox/compute/catalogue/machine-series.ts';
import {
  cpuPlatformFor,
  findMachineType,
  machineTypeExists,
  machineTypes,
} from '../../../src/sandbox/compute/catalogue/machine-types.ts';
import {
  cpuQuotaMetric,
  diskQuotaMetric,
  projectQuotas,
  regionQuotas,
} from '../../../src/sandbox/compute/catalogue/quotas.ts';
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
    expect(seoul('n2-standard-4')).toMatchObject({
      id: '901004',
      description: '4 vCPUs 16 GB RAM',
      guestCpus: 4,
      memoryMb: 16384,
    });
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
      'n2-custom-2-4224', // not a multiple of 256
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

describe('disk types', () => {
  it('are in every zone, regional ones in every region', () => {
    for (const zone of zones()) {
      for (const type of diskTypes(zone.name)) {
        expect(findDiskType(zone.name, type.name)).toEqual(type);
        const { least, most } = diskSizes(type);
        expect(least).toBeLessThanOrEqual(Number(type.defaultDiskSizeGb));
        expect(most).toBeGreaterThanOrEqual(Number(type.defaultDiskSizeGb));
      }
    }
    for (const region of regions()) {
      for (const type of regionDiskTypes(region.name)) {
        expect(findRegionDiskType(region.name, type.name)).toEqual(type);
        expect(type.zone).toBeUndefined();
      }
    }
    expect(findDiskType('asia-northeast3-a', 'pd-standard')).toMatchObject({
      defaultDiskSizeGb: '500',
      validDiskSize: '10GB-65536GB',
    });
    expect(findDiskType('asia-northeast3-a', 'pd-floppy')).toBeUndefined();
    expect(diskTypes('nowhere-1-a')).toEqual([]);
    expect(regionDiskTypes('asia-northeast3-a')).toEqual([]);
  });

  it('do not go with every machine', () => {
    expect(seriesTakesDisk('e2', 'pd-balanced')).toBe(true);
    expect(seriesTakesDisk('e2', 'hyperdisk-balanced')).toBe(false);
    expect(seriesTakesDisk('e2', 'local-ssd')).toBe(false);
    expect(seriesTakesDisk('n4', 'pd-balanced')).toBe(false);
    expect(seriesTakesDisk('n4', 'hyperdisk-balanced')).toBe(true);
    expect(seriesTakesDisk('n2', 'local-ssd')).toBe(true);
  });
});

describe('accelerator types', () => {
  it('are those of machines that bring them, and those that N1 can have', () => {
    const names = (zone: string) => acceleratorTypes(zone).map((type) => type.name);
    expect(names('asia-northeast3-a')).toEqual(['nvidia-l4', 'nvidia-l4-vws']);
    expect(names('asia-northeast3-b')).toContain('nvidia-tesla-t4');
    expect(names('asia-northeast3-c')).toContain('nvidia-h100-80gb');
    expect(names('europe-west12-a')).toEqual([]);
    for (const zone of zones()) {
      const listed = acceleratorTypes(zone.name);
      for (const type of listed) {
        expect(findAcceleratorType(zone.name, type.name)).toEqual(type);
        expect(type.description).not.toBe(type.name);
      }
      for (const { name, accelerators = [] } of machineTypes(zone.name)) {
        for (const { guestAcceleratorType: gpu, guestAcceleratorCount: count } of accelerators) {
          const most = findAcceleratorType(zone.name, gpu)?.maximumCardsPerInstance ?? 0;
          expect(most, name).toBeGreaterThanOrEqual(count);
        }
      }
    }
  });
});

describe('public images', () => {
  const everyImage = IMAGE_PROJECTS.flatMap((project) => publicImages(project));

  it('are found by name, and have numbers of their own', () => {
    expect(new Set(everyImage.map((image) => image.id)).size).toBe(everyImage.length);
    for (const image of everyImage) {
      expect(findPublicImage(image.project, image.name)).toBe(image);
      expect(image.name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
      expect(Number.isNaN(Date.parse(image.creationTimestamp)), image.name).toBe(false);
      expect(image.description).not.toContain('{');
      expect(image.name.includes('arm64') || image.name.includes('aarch64'), image.name).toBe(
        image.architecture === 'ARM64',
      );
    }
    expect(isImageProject('debian-cloud')).toBe(true);
    expect(isImageProject('my-project')).toBe(false);
    expect(publicImages('my-project')).toEqual([]);
  });

  it('have at most one active image in a family, the newest', () => {
    for (const { project, family } of everyImage) {
      const members = publicImages(project).filter((image) => image.family === family);
      const active = members.filter((image) => image.deprecated === undefined);
      expect(active.length, family).toBeLessThanOrEqual(1);
      expect(newestOfFamily(project, family)).toBe(active[0]);
      for (const old of members.filter((image) => image.deprecated !== undefined)) {
        if (active[0] === undefined) continue;
        expect(old.deprecated?.replacement).toBe(
          `projects/${project}/global/images/${active[0].name}`,
        );
        const [before, after] = [old, active[0]].map((it) => Date.parse(it.creationTimestamp));
        expect(before, old.name).toBeLessThan(after ?? 0);
      }
    }
    expect(newestOfFamily('debian-cloud', 'debian-11')).toBeUndefined();
    expect(newestOfFamily('debian-cloud', 'debian-12-x')).toBeUndefined();
  });

  it('look like the real ones', () => {
    expect(newestOfFamily('debian-cloud', 'debian-12')).toMatchObject({
      name: 'debian-12-bookworm-v20260902',
      description: 'Debian, Debian GNU/Linux, 12 (bookworm), amd64 built on 20260902',
      diskSizeGb: '10',
      architecture: 'X86_64',
      licenses: ['projects/debian-cloud/global/licenses/debian-12-bookworm'],
      guest: 'debian-12',
    });
    expect(findPublicImage('ubuntu-os-cloud', 'ubuntu-2404-noble-amd64-v20260820')).toMatchObject({
      description: 'Canonical, Ubuntu, 24.04 LTS, amd64 noble image built on 2026-08-20',
      family: 'ubuntu-2404-lts-amd64',
    });
  });

  it('boot what the sandbox can boot, and no Windows', () => {
    const guests = new Set(everyImage.map((image) => image.guest));
    expect([...guests].sort()).toEqual([
      'cos-stable',
      'debian-12',
      'debian-13',
      'rocky-linux-9',
      'ubuntu-2204-lts',
      'ubuntu-2404-lts',
      undefined,
    ]);
    for (const image of publicImages('windows-cloud')) expect(image.guest).toBeUndefined();
  });
});

describe('quotas', () => {
  it('are named once each, and counted against by what there is', () => {
    for (const list of [projectQuotas(), regionQuotas()]) {
      expect(new Set(list.map((one) => one.metric)).size).toBe(list.length);
      for (const { limit } of list) expect(limit).toBeGreaterThanOrEqual(0);
    }
    const metrics = regionQuotas().map((one) => one.metric);
    for (const { series } of zones()) {
      for (const one of series) expect(metrics).toContain(cpuQuotaMetric(one));
    }
    expect(cpuQuotaMetric('e2')).toBe('CPUS');
    expect(cpuQuotaMetric('n2d')).toBe('N2D_CPUS');
    expect(diskQuotaMetric('pd-balanced')).toBe('SSD_TOTAL_GB');
    expect(diskQuotaMetric('pd-standard')).toBe('DISKS_TOTAL_GB');
  });
});

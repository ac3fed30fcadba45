/**
 * Machine series as rules instead of lists: a family has sizes (numbers of vCPUs) and an
 * amount of memory for each, mostly a ratio. Google's tables of machine types come out of
 * these when somebody asks for them.
 *
 * https://cloud.google.com/compute/docs/general-purpose-machines and the pages of the other
 * families, as of autumn 2026; checked against answers of machineTypes.list where such are
 * published. `README.md` names the series that zones have and this table does not.
 */
export interface Series {
  /** What its machines run on; the first one is what they get unless another is asked for. */
  platforms: readonly string[];
  architecture: 'X86_64' | 'ARM64';
  families: readonly Family[];
  /** How many vCPUs a machine has to have for how many disks, smallest first; 128 if unsaid. */
  disks?: readonly (readonly [vcpus: number, disks: number])[];
  /** How descriptions begin: `Efficient Instance, ` or nothing. */
  lead?: string;
  /** What stands between vCPUs and memory in descriptions; a comma if unsaid. */
  separator?: ' ';
  /** Machines that users put together themselves: `n2-custom-4-16384`. */
  custom?: CustomRule;
}

export interface Family {
  /** All but the number of vCPUs: `n2-standard-` of `n2-standard-4`. */
  prefix: string;
  /** What follows the number: `-lssd`. */
  suffix?: string;
  vcpus: string;
  /** GB for one vCPU, or for each size in turn. */
  memoryGb: number | string;
  /** Local SSDs that come with each size in turn. */
  localSsds?: string;
  /** The first id of machineTypes.list, to which the number of vCPUs is added; where known. */
  idBase?: number;
}

/** What a custom machine type may be; memory is in steps of 256 MB everywhere. */
export interface CustomRule {
  /** The sizes allowed, or an expression of them in `custom-machine-types.ts`. */
  vcpus: readonly VcpuRange[];
  minGbPerVcpu: number;
  maxGbPerVcpu: number;
  /** How far extended memory (`-ext`) goes; undefined where there is none. */
  extendedGb?: number;
  /** What the memory of machines without extended memory cannot exceed. */
  maxGb?: number;
}

/** Numbers of vCPUs from one to another in steps. */
export interface VcpuRange {
  from: number;
  to: number;
  step: number;
}

const N_SIZES = '2 4 8 16 32 48 64 80';
const C4_SIZES = '2 4 8 16 24 32 48 96 144 192 288';
const C4_LSSD = '4 8 16 24 32 48 96 144 192 288';
const C4_LSSDS = '1 1 2 4 5 8 16 24 32 48';
const C4A_SIZES = '1 2 4 8 16 32 48 64 72';
const C4D_SIZES = '2 4 8 16 32 48 64 96 192 384';
const C3_SIZES = '4 8 22 44 88 176';
const C3D_SIZES = '4 8 16 30 60 90 180 360';
const C2D_SIZES = '2 4 8 16 32 56 112';

const SERIES: Readonly<Record<string, Series>> = {
  e2: {
    platforms: ['Intel Broadwell', 'Intel Skylake', 'Intel Cascade Lake', 'AMD Milan'],
    architecture: 'X86_64',
    lead: 'Efficient Instance, ',
    families: [
      { prefix: 'e2-standard-', vcpus: '2 4 8 16 32', memoryGb: 4, idBase: 335000 },
      { prefix: 'e2-highmem-', vcpus: '2 4 8 16', memoryGb: 8, idBase: 336000 },
      { prefix: 'e2-highcpu-', vcpus: '2 4 8 16 32', memoryGb: 1, idBase: 337000 },
    ],
    custom: {
      vcpus: [{ from: 2, to: 32, step: 2 }],
      minGbPerVcpu: 0.5,
      maxGbPerVcpu: 8,
      maxGb: 128,
    },
  },
  n1: {
    platforms: [
      'Intel Haswell',
      'Intel Broadwell',
      'Intel Skylake',
      'Intel Ivy Bridge',
      'Intel Sandy Bridge',
    ],
    architecture: 'X86_64',
    families: [
      { prefix: 'n1-standard-', vcpus: '1 2 4 8 16 32 64 96', memoryGb: 3.75, idBase: 3000 },
      { prefix: 'n1-highmem-', vcpus: '2 4 8 16 32 64 96', memoryGb: 6.5, idBase: 5000 },
      { prefix: 'n1-highcpu-', vcpus: '2 4 8 16 32 64 96', memoryGb: 0.9, idBase: 4000 },
    ],
    custom: {
      vcpus: [
        { from: 1, to: 1, step: 1 },
        { from: 2, to: 96, step: 2 },
      ],
      minGbPerVcpu: 0.9,
      maxGbPerVcpu: 6.5,
      extendedGb: 624,
    },
  },
  n2: {
    platforms: ['Intel Cascade Lake', 'Intel Ice Lake'],
    architecture: 'X86_64',
    separator: ' ',
    families: [
      { prefix: 'n2-standard-', vcpus: `${N_SIZES} 96 128`, memoryGb: 4, idBase: 901000 },
      {
        prefix: 'n2-highmem-',
        vcpus: `${N_SIZES} 96 128`,
        memoryGb: '16 32 64 128 256 384 512 640 768 864',
        idBase: 902000,
      },
      { prefix: 'n2-highcpu-', vcpus: `${N_SIZES} 96`, memoryGb: 1, idBase: 903000 },
    ],
    custom: {
      vcpus: [
        { from: 2, to: 32, step: 2 },
        { from: 36, to: 128, step: 4 },
      ],
      minGbPerVcpu: 0.5,
      maxGbPerVcpu: 8,
      extendedGb: 864,
    },
  },
  n2d: {
    platforms: ['AMD Milan'],
    architecture: 'X86_64',
    separator: ' ',
    families: [
      { prefix: 'n2d-standard-', vcpus: `${N_SIZES} 96 128 224`, memoryGb: 4, idBase: 911000 },
      { prefix: 'n2d-highmem-', vcpus: `${N_SIZES} 96`, memoryGb: 8 },
      { prefix: 'n2d-highcpu-', vcpus: `${N_SIZES} 96 128 224`, memoryGb: 1, idBase: 910000 },
    ],
    custom: {
      vcpus: [
        { from: 2, to: 2, step: 1 },
        { from: 4, to: 4, step: 1 },
        { from: 8, to: 8, step: 1 },
        { from: 16, to: 96, step: 16 },
      ],
      minGbPerVcpu: 0.5,
      maxGbPerVcpu: 8,
      extendedGb: 768,
    },
  },
  n4: {
    platforms: ['Intel Emerald Rapids'],
    architecture: 'X86_64',
    disks: [
      [0, 16],
      [16, 32],
    ],
    families: [
      { prefix: 'n4-standard-', vcpus: N_SIZES, memoryGb: 4 },
      { prefix: 'n4-highmem-', vcpus: N_SIZES, memoryGb: 8 },
      { prefix: 'n4-highcpu-', vcpus: N_SIZES, memoryGb: 2 },
    ],
    custom: {
      vcpus: [{ from: 2, to: 80, step: 2 }],
      minGbPerVcpu: 2,
      maxGbPerVcpu: 8,
      extendedGb: 640,
    },
  },
  n4d: {
    platforms: ['AMD Turin'],
    architecture: 'X86_64',
    disks: [
      [0, 4],
      [4, 8],
      [8, 16],
      [16, 32],
      [32, 64],
    ],
    families: [
      { prefix: 'n4d-standard-', vcpus: `${N_SIZES} 96`, memoryGb: 4 },
      { prefix: 'n4d-highmem-', vcpus: `${N_SIZES} 96`, memoryGb: 8 },
      { prefix: 'n4d-highcpu-', vcpus: `${N_SIZES} 96`, memoryGb: 2 },
    ],
  },
  n4a: {
    platforms: ['Google Axion'],
    architecture: 'ARM64',
    disks: [
      [0, 4],
      [4, 8],
      [8, 16],
      [16, 32],
      [32, 64],
    ],
    families: [
      { prefix: 'n4a-standard-', vcpus: '1 2 4 8 16 32 48 64', memoryGb: 4 },
      { prefix: 'n4a-highmem-', vcpus: '1 2 4 8 16 32 48 64', memoryGb: 8 },
      { prefix: 'n4a-highcpu-', vcpus: '1 2 4 8 16 32 48 64', memoryGb: 2 },
    ],
  },
  c2: {
    platforms: ['Intel Cascade Lake'],
    architecture: 'X86_64',
    lead: 'Compute Optimized: ',
    families: [{ prefix: 'c2-standard-', vcpus: '4 8 16 30 60', memoryGb: 4, idBase: 801000 }],
  },
  c2d: {
    platforms: ['AMD Milan'],
    architecture: 'X86_64',
    lead: 'Compute Optimized: ',
    families: [
      { prefix: 'c2d-standard-', vcpus: C2D_SIZES, memoryGb: 4 },
      { prefix: 'c2d-highmem-', vcpus: C2D_SIZES, memoryGb: 8 },
      { prefix: 'c2d-highcpu-', vcpus: C2D_SIZES, memoryGb: 2 },
    ],
  },
  c3: {
    platforms: ['Intel Sapphire Rapids'],
    architecture: 'X86_64',
    families: [
      { prefix: 'c3-standard-', vcpus: C3_SIZES, memoryGb: 4 },
      {
        prefix: 'c3-standard-',
        suffix: '-lssd',
        vcpus: C3_SIZES,
        memoryGb: 4,
        localSsds: '1 2 4 8 16 32',
      },
      { prefix: 'c3-highmem-', vcpus: C3_SIZES, memoryGb: 8 },
      { prefix: 'c3-highcpu-', vcpus: C3_SIZES, memoryGb: 2 },
    ],
  },
  c3d: {
    platforms: ['AMD Genoa'],
    architecture: 'X86_64',
    families: [
      { prefix: 'c3d-standard-', vcpus: C3D_SIZES, memoryGb: 4 },
      {
        prefix: 'c3d-standard-',
        suffix: '-lssd',
        vcpus: '8 16 30 60 90 180 360',
        memoryGb: 4,
        localSsds: '1 1 2 4 8 16 32',
      },
      { prefix: 'c3d-highmem-', vcpus: C3D_SIZES, memoryGb: 8 },
      {
        prefix: 'c3d-highmem-',
        suffix: '-lssd',
        vcpus: '8 16 30 60 90 180 360',
        memoryGb: 8,
        localSsds: '1 1 2 4 8 16 32',
      },
      { prefix: 'c3d-highcpu-', vcpus: C3D_SIZES, memoryGb: '8 16 32 59 118 177 354 708' },
    ],
  },
  c4: {
    platforms: ['Intel Emerald Rapids', 'Intel Granite Rapids'],
    architecture: 'X86_64',
    disks: [
      [0, 8],
      [4, 16],
      [8, 32],
      [32, 64],
      [96, 128],
    ],
    families: [
      {
        prefix: 'c4-standard-',
        vcpus: C4_SIZES,
        memoryGb: '7 15 30 60 90 120 180 360 540 720 1080',
      },
      {
        prefix: 'c4-standard-',
        suffix: '-lssd',
        vcpus: C4_LSSD,
        memoryGb: '15 30 60 90 120 180 360 540 720 1080',
        localSsds: C4_LSSDS,
      },
      {
        prefix: 'c4-highmem-',
        vcpus: C4_SIZES,
        memoryGb: '15 31 62 124 186 248 372 744 1116 1488 2232',
      },
      {
        prefix: 'c4-highmem-',
        suffix: '-lssd',
        vcpus: C4_LSSD,
        memoryGb: '31 62 124 186 248 372 744 1116 1488 2232',
        localSsds: C4_LSSDS,
      },
      { prefix: 'c4-highcpu-', vcpus: C4_SIZES, memoryGb: 2 },
    ],
  },
  c4a: {
    platforms: ['Google Axion'],
    architecture: 'ARM64',
    families: [
      { prefix: 'c4a-standard-', vcpus: C4A_SIZES, memoryGb: 4 },
      { prefix: 'c4a-highmem-', vcpus: C4A_SIZES, memoryGb: 8 },
      { prefix: 'c4a-highcpu-', vcpus: C4A_SIZES, memoryGb: 2 },
    ],
  },
  c4d: {
    platforms: ['AMD Turin'],
    architecture: 'X86_64',
    families: [
      {
        prefix: 'c4d-standard-',
        vcpus: C4D_SIZES,
        memoryGb: '7 15 31 62 124 186 248 372 744 1488',
      },
      {
        prefix: 'c4d-highmem-',
        vcpus: C4D_SIZES,
        memoryGb: '15 31 63 126 252 378 504 756 1512 3024',
      },
      { prefix: 'c4d-highcpu-', vcpus: C4D_SIZES, memoryGb: '3 7 15 30 60 90 120 180 360 720' },
    ],
  },
  t2d: {
    platforms: ['AMD Milan'],
    architecture: 'X86_64',
    families: [{ prefix: 't2d-standard-', vcpus: '1 2 4 8 16 32 48 60', memoryGb: 4 }],
  },
  t2a: {
    platforms: ['Ampere Altra'],
    architecture: 'ARM64',
    families: [{ prefix: 't2a-standard-', vcpus: '1 2 4 8 16 32 48', memoryGb: 4 }],
  },
  h3: {
    platforms: ['Intel Sapphire Rapids'],
    architecture: 'X86_64',
    families: [{ prefix: 'h3-standard-', vcpus: '88', memoryGb: 4 }],
  },
  m1: {
    platforms: ['Intel Skylake', 'Intel Broadwell'],
    architecture: 'X86_64',
    families: [
      { prefix: 'm1-megamem-', vcpus: '96', memoryGb: '1433.6', idBase: 9100 },
      { prefix: 'm1-ultramem-', vcpus: '40 80 160', memoryGb: '961 1922 3844', idBase: 11000 },
    ],
  },
  m2: {
    platforms: ['Intel Cascade Lake'],
    architecture: 'X86_64',
    families: [
      { prefix: 'm2-ultramem-', vcpus: '208 416', memoryGb: '5888 11776' },
      { prefix: 'm2-megamem-', vcpus: '416', memoryGb: '5888' },
      { prefix: 'm2-hypermem-', vcpus: '416', memoryGb: '8832' },
    ],
  },
  m3: {
    platforms: ['Intel Ice Lake'],
    architecture: 'X86_64',
    families: [
      { prefix: 'm3-ultramem-', vcpus: '32 64 128', memoryGb: '976 1952 3904' },
      { prefix: 'm3-megamem-', vcpus: '64 128', memoryGb: '976 1952' },
    ],
  },
  // Their machines are in `gpu-machine-types.ts`.
  a2: { platforms: ['Intel Cascade Lake'], architecture: 'X86_64', families: [] },
  a3: { platforms: ['Intel Sapphire Rapids'], architecture: 'X86_64', families: [] },
  g2: { platforms: ['Intel Cascade Lake'], architecture: 'X86_64', families: [] },
};

export function findSeries(name: string): Series | undefined {
  return SERIES[name];
}

/** What machines of a series can run on; nothing for a series that is not in here. */
export function seriesPlatforms(name: string): readonly string[] {
  return SERIES[name]?.platforms ?? [];
}

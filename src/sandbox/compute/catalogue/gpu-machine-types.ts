/**
 * Machine types that come with GPUs (A2, A3, G2).
 *
 * https://cloud.google.com/compute/docs/accelerator-optimized-machines, autumn 2026.
 */
export interface GpuShape {
  name: string;
  vcpus: number;
  memoryGb: number;
  gpu: string;
  gpus: number;
  /** As descriptions call it. */
  gpuTitle: string;
  localSsds?: number;
}

const A100 = ['nvidia-tesla-a100', 'NVIDIA Tesla A100'] as const;
const A100_80 = ['nvidia-a100-80gb', 'NVIDIA A100 80GB'] as const;
const H100 = ['nvidia-h100-80gb', 'NVIDIA H100 80GB'] as const;
const H100_MEGA = ['nvidia-h100-mega-80gb', 'NVIDIA H100 80GB MEGA'] as const;
const H200 = ['nvidia-h200-141gb', 'NVIDIA H200 141GB'] as const;
const L4 = ['nvidia-l4', 'NVIDIA L4'] as const;

type Row = readonly [
  name: string,
  vcpus: number,
  memoryGb: number,
  gpu: readonly [name: string, title: string],
  gpus: number,
  localSsds?: number,
];

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  a2: [
    ['a2-highgpu-1g', 12, 85, A100, 1],
    ['a2-highgpu-2g', 24, 170, A100, 2],
    ['a2-highgpu-4g', 48, 340, A100, 4],
    ['a2-highgpu-8g', 96, 680, A100, 8],
    ['a2-megagpu-16g', 96, 1360, A100, 16],
    ['a2-ultragpu-1g', 12, 170, A100_80, 1, 1],
    ['a2-ultragpu-2g', 24, 340, A100_80, 2, 2],
    ['a2-ultragpu-4g', 48, 680, A100_80, 4, 4],
    ['a2-ultragpu-8g', 96, 1360, A100_80, 8, 8],
  ],
  a3: [
    ['a3-highgpu-1g', 26, 234, H100, 1, 2],
    ['a3-highgpu-2g', 52, 468, H100, 2, 4],
    ['a3-highgpu-4g', 104, 936, H100, 4, 8],
    ['a3-highgpu-8g', 208, 1872, H100, 8, 16],
    ['a3-edgegpu-8g', 208, 1872, H100, 8, 16],
    ['a3-megagpu-8g', 208, 1872, H100_MEGA, 8, 16],
    ['a3-ultragpu-8g', 224, 2952, H200, 8, 32],
  ],
  g2: [
    ['g2-standard-4', 4, 16, L4, 1],
    ['g2-standard-8', 8, 32, L4, 1],
    ['g2-standard-12', 12, 48, L4, 1],
    ['g2-standard-16', 16, 64, L4, 1],
    ['g2-standard-24', 24, 96, L4, 2],
    ['g2-standard-32', 32, 128, L4, 1],
    ['g2-standard-48', 48, 192, L4, 4],
    ['g2-standard-96', 96, 384, L4, 8],
  ],
};

/** Zones whose A2 or A3 machines are not of every kind; the first word after the series. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'asia-southeast1-c/a2': ['highgpu', 'megagpu', 'ultragpu'],
  'europe-west4-a/a2': ['highgpu', 'megagpu', 'ultragpu'],
  'us-central1-a/a2': ['highgpu', 'megagpu', 'ultragpu'],
  'us-central1-c/a2': ['highgpu', 'megagpu', 'ultragpu'],
  'us-east4-c/a2': ['ultragpu'],
  'us-east5-a/a2': ['ultragpu'],
  'asia-northeast3-c/a3': ['highgpu', 'edgegpu'],
};

/** A2 machines are those with A100 40GB unless the zone is known to have the others. */
const USUAL: Readonly<Record<string, readonly string[]>> = { a2: ['highgpu', 'megagpu'] };

/** The GPU machines of a series: all, or those in a zone that has the series. */
export function gpuShapes(series: string, zone?: string): readonly GpuShape[] {
  const kinds = zone === undefined ? undefined : (KINDS[`${zone}/${series}`] ?? USUAL[series]);
  return (ROWS[series] ?? [])
    .filter(([name]) => kinds === undefined || kinds.includes(name.split('-')[1] ?? ''))
    .map(([name, vcpus, memoryGb, [gpu, gpuTitle], gpus, localSsds]) => ({
      name,
      vcpus,
      memoryGb,
      gpu,
      gpuTitle,
      gpus,
      ...(localSsds !== undefined && { localSsds }),
    }));
}

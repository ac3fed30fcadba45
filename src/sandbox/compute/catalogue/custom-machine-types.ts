import { findSeries } from './machine-series.ts';

/**
 * Machine types that users put together: `n2-custom-4-16384`, for N1 also `custom-4-16384`;
 * `-ext` at the end asks for more memory for each vCPU than the series gives otherwise.
 * E2 has custom types that share a core too: `e2-custom-micro-2048`.
 *
 * https://cloud.google.com/compute/docs/instances/creating-instance-with-custom-machine-type,
 * https://cloud.google.com/compute/docs/general-purpose-machines#custom_machine_types
 */
export interface CustomMachineType {
  series: string;
  vcpus: number;
  memoryMb: number;
  extended: boolean;
  shared: boolean;
}

/** A name that is a custom machine type's, with numbers that cannot be. */
export interface CustomProblem {
  problem: string;
}

const NAME =
  /^(?:([a-z][0-9][a-z]?)-)?custom-(micro|small|medium|[1-9][0-9]{0,3})-([1-9][0-9]{0,7})(-ext)?$/;

/** How much memory (MB) those have that share a core. */
const SHARED: Readonly<Record<string, readonly [from: number, to: number]>> = {
  micro: [1024, 2048],
  small: [2048, 4096],
  medium: [4096, 8192],
};

/** What a custom machine type's name asks for; undefined if it is no such name. */
export function parseCustomMachineType(
  name: string,
): CustomMachineType | CustomProblem | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, series = 'n1', size = '', memory = '', ext] = match;
  const rule = findSeries(series)?.custom;
  if (rule === undefined)
    return { problem: `Custom machine types are not available for ${series}.` };
  const memoryMb = Number(memory);
  if (memoryMb % 256 !== 0) {
    return {
      problem: `Memory size for a custom machine must be a multiple of 256 MiB; ${memory} is not.`,
    };
  }
  const limits = SHARED[size];
  if (limits !== undefined) return sharedCore(series, size, memoryMb, limits, ext !== undefined);
  const vcpus = Number(size);
  if (
    !rule.vcpus.some(
      ({ from, to, step }) => vcpus >= from && vcpus <= to && (vcpus - from) % step === 0,
    )
  ) {
    return { problem: `A custom machine type of ${series} cannot have ${vcpus} vCPUs.` };
  }
  const extended = ext !== undefined;
  if (extended && rule.extendedGb === undefined) {
    return { problem: `Extended memory is not available for ${series}.` };
  }
  const least = ceilTo256(rule.minGbPerVcpu * vcpus * 1024);
  const plain = Math.min(rule.maxGbPerVcpu * vcpus, rule.maxGb ?? Number.POSITIVE_INFINITY);
  const most = Math.floor((extended ? (rule.extendedGb ?? 0) : plain) * 1024);
  if (memoryMb < least || memoryMb > most) {
    return {
      problem: `Memory of a ${series} machine with ${vcpus} vCPUs has to be between ${least} and ${most} MiB.`,
    };
  }
  return { series, vcpus, memoryMb, extended, shared: false };
}

function sharedCore(
  series: string,
  size: string,
  memoryMb: number,
  [from, to]: readonly [number, number],
  extended: boolean,
): CustomMachineType | CustomProblem {
  if (series !== 'e2' || extended) {
    return { problem: `Custom machine types of ${series} cannot be ${size}.` };
  }
  if (memoryMb < from || memoryMb > to) {
    return { problem: `Memory of e2-custom-${size} has to be between ${from} and ${to} MiB.` };
  }
  return { series, vcpus: 2, memoryMb, extended: false, shared: true };
}

function ceilTo256(mb: number): number {
  return Math.ceil(mb / 256) * 256;
}

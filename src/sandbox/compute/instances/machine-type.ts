import { ApiError } from '../../wire/errors.ts';
import { parseCustomMachineType } from '../catalogue/custom-machine-types.ts';
import { seriesTakesDisk } from '../catalogue/disk-types.ts';
import {
  type CatalogueMachineType,
  findMachineType,
  seriesOf,
} from '../catalogue/machine-types.ts';
import type { DiskRecord } from '../disks/kind.ts';
import { invalidField, invalidUsage } from '../errors.ts';
import { placeName } from '../place.ts';
import type { Scope } from '../records.ts';
import { nameOf, readReference, urlOf } from '../references.ts';
import type { ComputeState } from '../state.ts';
import type { InstanceRecord } from './kind.ts';

/**
 * The machine type that a request names, which has to be of the instance's own zone.
 *
 * @throws 400
 */
export function readMachineType(
  state: ComputeState,
  scope: Scope,
  text: string,
): { url: string; type: CatalogueMachineType } {
  const field = 'resource.machineType';
  const reference = readReference(field, text, state.projectId, {
    collection: 'machineTypes',
    scope,
  });
  if (reference.scope !== scope) {
    const why = 'Machine type must be in the same zone as the instance.';
    throw invalidField(field, text, why);
  }
  const zone = placeName(scope);
  const type = findMachineType(zone, reference.name);
  if (type !== undefined) return { url: urlOf({ ...reference, project: state.projectId }), type };
  const custom = parseCustomMachineType(reference.name);
  const why =
    custom !== undefined && 'problem' in custom
      ? custom.problem
      : `Machine type with name '${reference.name}' does not exist in zone '${zone}'.`;
  throw invalidField(field, text, why);
}

/** vCPUs, memory and so on of an instance. */
export function machineTypeOf({ scope, machineType }: InstanceRecord): CatalogueMachineType {
  const type = findMachineType(placeName(scope), nameOf(machineType));
  if (type === undefined) throw new Error(`no machine type ${machineType}`);
  return type;
}

/**
 * What a machine can have: disks of some types, so many of them, and a system for its
 * processor.
 *
 * @throws 400
 */
export function requireFitting(type: CatalogueMachineType, disks: readonly DiskRecord[]): void {
  const series = seriesOf(type.name);
  const wrong = disks
    .map((disk) => nameOf(disk.type))
    .filter((one) => !seriesTakesDisk(series, one));
  if (wrong.length > 0) {
    const features = [...new Set(wrong), type.name].join(', ');
    const message = `[${features}] features are not compatible for creating instance.`;
    throw new ApiError(400, 'badRequest', message);
  }
  const most = type.maximumPersistentDisks;
  if (disks.length > most) {
    const message = `The number of persistent disks (${disks.length}) exceeds the limit of the machine type (${most}).`;
    throw new ApiError(400, 'badRequest', message);
  }
  const architecture = disks[0]?.architecture ?? type.architecture;
  if (architecture !== type.architecture) {
    throw invalidUsage(
      `Requested boot disk architecture (${architecture}) is not compatible with machine type architecture (${type.architecture}).`,
    );
  }
}

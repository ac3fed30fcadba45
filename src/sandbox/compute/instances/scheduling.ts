import { invalidField } from '../errors.ts';
import { given } from '../given.ts';
import type { SchedulingRequest } from './body.ts';
import type { Scheduling } from './kind.ts';

/**
 * How an instance is run. Spot VMs (`preemptible` is the older word) cannot be migrated and
 * are not restarted; the rest is so unless the client wants it otherwise.
 * https://cloud.google.com/compute/docs/instances/spot
 *
 * @param field where it stands, such as `resource.scheduling`
 */
export function readScheduling(
  request: SchedulingRequest = {},
  field = 'resource.scheduling',
): Scheduling {
  const { provisioningModel = 'STANDARD' } = request;
  // `preemptible` alone asks for VMs of the old kind, which live a day at most.
  const mayVanish = provisioningModel === 'SPOT' || (request.preemptible ?? false);
  const {
    onHostMaintenance = mayVanish ? 'TERMINATE' : 'MIGRATE',
    automaticRestart = !mayVanish,
    instanceTerminationAction,
  } = request;
  if (mayVanish && automaticRestart) {
    const why = 'Scheduling must have preemptible be false when AutomaticRestart is true.';
    throw invalidField(`${field}.preemptible`, 'true', why);
  }
  if (mayVanish && onHostMaintenance === 'MIGRATE') {
    const why = 'Scheduling must have preemptible be false when OnHostMaintenance is MIGRATE.';
    throw invalidField(`${field}.preemptible`, 'true', why);
  }
  const { maxRunDuration: longest } = request;
  const seconds = longest && (longest.seconds ?? '0');
  const isLimited = seconds !== undefined;
  if (isLimited && (Number(seconds) < 30 || Number(seconds) > 120 * 86_400)) {
    const why = 'Must be between 30 seconds and 120 days.';
    throw invalidField(`${field}.maxRunDuration.seconds`, seconds, why);
  }
  const isTerminated = provisioningModel === 'SPOT' || isLimited;
  if (instanceTerminationAction !== undefined && !isTerminated) {
    const why =
      'Scheduling must have provisioning model SPOT or max run duration when instance termination action is specified.';
    throw invalidField(`${field}.instanceTerminationAction`, instanceTerminationAction, why);
  }
  return {
    onHostMaintenance,
    automaticRestart,
    preemptible: mayVanish,
    provisioningModel,
    ...given({
      instanceTerminationAction: instanceTerminationAction ?? (isTerminated ? 'STOP' : undefined),
      maxRunDuration: isLimited ? { seconds } : undefined,
    }),
  };
}

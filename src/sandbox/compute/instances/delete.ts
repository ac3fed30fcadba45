import { invalidUsage } from '../errors.ts';
import { releaseAddresses } from '../network/interfaces.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { releaseDisksOf } from './disks.ts';
import { INSTANCES, type InstanceRecord } from './kind.ts';
import { enter } from './lifecycle.ts';
import { tell } from './machines.ts';

/** As long as it takes to shut down. */
export const DELETE_SECONDS = 30;

/** Inside a change: refuses what is protected; then the machine shuts down, and is STOPPING. */
export function beginDelete(state: ComputeState, instance: InstanceRecord): void {
  if (instance.deletionProtection) {
    throw invalidUsage("Resource cannot be deleted if it's protected against deletion.");
  }
  const wasRunning = instance.status === 'RUNNING';
  if (instance.status !== 'STOPPING') enter(state, instance, 'STOPPING');
  if (wasRunning) tell(state, 'stopping', instance);
}

/** Inside a change: the instance goes, and with it the disks that follow it. */
export function deleteInstance(state: ComputeState, instance: InstanceRecord): void {
  releaseDisksOf(state, instance);
  releaseAddresses(state, instance);
  collectionOf<InstanceRecord>(state, INSTANCES).remove(instance);
  tell(state, 'deleted', instance);
}

import { invalidField, mustBeStopped, notReady } from '../errors.ts';
import { giveExternal, takeExternal } from '../network/interfaces.ts';
import type { Plan, Step } from '../operations/plans.ts';
import type { OperationRecord } from '../operations/records.ts';
import { requireQuota } from '../quotas/quotas.ts';
import { cpusOf, runningUsage } from '../quotas/usage.ts';
import { targetOf } from '../resource-routes.ts';
import { type ComputeState, collectionOf, now } from '../state.ts';
import { pacificTime } from '../timestamps.ts';
import { INSTANCES, type InstanceRecord, type InstanceStatus } from './kind.ts';
import { tell } from './machines.ts';

/*
 * The states of an instance, and what happens on the way from one to the next:
 *
 *     insert, start, resume:  PROVISIONING -> STAGING -> RUNNING
 *     stop:                   STOPPING -> TERMINATED
 *     suspend:                SUSPENDING -> SUSPENDED
 *
 * A request brings about the first of them, the steps of its operation the others, each only
 * if nothing else happened to the instance in between.
 * https://cloud.google.com/compute/docs/instances/instance-lifecycle
 *
 * How long the steps take was taken from what GCP's users see: a small Debian runs ten
 * seconds after it was asked for, and has shut down half a minute after.
 */

/** A step of the way: in `from` at its beginning, in `to` at its end. */
function move(
  seconds: number,
  from: InstanceStatus,
  to: InstanceStatus,
  effect: (state: ComputeState, instance: InstanceRecord) => void,
): Step {
  return {
    seconds,
    apply(state, operation) {
      const instance = instanceOf(state, operation);
      if (instance?.status !== from) return;
      instance.status = to;
      effect(state, instance);
      collectionOf<InstanceRecord>(state, INSTANCES).put(instance);
    },
  };
}

export const instanceOf = (
  state: ComputeState,
  operation: OperationRecord,
): InstanceRecord | undefined =>
  targetOf(collectionOf<InstanceRecord>(state, INSTANCES), operation);

const time = (state: ComputeState): string => pacificTime(now(state));

/** Of insert, start and resume. */
export const RUN: Plan = {
  steps: [
    move(3, 'PROVISIONING', 'STAGING', giveExternal),
    move(7, 'STAGING', 'RUNNING', (state, instance) => {
      instance.lastStartTimestamp = time(state);
      tell(state, 'started', instance);
    }),
  ],
};

export const STOP: Plan = {
  steps: [
    move(30, 'STOPPING', 'TERMINATED', (state, instance) => {
      instance.lastStopTimestamp = time(state);
      takeExternal(state, instance);
      tell(state, 'stopped', instance);
    }),
  ],
};

export const SUSPEND: Plan = {
  steps: [
    move(40, 'SUSPENDING', 'SUSPENDED', (state, instance) => {
      instance.lastSuspendedTimestamp = time(state);
      takeExternal(state, instance);
      tell(state, 'suspended', instance);
    }),
  ],
};

/** Inside a change: TERMINATED to PROVISIONING. What runs already is left alone, as on GCP. */
export function beginStart(state: ComputeState, instance: InstanceRecord): void {
  if (isUp(instance)) return;
  if (instance.status !== 'TERMINATED') throw notReadyOf(state, instance);
  if (!instance.disks.some(({ boot }) => boot)) {
    throw invalidField('resource.disks', '', 'The instance has no boot disk.');
  }
  requireQuota(state, instance.scope, runningUsage(instance), cpusOf(instance));
  delete instance.preempted;
  enter(state, instance, 'PROVISIONING');
}

/** Inside a change: to STOPPING. What is stopped already is left alone, as on GCP. */
export function beginStop(state: ComputeState, instance: InstanceRecord): void {
  if (instance.status === 'TERMINATED' || instance.status === 'STOPPING') return;
  if (instance.status === 'SUSPENDING') throw notReadyOf(state, instance);
  enter(state, instance, 'STOPPING');
  tell(state, 'stopping', instance);
}

/** Inside a change: to SUSPENDING. */
export function beginSuspend(state: ComputeState, instance: InstanceRecord): void {
  if (instance.status === 'SUSPENDED' || instance.status === 'SUSPENDING') return;
  if (instance.status !== 'RUNNING') throw notReadyOf(state, instance);
  enter(state, instance, 'SUSPENDING');
}

/** Inside a change: SUSPENDED to PROVISIONING. */
export function beginResume(state: ComputeState, instance: InstanceRecord): void {
  if (isUp(instance)) return;
  if (instance.status !== 'SUSPENDED') throw notReadyOf(state, instance);
  requireQuota(state, instance.scope, runningUsage(instance), cpusOf(instance));
  enter(state, instance, 'PROVISIONING');
}

/** Running, or on its way there. */
export const isUp = ({ status }: InstanceRecord): boolean =>
  status === 'RUNNING' || status === 'STAGING' || status === 'PROVISIONING';

export function enter(state: ComputeState, instance: InstanceRecord, status: InstanceStatus): void {
  instance.status = status;
  collectionOf<InstanceRecord>(state, INSTANCES).put(instance);
}

export const notReadyOf = (state: ComputeState, { scope, name }: InstanceRecord): Error =>
  notReady(collectionOf<InstanceRecord>(state, INSTANCES).path(scope, name));

/** @param why as Compute Engine says it */
export function requireStopped({ status }: InstanceRecord, why: string): void {
  if (status !== 'TERMINATED') throw mustBeStopped(why);
}

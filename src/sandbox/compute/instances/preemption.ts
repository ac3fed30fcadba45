import { takeExternal } from '../network/interfaces.ts';
import type { Plan } from '../operations/plans.ts';
import { beginOperation } from '../operations/start.ts';
import { type ComputeState, collectionOf, now } from '../state.ts';
import { pacificTime } from '../timestamps.ts';
import { deleteInstance } from './delete.ts';
import { INSTANCES, type InstanceRecord } from './kind.ts';
import { beginStop, enter, instanceOf } from './lifecycle.ts';
import { tell } from './machines.ts';

/*
 * Compute Engine takes Spot VMs back when it needs what they run on. It tells the operating
 * system to shut down, waits thirty seconds, and then stops the VM, or deletes it if that is
 * its `instanceTerminationAction`. In the zone's operations it stands as one of the type
 * `compute.instances.preempted`.
 *
 * The sandbox has no other customers; a Spot VM runs until somebody asks for a maintenance
 * event (`simulateMaintenanceEvent`), which preempts it on GCP too, or until its time is over:
 * 24 hours for VMs of the old kind (`preemptible` without `provisioningModel`), and for any
 * VM its `maxRunDuration`.
 *
 * https://cloud.google.com/compute/docs/instances/spot#preemption_process
 * https://cloud.google.com/compute/docs/instances/preemptible#limitations
 * https://cloud.google.com/compute/docs/instances/limit-vm-runtime
 */
export const PREEMPT_PLAN = 'compute.instances.preempted';

export const PREEMPT: Plan = {
  steps: [
    {
      seconds: 30,
      apply(state, operation) {
        const instance = instanceOf(state, operation);
        if (instance?.status !== 'STOPPING') return;
        if (instance.scheduling.instanceTerminationAction === 'DELETE') {
          deleteInstance(state, instance);
          return;
        }
        instance.lastStopTimestamp = pacificTime(now(state));
        takeExternal(state, instance);
        enter(state, instance, 'TERMINATED');
        tell(state, 'stopped', instance);
      },
    },
  ],
};

/** Inside a change: a VM that runs is taken back. */
export function beginPreemption(
  state: ComputeState,
  instance: InstanceRecord,
  type = PREEMPT_PLAN,
): void {
  if (type === PREEMPT_PLAN) instance.preempted = true;
  beginStop(state, instance);
  beginOperation(state, {
    type,
    plan: PREEMPT_PLAN,
    user: 'system',
    ...(type === PREEMPT_PLAN ? { statusMessage: 'Instance was preempted.' } : {}),
    targetLink: collectionOf<InstanceRecord>(state, INSTANCES).url(instance),
    targetId: instance.id,
    scope: instance.scope,
  });
}

const DAY_MS = 86_400_000;

/** When the time of a VM is over that was started; undefined if it has all the time in the world. */
export function endOf({ scheduling, lastStartTimestamp }: InstanceRecord): number | undefined {
  if (lastStartTimestamp === undefined) return undefined;
  const { maxRunDuration, preemptible, provisioningModel } = scheduling;
  const limits = [
    ...(maxRunDuration === undefined ? [] : [Number(maxRunDuration.seconds) * 1000]),
    ...(preemptible && provisioningModel === 'STANDARD' ? [DAY_MS] : []),
  ];
  if (limits.length === 0) return undefined;
  return Date.parse(lastStartTimestamp) + Math.min(...limits);
}

/** Takes back the VMs whose time is over. */
export async function expireInstances(state: ComputeState, signal: AbortSignal): Promise<void> {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  const isOver = (one: InstanceRecord | undefined): one is InstanceRecord =>
    one?.status === 'RUNNING' && (endOf(one) ?? Number.POSITIVE_INFINITY) <= now(state);
  for (const { scope, name } of [...instances.everywhere()].filter(isOver)) {
    if (signal.aborted) return;
    await state.store.write(() => {
      const instance = instances.get(scope, name);
      if (isOver(instance)) beginPreemption(state, instance, operationAtEnd(instance));
    });
  }
}

/** What the end of a VM's time is called in the zone's operations. */
function operationAtEnd({ scheduling }: InstanceRecord): string {
  if (scheduling.maxRunDuration === undefined) return PREEMPT_PLAN;
  return scheduling.instanceTerminationAction === 'DELETE' ? 'delete' : 'stop';
}

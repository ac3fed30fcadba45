import { given } from '../../given.ts';
import { paced } from '../../operations/plans.ts';
import { type ComputeState, collectionOf, now } from '../../state.ts';
import {
  AUTOSCALERS,
  type AutoscalerRecord,
  MANAGERS,
  type ManagerRecord,
  type Member,
} from '../kinds.ts';
import { instanceOfMember } from '../managers/members.ts';
import { keptMembers } from '../managers/reconcile.ts';
import { autoscalerOf } from '../managers/show.ts';
import { amountOf } from '../managers/versions.ts';

/*
 * How many instances an autoscaler recommends. It sums up what its group's instances use of
 * their CPUs, leaving out those that are still initializing, and divides by what each is to
 * use; it goes up at once, and down only to the most that it would have recommended during
 * the stabilization period.
 *
 * Nothing in the sandbox uses a CPU in earnest: the load is simulated (load.ts).
 *
 * https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions
 */

const STABILIZATION_SECONDS = 600;

/** Inside a change: has a group's autoscaler decide. @returns whether the target size changed */
export function evaluate(state: ComputeState, manager: ManagerRecord): boolean {
  const autoscaler = autoscalerOf(state, collectionOf<ManagerRecord>(state, MANAGERS).url(manager));
  if (autoscaler === undefined || manager.leaving === true) return false;
  const { autoscalingPolicy: policy, history } = autoscaler;
  const time = now(state);
  const members = keptMembers(manager);
  const ready = members.map((member) => readyAt(state, autoscaler, member));
  const serving = ready.filter((at) => at !== undefined && at <= time).length;
  const size = sizeFor(manager, policy.cpuUtilization.utilizationTarget, serving);

  history.push({ at: time, size });
  const span = paced(state, policy.stabilizationPeriodSec ?? STABILIZATION_SECONDS);
  const window = paced(state, policy.scaleInControl?.timeWindowSec ?? 0);
  const past = history.filter(({ at }) => at > time - Math.max(span, window));
  autoscaler.history = thinned(past);
  const recent = past.filter(({ at }) => at > time - span).map((one) => one.size);
  const stable = Math.max(size, ...recent);
  const slow = Math.max(stable, leastOf(policy, past));
  autoscaler.recommendedSize = Math.min(
    Math.max(slow, policy.minNumReplicas),
    policy.maxNumReplicas,
  );
  delete autoscaler.due;
  Object.assign(
    autoscaler,
    given({ due: nextLook(time, { ready, past, span: Math.max(span, window), size }) }),
  );
  collectionOf<AutoscalerRecord>(state, AUTOSCALERS).put(autoscaler);
  return follow(manager, autoscaler);
}

/** ⌈ sum of utilizations ÷ target ⌉; as large as it is while nothing serves yet. */
function sizeFor({ work = 0, targetSize }: ManagerRecord, target: number, serving: number): number {
  if (serving === 0) return targetSize;
  const used = Math.min(work, serving);
  // 1.2 / 0.6 is a little more than 2.
  return Math.ceil(used / target - 1e-9);
}

/** When an instance counts: it runs, and its initialization period is over. */
function readyAt(
  state: ComputeState,
  { autoscalingPolicy }: AutoscalerRecord,
  member: Member,
): number | undefined {
  const instance = instanceOfMember(state, member);
  if (instance?.status !== 'RUNNING' || member.action !== 'NONE') return undefined;
  const since = Date.parse(instance.lastStartTimestamp ?? instance.creationTimestamp);
  return since + paced(state, autoscalingPolicy.coolDownPeriodSec);
}

/** Scale-in control: no further below the peak than it allows. */
function leastOf(
  { scaleInControl }: AutoscalerRecord['autoscalingPolicy'],
  past: readonly { size: number }[],
): number {
  const most = scaleInControl?.maxScaledInReplicas;
  if (most === undefined) return 0;
  const peak = Math.max(0, ...past.map(({ size }) => size));
  return peak - amountOf(most, peak);
}

/** A recommendation counts until one that is as large has come after it. */
function thinned(history: readonly { at: number; size: number }[]) {
  return history.filter(({ size }, index) =>
    history.slice(index + 1).every((it) => it.size < size),
  );
}

/** When something that has been recommended no longer counts, or an instance begins to. */
function nextLook(
  time: number,
  {
    ready,
    past,
    span,
    size,
  }: {
    ready: readonly (number | undefined)[];
    past: readonly { at: number; size: number }[];
    span: number;
    size: number;
  },
): number | undefined {
  const times = [
    ...ready.filter((at): at is number => at !== undefined && at > time),
    ...past.filter((one) => one.size > size).map(({ at }) => at + span),
  ];
  return times.length === 0 ? undefined : Math.min(...times);
}

function follow(manager: ManagerRecord, { autoscalingPolicy, recommendedSize }: AutoscalerRecord) {
  const { mode } = autoscalingPolicy;
  if (mode === 'OFF' || recommendedSize === undefined) return false;
  const wanted =
    mode === 'ONLY_SCALE_OUT' ? Math.max(manager.targetSize, recommendedSize) : recommendedSize;
  if (wanted === manager.targetSize) return false;
  manager.targetSize = wanted;
  return true;
}

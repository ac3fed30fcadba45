import type { FastifyInstance } from 'fastify';
import { notImplemented } from '../../wire/errors.ts';
import type { Query } from '../../wire/query.ts';
import type { Plan } from '../operations/plans.ts';
import { actionRoute } from '../resource-routes.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { INSTANCES, type InstanceRecord } from './kind.ts';
import {
  beginResume,
  beginStart,
  beginStop,
  beginSuspend,
  instanceOf,
  notReadyOf,
  RUN,
  STOP,
  SUSPEND,
} from './lifecycle.ts';
import { tell } from './machines.ts';
import { beginPreemption, PREEMPT, PREEMPT_PLAN } from './preemption.ts';

/** start, stop, suspend, resume, reset, simulateMaintenanceEvent. */
export function powerRoutes(app: FastifyInstance, state: ComputeState): void {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  const moves: readonly [string, Plan, (state: ComputeState, instance: InstanceRecord) => void][] =
    [
      ['start', RUN, beginStart],
      ['stop', STOP, beginStop],
      ['suspend', SUSPEND, beginSuspend],
      ['resume', RUN, beginResume],
      ['reset', RESET, requireRunning],
    ];
  for (const [action, plan, begin] of moves) {
    actionRoute(app, state, instances, {
      action,
      plan,
      run(record, { query }) {
        refuseMissing(action, query);
        begin(state, record);
        return undefined;
      },
    });
  }
  state.plans.set(PREEMPT_PLAN, PREEMPT);
  actionRoute(app, state, instances, {
    action: 'simulateMaintenanceEvent',
    plan: MAINTENANCE,
    run(record) {
      requireRunning(state, record);
      if (record.scheduling.onHostMaintenance === 'MIGRATE') return undefined;
      beginPreemption(state, record);
      return undefined;
    },
  });
}

/** Local SSDs are not there, so there is nothing to be discarded. */
function refuseMissing(action: string, query: Query): void {
  if (query['noGracefulShutdown'] === 'true') {
    throw notImplemented(`compute.instances.${action} with noGracefulShutdown`);
  }
}

function requireRunning(state: ComputeState, instance: InstanceRecord): void {
  if (instance.status !== 'RUNNING') throw notReadyOf(state, instance);
}

/** Power off and on, whatever the operating system is doing. */
const RESET: Plan = {
  steps: [
    {
      seconds: 5,
      apply(state, operation) {
        const instance = instanceOf(state, operation);
        if (instance?.status === 'RUNNING') tell(state, 'reset', instance);
      },
    },
  ],
};

/** A VM that migrates goes on running; others were sent to STOPPING when it began. */
const MAINTENANCE: Plan = { steps: [{ seconds: 60 }] };

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../../wire/api-method.ts';
import { notImplemented } from '../../../wire/errors.ts';
import { askFor } from '../../access/ask.ts';
import { int32, oneOf, readBody, refused, text } from '../../body.ts';
import type { Kind } from '../../collection.ts';
import { inUse, invalidField, requiredField } from '../../errors.ts';
import { given } from '../../given.ts';
import { placeOf, scopePath } from '../../place.ts';
import type { Scope } from '../../records.ts';
import { parseReference, pathOfUrl } from '../../references.ts';
import { present } from '../../representation.ts';
import { change, deleteRoute, insertRoute, placeOfUrl, readRoutes } from '../../resource-routes.ts';
import { type ComputeState, collectionOf, newRecord } from '../../state.ts';
import type { GroupController } from '../controller.ts';
import {
  AUTOSCALERS,
  type AutoscalerRecord,
  type AutoscalingPolicy,
  MANAGERS,
  type ManagerRecord,
  REGION_AUTOSCALERS,
} from '../kinds.ts';
import { fixedOrPercent } from '../managers/body.ts';
import { autoscalerOf } from '../managers/show.ts';

const policy = z.object({
  minNumReplicas: int32.optional(),
  maxNumReplicas: int32.optional(),
  coolDownPeriodSec: int32.optional(),
  stabilizationPeriodSec: int32.optional(),
  mode: oneOf('ON', 'OFF', 'ONLY_SCALE_OUT', 'ONLY_UP'),
  cpuUtilization: z
    .object({
      utilizationTarget: z.number().optional(),
      predictiveMethod: oneOf('NONE', 'OPTIMIZE_AVAILABILITY'),
    })
    .optional(),
  scaleInControl: z
    .object({ maxScaledInReplicas: fixedOrPercent.optional(), timeWindowSec: int32.optional() })
    .optional(),
  ...refused('customMetricUtilizations', 'loadBalancingUtilization', 'scalingSchedules'),
});
type PolicyRequest = z.infer<typeof policy>;

const autoscaler = z.object({
  name: text,
  description: text.optional(),
  target: text.optional(),
  autoscalingPolicy: policy.optional(),
});
const autoscalerChange = autoscaler.extend({ name: text.optional() });

/** autoscalers and regionAutoscalers. */
export function autoscalerRoutes(
  app: FastifyInstance,
  state: ComputeState,
  controller: GroupController,
): void {
  for (const kind of [AUTOSCALERS, REGION_AUTOSCALERS]) routes(app, state, controller, kind);
}

function routes(
  app: FastifyInstance,
  state: ComputeState,
  controller: GroupController,
  kind: Kind,
): void {
  const autoscalers = collectionOf<AutoscalerRecord>(state, kind);
  const notice = ({ target }: AutoscalerRecord) =>
    state.store.afterCommit(() => {
      const { scope, name } = placeOfUrl(target);
      controller.notice(scope, name);
    });
  readRoutes(app, state, autoscalers, (_state, record) => show(state, kind, record));
  insertRoute(app, state, autoscalers, {
    schema: autoscaler,
    nameOf: ({ name }) => name,
    make: ({ scope, body }) => {
      const { name, description, target, autoscalingPolicy = {} } = body;
      const record: AutoscalerRecord = {
        ...newRecord(state, scope, name),
        ...given({ description }),
        target: readTarget(state, scope, target),
        autoscalingPolicy: readPolicy(undefined, autoscalingPolicy),
        history: [],
      };
      notice(record);
      return record;
    },
  });
  deleteRoute(app, state, autoscalers);
  for (const [verb, action] of [
    ['PATCH', 'patch'],
    ['PUT', 'update'],
  ] as const) {
    const plan = `${kind.api}.${action}`;
    state.plans.set(plan, { steps: [{ seconds: 2 }] });
    app.route({
      method: verb,
      url: `${scopePath(kind.scope)}/${kind.collection}`,
      ...apiMethod(plan),
      handler: async (request, reply) => {
        const { scope, query } = placeOf(state, request);
        const body = await readBody(request, autoscalerChange);
        const name = query['autoscaler'] || body.name;
        if (!name) throw requiredField('autoscaler');
        askFor(state, request, kind, scope, name);
        return change(
          state,
          request,
          reply,
          () => {
            const record = autoscalers.require(scope, name);
            const before = action === 'patch' ? record.autoscalingPolicy : undefined;
            const { autoscalingPolicy = {}, description } = body;
            record.autoscalingPolicy = readPolicy(before, autoscalingPolicy);
            if (description !== undefined) record.description = description;
            autoscalers.put(record);
            notice(record);
            return { type: action, plan, about: record };
          },
          autoscalers,
        );
      },
    });
  }
}

/** The group that is scaled: of the same zone or region, and scaled by nobody else. */
function readTarget(state: ComputeState, scope: Scope, target: string | undefined): string {
  if (!target) throw requiredField('resource.target');
  const managers = collectionOf<ManagerRecord>(state, MANAGERS);
  const reference = parseReference(target, state.projectId);
  if (reference?.collection !== 'instanceGroupManagers' || reference.scope !== scope) {
    const why = 'The target of an autoscaler is a managed instance group in the same place.';
    throw invalidField('resource.target', target, why);
  }
  const url = managers.url(managers.require(scope, reference.name));
  const other = autoscalerOf(state, url);
  if (other !== undefined) {
    const user = collectionOf<AutoscalerRecord>(state, AUTOSCALERS).path(other.scope, other.name);
    throw inUse('instance_group_manager', pathOfUrl(url), user);
  }
  return url;
}

const FIELD = 'resource.autoscalingPolicy';

/** @param before what was so, and stays so where nothing is said */
function readPolicy(
  before: AutoscalingPolicy | undefined,
  wanted: PolicyRequest,
): AutoscalingPolicy {
  if (wanted.cpuUtilization?.predictiveMethod === 'OPTIMIZE_AVAILABILITY') {
    throw notImplemented('predictive autoscaling');
  }
  const maxNumReplicas = wanted.maxNumReplicas ?? before?.maxNumReplicas;
  if (maxNumReplicas === undefined) throw requiredField(`${FIELD}.maxNumReplicas`);
  const minNumReplicas =
    wanted.minNumReplicas ?? before?.minNumReplicas ?? Math.min(2, maxNumReplicas);
  if (minNumReplicas < 0) {
    throw invalidField(`${FIELD}.minNumReplicas`, `${minNumReplicas}`, 'Must not be negative.');
  }
  if (maxNumReplicas < minNumReplicas) {
    const why = 'maxNumReplicas must not be lower than minNumReplicas.';
    throw invalidField(`${FIELD}.maxNumReplicas`, `${maxNumReplicas}`, why);
  }
  const utilizationTarget =
    wanted.cpuUtilization?.utilizationTarget ?? before?.cpuUtilization.utilizationTarget ?? 0.6;
  if (utilizationTarget <= 0 || utilizationTarget > 1) {
    const why = 'Must be greater than 0 and at most 1.';
    throw invalidField(`${FIELD}.cpuUtilization.utilizationTarget`, `${utilizationTarget}`, why);
  }
  const { mode = before?.mode ?? 'ON', coolDownPeriodSec = before?.coolDownPeriodSec ?? 60 } =
    wanted;
  const stabilizationPeriodSec = wanted.stabilizationPeriodSec ?? before?.stabilizationPeriodSec;
  const control = wanted.scaleInControl;
  const amount = control?.maxScaledInReplicas;
  return {
    minNumReplicas,
    maxNumReplicas,
    coolDownPeriodSec,
    mode: mode === 'ONLY_UP' ? 'ONLY_SCALE_OUT' : mode,
    cpuUtilization: { utilizationTarget, predictiveMethod: 'NONE' },
    ...given({ stabilizationPeriodSec }),
    ...(control === undefined
      ? given({ scaleInControl: before?.scaleInControl })
      : {
          scaleInControl: given({
            timeWindowSec: control.timeWindowSec,
            maxScaledInReplicas:
              amount === undefined
                ? undefined
                : given({ fixed: amount.fixed, percent: amount.percent }),
          }),
        }),
  };
}

function show(state: ComputeState, kind: Kind, record: AutoscalerRecord): Record<string, unknown> {
  const { history: _history, due: _due, ...fields } = record;
  const { recommendedSize, autoscalingPolicy } = record;
  const capped =
    recommendedSize === autoscalingPolicy.maxNumReplicas &&
    record.history.some(({ size }) => size > autoscalingPolicy.maxNumReplicas);
  return {
    ...present(state, collectionOf<AutoscalerRecord>(state, kind), fields as AutoscalerRecord),
    status: recommendedSize === undefined ? 'PENDING' : 'ACTIVE',
    ...(capped
      ? {
          statusDetails: [
            {
              type: 'CAPPED_AT_MAX_NUM_REPLICAS',
              message:
                'The number of instances has reached the maximum size of the autoscaling policy.',
            },
          ],
        }
      : {}),
  };
}

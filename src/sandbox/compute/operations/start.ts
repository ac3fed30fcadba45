import type { ApiError } from '../../wire/errors.ts';
import { invalidField } from '../errors.ts';
import { type ComputeState, now, randomId } from '../state.ts';
import { paced } from './plans.ts';
import { type OperationRecord, type OperationWarning, operationKey } from './records.ts';

export interface Begin {
  /** `insert`, `delete`, `stop`, `compute.instances.setLabels`... as GCP calls it. */
  type: string;
  /** What it is about: whole URL and id. */
  targetLink: string;
  targetId: string;
  scope: string;
  /** Name of the plan that carries it out. */
  plan: string;
  details?: Record<string, unknown>;
  user?: string;
  statusMessage?: string;
  warnings?: OperationWarning[];
  /** What several operations of one managed instance group have in common. */
  operationGroupId?: string;
}

/** Inside a change: begins an operation. The scheduler carries it on once that is on disk. */
export function beginOperation(
  state: ComputeState,
  { type, plan: planName, ...about }: Begin,
  requestId?: string,
): OperationRecord {
  const plan = state.plans.get(planName);
  if (plan === undefined) throw new Error(`no plan ${planName}`);
  const time = now(state);
  const { pending = 0, steps } = plan;
  const operation: OperationRecord = {
    id: randomId(state),
    name: operationName(state, time),
    ...about,
    operationType: type,
    status: pending > 0 ? 'PENDING' : 'RUNNING',
    progress: 0,
    insertTime: time,
    ...(pending > 0 ? {} : { startTime: time }),
    plan: planName,
    step: pending > 0 ? -1 : 0,
    due: time + paced(state, pending > 0 ? pending : (steps[0]?.seconds ?? 0)),
    ...(requestId === undefined ? {} : { requestId }),
  };
  state.operations.put(operationKey(operation), operation);
  state.scheduler.enqueue(operation);
  if (requestId !== undefined) {
    state.requests.put(Buffer.from(requestId), { scope: operation.scope, name: operation.name });
  }
  return operation;
}

/**
 * Runs a change that begins an operation. A request that is repeated with the same
 * `requestId`, because its answer was lost, gets the operation that the first one began.
 */
export function changeOnce(
  state: ComputeState,
  requestId: string | undefined,
  change: () => OperationRecord,
): Promise<OperationRecord> {
  return state.store.write(() => {
    const earlier =
      requestId === undefined ? undefined : state.requests.get(Buffer.from(requestId));
    const begun = earlier && state.operations.get(operationKey(earlier));
    return begun ?? change();
  });
}

/** The query parameter `requestId`: a UUID that is not zero. */
export function readRequestId(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const isUuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text);
  if (!isUuid || /^[0-]+$/.test(text)) throw invalidField('requestId', text, 'Must be a UUID');
  return text.toLowerCase();
}

/** How an error looks inside an operation: `ZONE_RESOURCE_POOL_EXHAUSTED` and its like. */
export const operationError = (error: ApiError): NonNullable<OperationRecord['error']> => ({
  code: error.reason.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  message: error.message,
  status: error.status,
});

function operationName({ randomBytes }: ComputeState, time: number): string {
  const hex = Buffer.from(randomBytes(15)).toString('hex');
  return `operation-${time}-${hex.slice(0, 13)}-${hex.slice(13, 21)}-${hex.slice(21, 29)}`;
}

import { urlOf } from '../references.ts';
import { placeFields } from '../representation.ts';
import type { ComputeState } from '../state.ts';
import { pacificTime } from '../timestamps.ts';
import type { OperationRecord } from './records.ts';

/** Who did it where nobody had to say who he is: the project's owner. */
export const OWNER = 'learner@example.com';

/** An operation as the API shows it. */
export function presentOperation(
  state: ComputeState,
  operation: OperationRecord,
): Record<string, unknown> {
  const { id, name, scope, operationType, targetLink, targetId, status, progress } = operation;
  const { insertTime, startTime, endTime, error, requestId, operationGroupId } = operation;
  const { user = OWNER, statusMessage, warnings } = operation;
  return {
    kind: 'compute#operation',
    id,
    name,
    ...placeFields(state, scope),
    operationType,
    targetLink,
    targetId,
    status,
    ...(statusMessage === undefined ? {} : { statusMessage }),
    user,
    progress,
    insertTime: pacificTime(insertTime),
    ...(startTime === undefined ? {} : { startTime: pacificTime(startTime) }),
    ...(endTime === undefined ? {} : { endTime: pacificTime(endTime) }),
    ...(requestId === undefined ? {} : { clientOperationId: requestId }),
    ...(operationGroupId === undefined ? {} : { operationGroupId }),
    ...(warnings === undefined ? {} : { warnings }),
    ...(error === undefined ? {} : errorFields(error)),
    selfLink: urlOf({ project: state.projectId, scope, collection: 'operations', name }),
  };
}

function errorFields({ code, message, status }: NonNullable<OperationRecord['error']>): object {
  return {
    error: { errors: [{ code, message }] },
    httpErrorStatusCode: status,
    httpErrorMessage: HTTP[status] ?? 'INTERNAL SERVER ERROR',
  };
}

const HTTP: Readonly<Record<number, string>> = {
  400: 'BAD REQUEST',
  403: 'FORBIDDEN',
  404: 'NOT FOUND',
  409: 'CONFLICT',
  412: 'PRECONDITION FAILED',
  503: 'SERVICE UNAVAILABLE',
};

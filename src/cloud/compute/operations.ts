/**
 * Whatever Compute Engine changes, it answers with an operation that goes on
 * after the answer (https://docs.cloud.google.com/compute/docs/api/how-tos/api-requests-responses#handling_api_responses):
 * `PENDING`, `RUNNING`, then `DONE`, with `error` where it failed. `wait`
 * answers when it is done, and after two minutes at the latest.
 */
import type { ComputeClients } from './clients.ts';

/** What the clients say of an operation, as far as it is looked at. */
export interface OperationView {
  readonly name?: string | null;
  readonly status?: unknown;
  readonly zone?: string | null;
  readonly region?: string | null;
  readonly operationType?: string | null;
  readonly targetLink?: string | null;
  readonly httpErrorStatusCode?: number | null;
  readonly error?: {
    readonly errors?:
      | readonly { readonly code?: string | null; readonly message?: string | null }[]
      | null;
  } | null;
}

/** What the clients answer to a change; they say of the operation in it that it is one of another API. */
export interface Started {
  readonly latestResponse?: unknown;
}

/** The operation that a change has started. */
export function operationOf({ latestResponse }: Started): OperationView {
  return latestResponse as OperationView;
}

/** Half an hour: what takes longer is stuck. */
const waitsAtMost = 15;

/** An operation that ended with an error; `code` is the HTTP status that a direct answer would have had. */
export class OperationError extends Error {
  override readonly name = 'OperationError';

  constructor(
    readonly code: number,
    /** Such as `RESOURCE_IN_USE_BY_ANOTHER_RESOURCE`. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Waits until an operation is done.
 *
 * @throws OperationError where it failed
 */
export async function untilDone(
  clients: ComputeClients,
  project: string,
  operation: OperationView,
): Promise<void> {
  let now = operation;
  for (let waits = 0; now.status !== 'DONE'; waits += 1) {
    if (waits === waitsAtMost) throw new Error(`the operation ${now.name} does not end`);
    now = await waitOnce(clients, project, now);
  }
  const [problem] = now.error?.errors ?? [];
  if (problem !== undefined) {
    const { code, message } = problem;
    throw new OperationError(
      now.httpErrorStatusCode || 400,
      code ?? '',
      message || (code ?? 'the operation failed'),
    );
  }
}

async function waitOnce(
  { zoneOperations, regionOperations, globalOperations }: ComputeClients,
  project: string,
  { name, zone, region }: OperationView,
): Promise<OperationView> {
  const operation = name ?? '';
  // An empty string stands for a field that is not there.
  if (zone) {
    const [done] = await zoneOperations.wait({ project, zone: lastPart(zone), operation });
    return done;
  }
  if (region) {
    const [done] = await regionOperations.wait({ project, region: lastPart(region), operation });
    return done;
  }
  const [done] = await globalOperations.wait({ project, operation });
  return done;
}

/** `asia-northeast3-a` of `https://…/zones/asia-northeast3-a`. */
export function lastPart(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

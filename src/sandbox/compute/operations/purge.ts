import { type ComputeState, now } from '../state.ts';
import { operationKey } from './records.ts';

/** Operations are kept for a while after they are done. */
const KEPT_MS = 14 * 86_400_000;
const AT_A_TIME = 1000;

/** Forgets operations that were done two weeks ago, and the requests that began them. */
export async function purgeOperations(state: ComputeState, signal: AbortSignal): Promise<void> {
  const old = now(state) - KEPT_MS;
  let from = Buffer.alloc(0);
  for (;;) {
    const batch = [...state.operations.range(from, Buffer.from([0xff]), AT_A_TIME)];
    const gone = batch
      .map(({ value }) => value)
      .filter(({ status, endTime = 0 }) => status === 'DONE' && endTime < old);
    if (gone.length > 0) {
      await state.store.write(() => {
        for (const operation of gone) {
          state.operations.remove(operationKey(operation));
          const { requestId } = operation;
          if (requestId !== undefined) state.requests.remove(Buffer.from(requestId));
        }
      });
    }
    const last = batch.at(-1);
    if (batch.length < AT_A_TIME || last === undefined || signal.aborted) return;
    from = Buffer.concat([last.key, Buffer.from([0])]);
  }
}

import type { CustomerKey } from '../customer-keys.ts';
import type { ObjectRecord } from '../records.ts';
import { noSuchObject, type StorageState } from '../state.ts';

/** The bytes of objects, one object after another; the key is that of them all. */
export async function* bytesOf(
  state: StorageState,
  sources: readonly ObjectRecord[],
  key: CustomerKey | undefined,
): AsyncGenerator<Buffer> {
  for (const { bucket, name, body, size } of sources) {
    if (size === 0) continue;
    // Deleted between the lookup and now: to the client it is as if it came later.
    const gone = () => noSuchObject(bucket, name);
    yield* state.bodies.chunks(body, { first: 0, last: size - 1, key: key?.bytes }, gone);
  }
}

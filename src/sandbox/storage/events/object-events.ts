import { randomEventId } from '../../events.ts';
import type { ObjectRecord } from '../records.ts';
import { showObject } from '../representation.ts';
import { findBucket, type StorageState } from '../state.ts';
import { messageFor } from './notification-messages.ts';

/**
 * What happens to objects, told to whoever listens in the sandbox. The events are those
 * of Eventarc, one for each change of an object's generation:
 *
 *   google.cloud.storage.object.v1.finalized        it was written: uploaded, copied, composed
 *   google.cloud.storage.object.v1.archived         it was live and became noncurrent
 *   google.cloud.storage.object.v1.deleted          it is gone, or soft-deleted
 *   google.cloud.storage.object.v1.metadataUpdated  its metadata changed
 *
 * `data` is the object as the JSON API shows it. An overwrite is two events, each naming
 * the other generation in an extension: `overwrittenbygeneration` and
 * `overwrotegeneration`. The end of a soft-deleted object's time is no event.
 *
 * Each is followed by the Pub/Sub messages that the bucket's notification configurations
 * ask for: see notification-messages.ts.
 *
 * https://cloud.google.com/eventarc/docs/event-types#cloud-storage
 * https://cloud.google.com/storage/docs/pubsub-notifications
 */
export type ObjectEventKind = 'finalized' | 'archived' | 'deleted' | 'metadataUpdated';

export interface ObjectEvent {
  kind: ObjectEventKind;
  object: ObjectRecord;
  /** The generation that this one took the place of. */
  overwrote?: number | undefined;
  /** The generation that took the place of this one. */
  overwrittenBy?: number | undefined;
}

/** Inside a change, after its refusals: tells of it once it is on disk. Costs nothing unheard. */
export function announce(state: StorageState, event: ObjectEvent): void {
  const { events, store } = state;
  if (!events.areHeard) return;
  const { bucket, name } = event.object;
  const holder = findBucket(state, bucket);
  const configs = holder?.notifications ?? [];
  const time = state.clock().toISOString();
  store.afterCommit(() => {
    const data = showObject(shown(event, time), state.baseUrl(), { bucket: holder });
    events.publish({
      id: randomEventId(state.randomBytes),
      type: `google.cloud.storage.object.v1.${event.kind}`,
      source: `//storage.googleapis.com/projects/_/buckets/${bucket}`,
      subject: `objects/${name}`,
      time,
      data,
      extensions: { bucket, ...generations(event) },
    });
    for (const config of configs) {
      const message = messageFor(config, event, data, time);
      if (message) events.publish({ id: randomEventId(state.randomBytes), time, ...message });
    }
  });
}

/** What was deleted shows since when. */
function shown({ kind, object }: ObjectEvent, time: string): ObjectRecord {
  if (kind !== 'deleted' && kind !== 'archived') return object;
  return { ...object, timeDeleted: object.timeDeleted ?? Date.parse(time) };
}

function generations({ overwrote, overwrittenBy }: ObjectEvent): Record<string, string> {
  return {
    ...(overwrote === undefined ? {} : { overwrotegeneration: String(overwrote) }),
    ...(overwrittenBy === undefined ? {} : { overwrittenbygeneration: String(overwrittenBy) }),
  };
}

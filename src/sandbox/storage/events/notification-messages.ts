import type { SandboxEvent } from '../../events.ts';
import type { NotificationConfig } from './notifications.ts';
import type { ObjectEvent, ObjectEventKind } from './object-events.ts';

/*
 * The Pub/Sub message that Cloud Storage sends for an object's event under a
 * notification configuration. There is no topic to send it to from here, so it is handed
 * over as an event of a type of its own, which a Pub/Sub service takes from there:
 *
 *   type     cloudlab.pubsub.v1.publishRequested
 *   source   //storage.googleapis.com/projects/_/buckets/BUCKET
 *   subject  the topic: projects/PROJECT/topics/TOPIC
 *   data     { topic, message: { data?, attributes } }, as projects.topics.publish takes it
 *
 * https://cloud.google.com/storage/docs/pubsub-notifications#format
 */

export const PUBLISH_REQUESTED = 'cloudlab.pubsub.v1.publishRequested';

/** The message for an event, unless the configuration does not ask for it. */
export function messageFor(
  config: NotificationConfig,
  event: ObjectEvent,
  resource: object,
  time: string,
): Omit<SandboxEvent, 'id' | 'time'> | undefined {
  const { object, overwrote, overwrittenBy } = event;
  const { bucket, name } = object;
  const eventType = EVENT_TYPE[event.kind];
  if (config.event_types && !config.event_types.includes(eventType)) return undefined;
  if (!name.startsWith(config.object_name_prefix ?? '')) return undefined;
  const attributes = {
    ...config.custom_attributes,
    notificationConfig: `projects/_/buckets/${bucket}/notificationConfigs/${config.id}`,
    eventType,
    payloadFormat: config.payload_format,
    bucketId: bucket,
    objectId: name,
    objectGeneration: String(object.generation),
    eventTime: time,
    ...(overwrote === undefined ? {} : { overwroteGeneration: String(overwrote) }),
    ...(overwrittenBy === undefined ? {} : { overwrittenByGeneration: String(overwrittenBy) }),
  };
  const topic = config.topic.replace('//pubsub.googleapis.com/', '');
  const payload = `${JSON.stringify(resource, undefined, 2)}\n`;
  const data =
    config.payload_format === 'NONE' ? {} : { data: Buffer.from(payload).toString('base64') };
  return {
    type: PUBLISH_REQUESTED,
    source: `//storage.googleapis.com/projects/_/buckets/${bucket}`,
    subject: topic,
    data: { topic, message: { ...data, attributes } },
  };
}

const EVENT_TYPE = {
  finalized: 'OBJECT_FINALIZE',
  metadataUpdated: 'OBJECT_METADATA_UPDATE',
  deleted: 'OBJECT_DELETE',
  archived: 'OBJECT_ARCHIVE',
} as const satisfies Record<ObjectEventKind, string>;

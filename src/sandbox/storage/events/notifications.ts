import * as z from 'zod';
import { ApiError, invalid } from '../../wire/errors.ts';
import type { BucketRecord } from '../records.ts';
import { parse } from '../schema.ts';
import { requireBucket, type StorageState, saveBucket } from '../state.ts';

/**
 * Notification configurations: which events of a bucket's objects are sent to which
 * Pub/Sub topic. They belong to the bucket, are kept with it, and adding or removing one
 * counts its metageneration up, which also makes their ids.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/notifications
 */
export interface NotificationConfig {
  id: string;
  /** //pubsub.googleapis.com/projects/PROJECT/topics/TOPIC */
  topic: string;
  payload_format: 'JSON_API_V1' | 'NONE';
  /** Absent: every type. */
  event_types?: string[];
  object_name_prefix?: string;
  custom_attributes?: Record<string, string>;
}

/** In a bucket; and of those, how many may be about the same type of event. */
const MAX_CONFIGS = 100;
const MAX_FOR_A_TYPE = 10;

const MAX_ATTRIBUTES = 5;
const MAX_ATTRIBUTE_KEY = 256;
const MAX_ATTRIBUTE_VALUE = 1024;

const EVENT_TYPES = [
  'OBJECT_FINALIZE',
  'OBJECT_METADATA_UPDATE',
  'OBJECT_DELETE',
  'OBJECT_ARCHIVE',
];

/** No object's name is longer. The bucket is read by every request, its configurations with it. */
const MAX_PREFIX_BYTES = 1024;

const TOPIC = /^(?:\/\/pubsub\.googleapis\.com\/)?(projects\/[^/]{1,100}\/topics\/[^/]+)$/;

/** https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names */
const TOPIC_ID = /\/topics\/(?!goog)[A-Za-z][\w.~+%-]{2,254}$/;

const request = z.object({
  topic: z.string().nullish(),
  payload_format: z.string().nullish(),
  event_types: z.array(z.string()).nullish(),
  object_name_prefix: z.string().nullish(),
  custom_attributes: z.record(z.string(), z.string()).nullish(),
});

/** Validates a configuration as a client sends it. */
export function parseNotification(body: Record<string, unknown>): Omit<NotificationConfig, 'id'> {
  const given = parse(request, body);
  const { payload_format } = given;
  if (payload_format !== 'JSON_API_V1' && payload_format !== 'NONE') {
    throw missing("You must specify a payload format in the 'payload_format' field.");
  }
  if (!given.topic) throw missing("You must specify a Cloud Pub/Sub topic in the 'topic' field.");
  const topic = TOPIC.exec(given.topic)?.[1];
  if (topic === undefined || !TOPIC_ID.test(topic)) {
    throw invalid(
      'Invalid Google Cloud Pub/Sub topic. ' +
        "It should look like '//pubsub.googleapis.com/projects/*/topics/*.'",
    );
  }
  const types = EVENT_TYPES.filter((type) => given.event_types?.includes(type));
  const unknown = given.event_types?.find((type) => !EVENT_TYPES.includes(type));
  if (unknown !== undefined) throw invalid(`Invalid value for: event_types: ${unknown}`);
  if (Buffer.byteLength(given.object_name_prefix ?? '') > MAX_PREFIX_BYTES) {
    throw invalid('Invalid value for: object_name_prefix: it is too long');
  }
  const attributes = given.custom_attributes ?? {};
  checkAttributes(attributes);
  return {
    topic: `//pubsub.googleapis.com/${topic}`,
    payload_format,
    ...(types.length > 0 ? { event_types: types } : {}),
    ...(given.object_name_prefix ? { object_name_prefix: given.object_name_prefix } : {}),
    ...(Object.keys(attributes).length > 0 ? { custom_attributes: attributes } : {}),
  };
}

/** Inside a change: adds a configuration to a bucket. */
export function addNotification(
  state: StorageState,
  bucketName: string,
  asked: Omit<NotificationConfig, 'id'>,
): NotificationConfig {
  const bucket = requireBucket(state, bucketName);
  const configs = bucket.notifications ?? [];
  if (configs.length >= MAX_CONFIGS) {
    throw invalid(`Too many notifications. The maximum is ${MAX_CONFIGS}.`);
  }
  const crowded = (asked.event_types ?? EVENT_TYPES).some(
    (type) =>
      configs.filter((one) => one.event_types?.includes(type) ?? true).length >= MAX_FOR_A_TYPE,
  );
  if (crowded)
    throw invalid(`Too many overlapping notifications. The maximum is ${MAX_FOR_A_TYPE}.`);
  const config = { id: String(bucket.metageneration), ...asked };
  put(state, bucket, [...configs, config]);
  return config;
}

/** Inside a change: takes a configuration from a bucket. */
export function removeNotification(state: StorageState, bucketName: string, id: string): void {
  const bucket = requireBucket(state, bucketName);
  const { id: found } = requireNotification(bucket, id);
  put(
    state,
    bucket,
    (bucket.notifications ?? []).filter((config) => config.id !== found),
  );
}

/** A configuration of a bucket, or the 404. */
export function requireNotification(bucket: BucketRecord, id: string): NotificationConfig {
  const config = bucket.notifications?.find((one) => one.id === id);
  if (!config) throw new ApiError(404, 'notFound', 'The requested resource was not found.');
  return config;
}

/** A configuration as the API shows it. */
export function showNotification(config: NotificationConfig, bucket: string, base: string): object {
  return {
    kind: 'storage#notification',
    selfLink: `${base}/storage/v1/b/${bucket}/notificationConfigs/${config.id}`,
    etag: config.id,
    ...config,
  };
}

function put(state: StorageState, bucket: BucketRecord, configs: NotificationConfig[]): void {
  const { notifications: _, ...rest } = bucket;
  saveBucket(state, configs.length > 0 ? { ...rest, notifications: configs } : rest);
}

function checkAttributes(attributes: Record<string, string>): void {
  const count = Object.keys(attributes).length;
  if (count > MAX_ATTRIBUTES) {
    throw invalid(
      `Maximum of ${MAX_ATTRIBUTES} custom attributes, notification config had ${count}`,
    );
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (key === '') throw invalid('Custom attribute keys may not be empty');
    tooLong('keys', 'key', key, MAX_ATTRIBUTE_KEY);
    tooLong('values', 'value', value, MAX_ATTRIBUTE_VALUE);
  }
}

function tooLong(many: string, one: string, text: string, max: number): void {
  const { length } = [...text];
  if (length <= max) return;
  throw invalid(
    `Notification ${many} may not be longer than ${max} characters, ` +
      `but ${one} '${text}' contains ${length} characters.`,
  );
}

const missing = (message: string) => new ApiError(400, 'required', message);

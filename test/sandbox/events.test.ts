import { expect, onTestFinished, test } from 'vitest';
import type { SandboxEvent } from '../../src/sandbox/events.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client, manualClock, start } from './support.ts';

/** Everything the sandbox tells from now on, in its order. */
function listen(sandbox: Sandbox, type = ''): SandboxEvent[] {
  const heard: SandboxEvent[] = [];
  onTestFinished(sandbox.events.subscribe(type, (event) => void heard.push(event)));
  return heard;
}

/** The next `count` events, in short: what happened, to which generation, in whose place. */
async function told(events: SandboxEvent[], count: number): Promise<string[]> {
  await expect.poll(() => events.length).toBeGreaterThanOrEqual(count);
  return events.splice(0).map(({ type, data, extensions = {} }) => {
    const { name, generation } = data as { name: string; generation: string };
    const { overwrotegeneration: over, overwrittenbygeneration: by } = extensions;
    const kind = type.replace('google.cloud.storage.object.v1.', '');
    return `${kind} ${name}#${generation}${over ? ` over ${over}` : ''}${by ? ` by ${by}` : ''}`;
  });
}

test('an event is what Eventarc delivers, once the object is there', async () => {
  const clock = manualClock();
  const sandbox = await start({ clock: clock.now });
  const http = client(sandbox);
  await http.bucket('photos');
  const unheard = await http.upload('photos', 'unheard', 'x');
  expect(unheard.status).toBe(200);
  const heard = listen(sandbox, 'google.cloud.storage.object.v1.');
  const readable: Promise<number>[] = [];
  sandbox.events.subscribe('google.cloud.storage.object.v1.finalized', async ({ data }) => {
    const { selfLink } = data as { selfLink: string };
    readable.push(fetch(selfLink).then(({ status }) => status));
    throw new Error('a listener that fails is nobody else’s problem');
  });
  const { json } = await http.upload('photos', 'my cat/고양이.jpg', 'meow');
  await expect.poll(() => heard).toHaveLength(1);
  expect(heard[0]).toEqual({
    id: expect.stringMatching(/^\d+$/),
    type: 'google.cloud.storage.object.v1.finalized',
    source: '//storage.googleapis.com/projects/_/buckets/photos',
    subject: 'objects/my cat/고양이.jpg',
    time: clock.now().toISOString(),
    data: json,
    extensions: { bucket: 'photos' },
  });
  expect(await Promise.all(readable)).toEqual([200]);
});

test('each change of a generation is told, and nothing that was refused', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  await http.bucket('plain');
  const heard = listen(sandbox);
  const write = async (bucket: string, name: string) =>
    (await http.upload(bucket, name, name)).json.generation as string;

  const one = await write('plain', 'a');
  const two = await write('plain', 'a');
  expect(await told(heard, 3)).toEqual([
    `finalized a#${one}`,
    `deleted a#${one} by ${two}`,
    `finalized a#${two} over ${one}`,
  ]);

  expect((await http.upload('plain', 'a', 'x', '&ifGenerationMatch=0')).status).toBe(412);
  await http.patch('/storage/v1/b/plain/o/a', { temporaryHold: true });
  expect((await http.delete('/storage/v1/b/plain/o/a')).status).toBe(403);
  await http.put('/storage/v1/b/plain/o/a', { metadata: { k: 'v' } });
  expect(await told(heard, 2)).toEqual([`metadataUpdated a#${two}`, `metadataUpdated a#${two}`]);

  const copy = (await http.post('/storage/v1/b/plain/o/a/rewriteTo/b/plain/o/b', {})).json.resource;
  const joined = await http.post('/storage/v1/b/plain/o/c/compose', {
    sourceObjects: [{ name: 'a' }, { name: 'b' }],
  });
  await http.delete('/storage/v1/b/plain/o/a');
  expect(await told(heard, 3)).toEqual([
    `finalized b#${copy.generation}`,
    `finalized c#${joined.json.generation}`,
    `deleted a#${two}`,
  ]);

  await http.post('/storage/v1/b/plain/o/c/acl', { entity: 'allUsers', role: 'READER' });
  const put = await http.call('PUT', '/plain/xml', { body: 'x' });
  await http.call('DELETE', '/plain/xml');
  const viaXml = put.headers.get('x-goog-generation');
  expect(await told(heard, 3)).toEqual([
    `metadataUpdated c#${joined.json.generation}`,
    `finalized xml#${viaXml}`,
    `deleted xml#${viaXml}`,
  ]);

  const moved = (await http.post('/storage/v1/b/plain/o/b/moveTo/o/d', {})).json;
  const restored = await http.post(`/storage/v1/b/plain/o/a/restore?generation=${two}`, {});
  expect(await told(heard, 3)).toEqual([
    `deleted b#${copy.generation}`,
    `finalized d#${moved.generation}`,
    `finalized a#${restored.json.generation}`,
  ]);

  await http.bucket('versioned', { versioning: { enabled: true } });
  const old = await write('versioned', 'v');
  const live = await write('versioned', 'v');
  await http.delete('/storage/v1/b/versioned/o/v');
  await http.delete(`/storage/v1/b/versioned/o/v?generation=${old}`);
  expect(await told(heard, 5)).toEqual([
    `finalized v#${old}`,
    `archived v#${old} by ${live}`,
    `finalized v#${live} over ${old}`,
    `archived v#${live}`,
    `deleted v#${old}`,
  ]);
});

test('a notification configuration is kept with its bucket and checked', async () => {
  const http = client(await start());
  await http.bucket('told');
  const configs = '/storage/v1/b/told/notificationConfigs';
  const topic = '//pubsub.googleapis.com/projects/p/topics/uploads';
  const created = await http.post(configs, {
    topic,
    payload_format: 'JSON_API_V1',
    event_types: ['OBJECT_DELETE', 'OBJECT_FINALIZE'],
    object_name_prefix: 'in/',
    custom_attributes: { team: 'a' },
  });
  const resource = {
    kind: 'storage#notification',
    selfLink: expect.stringMatching(/\/storage\/v1\/b\/told\/notificationConfigs\/1$/),
    id: '1',
    etag: '1',
    topic,
    payload_format: 'JSON_API_V1',
    event_types: ['OBJECT_FINALIZE', 'OBJECT_DELETE'],
    object_name_prefix: 'in/',
    custom_attributes: { team: 'a' },
  };
  expect(created.json).toEqual(resource);
  expect((await http.get(`${configs}/1`)).json).toEqual(resource);
  await http.put('/storage/v1/b/told', { labels: { a: 'b' } });
  expect((await http.get(configs)).json).toEqual({
    kind: 'storage#notifications',
    items: [resource],
  });

  const refused: [object, string, RegExp][] = [
    [{ topic }, 'required', /payload format/],
    [{ payload_format: 'NONE' }, 'required', /topic/],
    [{ topic: 'uploads', payload_format: 'NONE' }, 'invalid', /should look like/],
    [
      { topic: '//pubsub.googleapis.com/projects/p/topics/1', payload_format: 'NONE' },
      'invalid',
      /should look like/,
    ],
    [{ topic, payload_format: 'NONE', event_types: ['OBJECT_EATEN'] }, 'invalid', /OBJECT_EATEN/],
    [{ topic, payload_format: 'NONE', custom_attributes: { '': 'x' } }, 'invalid', /empty/],
    [
      { topic, payload_format: 'NONE', object_name_prefix: 'x'.repeat(1025) },
      'invalid',
      /object_name_prefix/,
    ],
    [
      { topic: topic.replace('/p/', `/${'p'.repeat(101)}/`), payload_format: 'NONE' },
      'invalid',
      /should look like/,
    ],
    [
      { topic, payload_format: 'NONE', custom_attributes: { k: 'x'.repeat(1025) } },
      'invalid',
      /1024/,
    ],
  ];
  for (const [body, reason, message] of refused) {
    const { json } = await http.post(configs, body);
    expect(json.error, JSON.stringify(body)).toMatchObject({ code: 400, errors: [{ reason }] });
    expect(json.error.message).toMatch(message);
  }

  for (let n = 1; n < 10; n++) {
    const more = { topic, payload_format: 'NONE', event_types: ['OBJECT_FINALIZE'] };
    expect((await http.post(configs, more)).status).toBe(200);
  }
  const eleventh = await http.post(configs, { topic, payload_format: 'NONE' });
  expect(eleventh.json.error.message).toBe(
    'Too many overlapping notifications. The maximum is 10.',
  );
  const other = { topic, payload_format: 'NONE', event_types: ['OBJECT_ARCHIVE'] };
  expect((await http.post(configs, other)).status).toBe(200);

  expect((await http.delete(`${configs}/1`)).status).toBe(204);
  expect((await http.get(`${configs}/1`)).json.error.code).toBe(404);
  expect((await http.delete(`${configs}/1`)).json.error.code).toBe(404);
  expect((await http.get('/storage/v1/b/ghost/notificationConfigs')).json.error.code).toBe(404);
  await http.delete('/storage/v1/b/told');
  await http.bucket('told');
  expect((await http.get(configs)).json).toEqual({ kind: 'storage#notifications' });
});

test('an event that a configuration asks for is handed to Pub/Sub as the message GCS sends', async () => {
  const clock = manualClock();
  const sandbox = await start({ clock: clock.now });
  const http = client(sandbox);
  await http.bucket('told');
  const configs = '/storage/v1/b/told/notificationConfigs';
  const topic = '//pubsub.googleapis.com/projects/p/topics/';
  await http.post(configs, {
    topic: `${topic}uploads`,
    payload_format: 'JSON_API_V1',
    event_types: ['OBJECT_FINALIZE'],
    object_name_prefix: 'in/',
    custom_attributes: { team: 'a' },
  });
  await http.post(configs, { topic: `${topic}all`, payload_format: 'NONE' });
  const heard = listen(sandbox, 'cloudlab.pubsub.');

  const first = (await http.upload('told', 'in/a', '1')).json;
  const second = (await http.upload('told', 'in/a', '2')).json;
  await http.upload('told', 'out', '3');
  await expect.poll(() => heard).toHaveLength(6);
  const messages = heard.map(({ subject, data }) => {
    const { message } = data as { message: { attributes: Record<string, string>; data?: string } };
    return { topic: subject.replace('projects/p/topics/', ''), ...message };
  });
  const about = (generation: string) => ({
    payloadFormat: 'NONE',
    notificationConfig: 'projects/_/buckets/told/notificationConfigs/2',
    bucketId: 'told',
    objectId: 'in/a',
    objectGeneration: generation,
    eventTime: clock.now().toISOString(),
  });
  expect(messages.map(({ topic, attributes }) => `${topic} ${attributes['eventType']}`)).toEqual([
    'uploads OBJECT_FINALIZE',
    'all OBJECT_FINALIZE',
    'all OBJECT_DELETE',
    'uploads OBJECT_FINALIZE',
    'all OBJECT_FINALIZE',
    'all OBJECT_FINALIZE',
  ]);
  expect(messages[2]).toEqual({
    topic: 'all',
    attributes: {
      ...about(first.generation),
      eventType: 'OBJECT_DELETE',
      overwrittenByGeneration: second.generation,
    },
  });
  expect(messages[3]?.attributes).toEqual({
    ...about(second.generation),
    eventType: 'OBJECT_FINALIZE',
    payloadFormat: 'JSON_API_V1',
    notificationConfig: 'projects/_/buckets/told/notificationConfigs/1',
    overwroteGeneration: first.generation,
    team: 'a',
  });
  const payload = Buffer.from(messages[3]?.data ?? '', 'base64').toString();
  expect(JSON.parse(payload)).toEqual(second);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SandboxEvent } from '../../src/sandbox/events.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { parseLifecycle } from '../../src/sandbox/storage/lifecycle/config.ts';
import { ApiError } from '../../src/sandbox/wire/errors.ts';
import { blobFiles, client, manualClock, start, tempDir } from './support.ts';

const DAY = 24 * 3600;

/** A sandbox at midnight whose clock is moved as `cloudlab clock advance` moves it. */
async function midnight() {
  const { now } = manualClock('2026-01-01T00:00:00.000Z');
  const sandbox = await start({ clock: now, controlToken: 'secret' });
  const http = client(sandbox);
  const pass = async (days: number) => {
    const reply = await http.call('POST', '/_cloudlab/clock', {
      headers: { authorization: 'Bearer secret' },
      body: JSON.stringify({ advanceSeconds: days * DAY }),
    });
    expect(reply.status).toBe(200);
  };
  const versions = async (bucket: string, query = '&versions=true'): Promise<string[]> => {
    const { items = [] } = (await http.get(`/storage/v1/b/${bucket}/o?${query}`)).json;
    return items.map((item: { name: string; storageClass: string; timeDeleted?: string }) =>
      [item.name, item.storageClass, item.timeDeleted ? 'noncurrent' : 'live'].join(' '),
    );
  };
  return { sandbox, http, pass, versions };
}

const rule = (action: object | string, condition: object) => ({
  action: typeof action === 'string' ? { type: action } : action,
  condition,
});
const toClass = (storageClass: string) => ({ type: 'SetStorageClass', storageClass });

test('rules are kept as GCS keeps them, and refused as it refuses them', async () => {
  const { http } = await midnight();
  await http.bucket('rules');
  const set = (...rules: unknown[]) =>
    http.patch('/storage/v1/b/rules', { lifecycle: { rule: rules } });
  const all = {
    age: 0,
    createdBefore: '2026-02-28',
    customTimeBefore: '2024-02-29',
    daysSinceCustomTime: '7',
    daysSinceNoncurrentTime: 1,
    isLive: false,
    matchesPrefix: ['a/', 'b/'],
    matchesSuffix: [],
    matchesStorageClass: ['nearline'],
    noncurrentTimeBefore: '2026-01-01',
    numNewerVersions: 3,
    sizeAboveBytes: 1024,
  };
  const { matchesSuffix: _, ...rest } = all;
  const kept = {
    rule: [
      rule('Delete', {
        ...rest,
        daysSinceCustomTime: 7,
        matchesStorageClass: ['NEARLINE'],
        sizeAboveBytes: '1024',
      }),
    ],
  };
  expect((await set(rule('Delete', all))).json.lifecycle).toEqual(kept);
  expect((await http.patch('/storage/v1/b/rules', { lifecycle: {} })).json.lifecycle).toEqual(kept);

  const refused: [unknown, RegExp][] = [
    [rule('Delete', {}), /must have a condition/],
    [{ action: { type: 'Delete' } }, /must have a condition/],
    [rule('Delete', { matchesPrefix: [] }), /must have a condition/],
    [rule('Destroy', { age: 1 }), /Destroy is not a valid value/],
    [
      rule({ type: 'Delete', storageClass: 'NEARLINE' }, { age: 1 }),
      /only be specified for SET_STORAGE_CLASS/,
    ],
    [rule('SetStorageClass', { age: 1 }), /must specify the destination/],
    [rule(toClass('COLD'), { age: 1 }), /Unknown storage class 'COLD'/],
    [rule('Delete', { age: -1 }), /age condition must be greater than or equal to 0, but was -1/],
    [rule('Delete', { age: 2 ** 31 }), /TYPE_INT32/],
    [rule('Delete', { age: 1.5 }), /age/],
    [rule('Delete', { numNewerVersions: 'three' }), /numNewerVersions/],
    [rule('Delete', { createdBefore: '2026-02-31' }), /Invalid format: "2026-02-31"/],
    [rule('Delete', { createdBefore: '2026-02-01T00:00:00Z' }), /Invalid format/],
    [rule('Delete', { isLive: 'yes' }), /isLive/],
    [rule('Delete', { matchesPrefix: [''] }), /empty or longer than 1024/],
    [rule('Delete', { matchesSuffix: 'x' }), /list of strings/],
    [rule('Delete', { matchesStorageClass: ['COLD'] }), /Invalid storage class "COLD"/],
    [rule('Delete', { age: 1, tagged: true }), /tagged/],
    [rule('Delete', { constructor: 1 }), /constructor/],
    [rule('AbortIncompleteMultipartUpload', { age: 1, isLive: true }), /only ones allowed/],
    ['Delete', /must be an object/],
    [null, /must be an object/],
  ];
  for (const [wrong, message] of refused) {
    const { json } = await set(wrong);
    expect(json.error, JSON.stringify(wrong)).toMatchObject({
      code: 400,
      errors: [{ reason: 'invalid' }],
    });
    expect(json.error.message).toMatch(message);
  }
  const one = rule('Delete', { age: 1 });
  expect((await set(...Array(100).fill(one))).status).toBe(200);
  expect((await set(...Array(101).fill(one))).status).toBe(400);
  const affixes = rule('Delete', { matchesPrefix: Array(1001).fill('x') });
  expect((await set(affixes)).json.error.message).toMatch(/more than 1000/);

  expect((await set()).json.lifecycle).toBeUndefined();
  await set(one);
  expect(
    (await http.patch('/storage/v1/b/rules', { lifecycle: null })).json.lifecycle,
  ).toBeUndefined();
  await set(one);
  expect((await http.put('/storage/v1/b/rules', {})).json.lifecycle).toBeUndefined();
});

test('any configuration is refused with 400 or kept in a form that is accepted again', () => {
  const right = {
    age: fc.constantFrom(0, 5, '30'),
    createdBefore: fc.constant('2026-01-02'),
    isLive: fc.boolean(),
    matchesPrefix: fc.constantFrom(['a'], []),
    matchesStorageClass: fc.constantFrom(['nearline'], ['ARCHIVE', 'REGIONAL']),
    sizeAboveBytes: fc.constantFrom('0', 1024),
  };
  const wrong = fc.dictionary(fc.constantFrom('age', 'isLive', 'toString'), fc.jsonValue());
  const condition = fc.oneof(
    { weight: 9, arbitrary: fc.record(right, { requiredKeys: [] }) },
    wrong,
  );
  const action = fc.constantFrom(
    { type: 'Delete' },
    { type: 'SetStorageClass', storageClass: 'archive' },
    { type: 'AbortIncompleteMultipartUpload' },
    { type: 'SetStorageClass' },
  );
  const some = fc.record({ action, condition });
  const rules = fc.array(fc.oneof({ weight: 9, arbitrary: some }, fc.jsonValue()), {
    maxLength: 3,
  });
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(fc.record({ rule: rules }), fc.jsonValue()), (given) => {
      let kept: unknown;
      try {
        kept = parseLifecycle(given);
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
        expect((error as ApiError).status).toBe(400);
        return;
      }
      expect(parseLifecycle(kept)).toEqual(kept);
      if (kept) accepted += 1;
    }),
    { numRuns: 1000 },
  );
  expect(accepted).toBeGreaterThan(20);
});

test('an object is deleted when it has the age, not before, and is kept as any deleted one', async () => {
  const { sandbox, http, pass, versions } = await midnight();
  await http.bucket('aging', {
    lifecycle: {
      rule: [rule('Delete', { age: 3, matchesPrefix: ['tmp/'], matchesSuffix: ['.log'] })],
    },
  });
  await http.bucket('quiet');
  for (const name of ['tmp/a.log', 'tmp/b.txt', 'keep.log']) {
    await http.upload('aging', name, 'x');
    await http.upload('quiet', name, 'x');
  }
  const heard: SandboxEvent[] = [];
  sandbox.events.subscribe('', (event) => void heard.push(event));
  await pass(2);
  expect(await versions('aging')).toHaveLength(3);
  await pass(1);
  expect(await versions('aging')).toEqual(['keep.log STANDARD live', 'tmp/b.txt STANDARD live']);
  expect(await versions('aging', '&softDeleted=true')).toEqual(['tmp/a.log STANDARD live']);
  expect(await versions('quiet')).toHaveLength(3);
  await expect
    .poll(() => heard.map(({ type, subject }) => `${type} ${subject}`))
    .toEqual(['google.cloud.storage.object.v1.deleted objects/tmp/a.log']);
  await pass(7);
  expect(await versions('aging', '&softDeleted=true')).toEqual([]);
});

test('the storage class is set without a new generation, the cheapest that applies', async () => {
  const { sandbox, http, pass, versions } = await midnight();
  await http.bucket('colder', {
    lifecycle: {
      rule: [
        rule(toClass('COLDLINE'), { age: 90 }),
        rule(toClass('NEARLINE'), { age: 30 }),
        rule(toClass('ARCHIVE'), { age: 365, matchesStorageClass: ['COLDLINE'] }),
        rule('Delete', { age: 3650 }),
        rule(toClass('STANDARD'), { age: 0 }),
      ],
    },
  });
  const before = (await http.upload('colder', 'a', 'x')).json;
  const heard: SandboxEvent[] = [];
  sandbox.events.subscribe('', (event) => void heard.push(event));
  await pass(29);
  expect(await versions('colder')).toEqual(['a STANDARD live']);
  await pass(1);
  const after = (await http.get('/storage/v1/b/colder/o/a')).json;
  expect(after).toEqual({
    ...before,
    storageClass: 'NEARLINE',
    metageneration: '2',
    etag: expect.not.stringMatching(before.etag),
    updated: '2026-01-31T00:00:00.000Z',
    timeStorageClassUpdated: '2026-01-31T00:00:00.000Z',
  });
  await expect
    .poll(() => heard.map(({ type }) => type))
    .toEqual(['google.cloud.storage.object.v1.metadataUpdated']);
  await pass(330);
  expect(await versions('colder')).toEqual(['a COLDLINE live']);
  await pass(5);
  expect(await versions('colder')).toEqual(['a ARCHIVE live']);
  await pass(3650);
  expect(await versions('colder')).toEqual([]);
});

test('versions become noncurrent, are counted from the newest, and go', async () => {
  const { http, pass, versions } = await midnight();
  const bucket = (name: string, ...rules: object[]) =>
    http.bucket(name, { versioning: { enabled: true }, lifecycle: { rule: rules } });
  await bucket('newest', rule('Delete', { numNewerVersions: 2 }));
  await bucket(
    'aged',
    rule('Delete', { age: 1, isLive: true }),
    rule('Delete', { daysSinceNoncurrentTime: 2 }),
  );
  const kept = new Map<string, string[]>();
  for (const name of ['a', 'ab', 'b']) {
    const generations: string[] = [];
    for (let n = 0; n < 4; n++) {
      generations.push((await http.upload('newest', name, String(n))).json.generation);
    }
    kept.set(name, generations.slice(2));
  }
  await http.delete('/storage/v1/b/newest/o/b');
  await http.upload('aged', 'x', 'x');
  await pass(1);
  const { items } = (await http.get('/storage/v1/b/newest/o?versions=true')).json;
  const left = (name: string) =>
    items
      .filter((item: { name: string }) => item.name === name)
      .map((item: { generation: string }) => item.generation);
  for (const [name, generations] of kept) expect(left(name), name).toEqual(generations);
  expect(await versions('newest')).toEqual([
    'a STANDARD noncurrent',
    'a STANDARD live',
    'ab STANDARD noncurrent',
    'ab STANDARD live',
    'b STANDARD noncurrent',
    'b STANDARD noncurrent',
  ]);
  expect(await versions('aged')).toEqual(['x STANDARD noncurrent']);
  await pass(1);
  expect(await versions('aged')).toEqual(['x STANDARD noncurrent']);
  await pass(1);
  expect(await versions('aged')).toEqual([]);
});

test('custom times, dates, sizes and classes decide, and all conditions have to hold', async () => {
  const { http, pass, versions } = await midnight();
  const cases: [condition: object, left: string[]][] = [
    [{ daysSinceCustomTime: 10 }, ['plain', 'small']],
    [{ customTimeBefore: '2026-01-01' }, ['plain', 'small']],
    [{ customTimeBefore: '2025-12-24' }, ['custom', 'plain', 'small']],
    [{ createdBefore: '2026-01-02' }, []],
    [{ createdBefore: '2026-01-01' }, ['custom', 'plain', 'small']],
    [{ sizeAboveBytes: 1 }, ['small']],
    [{ sizeBelowBytes: 2 }, ['custom', 'plain']],
    [{ matchesStorageClass: ['NEARLINE'] }, ['custom', 'plain']],
    [{ matchesStorageClass: ['NEARLINE'], sizeAboveBytes: 1 }, ['custom', 'plain', 'small']],
    [{ isLive: false }, ['custom', 'plain', 'small']],
    [{ numNewerVersions: 1 }, ['custom', 'plain', 'small']],
    [{ numNewerVersions: 0 }, []],
    [{ daysSinceNoncurrentTime: 0 }, ['custom', 'plain', 'small']],
    [{ noncurrentTimeBefore: '2030-01-01' }, ['custom', 'plain', 'small']],
  ];
  for (const [at, [condition]] of cases.entries()) {
    const bucket = `case-${at}`;
    await http.bucket(bucket, { lifecycle: { rule: [rule('Delete', condition)] } });
    await http.upload(bucket, 'plain', 'xxx');
    await http.upload(bucket, 'custom', 'xxx');
    await http.patch(`/storage/v1/b/${bucket}/o/custom`, { customTime: '2025-12-24T00:00:00Z' });
    await http.upload(bucket, 'small', 'x');
    await http.post(`/storage/v1/b/${bucket}/o/small/rewriteTo/b/${bucket}/o/small`, {
      storageClass: 'NEARLINE',
    });
  }
  await pass(2);
  for (const [at, [condition, left]] of cases.entries()) {
    const names = (await versions(`case-${at}`)).map((line) => line.split(' ')[0]);
    expect(names, JSON.stringify(condition)).toEqual(left);
  }
});

test('what is held or retained is left alone until it is not', async () => {
  const { http, pass, versions } = await midnight();
  await http.bucket('held', { lifecycle: { rule: [rule('Delete', { age: 1 })] } });
  for (const name of ['free', 'held']) await http.upload('held', name, 'x');
  await http.patch('/storage/v1/b/held/o/held', { temporaryHold: true });
  await http.bucket('retained', {
    lifecycle: { rule: [rule('Delete', { age: 1 }), rule(toClass('ARCHIVE'), { age: 0 })] },
    retentionPolicy: { retentionPeriod: String(5 * DAY) },
  });
  await http.upload('retained', 'a', 'x');
  await pass(1);
  expect(await versions('held')).toEqual(['held STANDARD live']);
  expect(await versions('retained')).toEqual(['a STANDARD live']);
  await http.patch('/storage/v1/b/held/o/held', { temporaryHold: false });
  await pass(4);
  expect(await versions('held')).toEqual([]);
  expect(await versions('retained')).toEqual([]);
});

test('unfinished multipart uploads are aborted, by their own age', async () => {
  const { sandbox, http, pass } = await midnight();
  await http.bucket('parts', {
    lifecycle: {
      rule: [rule('AbortIncompleteMultipartUpload', { age: 2, matchesPrefix: ['tmp/'] })],
    },
  });
  await http.upload('parts', 'tmp/object', 'x');
  const begin = async (name: string) => {
    const { text } = await http.call('POST', `/parts/${name}?uploads`);
    const id = /<UploadId>(.+?)<\/UploadId>/.exec(text)?.[1];
    const part = `/parts/${name}?partNumber=1&uploadId=${id}`;
    expect((await http.call('PUT', part, { body: 'x'.repeat(100_000) })).status).toBe(200);
  };
  const unfinished = async () => {
    const { text } = await http.call('GET', '/parts?uploads');
    return [...text.matchAll(/<Key>(.+?)<\/Key>/g)].map((match) => match[1]);
  };
  await begin('tmp/old');
  await begin('kept');
  await pass(1);
  await begin('tmp/new');
  expect(await unfinished()).toEqual(['kept', 'tmp/new', 'tmp/old']);
  await pass(1);
  expect(await unfinished()).toEqual(['kept', 'tmp/new']);
  await expect.poll(() => blobFiles(sandbox.dataDir)).toHaveLength(2);
  expect((await http.get('/_cloudlab/status')).json.objects).toBe(1);
});

test('more versions than one step looks at are counted across its end', async () => {
  const { http, pass } = await midnight();
  await http.bucket('many', {
    versioning: { enabled: true },
    softDeletePolicy: { retentionDurationSeconds: 0 },
  });
  const writes = Array.from({ length: 1200 }, (_, n) => () => http.upload('many', 'a', String(n)));
  await Promise.all(
    Array.from({ length: 24 }, async () => {
      for (let next = writes.pop(); next; next = writes.pop()) await next();
    }),
  );
  const lifecycle = { rule: [rule('Delete', { numNewerVersions: 1100 })] };
  await http.patch('/storage/v1/b/many', { lifecycle });
  const newest = (await http.get('/storage/v1/b/many/o/a')).json.generation;
  await pass(1);
  const pages = await Promise.all([http.get('/storage/v1/b/many/o?versions=true')]);
  const first = pages[0]?.json;
  const rest = await http.get(
    `/storage/v1/b/many/o?versions=true&pageToken=${first.nextPageToken}`,
  );
  expect(first.items.length + rest.json.items.length).toBe(1100);
  expect(rest.json.items.at(-1).generation).toBe(newest);
});

test('rules are also carried out by themselves, after a start', async () => {
  const clock = manualClock();
  const dataDir = await tempDir();
  const objects = async (sandbox: Sandbox) =>
    (await client(sandbox).get('/_cloudlab/status')).json.objects;
  const first = await start({ dataDir, clock: clock.now });
  await client(first).bucket('later', { lifecycle: { rule: [rule('Delete', { age: 1 })] } });
  await client(first).upload('later', 'a', 'x');
  await first.close();
  clock.advance(DAY * 1000);
  const second = await start({ dataDir, clock: clock.now });
  await expect.poll(() => objects(second), { timeout: 10_000 }).toBe(0);
});

import { expect, test } from 'vitest';
import { client, manualClock, start } from './support.ts';

const HOUR = 3600 * 1000;

/** A sandbox by a clock that is moved by hand, and a bucket in it. */
async function retained(bucket: object = {}, query = '') {
  const clock = manualClock('2026-01-02T00:00:00.000Z');
  const sandbox = await start({ clock: clock.now });
  const http = client(sandbox);
  const made = await http.post(`/storage/v1/b?project=${sandbox.projectId}${query}`, {
    name: 'ledger',
    softDeletePolicy: { retentionDurationSeconds: '0' },
    ...bucket,
  });
  return { clock, http, made: made.json };
}

const OBJECT = '/storage/v1/b/ledger/o/a';

const notMet = (until: string) => ({
  code: 403,
  message:
    `Object 'ledger/a' is subject to bucket's retention policy or object retention ` +
    `and cannot be deleted or overwritten until ${until}`,
  errors: [{ reason: 'retentionPolicyNotMet', domain: 'global' }],
});

test('a retention policy keeps every object for its period, whatever would end it', async () => {
  const { clock, http, made } = await retained({ retentionPolicy: { retentionPeriod: '3600' } });
  expect(made.retentionPolicy).toEqual({
    retentionPeriod: '3600',
    effectiveTime: '2026-01-02T00:00:00.000Z',
  });
  const until = '2026-01-02T01:00:00.000Z';
  expect((await http.upload('ledger', 'a', 'one')).json.retentionExpirationTime).toBe(until);
  await http.upload('ledger', 'b', 'other');
  clock.advance(HOUR - 1);
  for (const refused of [
    await http.delete(OBJECT),
    await http.upload('ledger', 'a', 'two'),
    await http.post(`${OBJECT}/compose`, { sourceObjects: [{ name: 'b' }] }),
    await http.post(`/storage/v1/b/ledger/o/b/rewriteTo/b/ledger/o/a`, {}),
  ]) {
    expect(refused.json.error).toMatchObject(notMet(until));
  }
  // A failed condition comes first, and metadata is not retained.
  expect((await http.delete(`${OBJECT}?ifGenerationMatch=1`)).status).toBe(412);
  expect((await http.patch(OBJECT, { contentType: 'text/x' })).status).toBe(200);
  const { json: listed } = await http.get('/storage/v1/b/ledger/o');
  expect(listed.items[0]).toMatchObject({ name: 'a', retentionExpirationTime: until });

  clock.advance(1);
  expect((await http.upload('ledger', 'a', 'two')).status).toBe(200);
  const removed = await http.patch('/storage/v1/b/ledger', { retentionPolicy: null });
  expect(removed.json.retentionPolicy).toBeUndefined();
  expect((await http.get(OBJECT)).json.retentionExpirationTime).toBeUndefined();
  expect((await http.delete(OBJECT)).status).toBe(204);
});

test('with versions, what is retained may become noncurrent but not go', async () => {
  const { http } = await retained({
    retentionPolicy: { retentionPeriod: 60 },
    versioning: { enabled: true },
  });
  const { json: first } = await http.upload('ledger', 'a', 'one');
  expect((await http.upload('ledger', 'a', 'two')).status).toBe(200);
  expect((await http.delete(OBJECT)).status).toBe(204);
  const gone = await http.delete(`${OBJECT}?generation=${first.generation}`);
  expect(gone.json.error).toMatchObject(notMet('2026-01-02T00:01:00.000Z'));
});

test('a locked policy can only be lengthened', async () => {
  const { http } = await retained();
  const bucket = '/storage/v1/b/ledger';
  const lock = (query = '') => http.post(`${bucket}/lockRetentionPolicy${query}`, {});
  expect((await lock()).json.error).toMatchObject({ code: 400, errors: [{ reason: 'required' }] });
  expect((await lock('?ifMetagenerationMatch=1')).json.error).toMatchObject({
    code: 400,
    message: "Bucket 'ledger' does not have an unlocked retention policy.",
  });
  await http.patch(bucket, { retentionPolicy: { retentionPeriod: '60' } });
  expect((await lock('?ifMetagenerationMatch=1')).status).toBe(412);
  const locked = await lock('?ifMetagenerationMatch=2');
  expect(locked.json).toMatchObject({ metageneration: '3', retentionPolicy: { isLocked: true } });
  expect((await lock('?ifMetagenerationMatch=3')).status).toBe(400);

  const change = async (retentionPolicy: unknown) => http.patch(bucket, { retentionPolicy });
  expect((await change({ retentionPeriod: '59' })).json.error).toMatchObject({
    code: 403,
    message: "Cannot reduce retention duration of a locked Retention Policy for bucket 'ledger'.",
  });
  const removal = {
    code: 403,
    message: "Bucket 'ledger' has a locked Retention Policy which cannot be removed.",
    errors: [{ reason: 'retentionPolicyNotMet' }],
  };
  expect((await change(null)).json.error).toMatchObject(removal);
  expect((await http.put(bucket, { labels: { a: 'b' } })).json.error).toMatchObject(removal);
  expect((await change({ retentionPeriod: '61', isLocked: false })).json).toMatchObject({
    retentionPolicy: { retentionPeriod: '61', isLocked: true },
  });
  await http.upload('ledger', 'a', 'x');
  expect((await http.delete(bucket)).json.error).toMatchObject({ code: 409 });
});

test('an event-based hold keeps an object, and its release starts the period', async () => {
  const { clock, http } = await retained({
    retentionPolicy: { retentionPeriod: '3600' },
    defaultEventBasedHold: true,
  });
  const { json: made } = await http.upload('ledger', 'a', 'x');
  expect(made.eventBasedHold).toBe(true);
  expect(made.retentionExpirationTime).toBeUndefined();
  clock.advance(5 * HOUR);
  const held = {
    code: 403,
    message: expect.stringMatching(/under active Event-Based hold/),
    errors: [{ reason: 'forbidden' }],
  };
  expect((await http.delete(OBJECT)).json.error).toMatchObject(held);
  const xml = await http.delete('/ledger/a');
  expect([xml.status, xml.text]).toEqual([
    403,
    expect.stringContaining('<Code>ObjectUnderActiveHold</Code>'),
  ]);
  const { json: released } = await http.patch(OBJECT, { eventBasedHold: false });
  expect(released.retentionExpirationTime).toBe('2026-01-02T06:00:00.000Z');
  expect((await http.delete(OBJECT)).json.error).toMatchObject(notMet('2026-01-02T06:00:00.000Z'));

  await http.patch(OBJECT, { temporaryHold: true });
  clock.advance(HOUR);
  expect((await http.delete(OBJECT)).json.error).toMatchObject({
    code: 403,
    message: expect.stringMatching(/under active Temporary hold/),
  });
  await http.patch(OBJECT, { temporaryHold: false });
  expect((await http.delete(OBJECT)).status).toBe(204);
  // An upload that says so is not held.
  const path = '/upload/storage/v1/b/ledger/o?uploadType=multipart';
  const body =
    '--x\r\n\r\n{"name":"free","eventBasedHold":false}\r\n--x\r\ncontent-type: text/plain\r\n\r\nx\r\n--x--';
  const free = await http.call('POST', path, {
    body,
    headers: { 'content-type': 'multipart/related; boundary=x' },
  });
  expect(free.json).toMatchObject({ name: 'free', eventBasedHold: false });
});

test("an object's own retention: extended freely, shortened on purpose, locked for good", async () => {
  const { clock, http, made } = await retained({}, '&enableObjectRetention=true');
  expect(made.objectRetention).toEqual({ mode: 'Enabled' });
  await http.upload('ledger', 'a', 'x');
  const retain = (mode: string | null, time: string | null, query = '') =>
    http.patch(`${OBJECT}${query}`, {
      retention: { mode, retainUntilTime: time && `2026-01-02T${time}Z` },
    });
  const override = '?overrideUnlockedRetention=true';
  const forbidden = (kind: 'unlocked' | 'locked') => ({
    code: 403,
    message: expect.stringMatching(`^The ${kind} object retention cannot be removed`),
    errors: [{ reason: 'forbidden' }],
  });

  const { json: kept } = await retain('Unlocked', '01:00:00');
  expect(kept).toMatchObject({
    retention: { mode: 'Unlocked', retainUntilTime: '2026-01-02T01:00:00.000Z' },
    retentionExpirationTime: '2026-01-02T01:00:00.000Z',
    metageneration: '2',
  });
  expect((await http.delete(OBJECT)).json.error).toMatchObject(notMet('2026-01-02T01:00:00.000Z'));
  expect((await retain('Unlocked', '02:00:00')).status).toBe(200);
  for (const [mode, time] of [
    ['Unlocked', '01:00:00'],
    ['Locked', '02:00:00'],
    [null, null],
  ] as const) {
    expect((await retain(mode, time)).json.error).toMatchObject(forbidden('unlocked'));
  }
  expect((await retain('Unlocked', '01:00:00', override)).status).toBe(200);
  expect((await retain('Locked', '01:00:00', override)).json.retention.mode).toBe('Locked');
  for (const [mode, time] of [
    ['Unlocked', '01:00:00'],
    ['Locked', '00:30:00'],
    [null, null],
  ] as const) {
    expect((await retain(mode, time, override)).json.error).toMatchObject(forbidden('locked'));
  }
  expect((await http.put(OBJECT, {})).json.error).toMatchObject(forbidden('locked'));
  expect((await http.patch(OBJECT, { retention: {} })).json.retention.mode).toBe('Locked');
  expect((await retain('Locked', '03:00:00')).status).toBe(200);

  const refused: [object, RegExp][] = [
    [{ retention: { mode: 'Locked' } }, /Missing retain until time/],
    [{ retention: { retainUntilTime: '2026-01-03T00:00:00Z' } }, /Missing retention mode/],
    [{ retention: { mode: 'Firm', retainUntilTime: '2026-01-03T00:00:00Z' } }, /Firm/],
    [{ retention: { mode: 'Locked', retainUntilTime: '2026-01-01T00:00:00Z' } }, /in the past/],
    [{ eventBasedHold: true }, /cannot be configured together/],
  ];
  for (const [body, message] of refused) {
    expect((await http.patch(OBJECT, body)).json.error).toMatchObject({
      code: 400,
      message: expect.stringMatching(message),
    });
  }
  clock.advance(3 * HOUR);
  expect((await http.delete(OBJECT)).status).toBe(204);

  // Decided at creation: a bucket without it refuses, and a patch does not turn it on.
  await http.bucket('plain');
  await http.upload('plain', 'a', 'x');
  await http.patch('/storage/v1/b/plain', { objectRetention: { mode: 'Enabled' } });
  const other = await http.patch('/storage/v1/b/plain/o/a', {
    retention: { mode: 'Locked', retainUntilTime: '2026-02-01T00:00:00Z' },
  });
  expect(other.json.error).toMatchObject({
    code: 400,
    message: 'Object retention is not enabled on the bucket.',
  });
});

test('a custom time stays, and only moves on; a storage class is not patched', async () => {
  const { http } = await retained();
  await http.upload('ledger', 'a', 'x');
  const set = (customTime: string | null) => http.patch(OBJECT, { customTime });
  expect((await set('2026-01-01T00:00:00.500Z')).status).toBe(200);
  expect((await set('2025-12-31T23:00:00Z')).json.error).toMatchObject({
    code: 400,
    message:
      'Custom time cannot be decreased. Previously: 2026-01-01T00:00:00.5+00:00. ' +
      'Attempting to set: 2025-12-31T23:00:00+00:00.',
  });
  expect((await set(null)).json.customTime).toBe('2026-01-01T00:00:00.500Z');
  expect((await http.put(OBJECT, {})).json.customTime).toBe('2026-01-01T00:00:00.500Z');
  expect((await set('2026-01-01T09:00:00+09:00')).status).toBe(400);
  expect((await set('2026-01-02T00:00:00Z')).status).toBe(200);
  expect((await http.patch(OBJECT, { storageClass: 'NEARLINE' })).status).toBe(400);
  expect((await http.patch(OBJECT, { storageClass: 'standard' })).status).toBe(200);
});

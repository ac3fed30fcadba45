import { expect, test } from 'vitest';
import {
  brief,
  type Entry,
  expectRefusal,
  OWNERS,
  PROJECT_PRIVATE,
  UNIFORM,
  VIEWERS,
  WRITER,
} from './access-support.ts';
import { client, manualClock, type Reply, start } from './support.ts';

const DAY = 24 * 3600 * 1000;

test('what nobody has set is projectPrivate, shown by projection=full alone', async () => {
  const sandbox = await start({ clock: manualClock().now });
  const http = client(sandbox);
  await http.bucket('plain');
  expect((await http.get('/storage/v1/b/plain')).json.acl).toBeUndefined();
  const { json: bucket } = await http.get('/storage/v1/b/plain?projection=full');
  expect(bucket.acl[0]).toEqual({
    kind: 'storage#bucketAccessControl',
    id: `plain/${OWNERS}`,
    selfLink: `${sandbox.url}/storage/v1/b/plain/acl/${OWNERS}`,
    bucket: 'plain',
    entity: OWNERS,
    role: 'OWNER',
    projectTeam: { projectNumber: '100000000001', team: 'owners' },
    etag: 'CAE=',
  });
  expect(bucket.defaultObjectAcl[2]).toEqual({
    kind: 'storage#objectAccessControl',
    entity: VIEWERS,
    role: 'READER',
    projectTeam: { projectNumber: '100000000001', team: 'viewers' },
    etag: 'CAE=',
  });
  expect(brief(bucket.acl)).toEqual(PROJECT_PRIVATE);
  expect(brief(bucket.defaultObjectAcl)).toEqual(PROJECT_PRIVATE);
  expect(bucket.owner).toEqual({ entity: OWNERS });

  const { json: made } = await http.upload('plain', 'a/b', 'x');
  expect([made.acl, made.owner]).toEqual([undefined, undefined]);
  const path = '/storage/v1/b/plain/o/a%2Fb';
  const { json: object } = await http.get(`${path}?projection=full`);
  expect(brief(object.acl)).toEqual([...PROJECT_PRIVATE, `${WRITER}:OWNER`]);
  expect(object.owner).toEqual({ entity: WRITER });
  expect(object.acl[3]).toEqual({
    kind: 'storage#objectAccessControl',
    object: 'a/b',
    generation: made.generation,
    id: `plain/a/b/${made.generation}/${WRITER}`,
    selfLink: `${sandbox.url}${path}/acl/${encodeURIComponent(WRITER)}`,
    bucket: 'plain',
    entity: WRITER,
    role: 'OWNER',
    email: 'owner@cloudlab-sandbox.example',
    etag: made.etag,
  });
  const { json: list } = await http.get('/storage/v1/b/plain/o?projection=full');
  expect(list.items[0].acl).toHaveLength(4);
  const { json: all } = await http.get('/storage/v1/b?project=cloudlab-sandbox&projection=full');
  expect(all.items[0].acl).toHaveLength(3);
  // A change shows it by default.
  expect((await http.patch(path, {})).json.acl).toHaveLength(4);
  expect((await http.patch(`${path}?projection=noAcl`, {})).json.acl).toBeUndefined();
  expect((await http.patch('/storage/v1/b/plain', {})).json.acl).toHaveLength(3);
  expectRefusal(
    await http.get(`${path}?projection=most`),
    400,
    'invalidParameter',
    "Invalid string value: 'most'. Allowed values: [full, noAcl]",
  );
});

test('predefined ACLs are what GCS makes of them, on every method that takes one', async () => {
  const http = client(await start());
  const made = (name: string, query: string) =>
    http.call('POST', `/storage/v1/b?project=cloudlab-sandbox&projection=full&${query}`, {
      body: JSON.stringify({ name }),
    });
  const buckets = {
    authenticatedRead: [`${OWNERS}:OWNER`, 'allAuthenticatedUsers:READER'],
    private: [`${OWNERS}:OWNER`],
    projectPrivate: PROJECT_PRIVATE,
    publicRead: [`${OWNERS}:OWNER`, 'allUsers:READER'],
    publicReadWrite: [`${OWNERS}:OWNER`, 'allUsers:WRITER'],
  };
  for (const [name, acl] of Object.entries(buckets)) {
    const bucket = name.toLowerCase();
    expect(brief((await made(bucket, `predefinedAcl=${name}`)).json.acl), name).toEqual(acl);
  }
  const objects = {
    authenticatedRead: ['allAuthenticatedUsers:READER'],
    bucketOwnerFullControl: [`${OWNERS}:OWNER`],
    bucketOwnerRead: [`${OWNERS}:READER`],
    private: [],
    projectPrivate: PROJECT_PRIVATE,
    publicRead: ['allUsers:READER'],
  };
  await http.bucket('objects');
  for (const [name, acl] of Object.entries(objects)) {
    const query = `&predefinedAcl=${name}&projection=full`;
    const { json } = await http.upload('objects', name, 'x', query);
    expect(brief(json.acl), name).toEqual([`${WRITER}:OWNER`, ...acl]);
    const defaults = await http.patch(
      `/storage/v1/b/objects?predefinedDefaultObjectAcl=${name}`,
      {},
    );
    expect(brief(defaults.json.defaultObjectAcl), name).toEqual(acl);
    const heir = await http.upload('objects', 'heir', 'x', '&projection=full');
    expect(brief(heir.json.acl), name).toEqual([...acl, `${WRITER}:OWNER`]);
  }

  const o = '/storage/v1/b/objects/o';
  const wanted = [`${WRITER}:OWNER`, `${OWNERS}:READER`];
  const copied = await http.post(
    `${o}/private/copyTo/b/objects/o/c?destinationPredefinedAcl=bucketOwnerRead&projection=full`,
    {},
  );
  expect(brief(copied.json.acl)).toEqual(wanted);
  const rewritten = await http.post(
    `${o}/private/rewriteTo/b/objects/o/r?destinationPredefinedAcl=bucketOwnerRead`,
    {},
  );
  expect(rewritten.json.resource.acl).toBeUndefined();
  await http.post(`${o}/k/compose?destinationPredefinedAcl=bucketOwnerRead`, {
    sourceObjects: [{ name: 'private' }],
  });
  for (const name of ['r', 'k']) {
    expect(brief((await http.get(`${o}/${name}?projection=full`)).json.acl)).toEqual(wanted);
  }
  const patched = await http.patch(`${o}/k?predefinedAcl=private`, { acl: [] });
  expect(brief(patched.json.acl)).toEqual([`${WRITER}:OWNER`]);
  const updated = await http.put(`${o}/k?predefinedAcl=publicRead`, { contentType: 'a/b' });
  expect(brief(updated.json.acl)).toEqual([`${WRITER}:OWNER`, 'allUsers:READER']);
  // An update that does not speak of it leaves it.
  expect((await http.put(`${o}/k`, {})).json.acl).toHaveLength(2);

  const acl = [{ entity: 'allUsers', role: 'READER' }];
  for (const reply of [
    await made('unmade', 'predefinedAcl=bucketOwnerRead'),
    await made('unmade', 'predefinedDefaultObjectAcl=publicReadWrite'),
    await http.upload('objects', 'x', 'x', '&predefinedAcl=publicReadWrite'),
    await http.patch(`${o}/k?predefinedAcl=toString`, {}),
  ]) {
    expectRefusal(reply, 400, 'invalidParameter', /Allowed values: \[authenticatedRead, /);
  }
  expectRefusal(
    await http.patch(`${o}/k?predefinedAcl=private`, { acl }),
    409,
    'conflict',
    'Cannot provide both a predefinedAcl and access controls.',
  );
});

test('a resumable upload keeps the ACL that it began with', async () => {
  const http = client(await start());
  await http.bucket('session');
  const started = await http.post('/upload/storage/v1/b/session/o?uploadType=resumable', {
    name: 'late',
    acl: [{ entity: 'group-Team@Example.com', role: 'READER' }],
  });
  const at = new URL(started.headers.get('location') ?? '');
  const done = await http.call('PUT', at.pathname + at.search, { body: 'bytes' });
  // The request brought an ACL, so it is shown.
  expect(brief(done.json.acl)).toEqual(['group-team@example.com:READER', `${WRITER}:OWNER`]);
});

test('entries one at a time, in each of the three lists', async () => {
  const http = client(await start());
  await http.bucket('lists');
  await http.upload('lists', 'o', 'one');
  for (const [path, whole] of [
    ['/storage/v1/b/lists/acl', '/storage/v1/b/lists'],
    ['/storage/v1/b/lists/defaultObjectAcl', '/storage/v1/b/lists'],
    ['/storage/v1/b/lists/o/o/acl', '/storage/v1/b/lists/o/o'],
  ] as const) {
    const metageneration = async () => Number((await http.get(whole)).json.metageneration);
    const before = await metageneration();
    const { json: list } = await http.get(path);
    expect(list.kind).toMatch(/^storage#(bucket|object)AccessControls$/);

    const added = await http.post(path, { entity: 'user-Ann@Example.com', role: 'READER' });
    expect(added.json).toMatchObject({ entity: 'user-ann@example.com', email: 'ann@example.com' });
    expect(added.json.role).toBe('READER');
    const ann = `${path}/user-ann%40example.com`;
    expect((await http.get(ann)).json).toEqual(added.json);
    expect(await metageneration()).toBe(before + 1);
    expect((await http.put(ann, { entity: 'user-ann@example.com', role: 'OWNER' })).json.role).toBe(
      'OWNER',
    );
    // A patch may leave the role unsaid, and makes what is not there.
    expect((await http.patch(ann, {})).json.role).toBe('OWNER');
    const domain = await http.patch(`${path}/domain-example.com`, { role: 'READER' });
    expect(domain.json).toMatchObject({ domain: 'example.com', role: 'READER' });
    await http.post(path, { entity: 'project-viewers-cloudlab-sandbox', role: 'OWNER' });
    expect((await http.get(`${path}/${VIEWERS}`)).json.role).toBe('OWNER');

    expect((await http.delete(ann)).status).toBe(204);
    for (const reply of [await http.get(ann), await http.delete(ann)]) {
      expectRefusal(reply, 404, 'notFound', 'The specified key does not exist.');
    }
    const refused: [object, string, RegExp][] = [
      [{ role: 'READER' }, 'required', /Required: entity/],
      [{ entity: 'allUsers' }, 'required', /must contain a role/],
      [{ entity: 'allUsers', role: 'reader' }, 'invalid', /reader is not a valid value/],
      [{ entity: 'everybody', role: 'READER' }, 'invalid', /Scope text "everybody" is not valid/],
      [{ entity: 'user-12', role: 'READER' }, 'invalid', /Scope text "user-12" is not valid/],
      [{ entity: 'project-owners-other', role: 'READER' }, 'invalid', /Unknown project id: other/],
    ];
    if (!path.endsWith('/lists/acl')) {
      refused.push([{ entity: 'allUsers', role: 'WRITER' }, 'invalid', /WRITER is not a valid/]);
    }
    for (const [body, reason, message] of refused) {
      expectRefusal(await http.post(path, body), 400, reason, message);
    }
  }

  const required = 'The owner of the resource is required to have OWNER access.';
  for (const [path, owner] of [
    ['/storage/v1/b/lists/acl', OWNERS],
    ['/storage/v1/b/lists/o/o/acl', encodeURIComponent(WRITER)],
  ] as const) {
    expectRefusal(await http.delete(`${path}/${owner}`), 403, 'forbidden', required);
    const demoted = await http.patch(`${path}/${owner}`, { role: 'READER' });
    expectRefusal(demoted, 403, 'forbidden', required);
  }
});

test('an ACL belongs to one generation of an object', async () => {
  const http = client(await start());
  await http.bucket('generations', { versioning: { enabled: true } });
  const { json: first } = await http.upload('generations', 'o', 'one', '&predefinedAcl=publicRead');
  await http.upload('generations', 'o', 'two');
  const acl = '/storage/v1/b/generations/o/o/acl';
  const old = `?generation=${first.generation}`;
  expect((await http.get(`${acl}/allUsers`)).status).toBe(404);
  expect((await http.get(`${acl}/allUsers${old}`)).json.generation).toBe(first.generation);
  await http.delete(`${acl}/allUsers${old}`);
  expect(brief((await http.get(acl + old)).json.items)).toEqual([`${WRITER}:OWNER`]);
  const { json } = await http.get(`/storage/v1/b/generations/o/o${old}`);
  expect(json.metageneration).toBe('2');
  expectRefusal(await http.get(`${acl}?generation=7`), 404, 'notFound', /No such object/);
});

test('a whole list replaces the whole list; the owner comes back; none is no list', async () => {
  const http = client(await start());
  const reader = { entity: 'user-r@example.com', role: 'READER' };
  const { json: made } = await http.bucket('whole', { acl: [reader], defaultObjectAcl: [reader] });
  expect(brief(made.acl)).toEqual(['user-r@example.com:READER', `${OWNERS}:OWNER`]);
  expect(brief(made.defaultObjectAcl)).toEqual(['user-r@example.com:READER']);
  for (const empty of [[], null]) {
    const { json } = await http.patch('/storage/v1/b/whole', { acl: empty });
    expect(json.acl).toEqual(made.acl.map((e: Entry) => ({ ...e, etag: json.etag })));
  }
  const many = Array.from({ length: 101 }, (_, i) => ({ ...reader, entity: `user-u${i}@x.org` }));
  expectRefusal(
    await http.patch('/storage/v1/b/whole', { acl: many }),
    400,
    'tooManyAccessControlEntries',
    /at most 100 entries/,
  );
  expectRefusal(
    await http.patch('/storage/v1/b/whole', { acl: [{ entity: OWNERS, role: 'READER' }] }),
    403,
    'forbidden',
    /owner of the resource/,
  );
});

test('with uniform access there are no ACLs; turned off, they are as they were', async () => {
  const clock = manualClock();
  const http = client(await start({ clock: clock.now }));
  await http.bucket('uniform');
  await http.upload('uniform', 'o', 'x', '&predefinedAcl=publicRead');
  await http.post('/storage/v1/b/uniform/acl', { entity: 'allUsers', role: 'READER' });
  const on = await http.patch('/storage/v1/b/uniform', {
    iamConfiguration: { bucketPolicyOnly: { enabled: true } },
  });
  expect(on.json.iamConfiguration.uniformBucketLevelAccess.enabled).toBe(true);
  expect([on.json.acl, on.json.owner, on.json.defaultObjectAcl]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const { json } = await http.get('/storage/v1/b/uniform/o/o?projection=full');
  expect([json.acl, json.owner]).toEqual([undefined, undefined]);

  const entry = { entity: 'allUsers', role: 'READER' };
  const b = '/storage/v1/b/uniform';
  const refused: [Promise<Reply>, RegExp][] = [
    [http.get(`${b}/acl`), /^Cannot get legacy ACL for a bucket that has/],
    [http.get(`${b}/defaultObjectAcl/allUsers`), /^Cannot get legacy ACL for a bucket that has/],
    [http.post(`${b}/acl`, entry), /^Cannot use ACL API to update bucket policy when/],
    [http.delete(`${b}/acl/allUsers`), /^Cannot use ACL API to update bucket policy when/],
    [http.patch(b, { acl: [entry] }), /^Cannot use ACL API to update bucket policy when/],
    [http.patch(`${b}?predefinedDefaultObjectAcl=private`, {}), /^Cannot use ACL API/],
    [http.get(`${b}/o/o/acl`), /^Cannot get legacy ACL for an object when/],
    [http.post(`${b}/o/o/acl`, entry), /^Cannot update access control for an object when/],
    [http.patch(`${b}/o/o`, { acl: [entry] }), /^Cannot update access control for an object/],
    [http.upload('uniform', 'p', 'x', '&predefinedAcl=private'), /^Cannot insert legacy ACL/],
    [
      http.post(`${b}/o/o/copyTo/b/uniform/o/p?destinationPredefinedAcl=private`, {}),
      /^Cannot insert legacy ACL/,
    ],
  ];
  for (const [reply, message] of refused) {
    expectRefusal(await reply, 400, 'invalid', message);
    expect((await reply).json.error.message).toMatch(
      /uniform bucket-level access.* Read more at https:\/\/cloud\.google\.com\/storage\/docs\/uni/,
    );
  }

  clock.advance(90 * DAY - 1);
  const off = { iamConfiguration: { uniformBucketLevelAccess: { enabled: false } } };
  expect((await http.patch(b, off)).json.acl).toHaveLength(4);
  const { json: list } = await http.get(`${b}/o/o/acl`);
  expect(brief(list.items)).toEqual([`${WRITER}:OWNER`, 'allUsers:READER']);

  const { json: again } = await http.patch(b, UNIFORM);
  clock.advance(90 * DAY);
  const locked = await http.patch(b, off);
  expectRefusal(locked, 400, 'invalid', /cannot be disabled after 90 days/);
  const { json: still } = await http.patch(b, UNIFORM);
  expect(still.iamConfiguration).toEqual(again.iamConfiguration);
});

test('nothing is granted to everybody while public access prevention is enforced', async () => {
  const http = client(await start());
  await http.bucket('closed', { iamConfiguration: { publicAccessPrevention: 'enforced' } });
  await http.upload('closed', 'o', 'x');
  const b = '/storage/v1/b/closed';
  const entry = { entity: 'allUsers', role: 'READER' };
  const message =
    'The member bindings allUsers and allAuthenticatedUsers are not allowed since public ' +
    'access prevention is enforced.';
  for (const reply of [
    await http.post(`${b}/acl`, entry),
    await http.put(`${b}/defaultObjectAcl/allAuthenticatedUsers`, { role: 'READER' }),
    await http.post(`${b}/o/o/acl`, entry),
    await http.patch(b, { acl: [entry] }),
    await http.patch(`${b}?predefinedDefaultObjectAcl=authenticatedRead`, {}),
    await http.patch(`${b}/o/o?predefinedAcl=publicRead`, {}),
    await http.upload('closed', 'p', 'x', '&predefinedAcl=publicRead'),
    await http.put(`${b}/iam`, {
      bindings: [{ role: 'roles/storage.objectViewer', members: ['allUsers'] }],
    }),
  ]) {
    expectRefusal(reply, 412, 'conditionNotMet', message);
  }
  const some = await http.post(`${b}/o/o/acl`, { entity: 'user-a@example.com', role: 'READER' });
  expect(some.status).toBe(200);
  await http.patch(b, { iamConfiguration: { publicAccessPrevention: 'inherited' } });
  expect((await http.post(`${b}/o/o/acl`, entry)).status).toBe(200);
});

test('what comes from another object has its ACL only where GCS says so', async () => {
  const http = client(await start());
  await http.bucket('moves');
  const o = '/storage/v1/b/moves/o';
  const reader = 'allUsers:READER';
  const acl = async (name: string) =>
    brief((await http.get(`${o}/${name}?projection=full`)).json.acl);
  const { json: made } = await http.upload('moves', 'a', 'x', '&predefinedAcl=publicRead');
  await http.post(`${o}/a/rewriteTo/b/moves/o/copy`, {});
  expect(await acl('copy')).toEqual([...PROJECT_PRIVATE, `${WRITER}:OWNER`]);
  await http.delete(`${o}/a`);
  const restored = (query: string) =>
    http.post(`${o}/a/restore?generation=${made.generation}${query}`, {});
  expect(brief((await restored('')).json.acl)).toEqual([...PROJECT_PRIVATE, `${WRITER}:OWNER`]);
  expect(brief((await restored('&copySourceAcl=true')).json.acl)).toContain(reader);
  await http.post(`${o}/a/moveTo/o/b`, {});
  expect(await acl('b')).toContain(reader);
});

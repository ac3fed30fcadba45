import { expect, test } from 'vitest';
import { client, start } from './support.ts';

const OBJECTS = '/storage/v1/b/box/o';

async function withParts(more: object = {}) {
  const http = client(await start());
  await http.bucket('box', more);
  for (const name of ['a', 'b']) await http.upload('box', name, name);
  return http;
}

test.each([
  ['soft delete', {}],
  ['object versioning', { versioning: { enabled: true } }],
])('sources deleted by composing them are not kept by %s', async (_, settings) => {
  const http = await withParts(settings);
  const composed = await http.post(`${OBJECTS}/a/compose`, {
    sourceObjects: [{ name: 'a' }, { name: 'b' }, { name: 'b' }],
    deleteSourceObjects: true,
  });
  expect(composed.status, composed.text).toBe(200);
  expect((await http.get(`${OBJECTS}/a?alt=media`)).text).toBe('abb');
  expect((await http.get(`${OBJECTS}/b`)).status).toBe(404);
  for (const query of ['versions=true', 'softDeleted=true']) {
    expect((await http.get(`${OBJECTS}?prefix=b&${query}`)).json.items).toBeUndefined();
  }
  // The name of the result was overwritten, not deleted.
  const [kept] = (await http.get(`${OBJECTS}?prefix=a&softDeleted=true`)).json.items ?? [];
  const versions = (await http.get(`${OBJECTS}?prefix=a&versions=true`)).json.items;
  expect(kept ?? versions[0]).toMatchObject({ name: 'a', size: '1' });
});

test('a source that is held is neither deleted nor composed with others', async () => {
  const http = await withParts();
  await http.patch(`${OBJECTS}/b`, { temporaryHold: true });
  const refused = await http.post(`${OBJECTS}/c/compose`, {
    sourceObjects: [{ name: 'a' }, { name: 'b' }],
    deleteSourceObjects: true,
  });
  expect(refused.status).toBe(403);
  const { items } = (await http.get(OBJECTS)).json;
  expect(items.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
});

test('sources have one storage class, which is the result’s', async () => {
  const http = await withParts({ storageClass: 'NEARLINE' });
  await http.patch('/storage/v1/b/box', { storageClass: 'STANDARD' });
  const both = { sourceObjects: [{ name: 'a' }, { name: 'b' }] };
  const composed = await http.post(`${OBJECTS}/c/compose`, both);
  expect(composed.json.storageClass).toBe('NEARLINE');
  await http.upload('box', 'b', 'standard now');
  expect((await http.post(`${OBJECTS}/c/compose`, both)).status).toBe(400);
});

test('the answer shows the ACL that was asked for', async () => {
  const http = await withParts();
  const composed = await http.post(`${OBJECTS}/c/compose?destinationPredefinedAcl=publicRead`, {
    sourceObjects: [{ name: 'a' }],
  });
  expect(composed.json.acl).toContainEqual(
    expect.objectContaining({ entity: 'allUsers', role: 'READER' }),
  );
});

test('the result has the content type that is asked for, or none', async () => {
  const http = await withParts();
  const sourceObjects = [{ name: 'a' }, { name: 'b' }];
  const compose = (more: object) => http.post(`${OBJECTS}/c/compose`, { sourceObjects, ...more });
  expect((await compose({})).json.contentType).toBeUndefined();
  const typed = await compose({ destination: { contentType: 'text/csv' } });
  expect(typed.json.contentType).toBe('text/csv');
});

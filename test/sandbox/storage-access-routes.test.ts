import { expect, test } from 'vitest';
import { UNIFORM } from './access-support.ts';
import { BUCKET, enforcing, PROJECT } from './storage-access-support.ts';

/*
 * Every route there is, asked by nobody in particular: a new one cannot forget to ask who
 * comes. What is answered otherwise is listed, with the reason.
 */
const ANSWERED: Record<string, number> = {
  // Needs no permission: it tells what one has, which is nothing.
  'GET /storage/v1/b/:bucket/iam/testPermissions': 200,
  // Sessions: whoever knows the address was let in. This one never was.
  'PUT /upload/storage/v1/b/:bucket/o': 404,
  'DELETE /upload/storage/v1/b/:bucket/o': 404,
  'PUT /.xml/object/upload_id': 404,
  'POST /.xml/object/upload_id': 404,
  'DELETE /.xml/object/upload_id': 404,
  // Says of each object that it was not deleted, and why.
  'POST /.xml/bucket/delete': 200,
  // Methods that the sandbox has not, and that need no permission.
  'POST /storage/v1/channels/stop': 501,
  'GET /storage/v1/b/:bucket/o/:object/iam/testPermissions': 501,
  'GET /storage/v1/b/:bucket/managedFolders/:id/iam/testPermissions': 501,
};

/** Bodies without which a request is refused for what it says, before who sends it matters. */
const BODIES: Record<string, string> = {
  'POST /storage/v1/b/:bucket/o/:object/compose': '{"sourceObjects": [{"name": "cat"}]}',
  'PUT /.xml/object/compose':
    '<ComposeRequest><Component><Name>cat</Name></Component></ComposeRequest>',
  'POST /.xml/bucket/delete': '<Delete><Object><Key>cat</Key></Object></Delete>',
  'POST /.xml/bucket':
    '--edge\r\nContent-Disposition: form-data; name="key"\r\n\r\nnew\r\n' +
    '--edge\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--edge--\r\n',
};

const QUERY =
  `project=${PROJECT}&uploadType=media&name=new&generation=1&ifMetagenerationMatch=1` +
  '&serviceAccountEmail=a@b.example&permissions=storage.buckets.get';

test('no route of Cloud Storage answers somebody who has not said who he is', async () => {
  const { sandbox, nobody, learner } = await enforcing();
  await learner.send('POST', `/storage/v1/b?project=${PROJECT}`, { name: BUCKET, ...UNIFORM });
  await learner.send('PUT', `/${BUCKET}/cat`, 'meow');
  const gone = await learner.send('POST', `/storage/v1/b?project=${PROJECT}`, { name: 'gone' });
  await learner.send('DELETE', '/storage/v1/b/gone');
  const restore = `/storage/v1/b/gone/restore?generation=${gone.json.generation}`;
  const routes = (await sandbox.routes()).filter(
    ({ method, path }) =>
      /^\/(?:\.xml|(?:(?:up|down)load\/)?storage)\//.test(path) &&
      // What is none of these names answers 405 or 501; preflights are never signed.
      !(path.startsWith('/.xml/:kind') || method === 'OPTIONS'),
  );
  expect(routes.length).toBeGreaterThan(130);
  const found: Record<string, number> = {};
  const expected: Record<string, number> = {};
  for (const { method, path } of routes) {
    const name = `${method} ${path}`;
    const isXml = path.startsWith('/.xml/');
    const body = BODIES[name] ?? (isXml || method === 'GET' ? '' : '{}');
    const headers =
      name === 'POST /.xml/bucket'
        ? { 'content-type': 'multipart/form-data; boundary=edge' }
        : name === 'POST /.xml/object'
          ? { 'x-goog-resumable': 'start' }
          : undefined;
    const isRestore = path === '/storage/v1/b/:bucket/restore';
    const ofJson = isRestore ? restore : jsonAddress(method, path);
    const address = isXml ? xmlAddress(path) : ofJson;
    const reply = await nobody.send(method, address, body, headers);
    found[name] = reply.status;
    expected[name] = ANSWERED[name] ?? (isXml ? 403 : 401);
    if (found[name] === 401 || found[name] === 403) expect(reply.text, name).not.toContain('meow');
  }
  expect(found).toEqual(expected);
  expect(Object.keys(ANSWERED).filter((name) => !(name in found))).toEqual([]);
  // And nothing has come of all that.
  const { json } = await learner.send('GET', `/storage/v1/b/${BUCKET}/o`);
  expect(json.items.map((item: { name: string }) => item.name)).toEqual(['cat']);
});

const SESSION = 'upload_id=nobodys';

function jsonAddress(method: string, path: string): string {
  const isSession = path.startsWith('/upload/') && method !== 'POST';
  const filled = path
    .replace(':bucket', BUCKET)
    .replace(':toBucket', BUCKET)
    .replace(':object', 'cat')
    .replace(':project', PROJECT)
    .replace(/:\w+/g, 'x');
  return `${filled}?${QUERY}${isSession ? `&${SESSION}` : ''}`;
}

/** Where a route of the XML API is found from outside (`xml/address.ts`). */
function xmlAddress(path: string): string {
  const [, , kind = '', subresource] = path.split('/');
  const address = { service: '/', bucket: `/${BUCKET}`, object: `/${BUCKET}/cat` }[kind] ?? '';
  const parameter = { upload: 'uploadId=x&partNumber=1', upload_id: SESSION };
  if (subresource === undefined) return address;
  return `${address}?${parameter[subresource as keyof typeof parameter] ?? subresource}`;
}

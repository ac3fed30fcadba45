import { expect, test } from 'vitest';
import { client, start } from './support.ts';

test('a broken selection of fields is refused before anything is done', async () => {
  const http = client(await start());
  await http.bucket('box');
  const query = '&fields=name(';
  expect((await http.upload('box', 'a', 'x', query)).status).toBe(400);
  expect((await http.get('/storage/v1/b/box/o/a')).status).toBe(404);
  expect((await http.delete('/storage/v1/b/box?fields=(')).status).toBe(400);
  expect((await http.get('/storage/v1/b/box')).status).toBe(200);
});

test('what is asked of a resumable upload’s answer is asked when it starts', async () => {
  const http = client(await start());
  await http.bucket('box');
  const started = await http.post(
    '/upload/storage/v1/b/box/o?uploadType=resumable&name=a%20%2B&fields=name,size&prettyPrint=false',
    {},
  );
  const session = new URL(started.headers.get('location') ?? '');
  const done = await http.call('PUT', session.pathname + session.search, { body: 'abc' });
  expect(done.text).toBe('{"name":"a +","size":"3"}');
});

test('errors are printed as answers are', async () => {
  const http = client(await start());
  expect((await http.get('/storage/v1/b/none')).text).toContain('\n');
  expect((await http.get('/storage/v1/b/none?prettyPrint=false')).text).not.toContain('\n');
});

test('clients that cannot send PATCH say it in a header of a POST', async () => {
  const http = client(await start());
  await http.bucket('box');
  const init = {
    body: '{"labels":{"a":"b"}}',
    headers: { 'content-type': 'application/json', 'x-http-method-override': 'PATCH' },
  };
  expect((await http.call('POST', '/b/box', init)).json.labels).toEqual({ a: 'b' });
  // A request of the XML API is what it is, and its signature holds for that.
  expect((await http.call('PUT', '/box/a', { body: 'x' })).status).toBe(200);
  const post = await http.call('POST', '/box/a', {
    headers: { 'x-http-method-override': 'DELETE' },
  });
  expect(post.status).not.toBe(204);
  expect((await http.get('/box/a')).text).toBe('x');
});

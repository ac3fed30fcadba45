import { expect, test } from 'vitest';
import { client, start } from './support.ts';
import { xmlClient } from './xml-support.ts';

const PAGE = 'https://page.example';

test("a bucket's CORS rules let a page in, to that bucket and no further", async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  const http = client(sandbox);
  await http.bucket('open', {
    cors: [
      {
        origin: [PAGE],
        method: ['GET', 'PUT'],
        responseHeader: ['content-type', 'x-goog-meta-k'],
        maxAgeSeconds: 600,
      },
    ],
  });
  await http.bucket('shut');
  for (const bucket of ['open', 'shut']) await xml.put(`/${bucket}/a`, 'meow');

  const preflight = await xml.call('OPTIONS', '/open/a', {
    headers: { origin: PAGE, 'access-control-request-method': 'PUT' },
  });
  expect([preflight.status, preflight.text]).toEqual([200, '']);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': PAGE,
    'access-control-allow-methods': 'GET,PUT',
    'access-control-allow-headers': 'content-type,x-goog-meta-k',
    'access-control-max-age': '600',
    vary: 'Origin',
  });
  const get = await xml.get('/open/a', { origin: PAGE });
  expect([get.status, get.text]).toEqual([200, 'meow']);
  expect(get.headers).toMatchObject({
    'access-control-allow-origin': PAGE,
    'access-control-expose-headers': 'content-type, x-goog-meta-k',
    vary: 'Origin',
  });
  const missing = await xml.get('/open/none', { origin: PAGE });
  expect([missing.status, missing.headers['access-control-allow-origin']]).toEqual([404, PAGE]);
  const hosted = await xml.get('/a', { origin: PAGE, host: 'open.localhost' });
  expect(hosted.status).toBe(200);

  const refused: [string, string, Record<string, string>][] = [
    ['GET', '/shut/a', {}],
    ['GET', '/open/a', { origin: 'https://other.example' }],
    ['GET', '/open/a', { origin: 'null' }],
    ['DELETE', '/open/a', {}],
    ['POST', '/open', {}],
    ['OPTIONS', '/open/a', { 'access-control-request-method': 'DELETE' }],
    ['GET', '/', {}],
    ['GET', '/storage/v1/b/open', {}],
    ['GET', '/storage/v1/b/open/o/a?alt=media', {}],
    ['GET', '/_cloudlab/status', {}],
    ['GET', '/a', { host: 'shut.localhost' }],
  ];
  const copy = (source: string) =>
    xml.call('PUT', '/open/copy', { headers: { origin: PAGE, 'x-goog-copy-source': source } });
  expect((await copy('/open/a')).status).toBe(200);
  for (const source of ['/shut/a', 'shut/a', 'open-not/a', '//open/a', '']) {
    expect((await copy(source)).status, source).toBe(403);
  }
  for (const [method, path, headers] of refused) {
    const reply = await xml.call(method, path, { headers: { origin: PAGE, ...headers } });
    expect(reply.status, `${method} ${path}`).toBe(403);
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  }
  // Without rules, and from pages on this machine, everything is as before.
  expect((await xml.get('/shut/a', { origin: 'http://localhost:3000' })).status).toBe(200);
  expect((await xml.get('/open/a')).headers['access-control-allow-origin']).toBeUndefined();
});

test('rules of which no header can be made do not break the answers', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  const cors = [
    { origin: ['*'], method: ['GET', 'X\r\nEvil: 1'], responseHeader: ['한글', 'a\r\nEvil: 1'] },
  ];
  await http.bucket('odd', { cors });
  const headers = { origin: PAGE, 'access-control-request-method': 'GET' };
  for (const method of ['GET', 'OPTIONS']) {
    const reply = await xmlClient(sandbox).call(method, '/odd', { headers });
    expect(reply.status).toBe(200);
    expect(reply.headers['evil']).toBeUndefined();
  }
});

import { expect, test } from 'vitest';
import { start } from './support.ts';
import { xmlClient } from './xml-support.ts';

const PAGE = 'http://localhost:5173';
const SESSIONS = '/upload/storage/v1/b/box/o?uploadType=resumable&name=a';

test('a page of this machine goes on with an upload that its server has opened', async () => {
  const sandbox = await start();
  // Like the other clients it speaks to any address; unlike fetch, it can say where it comes from.
  const { call } = xmlClient(sandbox);
  const body = '{"name":"box"}';
  await call('POST', '/storage/v1/b?project=cloudlab-sandbox', { body });
  const opened = await call('POST', SESSIONS, { headers: { origin: PAGE } });
  const { pathname, search } = new URL(opened.headers['location'] as string);
  const session = pathname + search;

  const preflight = await call('OPTIONS', session, {
    headers: {
      origin: PAGE,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-range,x-guploader-no-308',
    },
  });
  expect(preflight.status).toBe(200);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': PAGE,
    'access-control-allow-headers': 'content-range,x-guploader-no-308',
    vary: 'Origin',
  });
  expect(preflight.headers['access-control-allow-methods']).toContain('PUT');
  const done = await call('PUT', session, { body: 'meow', headers: { origin: PAGE } });
  expect([done.status, done.headers['access-control-allow-origin']]).toEqual([200, PAGE]);

  const missing = await call('GET', '/storage/v1/b/box/o/none', { headers: { origin: PAGE } });
  expect([missing.status, missing.headers['access-control-allow-origin']]).toEqual([404, PAGE]);
});

test('no other page is let in, and no page to anything but Cloud Storage', async () => {
  const { call } = xmlClient(await start());
  const refused = await call('OPTIONS', SESSIONS, {
    headers: { origin: 'https://page.example', 'access-control-request-method': 'PUT' },
  });
  expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([
    403,
    undefined,
  ]);
  for (const path of ['/_cloudlab/status', '/v1/projects/cloudlab-sandbox/serviceAccounts']) {
    const other = await call('GET', path, { headers: { origin: PAGE } });
    expect([path, other.headers['access-control-allow-origin']]).toEqual([path, undefined]);
  }
});

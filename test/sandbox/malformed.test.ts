import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { client, start } from './support.ts';

test('malformed requests get their 4xx in the envelope', async () => {
  const logged: string[] = [];
  const http = client(await start({ log: (line) => logged.push(line) }));
  await http.bucket('bad');
  await http.upload('bad', 'a', 'x');
  const project = 'project=cloudlab-sandbox';
  const long = 'x'.repeat(3000);
  const gets: [string, number][] = [
    [`/storage/v1/b?${project}&maxResults=-1`, 400],
    [`/storage/v1/b?${project}&maxResults=99999999999`, 400],
    [`/storage/v1/b?${project}&maxResults=ten`, 400],
    ['/storage/v1/b?project=other', 400],
    ['/storage/v1/b/bad/o?pageToken=@@@', 400],
    ['/storage/v1/b/bad/o?pageToken=AAAA', 400],
    ['/storage/v1/b/bad/o?versions=maybe', 400],
    ['/storage/v1/b/bad/o?matchGlob=[z-a]', 400],
    ['/storage/v1/b/bad/o?fields=items(', 400],
    [`/storage/v1/b/bad/o?fields=${'a('.repeat(5000)}`, 400],
    ['/storage/v1/b/bad/o/a?generation=-5', 400],
    ['/storage/v1/b/bad/o/a?generation=99999999999999999999', 400],
    ['/storage/v1/b/bad/o/a?generation=9999999999999999999', 404],
    ['/storage/v1/b/bad/o/a?ifGenerationMatch=x', 400],
    ['/storage/v1/b/bad/o/a?softDeleted=true', 400],
    ['/storage/v1/b/bad/o/%ff', 400],
    ['/storage/v1/b/%E0%A4%A/o', 400],
    [`/storage/v1/b/${long}`, 400],
    [`/storage/v1/b/bad/o/${long}`, 404],
    [`/storage/v1/b/bad/o?prefix=${long}&startOffset=${long}`, 200],
    [`/storage/v1/b?${project}&prefix=${long}`, 200],
    ['/storage/v1/b/..%2f..%2fetc%2fpasswd/o/x', 400],
  ];
  for (const [path, status] of gets) {
    const reply = await http.get(path);
    expect(reply.status, path.slice(0, 60)).toBe(status);
    if (status !== 200) expect(reply.json.error).toMatchObject({ code: status });
  }

  const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
  const upload = '/upload/storage/v1/b/bad/o';
  const multipart = { 'content-type': 'multipart/related; boundary=b' };
  const posts: [string, string, Record<string, string>, number][] = [
    ['/storage/v1/b?project=cloudlab-sandbox', '{"name":', {}, 400],
    ['/storage/v1/b?project=cloudlab-sandbox', '[]', {}, 400],
    ['/storage/v1/b?project=cloudlab-sandbox', `{"name":"deep","website":${deep}}`, {}, 400],
    ['/storage/v1/b?project=cloudlab-sandbox', `{"name":"${'x'.repeat(2_000_000)}"}`, {}, 413],
    [upload, 'x', {}, 400],
    [`${upload}?uploadType=carrier-pigeon`, 'x', {}, 400],
    [`${upload}?uploadType=media`, 'x', {}, 400],
    [`${upload}?uploadType=media&name=..`, 'x', {}, 400],
    [`${upload}?uploadType=media&name=a%0ab`, 'x', {}, 400],
    [`${upload}?uploadType=multipart`, '{}', { 'content-type': 'text/plain' }, 400],
    [`${upload}?uploadType=multipart`, 'no boundary here', multipart, 400],
    [`${upload}?uploadType=multipart`, '--b\r\n\r\n{}\r\n--b--', multipart, 400],
    [`${upload}?uploadType=multipart`, '--b\r\n\r\n{"name":"n"}\r\n--b\r\n\r\ncut', multipart, 400],
    [
      `${upload}?uploadType=multipart`,
      '--b\r\n\r\n{"name":3}\r\n--b\r\n\r\nx\r\n--b--',
      multipart,
      400,
    ],
    [
      `${upload}?uploadType=multipart`,
      '--b\n\n{"name":"\\ud800"}\n--b\n\nx\n--b--',
      multipart,
      400,
    ],
    [`${upload}?uploadType=media&name=k`, 'x', { 'x-goog-encryption-key': 'k' }, 400],
    [`${upload}?uploadType=media&name=k&predefinedAcl=public-read`, 'x', {}, 400],
    [`${upload}?uploadType=media&name=k`, 'x', { 'content-encoding': 'br' }, 501],
    [`${upload}?uploadType=media&name=k`, 'x', { 'content-encoding': 'gzip' }, 400],
    ['/batch/storage/v1', '', {}, 400],
    ['/batch', 'no parts', { 'content-type': 'multipart/mixed; boundary=b' }, 400],
  ];
  for (const [path, body, headers, status] of posts) {
    const reply = await http.call('POST', path, { body, headers });
    expect(reply.status, `${path} ${body.slice(0, 40)}`).toBe(status);
    expect(reply.json.error).toMatchObject({ code: status });
  }
  expect((await http.get('/storage/v1/b/bad/o')).json.items).toHaveLength(1);
  expect(logged).toEqual([]);
});

test('noise on the wire neither crashes nor wedges the server', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  await http.bucket('noise');
  const send = (bytes: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(sandbox.port, '127.0.0.1', () => socket.end(bytes));
      socket.on('error', () => resolve()).on('close', () => resolve());
      socket.resume();
    });
  const line =
    'POST /upload/storage/v1/b/noise/o?uploadType=media&name=x HTTP/1.1\r\nHost: localhost\r\n';
  await send(`${line}Content-Length: 1000\r\n\r\nshort`);
  await send(`${line}Transfer-Encoding: chunked\r\n\r\nzz\r\n`);
  await send(`${line}Content-Length: -1\r\n\r\n`);
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), (text) => send(text)),
    { numRuns: 30 },
  );
  expect((await http.get('/storage/v1/b/noise/o')).json.items).toBeUndefined();
  expect((await http.upload('noise', 'x', 'y')).status).toBe(200);
});

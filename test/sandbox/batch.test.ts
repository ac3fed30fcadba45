import { expect, test } from 'vitest';
import { client, type Reply, start } from './support.ts';

interface Part {
  id?: string;
  request: string;
}

const body = (parts: Part[], newline = '\r\n') =>
  [
    ...parts.flatMap(({ id, request }) => [
      '--b',
      'Content-Type: application/http',
      ...(id === undefined ? [] : [`Content-ID: ${id}`]),
      '',
      request.replaceAll('\n', newline),
    ]),
    '--b--',
  ].join(newline);

/** The responses in a batch's answer: their Content-IDs, statuses and JSON. */
function responses(reply: Reply) {
  expect(reply.status, reply.text).toBe(200);
  const boundary = /^multipart\/mixed; boundary=(\S+)$/.exec(
    reply.headers.get('content-type') ?? '',
  )?.[1];
  const parts = reply.text.split(`--${boundary}`).slice(1, -1);
  return parts.map((part) => {
    const [headers = '', head = '', ...rest] = part.split('\r\n\r\n');
    const text = rest.join('').trim();
    return {
      id: /^Content-ID: (.*)$/m.exec(headers)?.[1],
      status: Number(/^HTTP\/1\.1 (\d{3}) [A-Z]/.exec(head)?.[1]),
      json: text === '' ? undefined : JSON.parse(text),
    };
  });
}

test('calls in a batch are answered in order, each for itself', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  await http.bucket('batch');
  await http.upload('batch', 'a', 'x');
  await http.upload('batch', '한 글', 'x');
  const send = async (parts: Part[], path = '/batch/storage/v1', newline?: string) =>
    responses(
      await http.call('POST', path, {
        body: body(parts, newline),
        headers: { 'content-type': 'multipart/mixed; boundary="b"' },
      }),
    );
  const patch = '{"metadata": {"k": "v"}}';
  const answers = await send([
    { id: '<one+1>', request: 'GET /storage/v1/b/batch/o/none HTTP/1.1\n' },
    {
      id: 'two',
      request: `PATCH ${sandbox.url}/b/batch/o/a?fields=metadata HTTP/1.1\nContent-Length: ${patch.length}\n\n${patch}\n`,
    },
    { request: 'DELETE /storage/v1/b/batch/o/%ED%95%9C%20%EA%B8%80 HTTP/1.1\n\n' },
    { id: '<4>', request: 'GET /storage/v1/b/batch/o/a?alt=media HTTP/1.1\n' },
    { request: 'POST /upload/storage/v1/b/batch/o?uploadType=media&name=b HTTP/1.1\n\nx' },
    { request: 'POST /batch/storage/v1 HTTP/1.1\n\n' },
    { request: 'POST /_cloudlab/stop HTTP/1.1\n\n' },
    { request: 'GET /compute/v1/projects/p HTTP/1.1\n\n' },
  ]);
  expect(answers.map(({ id, status }) => [id, status])).toEqual([
    ['<response-one+1>', 404],
    ['response-two', 200],
    [undefined, 204],
    ['<response-4>', 400],
    [undefined, 400],
    [undefined, 400],
    [undefined, 400],
    [undefined, 400],
  ]);
  expect(answers[0]?.json.error).toMatchObject({ code: 404, errors: [{ reason: 'notFound' }] });
  expect(answers[1]?.json).toEqual({ metadata: { k: 'v' } });

  const again = await send([{ request: 'DELETE /storage/v1/b/batch/o/a\n' }], '/batch', '\n');
  expect(again.map(({ status }) => status)).toEqual([204]);
  expect((await http.get('/storage/v1/b/batch/o')).json.items).toBeUndefined();
});

test('the headers of a batch hold for its calls, those about its content do not', async () => {
  const http = client(await start());
  const parts = [
    { request: 'POST /storage/v1/b?project=cloudlab-sandbox HTTP/1.1\n\n{"name": "from-batch"}' },
    { request: 'GET /storage/v1/b/x HTTP/1.1\nOrigin: http://evil.example\n\n' },
  ];
  const answers = responses(
    await http.call('POST', '/batch/storage/v1', {
      body: body(parts),
      headers: {
        'content-type': 'multipart/mixed; boundary=b',
        'content-language': 'ko',
        origin: 'http://localhost',
      },
    }),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 403]);
});

test('a hundred calls are a batch; one more, or one that is no request, is none', async () => {
  const http = client(await start());
  await http.bucket('many');
  const send = (parts: Part[]) =>
    http.call('POST', '/batch/storage/v1', {
      body: body(parts),
      headers: { 'content-type': 'multipart/mixed; boundary=b' },
    });
  const insert = (i: number) => ({
    request: `POST /storage/v1/b?project=cloudlab-sandbox HTTP/1.1\n\n{"name": "many-${i}"}`,
  });
  const hundred = Array.from({ length: 100 }, (_, i) => insert(i));
  expect(responses(await send(hundred)).map(({ json }) => json.name)).toEqual(
    hundred.map((_, i) => `many-${i}`),
  );
  expect((await send([...hundred, insert(100)])).json.error).toMatchObject({ code: 400 });
  expect((await http.get('/storage/v1/b/many-100')).status).toBe(404);
  for (const request of ['', 'BREW /pot HTTP/1.1', 'GET / HTTP/2', 'GET /b\nno header\n\n']) {
    expect((await send([{ request }])).json?.error, request).toMatchObject({ code: 400 });
  }
});

test('no call of a batch gets at media by another name, nor out of the API', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  await http.bucket('photos');
  await http.upload('photos', 'storage/v1/b/photos', 'media');
  await http.upload('photos', 'v1/b', 'media');
  const object = '/storage/v1/b/photos/o/v1%2Fb';
  const requests = [
    'GET /storage/v1/b/photos HTTP/1.1\nHost: photos.localhost\n\n',
    'GET /photos/v1/b HTTP/1.1\n\n',
    `GET ${object}?alt=%6dedia HTTP/1.1\n\n`,
    `GET ${object}?%61lt=media HTTP/1.1\n\n`,
    `GET ${object}#alt=media HTTP/1.1\n\n`,
    `GET ${object}?alt=json&alt=media HTTP/1.1\n\n`,
    'GET /storage/v1/b/photos HTTP/1.1\nHost: storage.googleapis.com\n\n',
  ];
  const answers = responses(
    await http.call('POST', '/batch', {
      body: body(requests.map((request) => ({ request }))),
      headers: { 'content-type': 'multipart/mixed; boundary=b' },
    }),
  );
  // A call's own host does not count: the first and the last are about the bucket.
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 400, 400, 400, 200]);
  expect(answers[0]?.json.kind).toBe('storage#bucket');
});

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askApi, destinationOf } from '../../../src/sandbox/compute/machines/outbound.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server of this machine, and the paths that it was asked for. */
async function listen(answer?: RequestListener): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (answer) answer(request, response);
    else response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const ask = (baseUrl: string, url: string) =>
  askApi(baseUrl, {
    method: 'GET',
    url,
    headers: [],
    body: new Uint8Array(),
    from: '10.178.0.2',
    timeoutMs: 5000,
  });

test('no path of an API leads a VM to another port of this machine', async () => {
  const sandbox = await listen();
  const other = await listen();
  const host = other.origin.slice('http://'.length);
  const paths = [`//${host}/x`, `/\\${host}/x`, `\\\\${host}/x`, `///${host}/x`, `/.//${host}/x`];
  for (const path of [...paths, `/a/..//${host}/x`, `/@${host}/x`, `/http://${host}/x`]) {
    await ask(sandbox.origin, `http://storage.googleapis.com${path}`).catch(() => undefined);
  }
  expect(other.asked).toEqual([]);
  expect(sandbox.asked).toHaveLength(8);
});

test('redirects of an API are shown to the VM and not followed', async () => {
  const other = await listen();
  const sandbox = await listen((_request, response) => {
    response.writeHead(302, { location: `${other.origin}/x` }).end();
  });
  const answer = await ask(sandbox.origin, 'http://storage.googleapis.com/b/o');
  expect(answer.status).toBe(302);
  expect(other.asked).toEqual([]);
});

test("the sandbox's own paths are not APIs, however they are spelt", async () => {
  const { origin, asked } = await listen();
  const paths = ['_cloudlab/status', '%5Fcloudlab/status', '/_cloudlab/status', './_cloudlab/x'];
  const metadata = ['computeMetadata/v1/project/project-id', '%63omputeMetadata/v1/'];
  for (const path of [
    ...paths,
    ...metadata,
    '%2f_cloudlab/status',
    '_CLOUDLAB/status',
    'retry%5ftest',
  ]) {
    const asking = ask(origin, `http://storage.googleapis.com/${path}`);
    await expect(asking).rejects.toMatchObject({ fault: 'reset' });
  }
  expect(asked).toEqual([]);
});

test('only names of Google and its mirrors lead anywhere but to a VM', () => {
  const hosts = [
    '127.0.0.1',
    'localhost',
    '0.0.0.0',
    '[::1]',
    'storage.googleapis.com.evil.example',
  ];
  const kinds = hosts.map((host) => destinationOf(host).kind);
  expect(kinds).toEqual(['address', 'name', 'address', 'name', 'name']);
});

import { createServer, request } from 'node:http';
import { join } from 'node:path';
import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { LaterApps } from '../../src/sandbox/later-apps.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { packageRoot } from '../support/host.ts';
import { surroundings } from '../support/machine.ts';
import { client, start, tempDir } from './support.ts';

const ZONE = '/compute/v1/projects/cloudlab-sandbox/zones/asia-northeast3-a';

test('whoever comes first to a service, and whoever comes meanwhile, is answered', async () => {
  const http = client(await start());
  const asked = [`${ZONE}/instances`, '/v1/projects/cloudlab-sandbox/serviceAccounts'];
  const replies = await Promise.all(
    Array.from({ length: 12 }, (_, at) => http.get(asked[at % 2] ?? '')),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(12).fill(200));
  const accounts = replies[1]?.json.accounts;
  expect(accounts).toHaveLength(1);
});

test('a request that sends a body before its service is there loses nothing of it', async () => {
  const http = client(await start());
  const made = await http.post(`${ZONE}/disks`, {
    name: 'd',
    sizeGb: '12',
    description: 'x'.repeat(2000),
  });
  expect(made.status).toBe(200);
});

test('what such services answer to is checked and recorded as everything else', async () => {
  const sandbox = await start({ controlToken: 'control' });
  const http = client(sandbox);
  const evil = await http.get(`${ZONE}/instances`, { origin: 'https://evil.example' });
  expect(evil.status).toBe(403);
  await http.post('/v1/projects/cloudlab-sandbox/serviceAccounts', { accountId: 'robot-one' });
  const log = await http.get('/_cloudlab/log?after=0', { authorization: 'Bearer control' });
  const methods = log.json.entries.map(({ method }: { method: string }) => method);
  expect(methods).toEqual(['compute.instances.list', 'iam.projects.serviceAccounts.create']);
});

test('an object in a bucket with a host of its own may be called as an API is', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  await http.bucket('photos');
  await http.upload('photos', 'compute/v1/cat', 'meow');
  expect(await getByHost(sandbox, 'photos.localhost', '/compute/v1/cat')).toBe('meow');
});

test('machines of an earlier process go on without being asked for', async () => {
  const dataDir = await tempDir();
  const guestProgram = join(packageRoot, 'dist', 'guest', 'worker.js');
  const first = await startSandbox({ ...surroundings, dataDir, guestProgram });
  const body = {
    name: 'vm',
    machineType: 'zones/asia-northeast3-a/machineTypes/e2-micro',
    disks: [
      {
        boot: true,
        initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
      },
    ],
    networkInterfaces: [{ network: 'global/networks/default' }],
  };
  expect((await client(first).post(`${ZONE}/instances`, body)).status).toBe(200);
  await first.close();
  const second = client(await start({ dataDir, guestProgram }));
  await expect
    .poll(async () => (await second.get('/_cloudlab/status')).json.machines, { timeout: 10_000 })
    .toBe(1);
});

test('what cannot be loaded is tried again at the next request', async () => {
  const logged: string[] = [];
  let broken = true;
  const load = async () => {
    if (broken) throw new Error('no such file');
    return (app: ReturnType<typeof fastify>) => {
      app.get('/v9/x', async () => 'here');
    };
  };
  const service = {
    name: 'x',
    laterRoutes: [{ roots: ['v9'], load }],
    status: () => ({}),
    reset() {},
  };
  const later = new LaterApps(
    [service],
    () => fastify(),
    (line) => logged.push(line),
  );
  const front = fastify({
    serverFactory: (handler) =>
      createServer((incoming, response) => {
        if (!later.answer(incoming, response)) handler(incoming, response);
      }),
  });
  onTestFinished(() => front.close());
  const url = await front.listen({ host: '127.0.0.1', port: 0 });
  const failed = await fetch(`${url}/v9/x`);
  expect([failed.status, await failed.json()]).toMatchObject([503, { error: { code: 503 } }]);
  expect(logged[0]).toContain('no such file');
  broken = false;
  expect(await (await fetch(`${url}/v9/x`)).text()).toBe('here');
  expect((await fetch(`${url}/other`)).status).toBe(404);
  await later.close();
});

function getByHost({ port }: Sandbox, host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    outgoing.on('error', reject).end();
  });
}

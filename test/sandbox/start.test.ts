import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { surroundings } from '../support/machine.ts';
import { startChild } from './child.ts';
import { client, start, tempDir } from './support.ts';

const failure = (options: Pick<SandboxOptions, 'dataDir'> & Partial<SandboxOptions>) =>
  startSandbox({ ...surroundings, ...options }).then(
    (sandbox) => sandbox.close().then(() => 'started'),
    (error) => error,
  );

test('one sandbox per data directory, and what is in it outlives the process', async () => {
  const dataDir = await tempDir();
  const first = await start({ dataDir });
  await client(first).bucket('stays');
  expect(await failure({ dataDir })).toMatchObject({
    name: 'SandboxStartError',
    code: 'DATA_DIR_IN_USE',
    dataDir,
    pid: process.pid,
    url: first.url,
  });
  await first.close();
  await first.closed;
  const second = await start({ dataDir });
  expect((await client(second).get('/storage/v1/b/stays')).status).toBe(200);
});

test('a lock is recovered from a killed process, also when its pid was reused', async () => {
  const dataDir = await tempDir();
  const child = await startChild(dataDir);
  expect(await failure({ dataDir })).toMatchObject({ code: 'DATA_DIR_IN_USE', pid: child.pid });
  await child.kill();

  // This very process stands in for a program that was given the dead one's pid.
  const lock = (await readdir(dataDir)).find((name) => /^lock\.\d+$/.test(name)) ?? '';
  const content = JSON.parse(await readFile(join(dataDir, lock), 'utf8'));
  await writeFile(join(dataDir, lock), JSON.stringify({ ...content, pid: process.pid }));

  const starts = await Promise.all(
    Array.from({ length: 4 }, () => startSandbox({ dataDir, ...surroundings }).catch((e) => e)),
  );
  const running = starts.filter((result) => result.url !== undefined && result.close);
  for (const sandbox of running) onTestFinished(() => sandbox.close());
  expect(running).toHaveLength(1);
  for (const refused of starts.filter((result) => result instanceof Error)) {
    expect(refused).toMatchObject({ code: 'DATA_DIR_IN_USE' });
  }
});

test('directories that are not ours are left alone', async () => {
  const newer = await tempDir();
  await writeFile(join(newer, 'format.json'), '{"format":2}');
  expect(await failure({ dataDir: newer })).toMatchObject({
    code: 'DATA_DIR_NEWER',
    foundVersion: 2,
  });
  expect(await readdir(newer)).toEqual(['format.json']);

  const damaged = await tempDir();
  await writeFile(join(damaged, 'format.json'), '{');
  expect(await failure({ dataDir: damaged })).toMatchObject({ code: 'DATA_DIR_UNUSABLE' });

  const foreign = await tempDir();
  await writeFile(join(foreign, 'thesis.docx'), 'x');
  expect(await failure({ dataDir: foreign })).toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  expect(await readdir(foreign)).toEqual(['thesis.docx']);

  const file = join(foreign, 'thesis.docx');
  expect(await failure({ dataDir: file })).toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
});

test('a taken port is reported and the directory set free', async () => {
  const dataDir = await tempDir();
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  onTestFinished(() => void other.close());
  expect(await failure({ dataDir, port })).toMatchObject({ code: 'PORT_IN_USE', port });
  expect(await failure({ dataDir })).toBe('started');
});

test('status, reset and stop', async () => {
  const sandbox = await start({ controlToken: 'secret' });
  const http = client(sandbox);
  const control = (path: string, token?: string) =>
    http.call('POST', `/_cloudlab/${path}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  await http.bucket('one');
  await http.upload('one', 'small', 'abc');
  await http.upload('one', 'large', 'x'.repeat(20_000));
  expect((await http.get('/_cloudlab/status')).json).toEqual({
    name: 'cloudlab-sandbox',
    version: 1,
    instanceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    pid: process.pid,
    projectId: 'cloudlab-sandbox',
    dataDir: sandbox.dataDir,
    startedAt: expect.any(String),
    time: expect.any(String),
    aheadSeconds: 0,
    buckets: 1,
    objects: 2,
    bytes: 20_003,
    softDeletedBuckets: 0,
    machines: 0,
  });
  expect((await control('reset')).status).toBe(401);
  expect((await control('reset', 'wrong')).status).toBe(401);
  expect((await control('reset', 'secret')).json).toEqual({ reset: true });
  expect((await http.get('/_cloudlab/status')).json).toMatchObject({
    buckets: 0,
    objects: 0,
    bytes: 0,
  });
  await expect.poll(() => readdir(join(sandbox.dataDir, 'blobs'))).toEqual([]);
  await http.bucket('one');
  expect((await http.upload('one', 'large', 'x'.repeat(20_000))).status).toBe(200);

  expect((await control('stop', 'secret')).json).toEqual({ stopping: true });
  await sandbox.closed;
  await expect(http.get('/_cloudlab/status')).rejects.toThrow();

  const open = client(await start());
  expect((await open.call('POST', '/_cloudlab/reset')).status).toBe(404);
});

test('a web page cannot drive the sandbox', async () => {
  const sandbox = await start();
  const status = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const call = request(`${sandbox.url}/storage/v1/b?project=cloudlab-sandbox`, { headers });
      call.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', reject).end();
    });
  for (const host of ['localhost', '127.0.0.1:1', 'LocalHost:80', '[::1]:9']) {
    expect(await status({ host }), host).toBe(200);
  }
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil:80', '10.0.0.1']) {
    expect(await status({ host }), host).toBe(403);
  }
  for (const origin of [
    'http://evil.example',
    'null',
    'file://',
    'http://localhost@evil.example',
  ]) {
    expect(await status({ origin }), origin).toBe(403);
  }
  expect(await status({ origin: 'http://localhost:5173' })).toBe(200);
});

test('a web page that leads the browser here does not get to run here', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  await http.bucket('site');
  await http.call('PUT', '/site/index.html', {
    body: '<script>fetch("/storage/v1/b?project=cloudlab-sandbox")</script>',
    headers: { 'content-type': 'text/html' },
  });
  const policy = (path: string, site: string) =>
    new Promise((resolve, reject) => {
      const call = request(`${sandbox.url}${path}`, { headers: { 'sec-fetch-site': site } });
      call.on('response', (response) => {
        response.resume();
        resolve(response.headers['content-security-policy']);
      });
      call.on('error', reject).end();
    });
  for (const path of ['/site/index.html', '/b/site/o/index.html?alt=media', '/b/none', '/%']) {
    for (const site of ['cross-site', 'same-site']) {
      expect(await policy(path, site), path).toMatch(/^sandbox (?!.*allow-same-origin)/);
    }
    expect(await policy(path, 'none'), path).toBeUndefined();
  }
  // What an error quotes of the request is text.
  for (const path of ['/b/%3Cscript%3E/o/x?alt=media', '/download/b/site/o/%3Cscript%3E%26']) {
    const reply = await http.get(path);
    expect(reply.headers.get('content-type')).toMatch(/^text\/html/);
    expect(reply.text).toContain('&lt;script&gt;');
    expect(reply.text).not.toContain('<script>');
  }
});

test('a disk that fails costs the request, not the data', async () => {
  const logged: string[] = [];
  const sandbox = await start({ log: (line) => logged.push(line) });
  const http = client(sandbox);
  await http.bucket('disk');
  await http.upload('disk', 'kept', 'x');
  // A file where a directory should be: no large body can be stored.
  const blobs = join(sandbox.dataDir, 'blobs');
  await rm(blobs, { recursive: true });
  await writeFile(blobs, '');
  const failed = await http.upload('disk', 'kept', 'y'.repeat(50_000));
  expect(failed.json.error).toMatchObject({ code: 500, errors: [{ reason: 'backendError' }] });
  expect(logged.join('\n')).toMatch(/ENOTDIR|EEXIST/);
  expect((await http.get('/b/disk/o/kept?alt=media')).text).toBe('x');

  await rm(blobs);
  expect((await http.upload('disk', 'kept', 'y'.repeat(50_000))).status).toBe(200);
});

/**
 * Who is measured: cloudlab's sandbox, its peers where this machine has them, and the
 * limits, which do nothing but the least.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const running = new Set();
process.once('exit', () => {
  for (const stop of running) stop();
});

/** GCS's own paths, which fake-gcs-server speaks too. */
const gcs = {
  bucket: (name, settings) => [
    'POST',
    '/storage/v1/b?project=cloudlab-sandbox',
    JSON.stringify({ name, ...settings }),
  ],
  put: (bucket, name) => [
    'POST',
    `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`,
  ],
  get: (bucket, name) => ['GET', `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`],
  metadata: (bucket, name) => ['GET', `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`],
  list: (bucket) => ['GET', `/storage/v1/b/${bucket}/o?maxResults=100`],
  delete: (bucket, name) => ['DELETE', `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`],
};

/** S3's, for moto, which wants a signature and does not look at it. */
const s3 = {
  headers: {
    Authorization:
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
  },
  bucket: (name) => ['PUT', `/${name}`],
  put: (bucket, name) => ['PUT', `/${bucket}/${name}`],
  get: (bucket, name) => ['GET', `/${bucket}/${name}`],
  metadata: (bucket, name) => ['HEAD', `/${bucket}/${name}`],
  list: (bucket) => ['GET', `/${bucket}?list-type=2&max-keys=100`],
  delete: (bucket, name) => ['DELETE', `/${bucket}/${name}`],
};

/** @param options of `cloudlab sandbox start` besides */
export async function startCloudlab(dataDir, options = []) {
  const home = mkdtempSync(join(tmpdir(), 'cloudlab-bench-'));
  const port = await freePort();
  const data = dataDir ?? join(home, 'data');
  const program = join(root, 'dist', 'cloudlab.js');
  const server = await launch(
    'cloudlab',
    process.execPath,
    [program, 'sandbox', 'start', '--port', String(port), '--data', data, ...options],
    { port, env: { ...process.env, CLOUDLAB_HOME: home } },
  );
  return { ...server, ...gcs, stop: () => server.stop().then(() => discard(home)) };
}

/** fake-gcs-server with its files on disk (it does not flush them) or in memory. */
export async function startFakeGcs(backend) {
  const program = find('fake-gcs-server', [
    process.env.FAKE_GCS_SERVER,
    join(homedir(), 'go', 'bin', 'fake-gcs-server'),
  ]);
  if (program === undefined)
    return absent('fake-gcs-server', 'go install github.com/fsouza/fake-gcs-server@latest');
  const home = mkdtempSync(join(tmpdir(), 'fake-gcs-'));
  const port = await freePort();
  const where = backend === 'memory' ? [] : ['-filesystem-root', home];
  const server = await launch(
    `fake-gcs-server, ${backend}`,
    program,
    [
      '-scheme',
      'http',
      '-host',
      '127.0.0.1',
      '-port',
      String(port),
      '-backend',
      backend,
      ...where,
      '-log-level',
      'error',
    ],
    { port },
  );
  const stop = () => server.stop().then(() => discard(home));
  return { ...server, ...gcs, slower: 5, stop };
}

/** `slower`: it gets so many times fewer requests a round, which say as much. */
export async function startMoto() {
  const program = find('moto_server', [process.env.MOTO_SERVER]);
  if (program === undefined) return absent('moto', "pip install 'moto[server]'");
  const port = await freePort();
  const env = { ...process.env, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'a' };
  const server = await launch('moto (S3)', program, ['-H', '127.0.0.1', '-p', String(port)], {
    port,
    env,
  });
  return { ...server, ...s3, slower: 50 };
}

/** The limits, each a process of its own: see limit.mjs. */
export async function startLimit(kind) {
  const port = await freePort();
  const file = mkdtempSync(join(tmpdir(), 'cloudlab-limit-'));
  const script = fileURLToPath(new URL('limit.mjs', import.meta.url));
  const server = await launch(kind, process.execPath, [script, kind, String(port), file], { port });
  return { ...server, stop: () => server.stop().then(() => discard(file)) };
}

async function launch(name, command, args, { port, env = process.env }) {
  const child = spawn(command, args, { env, stdio: 'ignore' });
  const kill = () => child.kill('SIGKILL');
  running.add(kill);
  const ended = new Promise((resolve) => child.once('close', resolve));
  for (let tries = 0; !(await listens(port)); tries += 1) {
    if (child.exitCode !== null || tries > 2000) throw new Error(`${name} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3000))]);
    kill();
    running.delete(kill);
  };
  return { name, port, pid: child.pid, stop };
}

function listens(port) {
  return fetch(`http://127.0.0.1:${port}/`).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function find(name, elsewhere) {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  const found = [...elsewhere, ...places].find((path) => path && existsSync(path));
  return found && spawnSync(found, ['--help'], { stdio: 'ignore' }).error === undefined
    ? found
    : undefined;
}

function absent(name, how) {
  console.log(`skipped: ${name} is not installed (${how})`);
  return undefined;
}

const discard = (path) => rmSync(path, { recursive: true, force: true });

/**
 * How fast cloudlab is, beside the least that could be done in its place:
 * every number is a ratio of medians of runs that take turns in this one
 * process, so that a slow or busy machine slows both sides.
 *
 *   npm run bench            all of it
 *   npm run bench -- 5       five rounds instead of fifteen
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'dist', 'cloudlab.js');
const rounds = Number(process.argv[2] ?? 15);
const home = mkdtempSync(join(tmpdir(), 'cloudlab-bench-'));
const env = { ...process.env, CLOUDLAB_HOME: home, LANG: 'ko_KR.UTF-8' };
delete env.STORAGE_EMULATOR_HOST;
/** What must not outlive a failed measurement. */
const servers = new Set();
const node = process.execPath;

console.log(
  `node ${process.version}, ${process.platform} ${process.arch}, ${rounds} rounds, medians\n`,
);
try {
  const bare = [node, '-e', '0'];
  compareCommands('cloudlab --version', [node, program, '--version'], 'node -e 0', bare, 1.3);
  compareCommands('mission list', [node, program, 'mission', 'list'], 'node -e 0', bare, 2);
  compareLessons(bare);
  compareCommands(
    'lesson storage, all of it',
    [node, program, 'lesson', 'storage'],
    'node -e 0',
    bare,
  );
  await compareFirstScreen();
  compareSearch();
  await compareMissions();
  await compareStart();
  await reportIdleMemory();
  reportInstalledSize();
} finally {
  for (const child of servers) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
}

function compareCommands(name, command, limitName, limit, goal, limitEnv = env) {
  const ours = [];
  const theirs = [];
  run(command);
  run(limit, limitEnv);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(run(command));
    theirs.push(run(limit, limitEnv));
  }
  print(name, median(ours), limitName, median(theirs), goal);
}

/** The first section of every lesson, as a pipe gets it; the slowest counts. */
function compareLessons(bare) {
  const ids = readdirSync(join(root, 'lessons'))
    .filter((name) => /^\d\d-/.test(name))
    .map((name) => name.slice(3));
  const limit = [];
  const ours = new Map(ids.map((id) => [id, []]));
  for (let round = 0; round <= rounds; round += 1) {
    limit.push(run(bare));
    for (const id of ids) {
      ours.get(id).push(run([node, program, 'lesson', id, '--section', '1']));
    }
  }
  const [id, slowest] = ids
    .map((one) => [one, median(ours.get(one).slice(1))])
    .toSorted(([, one], [, other]) => other - one)[0];
  print(`slowest first section (${id})`, slowest, 'node -e 0', median(limit.slice(1)), 2);
}

/** On a terminal: from the start to the question which key to press. `script` gives it one. */
async function compareFirstScreen() {
  if (spawnSync('script', ['--version']).status !== 0) {
    console.log('first screen on a terminal: not measured, there is no script(1) of util-linux');
    return;
  }
  const ours = [];
  const theirs = [];
  for (let round = 0; round <= rounds; round += 1) {
    ours.push(await timeToPrompt(`${node} ${program} lesson compute`));
    theirs.push(await timeToPrompt(`${node} -e 'process.stdout.write("> ")'`));
  }
  const limit = 'node -e';
  print('lesson compute, on a terminal', median(ours.slice(1)), limit, median(theirs.slice(1)), 2);
}

function timeToPrompt(command) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: root, env });
    let text = '';
    child.on('error', reject);
    child.stdout.on('data', (chunk) => {
      text += chunk;
      // Colours may follow.
      if (!/> (\u001b\[[\d;]*m)*$/.test(text)) return;
      resolve(performance.now() - begun);
      child.kill('SIGKILL');
    });
    child.on('close', () => reject(new Error(`no prompt: ${text}`)));
  });
}

/** A search over everything, beyond what a command takes that lists the lessons. */
function compareSearch() {
  const search = [];
  const list = [];
  for (let round = 0; round <= rounds; round += 1) {
    search.push(run([node, program, 'search', '소프트 삭제']));
    list.push(run([node, program, 'lesson', 'list']));
  }
  const beyond = median(search.slice(1)) - median(list.slice(1));
  const verdict = beyond < 50 ? 'ok' : 'OVER';
  console.log(
    `${'search, beyond a list of the lessons'.padEnd(36)} ${beyond.toFixed(0).padStart(5)} ms (goal: under 50 ms: ${verdict})`,
  );
}

/** Each whole mission beside a script that imports the same client and makes one call. */
async function compareMissions() {
  const server = await start(await freePort());
  const storage = `import('@google-cloud/storage').then(async ({ Storage }) => {
    await new Storage({ projectId: 'cloudlab-sandbox', apiEndpoint: '${server.url}' }).getBuckets();
  })`;
  const compute = `Promise.all([
    import('@google-cloud/compute/build/src/v1/instances_client.js'),
    import('google-auth-library'),
  ]).then(async ([{ InstancesClient }, { PassThroughClient }]) => {
    const instances = new InstancesClient({
      fallback: true,
      protocol: 'http',
      apiEndpoint: '127.0.0.1',
      port: ${server.port},
      projectId: 'cloudlab-sandbox',
      authClient: new PassThroughClient(),
    });
    await instances.list({ project: 'cloudlab-sandbox', zone: 'asia-northeast3-a' });
    process.exit();
  })`;
  compareMission('create-bucket', storage, 2.5);
  compareMission('create-vm', compute, 3);
  await server.stop();
}

function compareMission(id, script, goal) {
  const withoutServer = { ...env, CLOUDLAB_HOME: join(home, 'alone') };
  const mission = [node, program, 'mission', id];
  const ours = [];
  const theirs = [];
  run(mission, withoutServer);
  run([node, '-e', script]);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(run(mission, withoutServer));
    theirs.push(run([node, '-e', script]));
  }
  print(`mission ${id}`, median(ours), 'client, one call', median(theirs), goal);
}

/** From spawning the process to its first answer. */
async function compareStart() {
  const fastify = `import('fastify').then(async ({ default: fastify }) => {
    const app = fastify();
    app.get('/storage/v1/b', async () => ({ kind: 'storage#buckets' }));
    await app.listen({ host: '127.0.0.1', port: Number(process.argv[1]) });
  })`;
  const ours = [];
  const theirs = [];
  for (let round = 0; round <= rounds; round += 1) {
    ours.push(await timeToAnswer((port) => [program, 'sandbox', 'start', '--port', String(port)]));
    theirs.push(await timeToAnswer((port) => ['-e', fastify, String(port)]));
  }
  print('sandbox, first answer', median(ours.slice(1)), 'bare fastify', median(theirs.slice(1)), 3);
}

async function reportIdleMemory() {
  const server = await start(await freePort());
  for (let call = 0; call < 20; call += 1) await answers(server.port);
  await sleep(2000);
  const rss = Number(
    execFileSync('ps', ['-o', 'rss=', '-p', String(server.child.pid)], { encoding: 'utf8' }),
  );
  await server.stop();
  console.log(
    `${'sandbox, idle memory'.padEnd(36)} ${(rss / 1024).toFixed(0)} MB (goal: under 120 MB)`,
  );
}

function reportInstalledSize() {
  const folder = mkdtempSync(join(tmpdir(), 'cloudlab-size-'));
  const npm = (...args) =>
    execFileSync('npm', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const [{ filename }] = JSON.parse(npm('pack', root, '--ignore-scripts', '--json'));
  npm('install', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`);
  const total = sizeOf(join(folder, 'node_modules'));
  const own = sizeOf(join(folder, 'node_modules', 'cloudlab'));
  rmSync(folder, { recursive: true, force: true });
  const mb = (bytes) => (bytes / 1e6).toFixed(1);
  console.log(
    `${'installed for production'.padEnd(36)} ${mb(total)} MB, of it cloudlab ${mb(own)} MB`,
  );
}

function run([command, ...args], environment = env) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(command, args, {
    cwd: root,
    env: environment,
    encoding: 'utf8',
  });
  const took = performance.now() - begun;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return took;
}

async function start(port) {
  const child = spawn(node, [program, 'sandbox', 'start', '--port', String(port)], {
    env,
    stdio: 'ignore',
  });
  servers.add(child);
  await untilItAnswers(child, port);
  const stop = () =>
    new Promise((resolve) => {
      child.on('close', resolve);
      child.kill('SIGTERM');
    });
  return { child, port, url: `http://127.0.0.1:${port}`, stop };
}

async function timeToAnswer(argumentsFor) {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(node, argumentsFor(port), { cwd: root, env, stdio: 'ignore' });
  servers.add(child);
  await untilItAnswers(child, port);
  const took = performance.now() - begun;
  await new Promise((resolve) => {
    child.on('close', resolve);
    child.kill('SIGTERM');
  });
  return took;
}

async function untilItAnswers(child, port) {
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    await sleep(2);
  }
}

/** True once it answers at all well; a refusal is a mistake of this script, and ends it. */
function answers(port) {
  return new Promise((resolve) => {
    const path = '/storage/v1/b?project=cloudlab-sandbox';
    const outgoing = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}`);
        resolve(true);
      });
    });
    outgoing.on('error', () => resolve(false));
    outgoing.end();
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function sizeOf(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function print(name, ours, limitName, limit, goal) {
  const ratio = ours / limit;
  const verdict = goal === undefined ? '' : `; goal ${goal}: ${ratio <= goal ? 'ok' : 'OVER'}`;
  console.log(
    `${name.padEnd(36)} ${ours.toFixed(0).padStart(5)} ms = ${ratio.toFixed(2)} x ${limitName} (${limit.toFixed(0)} ms)${verdict}`,
  );
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

import { expect, it } from 'vitest';
import { announceSandbox, readStatus } from '../../src/cloud/running-sandbox.ts';
import { ownUserAgent } from '../../src/cloud/user-agent.ts';
import { shortResource } from '../../src/commands/sandbox-log-line.ts';
import { locateHome, prepareHome } from '../../src/home.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { client, start } from '../sandbox/support.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';

/** A running sandbox that the commands of a home find. */
async function running(options: Partial<SandboxOptions> = {}) {
  const directory = temporaryDirectory();
  const home = locateHome(directory, '/', directory);
  prepareHome(home);
  const controlToken = 'control';
  const sandbox = await start({ controlToken, ...options });
  const { url, dataDir } = sandbox;
  const { instanceId = '' } = (await readStatus(url)) ?? {};
  announceSandbox(home, { url, pid: process.pid, dataDir, instanceId, controlToken });
  return { sandbox, home: directory };
}

/** Somebody makes a bucket, and a service account without any role tries to read it. */
async function twoRequests() {
  const { sandbox, home } = await running({ clock: () => new Date('2026-01-02T03:04:05Z') });
  const { call, bucket, post, get } = client(sandbox);
  await bucket('photos-1');
  await get('/storage/v1/b/photos-1', { 'user-agent': ownUserAgent });
  const project = `/v1/projects/${sandbox.projectId}`;
  await post(`${project}/serviceAccounts`, { accountId: 'robot-1' });
  const account = `robot-1@${sandbox.projectId}.iam.gserviceaccount.com`;
  const scope = ['https://www.googleapis.com/auth/cloud-platform'];
  const path = `/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
  const { accessToken } = (await post(path, { scope })).json;
  await call('GET', '/storage/v1/b/photos-1/o/cat.jpg?alt=media', {
    headers: {
      authorization: `Bearer ${accessToken}`,
      'user-agent': 'gcloud-python/2.18 gl-python/3.11',
    },
  });
  return home;
}

it('shows who did what, on a terminal in the lines that it has', async () => {
  const home = await twoRequests();
  const wide = await new TestHost({ home, columns: 80 }).run('sandbox', 'log');
  expect(wide.code).toBe(0);
  expect(wide.screen).toMatch(/^2026-01-0\d\n/);
  expect(wide.screen).toMatch(
    /^\d\d:\d\d:\d\d 200 owner storage\.buckets\.insert gs:\/\/photos-1 \[Node\]$/m,
  );
  expect(wide.screen.replaceAll(/\n +/g, ' ')).toMatch(
    /^\S+ 403 robot-1@cloudlab-sandbox \(via owner\) storage\.objects\.get gs:\/\/photos-1\/cat\.jpg \[Python\] · needs storage\.objects\.get$/m,
  );
  expect(wide.screen).toContain('1 more entry is of cloudlab itself: --all shows them.');
  expect(wide.screen).not.toContain('buckets.get');

  const narrow = await new TestHost({ home, columns: 40 }).run('sandbox', 'log', '--lang', 'ko');
  expect(narrow.screen.split('\n').every((line) => line.length <= 40)).toBe(true);
  expect(narrow.screen.replaceAll(/\n +/g, ' ')).toContain(
    'gs://photos-1/cat.jpg [Python] · storage.objects.get 권한이 필요해요',
  );
  // In a pipe each entry is a line, whatever it is filtered with then.
  const pipe = await new TestHost({ home }).run('sandbox', 'log', '--all');
  expect(pipe.stdout.trimEnd().split('\n').length).toBe(1 + 5);
});

it('shows the newest, and those alone that are asked for', async () => {
  const home = await twoRequests();
  const methods = async (...options: string[]) => {
    const { stdout } = await new TestHost({ home }).run('sandbox', 'log', '--json', ...options);
    return JSON.parse(stdout).entries.map(({ method }: { method: string }) =>
      method.split('.').at(-1),
    );
  };
  expect(await methods()).toEqual(['insert', 'create', 'generateAccessToken', 'get']);
  expect(await methods('--limit', '2')).toEqual(['generateAccessToken', 'get']);
  expect(await methods('--method', 'Storage.')).toEqual(['insert', 'get']);
  expect(await methods('--principal', 'robot-1@')).toEqual(['get']);
  expect(await methods('--denied')).toEqual(['get']);
  expect(await methods('--denied', '--principal', 'learner')).toEqual([]);
  const { stdout } = await new TestHost({ home }).run('sandbox', 'log', '--json', '--limit', '1');
  expect(JSON.parse(stdout).entries[0]).toMatchObject({
    time: '2026-01-02T03:04:05.000Z',
    principal: 'robot-1@cloudlab-sandbox.iam.gserviceaccount.com',
    resource: 'projects/_/buckets/photos-1/objects/cat.jpg',
    checks: [{ permission: 'storage.objects.get', granted: false }],
    status: 403,
    tool: 'Python',
  });
  const none = await new TestHost({ home }).run('sandbox', 'log', '--method', 'nothing');
  expect(none.stdout).toBe('No entry is like that.\n');
});

it('goes on with what comes, until Ctrl-C or until the sandbox ends', async () => {
  const { sandbox, home } = await running();
  const first = new TestHost({ home, columns: 80 });
  const following = first.run('sandbox', 'log', '--follow');
  await first.shown('Ctrl-C ends it');
  await client(sandbox).bucket('photos-1');
  await first.shown('gs://photos-1');
  await first.interruptOnceHeard();
  expect((await following).code).toBe(0);

  const second = new TestHost({ home });
  const piped = second.run('sandbox', 'log', '-f', '--json', '--limit', '1');
  while (second.interruptHandlers.length === 0) await new Promise((done) => setTimeout(done, 5));
  await sandbox.close();
  const { code, stdout } = await piped;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ method: 'storage.buckets.insert' });
});

it('needs a running sandbox, and a number for a limit', async () => {
  const home = temporaryDirectory();
  expect(await new TestHost({ home }).run('sandbox', 'log')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('cloudlab sandbox start'),
  });
  for (const limit of ['0', '-1', 'x', '1.5', '']) {
    expect(await new TestHost({ home }).run('sandbox', 'log', `--limit=${limit}`)).toMatchObject({
      code: 2,
    });
  }
});

it.each([
  ['projects/_/buckets/b', 'gs://b'],
  ['projects/_/buckets/b/objects/a/b c.txt', 'gs://b/a/b c.txt'],
  ['projects/_/buckets/b/objects/\u001b[2Jx\n', 'gs://b/?[2Jx?'],
  ['projects/p/zones/z-a/instances/web-1', 'z-a/web-1'],
  ['projects/p/zones/z-a', 'z-a'],
  ['projects/p/global/firewalls/allow-ssh', 'allow-ssh'],
  ['projects/p/serviceAccounts/r@p.iam.gserviceaccount.com', 'r@p'],
  ['projects/p/roles/reader', 'p/roles/reader'],
  ['projects/p', 'p'],
  ['', ''],
])('calls %j %j', (resource, name) => {
  expect(shortResource(resource)).toBe(name);
});

import { expect, it, onTestFinished } from 'vitest';
import { type FeedAddress, readFeed, watchFeed } from '../../src/cloud/audit-feed.ts';
import { inGrowingIntervals } from '../../src/cloud/growing-intervals.ts';
import { openSandboxTarget } from '../../src/cloud/sandbox-target.ts';
import { soon } from '../../src/cloud/soon.ts';
import { ownUserAgent } from '../../src/cloud/user-agent.ts';
import { locateHome, prepareHome } from '../../src/home.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client, start, tempDir } from '../sandbox/support.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';
import { realClock } from '../support/stage.ts';

const controlToken = 'control';
const addressOf = ({ url }: Sandbox): FeedAddress => ({ url, controlToken });

it('tells what happens as soon as it does, and where the log stands', async () => {
  const sandbox = await start({ controlToken });
  const address = addressOf(sandbox);
  const { last } = await readFeed(address, {});
  const waiting = readFeed(address, { after: last, waitSeconds: 30 });
  await client(sandbox).bucket('photos-1');
  const told = await waiting;
  expect(told.entries).toMatchObject([
    {
      method: 'storage.buckets.insert',
      principal: 'owner',
      resource: 'projects/_/buckets/photos-1',
    },
  ]);
  expect(told.last).toBe(told.entries[0]?.seq);
  // Nothing new: waited for a second, and not told again.
  expect(await readFeed(address, { after: told.last, waitSeconds: 1 })).toEqual({
    entries: [],
    last: told.last,
  });
  expect((await readFeed(address, { after: 0 })).entries).toEqual(told.entries);
});

it('leaves out what cloudlab itself looks at, and not what it changes', async () => {
  const sandbox = await start({ controlToken });
  const { call, get } = client(sandbox);
  const own = { 'user-agent': `${ownUserAgent} gcloud-node-storage/7` };
  await call('POST', `/storage/v1/b?project=${sandbox.projectId}`, {
    body: '{"name":"photos-1"}',
    headers: { ...own, 'content-type': 'application/json' },
  });
  await get('/storage/v1/b/photos-1', own);
  await get('/storage/v1/b/photos-1', { 'user-agent': 'curl/8' });
  const { entries } = await readFeed(addressOf(sandbox), { after: 0, looks: false });
  expect(entries.map(({ method, userAgent }) => [method, userAgent.split(/[/ ]/)[0]])).toEqual([
    ['storage.buckets.insert', 'cloudlab'],
    ['storage.buckets.get', 'curl'],
  ]);
});

it('is for who knows the control token, and answers whoever waits before it closes', async () => {
  const sandbox = await start({ controlToken });
  const { url } = sandbox;
  await expect(readFeed({ url, controlToken: 'wrong' }, {})).rejects.toThrow('401');
  const { last } = await readFeed(addressOf(sandbox), {});
  const waiting = Array.from({ length: 20 }, () =>
    readFeed(addressOf(sandbox), { after: last, waitSeconds: 60 }),
  );
  // All of them are there by the time that this is answered.
  await readFeed(addressOf(sandbox), {});
  await sandbox.close();
  expect(await Promise.all(waiting)).toEqual(Array(20).fill({ entries: [], last }));
});

it('watches a sandbox of another process, finds it again, and hears of a reset', async () => {
  const dataDir = await tempDir();
  let sandbox: Sandbox | undefined = await start({ dataDir, controlToken });
  const heard = new Heard();
  const find = async () => sandbox && addressOf(sandbox);
  onTestFinished(watchFeed(find, realClock, heard.note));
  await heard.silence();
  await client(sandbox).bucket('photos-1');
  await heard.next();
  await client(sandbox).call('POST', '/_cloudlab/reset', {
    headers: { authorization: `Bearer ${controlToken}` },
  });
  await heard.next();

  const gone = sandbox;
  sandbox = undefined;
  await gone.close();
  await heard.next();
  sandbox = await start({ dataDir, controlToken });
  await heard.next();
  await client(sandbox).bucket('photos-2');
  await heard.next();
});

it('watches a sandbox of this process', async () => {
  const directory = temporaryDirectory();
  const home = locateHome(directory, '/', directory);
  prepareHome(home);
  const host = { ...new TestHost({ home: directory }).host([]), clock: realClock };
  const record = { kind: 'sandbox' as const, dataDir: await tempDir(), private: true };
  const target = await openSandboxTarget(host, home, record, ['storage']);
  onTestFinished(() => target.close());
  const since = new Date();
  const heard = new Heard();
  const stop = target.watch(heard.note);
  await target.storage.createBucket('photos-1');
  await heard.next();
  // Looking does not wake who looks.
  await target.storage.bucket('photos-1').getMetadata();
  await target.audit({ since });
  await heard.silence();
  expect(await target.audit({ since, methods: ['storage.buckets.insert'] })).toMatchObject([
    { resource: 'projects/_/buckets/photos-1', userAgent: expect.stringContaining(ownUserAgent) },
  ]);
  stop();
  await target.storage.bucket('photos-1').delete();
  await heard.silence();
});

it('asks in growing intervals on GCP, until it is stopped', async () => {
  const slept: number[] = [];
  let asked = 0;
  const clock = {
    sleep: (milliseconds: number) => {
      slept.push(milliseconds);
      return new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
  await new Promise<void>((resolve) => {
    const stop = inGrowingIntervals(clock, () => {
      asked += 1;
      if (asked < 10) return;
      stop();
      resolve();
    });
  });
  await realClock.sleep(20);
  expect(asked).toBe(10);
  expect(slept.slice(0, 10)).toEqual([2000, 3000, 4500, 6750, 10_125, ...Array(5).fill(15_000)]);
});

it('calls once for what comes together', async () => {
  let called = 0;
  const call = soon({ sleep: () => new Promise((resolve) => setImmediate(resolve)) }, () => {
    called += 1;
  });
  for (let times = 0; times < 5; times += 1) call();
  expect(called).toBe(0);
  await realClock.sleep(20);
  expect(called).toBe(1);
  call();
  await realClock.sleep(20);
  expect(called).toBe(2);
});

/** Waits for calls, one after the other. */
class Heard {
  private times = 0;
  private waiting: (() => void) | undefined;
  readonly note = () => {
    this.times += 1;
    this.waiting?.();
  };

  async next(): Promise<void> {
    if (this.times === 0) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
    this.times = 0;
  }

  async silence(): Promise<void> {
    await realClock.sleep(250);
    expect(this.times).toBe(0);
  }
}

import { basename, join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { runProgram } from '../support/cli.ts';
import { byCurl } from './guided/by-curl.ts';
import { Curl } from './guided/curl.ts';
import { playPart, Sitting } from './guided/sitting.ts';
import { requireTool } from './tools.ts';

type Ending = (pids: Awaited<ReturnType<Sitting['pids']>>) => void;

/** Each mission is left so after some tasks, while what they made exists. */
const endings: readonly (readonly [string, keyof typeof byCurl, number, Ending])[] = [
  [
    'everything in the window is killed',
    'create-bucket',
    2,
    ({ window, shell, cloudlab }) => {
      for (const pid of [window, shell, cloudlab]) process.kill(pid, 'SIGKILL');
    },
  ],
  // The kernel tells those who live in it: SIGHUP.
  ['the window alone is killed', 'create-vm', 2, ({ window }) => process.kill(window, 'SIGKILL')],
  ['cloudlab is hung up', 'least-privilege', 4, ({ cloudlab }) => process.kill(cloudlab, 'SIGHUP')],
];

test.for(endings)(
  '%s in the middle of %s, and the same run is gone on with',
  { timeout: 180_000 },
  async ([, mission, done, end], context) => {
    const before = await begin(context, mission);
    await playPart(before.at, before.deeds.slice(0, done));
    const run = runIn(await before.at.screen());
    const given = await before.at.opens(done + 1);
    await leave(before.at, end);

    const { at, deeds } = await begin(context, mission, before.at.home);
    const text = await at.shows(/^You go on where you were\./m);
    expect(runIn(text)).toBe(run);
    // Windows that were opened before, and key files, still lead there.
    expect(at.env['CLOUDLAB_URL']).toBe(before.at.env['CLOUDLAB_URL']);
    for (let task = 1; task <= done; task += 1) {
      expect(text).toMatch(new RegExp(`^ {2}✔ ${task} .* · done$`, 'm'));
    }
    expect(given).toMatchObject(await at.opens(done + 1));
    await playPart(at, deeds.slice(done), done + 1);
    expect(await at.screen()).not.toMatch(/^○/m);
    await at.finish('curl');
  },
);

test('what is gone when one comes back is to be done again', {
  timeout: 180_000,
}, async (context) => {
  const mission = 'create-bucket';
  const before = await begin(context, mission);
  await playPart(before.at, before.deeds.slice(0, 2));
  const run = runIn(await before.at.screen());
  const { bucket = '', file = '' } = await before.at.opens(3);
  const [everythingKilled] = endings.map(([, , , end]) => end);
  await leave(before.at, everythingKilled as Ending);
  const { home } = before.at;
  const data = join(home, 'workspaces', run, 'sandbox');
  const remove = 'curl -sS --fail -X DELETE';
  const path = `$CLOUDLAB_URL/storage/v1/b/${bucket.replace('gs://', '')}`;
  const inside = `${remove} ${path}/o/${basename(file)} && ${remove} ${path}`;
  const removed = await runProgram(['exec', '--data', data, '--', 'bash', '-c', inside], { home });
  expect(removed).toMatchObject({ code: 0 });

  const { at, deeds } = await begin(context, mission, home);
  const text = await at.shows(/^○ 1\/5 (?:.*\n)+?.*is not there any more; it is open again/m);
  expect(runIn(text)).toBe(run);
  expect((await at.opens(1))['bucket']).toBe(bucket);
  // What the tasks to come do not need stays done.
  await playPart(at, deeds.slice(0, 1));
  await playPart(at, deeds.slice(2), 3);
  await at.finish('curl');
});

async function begin(context: TestContext, mission: keyof typeof byCurl, home?: string) {
  await requireTool(context, 'curl', 'curl');
  const at = await Sitting.begin(context, mission, home);
  return { at, deeds: byCurl[mission](new Curl(at.env)) };
}

/** Ends a sitting, and waits until nothing of it is left that could be at work. */
async function leave(at: Sitting, end: Ending): Promise<void> {
  const pids = await at.pids();
  end(pids);
  for (let waited = 0; isAlive(pids.cloudlab); waited += 1) {
    if (waited === 100) throw new Error('cloudlab has not ended');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const runIn = (text: string): string => /^Run: (\w+)$/m.exec(text)?.[1] ?? '';

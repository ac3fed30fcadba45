import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { locateHome } from '../../../src/home.ts';
import { attemptsAt } from '../../../src/tutor/progress/format.ts';
import { ProgressStore } from '../../../src/tutor/progress/store.ts';
import { temporaryDirectory } from '../../support/directories.ts';

const killAtStep = pathToFileURL(
  join(import.meta.dirname, '../../support/kill-at-file-step.mjs'),
).href;

let folder: string;
let writer: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloudlab-writer-'));
  writer = join(folder, 'writer.mjs');
  await build({
    input: join(import.meta.dirname, 'writer.ts'),
    platform: 'node',
    output: { file: writer, format: 'esm', codeSplitting: false },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a process that writes; resolves with how many it said were kept. */
function write(
  home: string,
  name: string,
  count: number,
  killedAt?: number,
): [ChildProcess, Promise<number>] {
  const preload = killedAt === undefined ? [] : ['--import', killAtStep];
  const child = spawn(process.execPath, [...preload, writer, home, name, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CLOUDLAB_TEST_KILL: String(killedAt) },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said = (async () => {
    let kept = 0;
    for await (const _line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      kept += 1;
    }
    return kept;
  })();
  return [child, said];
}

/** What a process that starts afterwards finds, by who wrote it. */
function keptBy(home: string, name: string): string[] {
  const damaged: string[] = [];
  const store = new ProgressStore(locateHome(home, '/', '/'), ({ path }) => damaged.push(path));
  const attempts = attemptsAt(store.read(), 'storage', 'q');
  expect(damaged).toEqual([]);
  return attempts.flatMap(({ given }) => (given[0] === name ? (given[1] ?? []) : []));
}

test('processes that write at once lose nothing of each other', async () => {
  const home = temporaryDirectory();
  const names = ['a', 'b', 'c', 'd'];
  const kept = await Promise.all(names.map((name) => write(home, name, 40)[1]));
  expect(kept).toEqual([40, 40, 40, 40]);
  for (const name of names) {
    const numbers = keptBy(home, name).map(Number);
    expect(numbers.toSorted((one, other) => one - other)).toEqual([...Array(40).keys()]);
  }
  // Old versions and drafts do not pile up.
  expect(readdirSync(join(home, 'progress')).length).toBeLessThanOrEqual(3);
});

test('kill -9 at any moment leaves what was kept before, or what was being written', async () => {
  const home = temporaryDirectory();
  const promises = new Map<string, number>();
  for (let round = 0; round < 8; round += 1) {
    const names = [`one-${round}`, `other-${round}`];
    const writers = names.map((name) => write(home, name, 10_000));
    await Promise.all(writers.map(([child]) => once(child.stdout ?? child, 'data')));
    await new Promise((resolve) => setTimeout(resolve, round * 3));
    for (const [child] of writers) child.kill('SIGKILL');
    for (const [index, [, said]] of writers.entries()) {
      const name = names[index] ?? '';
      const kept = keptBy(home, name).length;
      const promised = await said;
      // One more may have been written and not yet said.
      expect([promised, promised + 1]).toContain(kept);
      promises.set(name, kept);
    }
  }
  for (const [name, kept] of promises) expect(keptBy(home, name).length).toBe(kept);
});

test('kill -9 before each single step leaves the old or the new, and nothing in the way', async () => {
  const home = temporaryDirectory();
  await write(home, 'before', 3)[1];
  let ended = false;
  let steps = 0;
  for (let step = 1; !ended; step += 1) {
    const [child, said] = write(home, `step-${step}`, 1, step);
    const closed = once(child, 'close');
    const promised = await said;
    const [code] = await closed;
    ended = code === 0;
    steps = step;
    expect([promised, promised + 1]).toContain(keptBy(home, `step-${step}`).length);
    expect(keptBy(home, 'before')).toEqual(['0', '1', '2']);
  }
  // mkdir, draft, open, half a write, flush, link, clean up: all were tried.
  expect(steps).toBeGreaterThan(8);
  await write(home, 'after', 1)[1];
  expect(keptBy(home, 'after')).toEqual(['0']);
});

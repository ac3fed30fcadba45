import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type CheckResult,
  fail,
  type Inspect,
  pass,
  type Task,
} from '../../src/missions/define.ts';
import { Bench } from './bench.ts';
import type { Dialect } from './dialect.ts';
import { whyNotWell } from './how-it-ended.ts';
import { type Trial, tryProgram, whoHas } from './trial.ts';
import { withUnseen } from './unseen.ts';
import type { World } from './world.ts';

/** A program with three mistakes, which downloads an object once they are repaired. */
export function repairTask(dialect: Dialect): Task<World> {
  const bench = new Bench({
    file: ({ repair }) => repair,
    first: (world, inspect, path) => download(world, inspect, path, world.object),
    unseen: (world, inspect, path, time) =>
      withUnseen(world, inspect, time, async (unseen, object) => {
        const trial = await download(world, inspect, path, object);
        const wrong = judge(dialect, world, trial, path, object, unseen.text);
        // The program did well on the learner's own object: what differs is the names.
        return wrong === undefined || wrong.ok ? wrong : { ...wrong, hint: 'names-ignored' };
      }),
  });
  return {
    id: 'repair',
    needs: ['upload'],
    workbench: bench.workbench,
    given: ({ repair, bucket, object }) => ({ program: repair.path, bucket, object }),
    commands: (world) => [dialect.solutions.repair.trimEnd(), runLine(world, world.repair.path)],
    // What the program has shown once does not have to be shown again for the next one.
    holds: async () => pass('-'),
    async solve(world) {
      bench.solve(world, dialect.solutions.repair);
    },
    async check(world, inspect) {
      const evidence = bench.look(world, inspect);
      if ('ok' in evidence) return evidence;
      const { path } = bench.current(world);
      const { object, data } = world;
      const trial = await evidence.first();
      const wrong = judge(dialect, world, trial, path, object, data.text);
      return wrong ?? (await evidence.unseen()) ?? pass(proofOf(trial, world, object));
    },
  };
}

/** What one would type to run it by hand, in a shell that `cloudlab env` has pointed at the sandbox. */
function runLine(world: World, path: string): string {
  const destination = destinationOf(world, world.object);
  return `BUCKET=${world.bucket} OBJECT=${world.object} DESTINATION=${destination} ${world.interpreter} ${path}`;
}

function destinationOf({ dataPath }: World, object: string): string {
  return join(dirname(dataPath), 'downloads', object);
}

async function download(
  world: World,
  inspect: Inspect,
  path: string,
  object: string,
): Promise<Trial> {
  const destination = destinationOf(world, object);
  mkdirSync(dirname(destination), { recursive: true });
  rmSync(destination, { force: true });
  return tryProgram(world, inspect, path, { OBJECT: object, DESTINATION: destination });
}

function judge(
  dialect: Dialect,
  world: World,
  trial: Trial,
  path: string,
  object: string,
  text: string,
): CheckResult | undefined {
  const ended = whyNotWell(dialect, trial, path, dialect.mistakes);
  if (ended !== undefined) return ended;
  const destination = destinationOf(world, object);
  const found = read(destination);
  const name = basename(destination);
  const expected = `${name} size=${Buffer.byteLength(text)}`;
  if (found === undefined) return fail('file-missing', expected, `${name}: -`);
  if (found.toString('utf8') !== text) {
    return fail('file-differs', expected, `${name} size=${found.length}`);
  }
  return whyNoDownload(dialect, world, trial, object);
}

/** A program that knows what is in an object has asked for it. */
export function whyNoDownload(
  { userAgent, library }: Dialect,
  { bucket }: World,
  trial: Trial,
  object: string,
): CheckResult | undefined {
  const expected = `storage.objects.get ${object} (${library})`;
  switch (whoHas(trial, ['storage.objects.get'], bucket, object, userAgent)) {
    case undefined:
      return fail('no-download', expected, 'storage.objects.get: 0');
    case 'another':
      return fail('not-the-library', expected, agentsOf(trial));
    case 'library':
      return undefined;
  }
}

function agentsOf({ entries }: Trial): string {
  const agents = new Set(entries.map(({ userAgent }) => userAgent.slice(0, 60)));
  return [...agents].join(', ');
}

function proofOf({ entries }: Trial, { bucket }: World, object: string): string {
  const own = entries.find(({ resource }) => resource.endsWith(`${bucket}/objects/${object}`));
  return `storage.objects.get gs://${bucket}/${object} ${own?.userAgent.split(' ')[0] ?? ''}`;
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

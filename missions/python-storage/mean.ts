import {
  type CheckResult,
  fail,
  type Inspect,
  orMissing,
  pass,
  type Task,
} from '../../src/missions/define.ts';
import { Bench } from './bench.ts';
import type { Dialect } from './dialect.ts';
import { whyNotWell } from './how-it-ended.ts';
import type { Predictions } from './predictions.ts';
import { whyNoDownload } from './repair.ts';
import { type Trial, tryProgram, whoHas } from './trial.ts';
import { withUnseen } from './unseen.ts';
import { resultOf, type World } from './world.ts';

/** As far as an answer may be off: one rounded to four decimals is right. */
const tolerance = 0.00006;

/** A program that reads an object, computes, and writes an object. */
export function meanTask(dialect: Dialect): Task<World> {
  const bench = new Bench({
    file: ({ mean }) => mean,
    first: (world, inspect, path) =>
      tryProgram(world, inspect, path, { OBJECT: world.object, RESULT: world.result }),
    unseen: (world, inspect, path, time) =>
      withUnseen(world, inspect, time, async (unseen, object, result) => {
        const trial = await tryProgram(world, inspect, path, { OBJECT: object, RESULT: result });
        return judgeUnseen(
          await judge(dialect, world, inspect, { trial, path, object, result, data: unseen }),
        );
      }),
  });
  return {
    id: 'mean',
    needs: ['upload', 'repair'],
    workbench: bench.workbench,
    given: ({ mean, bucket, object, result }) => ({ program: mean.path, bucket, object, result }),
    commands: (world) => [
      dialect.solutions.mean.trimEnd(),
      `BUCKET=${world.bucket} OBJECT=${world.object} RESULT=${world.result} ${world.interpreter} ${world.mean.path}`,
    ],
    solve: (world, act) =>
      // The check runs it, and looks what comes of it; by then the result has come to be.
      act.create(resultOf(world), async () => {
        bench.solve(world, dialect.solutions.mean);
        const { path } = bench.current(world);
        const { bucket, object, result } = world;
        await act.program({
          file: path,
          variables: { BUCKET: bucket, OBJECT: object, RESULT: result },
        });
      }),
    async check(world, inspect) {
      const evidence = bench.look(world, inspect);
      if ('ok' in evidence) return evidence;
      const { object, result, data } = world;
      const trial = await evidence.first();
      const { path } = bench.current(world);
      const wrong =
        (await judge(dialect, world, inspect, { trial, path, object, result, data })) ??
        (await evidence.unseen());
      if (wrong !== undefined) return wrong;
      return pass(
        `gs://${world.bucket}/${result} ${JSON.stringify(rounded(data.means))} (${data.rows})`,
      );
    },
  };
}

interface Answer {
  readonly trial: Trial;
  readonly path: string;
  readonly object: string;
  readonly result: string;
  readonly data: Predictions;
}

/** Undefined where everything is as it should be. */
async function judge(
  dialect: Dialect,
  world: World,
  inspect: Inspect,
  { trial, path, object, result, data }: Answer,
): Promise<CheckResult | undefined> {
  const ended = whyNotWell(dialect, trial, path);
  if (ended !== undefined) return ended;
  const { output } = trial.run;
  if (output.trim() === '') return fail('program-silent', `rows=${data.rows}`, 'stdout: 0');
  const read = whyNoDownload(dialect, world, trial, object);
  if (read !== undefined) return read;
  const wrong = await judgeResult(world, inspect, result, data);
  if (wrong !== undefined) return wrong;
  const { bucket } = world;
  const writes = ['storage.objects.insert', 'storage.objects.create', 'storage.objects.update'];
  if (whoHas(trial, writes, bucket, result, dialect.userAgent) !== 'library') {
    const expected = `storage.objects.insert ${result} (${dialect.library})`;
    return fail('result-not-written', expected, 'storage.objects.insert: 0');
  }
  const rows = /\brows\s*[=:]\s*(\d+)/i.exec(output)?.[1];
  if (Number(rows) === data.rows) return undefined;
  const hint = rows === undefined ? 'rows-unsaid' : 'rows-differ';
  const last = output.trim().split('\n').at(-1) ?? '';
  return fail(hint, `rows=${data.rows}`, rows === undefined ? last.slice(0, 80) : `rows=${rows}`);
}

/** The answer is compared by value: neither the order of the labels nor spaces matter. */
async function judgeResult(
  { bucket }: World,
  { storage }: Inspect,
  result: string,
  { means, mistakes }: Predictions,
): Promise<CheckResult | undefined> {
  const expected = `${result} ${JSON.stringify(rounded(means))}`;
  const content = await orMissing(storage.bucket(bucket).file(result).download());
  if (content === undefined) return fail('result-missing', expected, `${result}: 404`);
  const text = content.toString('utf8');
  const shown = `${result} ${text.replaceAll(/\s+/g, ' ').slice(0, 200)}`;
  const answer = asNumbers(text);
  if (answer === undefined) return fail('result-not-json', expected, shown);
  if (equal(answer, means)) return undefined;
  const mistake = Object.entries(mistakes).find(([, values]) => equal(answer, values));
  if (mistake !== undefined) return fail(mistake[0], expected, shown);
  const labels = (of: object) => Object.keys(of).toSorted().join('\n');
  const hint = labels(answer) === labels(means) ? 'result-differs' : 'labels-differ';
  return fail(hint, expected, shown);
}

/** What went well on the learner's own object has to be told in another way when it fails here. */
function judgeUnseen(wrong: CheckResult | undefined): CheckResult | undefined {
  if (wrong === undefined || wrong.ok) return wrong;
  switch (wrong.hint) {
    case 'no-download':
    case 'result-missing':
    case 'result-not-written':
      return { ...wrong, hint: 'names-ignored' };
    case 'result-differs':
    case 'labels-differ':
    case 'rows-differ':
      return { ...wrong, hint: 'answer-typed' };
    default:
      return wrong;
  }
}

function asNumbers(text: string): Readonly<Record<string, number>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    return entries.every(([, one]) => typeof one === 'number')
      ? Object.fromEntries(entries)
      : undefined;
  } catch {
    return undefined;
  }
}

function equal(
  answer: Readonly<Record<string, number>>,
  means: Readonly<Record<string, number>>,
): boolean {
  const labels = Object.keys(means);
  if (labels.length !== Object.keys(answer).length) return false;
  return labels.every(
    (label) => Math.abs((answer[label] ?? Number.NaN) - (means[label] ?? 0)) <= tolerance,
  );
}

function rounded(means: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(means).map(([label, value]) => [label, Math.round(value * 10_000) / 10_000]),
  );
}

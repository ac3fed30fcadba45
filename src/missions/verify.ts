import { mkdirSync, rmSync } from 'node:fs';
import { openTarget } from '../cloud/open-target.ts';
import { chooseSandbox } from '../cloud/sandbox-target.ts';
import { defaultRegion, sandboxProject } from '../cloud/target.ts';
import { loadContent } from '../content/load.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../errors.ts';
import { prepareHome } from '../home.ts';
import { startSpinner } from '../terminal/spinner.ts';
import { padEnd, widthOf, wrap } from '../terminal/width.ts';
import { type LoadedMission, readMission } from './catalogue.ts';
import { forgetOldLedgers, Ledger } from './ledger.ts';
import { openPrograms } from './program/programs.ts';
import { playMission, type RunResult, type RunWatcher } from './run.ts';
import { newRunId, Seed } from './seed.ts';
import { exitCodeOf } from './session.ts';
import { workspaceFiles } from './workspace.ts';

const unwatched: RunWatcher = {
  taskStarted: async () => {},
  taskEnded: async () => {},
  tearingDown: async () => {},
  removing: () => {},
};

/** One mission that was checked anew. */
interface Verified {
  readonly mission: string;
  readonly run: string;
  readonly result: RunResult;
}

/**
 * Plays missions anew, each in a run of its own, with nobody watching, and tells which of their
 * checks still pass: after an update of cloudlab, or of this computer.
 *
 * @returns the worst of what came of them
 */
export async function verifyMissions(context: Context, ids: readonly string[]): Promise<ExitCode> {
  const { terminal, say, home } = context;
  const loaded: LoadedMission[] = [];
  for (const id of new Set(ids)) loaded.push(await readMission(context, id));
  prepareHome(home);
  const all: Verified[] = [];
  for (const one of loaded) {
    const spinner = await startSpinner(terminal, say.guided.verify.working(one.mission.id));
    try {
      all.push(await verifyOne(context, one));
    } finally {
      spinner.stop();
    }
  }
  if (terminal.json) terminal.printJson(all.map(inJson));
  else if (all.length === 0) terminal.print(wrap(say.guided.verify.nothing, terminal.columns));
  else for (const line of rowsOf(context, all)) terminal.print(line);
  const codes = all.map(({ result }) => exitCodeOf(result));
  return codes.find((code) => code !== exitCodes.done) ?? exitCodes.done;
}

async function verifyOne(context: Context, { mission }: LoadedMission): Promise<Verified> {
  const { host, home } = context;
  const wish = { target: { kind: 'sandbox' }, yes: false } as const;
  const programs = await openPrograms(context, mission, wish);
  const run = newRunId(host.random);
  const record = await chooseSandbox(home, run, false, mission.enforces);
  const { id, services } = mission;
  const ledger = Ledger.begin(home, host, { id: run, mission: id, target: record, services });
  const workspace = home.workspaceOf(run);
  mkdirSync(workspace, { mode: 0o700 });
  let interrupted = false;
  const stopListening = host.interrupts.listen(() => {
    interrupted = true;
  });
  try {
    const world = await mission.prepare({
      run,
      target: 'sandbox',
      project: sandboxProject,
      region: defaultRegion,
      seed: new Seed(run),
      inputs: {},
      interpreter: programs?.interpreter ?? '',
      ...workspaceFiles(workspace, host.cwd, {}),
    });
    const enforces = mission.enforces === true;
    const opened = await openTarget(host, home, record, services, { enforces });
    const target = programs?.ledTo(opened, workspace) ?? opened;
    try {
      const result = await playMission({
        mission,
        world,
        target,
        ledger,
        clock: host.clock,
        keep: false,
        facts: loadContent(host.packageRoot).facts(),
        interrupted: () => interrupted,
        watcher: unwatched,
      });
      return { mission: id, run, result };
    } finally {
      await target.close();
    }
  } finally {
    stopListening();
    if (ledger.state.ended) rmSync(workspace, { recursive: true, force: true });
    forgetOldLedgers(home);
  }
}

function inJson({ mission, run, result }: Verified) {
  return {
    mission,
    run,
    verdict: result.verdict,
    tasks: result.tasks.map(({ id, state, expected, found, reason }) => ({
      id,
      state,
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      ...(reason === undefined ? {} : { reason }),
    })),
    survivors: result.survivors.length,
    durationMs: Math.round(result.milliseconds),
  };
}

/** One line a mission, and below it the tasks that did not pass. */
function rowsOf({ terminal, say }: Context, all: readonly Verified[]): readonly string[] {
  const { columns, results } = say.guided.verify;
  const { strong, good, bad } = terminal.paint;
  const rows = all.map(({ mission, result }) => [
    mission,
    `${result.tasks.filter(({ state }) => state === 'passed').length}/${result.tasks.length}`,
    say.mission.seconds((result.milliseconds / 1000).toFixed(1)),
    results[result.verdict],
  ]);
  const header = [columns.mission, columns.checks, columns.time, columns.result];
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => widthOf(row[column] ?? ''))),
  );
  const lineOf = (row: readonly string[]) =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    strong(lineOf(header)),
    ...all.flatMap(({ result }, index) => [
      (result.verdict === 'passed' ? good : bad)(lineOf(rows[index] ?? [])),
      ...result.tasks
        .filter(({ state }) => state !== 'passed' && state !== 'blocked')
        .map(({ id, state, expected, found, reason }) =>
          wrap(
            `  ${id}: ${say.mission.states[state]} ${reason ?? `${expected ?? ''} ≠ ${found ?? ''}`}`,
            terminal.columns,
            '    ',
          ),
        ),
    ]),
  ];
}

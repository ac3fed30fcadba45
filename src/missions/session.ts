import { mkdirSync, rmSync } from 'node:fs';
import { openTarget } from '../cloud/open-target.ts';
import { chooseSandbox } from '../cloud/sandbox-target.ts';
import { defaultRegion, sandboxProject } from '../cloud/target.ts';
import { loadContent } from '../content/load.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { prepareHome } from '../home.ts';
import { nearest } from '../nearest.ts';
import { confirm } from '../terminal/prompt.ts';
import type { LoadedMission } from './catalogue.ts';
import { forgetOldLedgers, Ledger } from './ledger.ts';
import { openPrograms, type Programs } from './program/programs.ts';
import { makeReport } from './report.ts';
import { abandonedResult, playMission, type Run, type RunResult } from './run.ts';
import { newRunId, Seed } from './seed.ts';
import { unlessDiskIsFull } from './teardown.ts';
import { MissionView } from './view.ts';
import { workspaceFiles } from './workspace.ts';

/** How a mission is to be run, as the command line says. */
export interface SessionOptions {
  readonly target:
    | { readonly kind: 'sandbox' }
    | { readonly kind: 'gcp'; readonly project: string };
  readonly keep: boolean;
  readonly yes: boolean;
  readonly inputs: Readonly<Record<string, string>>;
}

/**
 * One run of a mission from its first word to its report: names and contents
 * are prepared, the target is opened, the mission is played and taken down
 * again, and what came of it is told.
 */
export async function runMission(
  context: Context,
  loaded: LoadedMission,
  options: SessionOptions,
): Promise<ExitCode> {
  const { host, home } = context;
  checkInputs(loaded, options.inputs);
  prepareHome(home);
  const programs = await openPrograms(context, loaded.mission, options);
  const run = newRunId(host.random);
  const target =
    options.target.kind === 'sandbox'
      ? await chooseSandbox(home, run, options.keep, loaded.mission.enforces)
      : options.target;
  // The ledger comes before everything else, so that a cleanup finds even the run's folder by it.
  const { id, services } = loaded.mission;
  const ledger = Ledger.begin(home, host, { id: run, mission: id, target, services });
  try {
    return await playSession(context, loaded, options, ledger, programs);
  } finally {
    const { kept, ended } = ledger.state;
    // Given up before the first call: there is nothing to look for.
    if (!kept && !ended && !played(ledger)) {
      unlessDiskIsFull(() => ledger.end('refused', []));
    }
    // A private sandbox's data is all that a cleanup has to look at: it stays as long as it is needed.
    if (ledger.state.ended) rmSync(home.workspaceOf(run), { recursive: true, force: true });
    forgetOldLedgers(home);
  }
}

async function playSession(
  context: Context,
  loaded: LoadedMission,
  options: SessionOptions,
  ledger: Ledger,
  programs: Programs | undefined,
): Promise<ExitCode> {
  const { host, home, say } = context;
  const { run, target: record } = ledger.state.start;
  const workspace = home.workspaceOf(run);
  const { mission } = loaded;
  mkdirSync(workspace, { mode: 0o700 });
  const world = await mission.prepare({
    run,
    target: record.kind,
    project: record.kind === 'gcp' ? record.project : sandboxProject,
    region: defaultRegion,
    seed: new Seed(run),
    inputs: options.inputs,
    interpreter: programs?.interpreter ?? '',
    ...workspaceFiles(workspace, host.cwd, options.inputs),
  });
  const facts = loadContent(host.packageRoot).facts();
  const view = new MissionView(context, loaded, world);
  if (record.kind === 'gcp') await askBeforeGcp(context, options, record.project, view);
  const opened = await openTarget(host, home, record, mission.services, {
    enforces: mission.enforces === true,
  });
  const target = programs?.ledTo(opened, workspace) ?? opened;
  let abandoned = false;
  try {
    view.introduce(run, target, options.keep);
    const { keep } = options;
    const result = await playUntilAbandoned(context, view, {
      mission,
      world,
      target,
      ledger,
      keep,
      facts,
    });
    abandoned = result.abandoned;
    view.report(makeReport(loaded, say, run, target, result, facts), result);
    return exitCodeOf(result);
  } finally {
    // Left at once means at once: a call may still be under way, and closing would wait for it.
    if (!abandoned) await target.close();
  }
}

/** True once the run has intended to create anything. */
function played(ledger: Ledger): boolean {
  const { open, created, removed } = ledger.state;
  return open.length + created.length + removed.length > 0;
}

/**
 * The first Ctrl-C lets the call under way finish and goes on to the teardown;
 * the second leaves everything as it is, for `cloudlab cleanup`.
 */
async function playUntilAbandoned(
  { host }: Context,
  view: MissionView,
  run: Pick<Run, 'mission' | 'world' | 'target' | 'ledger' | 'keep' | 'facts'>,
): Promise<RunResult> {
  let presses = 0;
  let abandon: (result: RunResult) => void = () => {};
  const abandoned = new Promise<RunResult>((resolve) => {
    abandon = resolve;
  });
  const begun = host.clock.elapsed();
  const stopListening = host.interrupts.listen(() => {
    presses += 1;
    if (presses === 1) view.stopping();
    else abandon(abandonedResult(run, view.results, host.clock.elapsed() - begun));
  });
  try {
    const { clock } = host;
    const played = playMission({ ...run, clock, interrupted: () => presses > 0, watcher: view });
    return await Promise.race([played, abandoned]);
  } finally {
    stopListening();
  }
}

/** Inputs are checked before anything else exists. */
export function checkInputs(
  { mission, texts }: LoadedMission,
  inputs: Readonly<Record<string, string>>,
): void {
  const known = Object.keys(mission.inputs);
  for (const [name, value] of Object.entries(inputs)) {
    const rule = mission.inputs[name];
    if (rule === undefined) {
      throw new UserError('unknown-input', {
        name,
        mission: mission.id,
        nearest: nearest(name, known),
        known: known.join(', '),
      });
    }
    if (value === '') throw new UserError('missing-option-value', { option: `--set ${name}=` });
    const hint = rule.check?.(value);
    if (hint !== undefined) {
      throw new UserError('bad-input', {
        name,
        value,
        expected: texts.hints[hint]?.why ?? hint,
      });
    }
  }
}

/** Nothing is created in a real project before somebody has seen what it will be, and agreed. */
export async function askBeforeGcp(
  context: Context,
  { yes }: Pick<SessionOptions, 'yes'>,
  project: string,
  view: MissionView,
): Promise<void> {
  const { terminal, say } = context;
  view.showPlan();
  if (yes) return;
  if (!terminal.interactive) throw new UserError('gcp-needs-confirmation', { project });
  const agreed = await confirm(context, say.mission.confirmGcp(project), say.words.yesNo);
  if (!agreed) throw new UserError('gcp-declined', {});
}

export function exitCodeOf(result: RunResult): ExitCode {
  // Who leaves at once asks nobody; but what the ledger does not name was never made.
  const unsure = result.survivors.length > 0 || !(result.searched || result.abandoned);
  if (unsure && !result.kept) return exitCodes.leftovers;
  switch (result.verdict) {
    case 'passed':
      return exitCodes.done;
    case 'incomplete':
    case 'failed':
      return exitCodes.failed;
    case 'error':
      return exitCodes.unusable;
    case 'interrupted':
      return exitCodes.interrupted;
  }
}

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openTarget } from '../../cloud/open-target.ts';
import { addressOf } from '../../cloud/resource.ts';
import { findResource } from '../../cloud/resources/index.ts';
import { findRunningSandbox } from '../../cloud/running-sandbox.ts';
import { chooseSandbox } from '../../cloud/sandbox-target.ts';
import { defaultRegion, sandboxProject, type Target } from '../../cloud/target.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import type { LoadedMission } from '../catalogue.ts';
import { Ledger } from '../ledger.ts';
import { newRunId, Seed } from '../seed.ts';
import type { SessionOptions } from '../session.ts';
import { workspaceFiles } from '../workspace.ts';
import { deedsIn } from './deeds.ts';
import type { Unfinished } from './unfinished.ts';

/** Begins the ledger of a run by hand; nothing is asked of the provider yet. */
export async function beginRun(
  { host, home }: Context,
  { mission }: LoadedMission,
  options: SessionOptions,
): Promise<Ledger> {
  const run = newRunId(host.random);
  const target =
    options.target.kind === 'sandbox'
      ? await chooseSandbox(home, run, options.keep, mission.enforces)
      : options.target;
  const { id, services } = mission;
  return Ledger.begin(home, host, { id: run, mission: id, target, services });
}

/**
 * Names, contents and answers of a run. They follow from its id and its inputs, so that they are
 * the same when it is gone on with; files that are there already are left as they are.
 */
export async function prepareWorld(
  { host, home }: Context,
  { mission }: LoadedMission,
  ledger: Ledger,
  inputs: Readonly<Record<string, string>>,
  interpreter: string,
  cwd = host.cwd,
): Promise<unknown> {
  const { run, target } = ledger.state.start;
  const workspace = home.workspaceOf(run);
  mkdirSync(workspace, { mode: 0o700, recursive: true });
  return mission.prepare({
    run,
    target: target.kind,
    project: target.kind === 'gcp' ? target.project : sandboxProject,
    region: defaultRegion,
    seed: new Seed(run),
    inputs,
    interpreter,
    // What a learner has written is the learner's; the run's own folder goes with the run.
    ...workspaceFiles(workspace, cwd, inputs, join(home.programs, run)),
  });
}

/**
 * Opens the target so that the learner's other windows find it.
 *
 * @throws UserError `guided-other-sandbox` where another sandbox stands in the place where it
 *   would be found
 */
export async function openAnnounced(
  { host, home }: Context,
  { mission }: LoadedMission,
  ledger: Ledger,
): Promise<Target> {
  const { target: record } = ledger.state.start;
  if (record.kind === 'sandbox') {
    const running = await findRunningSandbox(home);
    if (running !== undefined && running.address.dataDir !== record.dataDir) {
      throw new UserError('guided-other-sandbox', {
        url: running.address.url,
        mission: mission.id,
      });
    }
  }
  // Key files name the sandbox that has given them out, and so do windows that were opened before.
  const before = ledger.state.guided?.port;
  const target = await openTarget(host, home, record, mission.services, {
    announced: before === undefined ? true : { port: before },
    enforces: mission.enforces === true,
  });
  const port = Number(new URL(target.origins[0] ?? 'none:').port);
  if (target.inProcess && port !== before) ledger.note({ event: 'listens', port });
  return target;
}

/**
 * Makes sure that nobody has what the learner is to make, and writes down that it was free: what
 * is found there later is the run's.
 *
 * @throws UserError `name-taken`
 */
export async function claimNames(
  { host }: Context,
  { mission }: LoadedMission,
  world: unknown,
  target: Target,
  ledger: Ledger,
  options: Pick<SessionOptions, 'inputs' | 'keep'>,
): Promise<void> {
  const { run } = ledger.state.start;
  const things = mission.creates(world);
  for (const thing of things) {
    if (thing.kind === 'object') continue;
    if ((await findResource(target, thing, run)) !== 'absent') {
      throw new UserError('name-taken', { address: addressOf(thing) });
    }
  }
  ledger.note({
    event: 'guided',
    inputs: { ...options.inputs },
    cwd: host.cwd,
    keep: options.keep,
    free: things.map(addressOf),
  });
  intendAll(mission.creates(world), ledger);
}

/** Nobody knows when somebody makes by hand what the mission is about. */
export function intendAll(things: ReturnType<LoadedMission['mission']['creates']>, ledger: Ledger) {
  const { open, removed } = ledger.state;
  const known = new Set([...open, ...removed].map(addressOf));
  for (const thing of things) if (!known.has(addressOf(thing))) ledger.intend(thing);
}

/**
 * True where the sandbox has forgotten everything since the run was left: its data directory is
 * gone, or its log knows of no change of this run although tasks were done.
 */
export function dataDirIsGone({ start, guided }: Unfinished): boolean {
  const { target } = start;
  return target.kind === 'sandbox' && guided.tasks.size > 0 && !existsSync(target.dataDir);
}

export async function wasReset(target: Target, { start, guided }: Unfinished): Promise<boolean> {
  if (target.kind !== 'sandbox' || guided.tasks.size === 0) return false;
  const since = new Date(start.at);
  const entries = await target.audit({ since }).catch(() => undefined);
  return entries !== undefined && deedsIn(entries).length === 0;
}

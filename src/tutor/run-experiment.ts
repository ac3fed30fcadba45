import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Host } from '../context.ts';
import { UserError } from '../errors.ts';
import { type Home, prepareHome } from '../home.ts';
import { describeError } from '../terminal/error.ts';
import type { Experiment, Lab } from './experiment.ts';
import type { Onlooker, TryOut } from './questions/try-out.ts';

/*
 * Runs the experiments of lessons: on a sandbox of its own, in this process, whose data lie in a
 * folder that goes when the experiment is over, however it ends.
 */

/** Nothing is loaded before an experiment is run. */
export function experimentsOf(context: Context): TryOut {
  const { host, home, say } = context;
  return async (lesson, name, onlooker, signal) => {
    try {
      const { loadExperiments } = await import('./experiments.ts');
      const experiment = (await loadExperiments(host.packageRoot, lesson))[name];
      if (experiment === undefined) throw new Error(`${lesson} has no experiment ${name}`);
      prepareHome(home);
      return await runExperiment(host, home, say.language, experiment, onlooker, signal);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { what, why } = describeError(error, say);
      throw new Error([what, why].filter(Boolean).join(' '), { cause: error });
    }
  };
}

/**
 * Runs one experiment.
 *
 * @param home prepared
 * @returns what happened
 * @throws UserError as `openSandbox`; what the experiment throws; the signal's reason
 */
export async function runExperiment(
  host: Host,
  home: Home,
  language: 'en' | 'ko',
  experiment: Experiment,
  onlooker: Onlooker,
  signal: AbortSignal,
): Promise<string> {
  removeAbandoned(host, home);
  const token = Buffer.from(host.random(12)).toString('hex');
  const workspace = home.workspaceOf(`${prefixOf(host.pid)}${token.slice(0, 8)}`);
  mkdirSync(workspace, { mode: 0o700 });
  try {
    const { openSandbox } = await import('../cloud/open-sandbox.ts');
    const dataDir = join(workspace, 'sandbox');
    const sandbox = await openSandbox(host, { dataDir, controlToken: token });
    try {
      signal.throwIfAborted();
      const address = { url: sandbox.url, project: sandbox.projectId, controlToken: token };
      const lab = await openLab(host, address, language, experiment, onlooker);
      return await orAborted(experiment.run(lab), signal);
    } finally {
      await sandbox.close();
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

interface Address {
  readonly url: string;
  readonly project: string;
  readonly controlToken: string;
}

async function openLab(
  { clock }: Host,
  { url, project, controlToken }: Address,
  language: 'en' | 'ko',
  { services }: Experiment,
  onlooker: Onlooker,
): Promise<Lab> {
  const { openSandboxClients } = await import('../cloud/sandbox-target.ts');
  const { advanceClock } = await import('../cloud/running-sandbox.ts');
  const { askReach } = await import('../cloud/reach.ts');
  const { defaultRegion: region } = await import('../cloud/target.ts');
  const clients = await openSandboxClients(services, url, project);
  let aheadSeconds = 0;
  return Object.assign(clients, {
    project,
    region,
    zone: `${region}-a`,
    name: (prefix: string) => `${prefix}-${controlToken.slice(-4)}`,
    async step<Result>(text: { en: string; ko: string }, action: () => Promise<Result>) {
      onlooker.step(text[language]);
      return action();
    },
    saw: (field: string, value: string | number | boolean) => onlooker.saw(field, String(value)),
    async done(started: Parameters<Lab['done']>[0]) {
      const { operationOf, untilDone } = await import('../cloud/compute/operations.ts');
      await untilDone(clients.compute, project, operationOf(started));
    },
    now: () => new Date(clock.now().getTime() + aheadSeconds * 1000),
    async advance(seconds: number) {
      const moved = await advanceClock({ url, controlToken }, seconds);
      if (typeof moved === 'string') throw new Error(`the sandbox's clock did not move (${moved})`);
      aheadSeconds = moved.aheadSeconds;
    },
    reach: (from: string, to: string, port: number) =>
      askReach(url, { from, to, protocol: 'tcp', port, zone: undefined }),
    async fetch(address: string, init?: RequestInit) {
      const response = await fetch(address, init);
      return { status: response.status, text: await response.text() };
    },
  });
}

/** Gives up waiting when nobody wants to know any more; what is under way then ends by itself. */
async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // Either may be the one that nobody listens to.
  work.catch(() => {});
  aborted.catch(() => {});
  signal.throwIfAborted();
  return Promise.race([work, aborted]);
}

function prefixOf(pid: number): string {
  return `experiment-${pid}-`;
}

/** What was killed could not clean up: its folder goes with the next experiment. */
function removeAbandoned({ pid, isAlive }: Host, { workspaces, workspaceOf }: Home): void {
  for (const name of readdirSync(workspaces)) {
    const owner = Number(/^experiment-(\d+)-/.exec(name)?.[1]);
    if (!owner || owner === pid) continue;
    const found = statSync(workspaceOf(name), { throwIfNoEntry: false });
    if (found === undefined || isAlive(owner, found.mtime)) continue;
    rmSync(workspaceOf(name), { recursive: true, force: true });
  }
}

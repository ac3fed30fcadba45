import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { clientVariables } from '../cloud/client-env.ts';
import { writeClientFiles } from '../cloud/client-files.ts';
import { advanceClock, controlSandbox } from '../cloud/running-sandbox.ts';
import { keepToken } from '../cloud/session-token.ts';
import type { Sandbox, SandboxOptions, Seed } from '../library.ts';
import { startSandbox } from '../sandbox/server.ts';
import { plant } from './plant.ts';

/** What the program that uses the library runs on. */
export interface Surroundings {
  /** The root of the installed package. */
  readonly packageRoot: string;
  /** Where temporary directories are made. */
  readonly temporary: string;
  readonly pid: number;
  now(): Date;
  isAlive(pid: number): boolean;
  /** Runs an action when the process ends by itself; the returned function takes it back. */
  atExit(action: () => void): () => void;
}

/** Starts a sandbox, and writes the files that its clients read; see `library.ts`. */
export async function openForProgram(
  options: SandboxOptions,
  { packageRoot, temporary, pid, now, isAlive, atExit }: Surroundings,
): Promise<Sandbox> {
  const { dataDir, port, auth = 'open', realtime, unlimitedQuota, faults, seed } = options;
  const folder = mkdtempSync(join(temporary, 'cloudlab-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const stayClean = atExit(remove);
  const controlToken = randomBytes(24).toString('base64url');
  try {
    const sandbox = await startSandbox({
      dataDir: dataDir ?? join(folder, 'sandbox'),
      controlToken,
      auth,
      machine: { pid, isAlive },
      clock: now,
      randomBytes,
      guestProgram: join(packageRoot, 'dist', 'guest', 'worker.js'),
      ...(port === undefined ? {} : { port }),
      ...(realtime === undefined ? {} : { realtime }),
      ...(unlimitedQuota === undefined ? {} : { unlimitedQuota }),
      ...(faults === undefined ? {} : { faults }),
    });
    const { url, projectId } = sandbox;
    const address = { url, controlToken };
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= sandbox.close().finally(() => {
        stayClean();
        remove();
      });
      return stopped;
    };
    const places = {
      clients: join(folder, 'clients'),
      gsutilConfig: join(folder, 'gsutil.boto'),
      sandboxToken: join(folder, 'token'),
    };
    mkdirSync(places.clients);
    /** The token and the keys are things in the sandbox, and have to be made anew after a reset. */
    const equip = async () => {
      const learner = await keepToken(places, address);
      if (learner === undefined) throw new Error('The sandbox gives out no token.');
      const files = await writeClientFiles(places, address, projectId, learner);
      const env = clientVariables(url, projectId, { enforce: auth === 'enforce', learner, files });
      return { token: learner.token, env };
    };
    const add = (content: Seed) =>
      plant({ url, project: projectId, token: equipped.token }, content);
    let equipped = await equip().catch(async (error) => {
      await stop();
      throw error;
    });
    if (seed !== undefined) {
      await add(seed).catch(async (error) => {
        await stop();
        throw error;
      });
    }
    return {
      url,
      port: sandbox.port,
      projectId,
      get env() {
        return equipped.env;
      },
      get accessToken() {
        return equipped.token;
      },
      seed: add,
      async reset() {
        if (!(await controlSandbox(address, 'reset')))
          throw new Error('The sandbox was not reset.');
        equipped = await equip();
      },
      async advanceClock(seconds) {
        if (!Number.isSafeInteger(seconds) || seconds < 0) {
          throw new RangeError(`The clock moves by whole seconds, not below 0: ${seconds}`);
        }
        const clock = await advanceClock(address, seconds);
        if (typeof clock === 'string') throw new RangeError('The clock ends with the year 2199.');
        return new Date(clock.time);
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    stayClean();
    remove();
    throw error;
  }
}

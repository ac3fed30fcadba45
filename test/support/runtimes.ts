import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/context.ts';
import { UserError } from '../../src/errors.ts';
import { loadMessages } from '../../src/i18n/messages.ts';
import { prepareRuntime } from '../../src/missions/program/prepare-runtime.ts';
import type { ProgramLanguage, ProgramRuntime } from '../../src/missions/program/program.ts';
import type { Settings } from '../../src/settings.ts';
import { Terminal } from '../../src/terminal/terminal.ts';
import { TestHost } from './host.ts';

/** Client libraries for programs of missions; installed once, and kept for the next run of the tests. */
export const keptRuntimes = join(tmpdir(), 'cloudlab-runtimes');

const opened = new Map<ProgramLanguage, Promise<ProgramRuntime | string>>();

/** A language's interpreter with its packages; skips the test where they cannot be had. */
export async function keptRuntime(
  context: { skip(reason: string): never },
  language: ProgramLanguage,
): Promise<ProgramRuntime> {
  const runtime = await runtimeOrReason(language);
  return typeof runtime === 'string' ? context.skip(runtime) : runtime;
}

/** Looked for once a file of tests; or why there is none. */
export function runtimeOrReason(language: ProgramLanguage): Promise<ProgramRuntime | string> {
  const known = opened.get(language) ?? open(language);
  opened.set(language, known);
  return known;
}

async function open(language: ProgramLanguage): Promise<ProgramRuntime | string> {
  const variables = process.env as Record<string, string>;
  const host = new TestHost({ home: tmpdir(), variables }).host([]);
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const options = { json: true, plain: false, noColour: true, verbose: false };
  const terminal = new Terminal(host.streams, {} as Settings, options);
  const say = await loadMessages('en');
  const { platform } = process;
  const machine = { ...host, isAlive, platform, clock };
  try {
    return await prepareRuntime({ host: machine, terminal, say }, language, keptRuntimes, {
      yes: true,
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `no ${language} with its packages: ${error.message}`;
  }
}

/** Real time: another file of tests may be filling the folder. */
const clock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

import { chmodSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, type TestContext } from 'vitest';
import { findRunningSandbox } from '../../../src/cloud/running-sandbox.ts';
import { locateHome } from '../../../src/home.ts';
import { program, runProgram } from '../../support/cli.ts';
import { temporaryDirectory } from '../../support/directories.ts';
import { openTerminal, skipWithoutTmux } from '../../support/real-terminal.ts';
import { keptRuntime, keptRuntimes } from '../../support/runtimes.ts';
import { run } from '../tools.ts';
import { whatExists } from './what-exists.ts';

/** Longest wait for something to appear: a VM boots and installs nginx, on a busy machine. */
const patience = 60_000;
/** Prose ends earlier; so wide, no path is broken. */
const columns = 240;

/** What the screen says of a task: `bucket: gs://…`. */
export type Given = Readonly<Record<string, string>>;

/**
 * Somebody who does a mission by hand in a real terminal, in a home of their own. All that is
 * known of the run is what the screen says.
 */
export class Sitting {
  private known: Given = {};

  private constructor(
    readonly mission: string,
    readonly home: string,
    private readonly terminal: Awaited<ReturnType<typeof openTerminal>>,
    /** A second window's, as `cloudlab env` has it. */
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /**
   * Begins a mission, or goes on with it; skips the test where a terminal cannot be had, or what
   * the mission runs programs with.
   *
   * @param home of an earlier sitting
   */
  static async begin(context: TestContext, mission: string, home?: string): Promise<Sitting> {
    await skipWithoutTmux(context);
    const language = /^(python|node)-/.exec(mission)?.[1] as 'python' | 'node' | undefined;
    if (language !== undefined) await keptRuntime(context, language);
    const folder = home ?? temporaryDirectory();
    if (home === undefined) symlinkSync(keptRuntimes, join(folder, 'runtimes'), 'junction');
    const terminal = await openTerminal(columns, 'en', folder);
    const command = `"${process.execPath}" "${program}" mission ${mission}; echo "exit=$?"`;
    await terminal.type(command, 'Enter');
    await seen(terminal, /How would you like to do this mission\?/);
    await terminal.type('Enter');
    await seen(terminal, /^\[\d+\/\d+\] waiting for/m);
    return new Sitting(mission, folder, terminal, await secondWindow(folder));
  }

  screen(): Promise<string> {
    return this.terminal.screen();
  }

  shows(pattern: RegExp): Promise<string> {
    return seen(this.terminal, pattern);
  }

  press(key: string) {
    return this.terminal.type(key);
  }

  /** Waits until a task is the one to do next, and reads what it gives. */
  async opens(task: number): Promise<Given> {
    const text = sectionOf(await this.shows(headingOf(task)), task);
    const lines = text.matchAll(/^ {2}([A-Za-z][\w -]*):(?: |\n {2})(\S.*)$/gm);
    const given = Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
    this.known = { ...this.known, ...given };
    return this.known;
  }

  /** Waits until a task has turned green, without a key. */
  async green(task: number): Promise<void> {
    await this.shows(new RegExp(`^✔ ${task}/\\d+ `, 'm'));
  }

  /** Asks for hints until the last one shows the commands. */
  async shownCommands(task: number): Promise<readonly string[]> {
    for (;;) {
      const before = sectionOf(await this.screen(), task);
      const shown = /^ {2}command (\d)\/\1:\n((?: {4}.*\n|\n(?=\n* {4}))+)/m.exec(
        before.replaceAll('  then, inside the VM:\n', ''),
      )?.[2];
      if (shown !== undefined) return linesOf(shown);
      // While a program runs, or the provider is asked, keys other than q are not taken.
      await this.shows(/^\[\d+\/\d+\] waiting for .*> *$/m);
      await this.press('h');
      const rungs = before.match(rung)?.length ?? 0;
      await this.until((text) => (sectionOf(text, task).match(rung)?.length ?? 0) > rungs);
    }
  }

  /**
   * Types a line in the second window.
   *
   * @param input what is typed into the program that it starts
   */
  async type(line: string, input = ''): Promise<{ code: number; stdout: string; stderr: string }> {
    const typed = run('bash', ['-c', line], { env: this.env, cwd: this.home });
    typed.child.stdin?.on('error', () => {});
    typed.child.stdin?.end(input);
    return typed.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  }

  /**
   * Everything is done: nothing exists, the mission tells that it is passed, and takes its own
   * things away.
   *
   * @param tool by whose name the screen calls what was done; undefined where several were used
   */
  async finish(tool?: string): Promise<void> {
    await this.shows(/^Every task is proven\.$/m);
    expect(await whatExists(this.env)).toEqual([]);
    await this.press('Enter');
    const text = await this.shows(/^exit=\d+$/m);
    expect(text).toMatch(/Done: every step is proven, and nothing is left\./);
    expect(text).toMatch(/^exit=0$/m);
    if (tool !== undefined) expect(toolsIn(text), text).toEqual(new Set([tool]));
    expect(readdirSync(join(this.home, 'workspaces'))).toEqual([]);
    expect(await findRunningSandbox(locateHome(this.home, '/', this.home))).toBeUndefined();
  }

  /** The processes of the window, of the shell in it, and of cloudlab. */
  async pids() {
    const { window, shell } = await this.terminal.pids();
    const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(shell)]);
    return { window, shell, cloudlab: Number(stdout) };
  }

  private async until(holds: (text: string) => boolean): Promise<string> {
    return waitFor(this.terminal, holds, 'what was asked for');
  }
}

type Screen = Pick<Awaited<ReturnType<typeof openTerminal>>, 'screen'>;

function seen(terminal: Screen, pattern: RegExp): Promise<string> {
  return waitFor(terminal, (text) => pattern.test(text), String(pattern));
}

async function waitFor(terminal: Screen, holds: (text: string) => boolean, what: string) {
  const end = performance.now() + patience;
  for (;;) {
    const text = await terminal.screen();
    if (holds(text)) return text;
    if (performance.now() > end) throw new Error(`never shown: ${what}\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

const rung = /^ {2}[a-z ]+ \d\/\d:/gm;

/** `2/5 Upload a file`, and not what is said of it later. */
function headingOf(task: number): RegExp {
  return new RegExp(`^${task}/\\d+ (?!.*: (?:not yet|This waits for))`, 'm');
}

/** From where a task was shown as the next, to the bottom. */
function sectionOf(text: string, task: number): string {
  return text.slice(Math.max(text.search(headingOf(task)), 0));
}

/** Commands as they are typed: those of several lines have a backslash at each line's end. */
function linesOf(shown: string): readonly string[] {
  const lines = shown.replaceAll(/^ {4}/gm, '').trimEnd();
  return lines.replaceAll(/ \\\n +/g, ' ').split('\n');
}

/** `curl` in `you: storage.buckets.insert (curl)`. What `cloudlab ssh` does is no tool's choice. */
function toolsIn(text: string): ReadonlySet<string> {
  const deeds = [...text.matchAll(/^ {2}you: (.*\n(?: {4}.*\n)*)/gm)]
    .map(([, did]) => did)
    .join('');
  const tools = [...deeds.matchAll(/\(([^)]+)\)/g)].map(([, tool = '']) => tool);
  return new Set(tools.filter((tool) => tool !== 'cloudlab'));
}

/** The environment of a window in which somebody has typed `eval "$(cloudlab env)"`. */
async function secondWindow(home: string): Promise<NodeJS.ProcessEnv> {
  const { stdout, stderr } = await runProgram(['env', '--json'], { home });
  expect(stderr).toBe('');
  const variables = JSON.parse(stdout) as Record<string, string | null>;
  const bin = temporaryDirectory();
  const cloudlab = join(bin, 'cloudlab');
  writeFileSync(cloudlab, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(cloudlab, 0o755);
  const all = {
    PATH: [bin, process.env['PATH']].join(delimiter),
    HOME: home,
    CLOUDLAB_HOME: home,
    LC_ALL: 'C.UTF-8',
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    ...variables,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

/** What somebody does for the next so many tasks. */
export type Deed = readonly [tasks: number, (at: Sitting, given: Given) => Promise<void>];

/** Does a whole mission, up to its end. */
export async function play(at: Sitting, deeds: readonly Deed[], tool?: string): Promise<void> {
  await playPart(at, deeds);
  await at.finish(tool);
}

/** Does tasks in their order: each deed once its first is shown, until all of its are green. */
export async function playPart(at: Sitting, deeds: readonly Deed[], first = 1): Promise<void> {
  let next = first;
  for (const [tasks, deed] of deeds) {
    await deed(at, await at.opens(next));
    for (let task = next; task < next + tasks; task += 1) await at.green(task);
    next += tasks;
  }
}

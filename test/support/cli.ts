import { type ChildProcess, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { builtProgram } from './built-program.ts';

export const program = builtProgram();

export interface CliResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly home: string;
  readonly cwd?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Options of node itself. */
  readonly node?: readonly string[];
}

/** Runs the built program in a process of its own, in pipes, and waits for its end. */
export function runProgram(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = startProgram(args, options);
  return finished(child);
}

/** Starts the built program without waiting; it does not outlive the test. */
export function startProgram(args: readonly string[], options: CliOptions): ChildProcess {
  const { home, cwd = home, variables = {}, node = [] } = options;
  const child = spawn(process.execPath, [...node, program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], CLOUDLAB_HOME: home, LANG: 'en_US.UTF-8', ...variables },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** Collects what a process prints until it ends. */
export function finished(child: ChildProcess): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Starts `sandbox start` and waits until it listens. */
export async function startSandboxProgram(
  options: CliOptions,
  ...args: string[]
): Promise<{ url: string; child: ChildProcess }> {
  const child = startProgram(['sandbox', 'start', '--json', ...args], options);
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    if (text.trimEnd().endsWith('}')) break;
  }
  const { url } = JSON.parse(text) as { url: string };
  return { url, child };
}

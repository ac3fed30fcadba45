import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';

/** Runs a program to its end; rejects with what it said if it failed. */
export const run = promisify(execFile);

/**
 * Skips the test where a program is not installed.
 *
 * @param product what it comes with, for the reason
 */
export async function requireTool(
  context: TestContext,
  program: string,
  product: string,
  versionOption = '--version',
): Promise<void> {
  const installed = await run(program, [versionOption]).catch(() => undefined);
  if (!installed) context.skip(`${program} (${product}) is not installed`);
}

/**
 * A folder with a client library in it, filled on first use and kept for the next run; the
 * test is skipped where that fails, usually for want of a network.
 */
export async function keptFolder(
  context: TestContext,
  name: string,
  fill: (dir: string) => Promise<void>,
): Promise<string> {
  const home = join(tmpdir(), `cloudlab-${name}`);
  if (await stat(home).catch(() => undefined)) return home;
  const draft = await mkdtemp(`${home}-`);
  try {
    await fill(draft);
    await rename(draft, home);
    return home;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another test may have filled it meanwhile.
    if (await stat(home).catch(() => undefined)) return home;
    const { stderr, message } = error as Error & { stderr?: string };
    return context.skip(`no ${name}: ${stderr?.trim().split('\n').at(-1) || message}`);
  }
}

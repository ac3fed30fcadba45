import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { tempDir } from './support.ts';

export interface Child {
  url: string;
  pid: number;
  /** Ends the process the hard way. */
  kill(): Promise<void>;
}

/** Starts a sandbox in a process of its own. */
export async function startChild(dataDir: string): Promise<Child> {
  const child = spawn(process.execPath, [await bundle(), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { url, pid: child.pid ?? 0, kill };
}

/** Node 20 cannot run TypeScript, so the entry is bundled, beside a link to the packages. */
async function bundle(): Promise<string> {
  const dir = await tempDir();
  await symlink(resolve('node_modules'), join(dir, 'node_modules'), 'junction');
  const outfile = join(dir, 'child.mjs');
  await build({
    entryPoints: [resolve('test/sandbox/child-entry.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

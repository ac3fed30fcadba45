import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The interpreter of a virtual environment, made on first use and kept for the next run. */
export async function pythonWith(library: string): Promise<string> {
  const home = join(tmpdir(), `cloudlab-python-${library.replace('==', '-')}`);
  const interpreter = (dir: string) =>
    process.platform === 'win32' ? join(dir, 'Scripts', 'python.exe') : join(dir, 'bin', 'python');
  if (await stat(home).catch(() => undefined)) return interpreter(home);
  const draft = await mkdtemp(`${home}-`);
  try {
    await run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', draft]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', library];
    await run(interpreter(draft), install, { timeout: 180_000 });
    await rename(draft, home);
    return interpreter(home);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** The last line of what a command that failed had to say. */
export const whyNot = (error: Error & { stderr?: string }): string =>
  error.stderr?.trim().split('\n').at(-1) || error.message;

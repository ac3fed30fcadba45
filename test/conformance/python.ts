import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { keptFolder, run } from './tools.ts';

/** The interpreter of a virtual environment that has some libraries; skips the test without one. */
export async function pythonWith(
  context: TestContext,
  ...libraries: readonly string[]
): Promise<string> {
  const interpreter = (dir: string) =>
    process.platform === 'win32' ? join(dir, 'Scripts', 'python.exe') : join(dir, 'bin', 'python');
  const home = await keptFolder(
    context,
    `python-${libraries.join('-').replaceAll('==', '-')}`,
    async (dir) => {
      await run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', dir]);
      const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
      await run(interpreter(dir), [...install, ...libraries], { timeout: 180_000 });
    },
  );
  return interpreter(home);
}

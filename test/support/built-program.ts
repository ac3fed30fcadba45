import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from './host.ts';

/** What `scripts/build.mjs` makes the program of. */
const SOURCES = ['src', 'missions', 'lessons', 'scripts/build.mjs', 'package.json'];

/** The built program, or why tests that run it cannot: they would test what is no longer so. */
export function builtProgram(): string {
  const program = join(packageRoot, 'dist', 'cloudlab.js');
  if (!existsSync(program)) throw new Error('dist/ is missing: npm run build');
  const built = statSync(program).mtimeMs;
  const newer = SOURCES.flatMap(filesOf).find((path) => statSync(path).mtimeMs > built);
  if (newer === undefined) return program;
  throw new Error(`dist/ is older than ${relative(packageRoot, newer)}: npm run build`);
}

function filesOf(path: string): string[] {
  const whole = join(packageRoot, path);
  if (statSync(whole).isFile()) return [whole];
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

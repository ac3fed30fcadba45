import { joined } from '../fs/paths.ts';
import type { SystemError } from '../kernel/errors.ts';

/** More than a command may hold, in just-bash's words, which name a setting nobody has here. */
const OUT_OF_MEMORY = /(?:total output size|string length limit) exceeded[^:\n]*/g;
const SETTING = /, increase executionLimits\.\w+/g;

/**
 * What just-bash's commands say of a file that they could not use. They know of missing files
 * only, or print an error as node words it; here it becomes what the C library says.
 */
export function plainErrors(stderr: string, faults: readonly SystemError[], cwd: string): string {
  if (stderr === '') return stderr;
  const plain = stderr
    .replaceAll(/\bE[A-Z]+: ([A-Z][^,\n]*)(, '[^'\n]*')?/g, '$1')
    .replaceAll(OUT_OF_MEMORY, 'Cannot allocate memory')
    .replaceAll(SETTING, '');
  if (faults.length === 0) return plain;
  return plain.replaceAll(
    /^(.*?['\s])([^'\s:]+)('?): No such file or directory$/gm,
    (line, before: string, name: string, quote: string) => {
      const path = joined(cwd, name);
      const fault = faults.findLast(
        (one) => one.path !== undefined && joined(cwd, one.path) === path,
      );
      return fault ? `${before}${name}${quote}: ${fault.text}` : line;
    },
  );
}

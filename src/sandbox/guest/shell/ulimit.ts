import { type Result, result } from './interpreter.ts';

/** The limits that hold for everybody; they cannot be changed. */
const LIMITS: readonly (readonly [flag: string, name: string, value: string])[] = [
  ['c', 'core file size              (blocks, -c)', '0'],
  ['f', 'file size                   (blocks, -f)', 'unlimited'],
  ['n', 'open files                          (-n)', '1024'],
  ['s', 'stack size                  (kbytes, -s)', '8192'],
  ['t', 'cpu time                   (seconds, -t)', 'unlimited'],
  ['u', 'max user processes                  (-u)', '256'],
  ['v', 'virtual memory              (kbytes, -v)', 'unlimited'],
];

export function ulimit(args: readonly string[]): Result {
  if (args.includes('-a')) {
    return result(0, LIMITS.map(([, name, value]) => `${name} ${value}\n`).join(''));
  }
  const flag = args.find((arg) => arg.startsWith('-'))?.replace(/^-[SH]*/, '') || 'f';
  const limit = LIMITS.find(([one]) => one === flag);
  if (!limit) return result(2, '', `bash: ulimit: -${flag}: invalid option\n`);
  if (args.some((arg) => !arg.startsWith('-'))) {
    return result(
      1,
      '',
      `bash: ulimit: ${limit[1].split('  ')[0]}: cannot modify limit: Operation not permitted\n`,
    );
  }
  return result(0, `${limit[2]}\n`);
}

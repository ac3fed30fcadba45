import type { ProgramLimits } from './program.ts';

/**
 * The limits that an operating system enforces by itself are set by a shell,
 * which then becomes the program. One that cannot be set (macOS has no
 * `ulimit -d`, a shell calls `-u` `-p`) is left out: `watchProcesses` sees to it.
 *
 * `-d` and not `-v`: what V8 reserves and does not use is no memory.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ulimit.html
 * https://man7.org/linux/man-pages/man2/getrlimit.2.html
 */
const script = [
  'ulimit -c 0',
  'ulimit -d "$1"',
  'ulimit -f "$2"',
  // bash, zsh: -u; dash, busybox: -p. In bash -p is something else, and read-only.
  'ulimit -u "$3" || ulimit -p "$3"',
  // Should this process die before it can end the program: time on the processor is counted too.
  'ulimit -t "$4"',
]
  .map((line) => `{ ${line}; } 2>/dev/null`)
  .concat('shift 4', 'exec "$@"')
  .join('\n');

/**
 * @param processesOfUser how many processes (on Linux, threads) the user has already: that limit counts
 *   them all
 */
export function limitedCommand(
  command: readonly string[],
  limits: ProgramLimits,
  processesOfUser: number | undefined,
): readonly string[] {
  const kibibytes = Math.ceil(limits.memoryBytes / 1024);
  // Shells count files in blocks of 512 bytes, some in those of 1024: never less than what is allowed.
  const blocks = Math.ceil(limits.fileBytes / 512);
  // A program may have some threads in each process.
  const processes =
    processesOfUser === undefined ? 'unlimited' : processesOfUser + limits.processes * 8;
  const seconds = Math.ceil(limits.milliseconds / 1000) * 2;
  return [
    '/bin/sh',
    '-c',
    script,
    'sh',
    ...[kibibytes, blocks, processes, seconds].map(String),
    ...command,
  ];
}

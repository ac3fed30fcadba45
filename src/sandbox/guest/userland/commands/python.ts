import type { Program, ProgramIo } from '../../kernel/programs.ts';
import { runPython } from '../../python/run-python.ts';
import { Failure, program } from '../program.ts';

/** What of its modules cannot be on this machine, and why. */
const ABSENT: Readonly<Record<string, string>> = {
  pip: "this sandbox has Python's standard library and installs no packages from PyPI",
  venv: "this sandbox has Python's standard library only, so there is nothing to keep apart",
  ensurepip: "this sandbox has Python's standard library and installs no packages from PyPI",
  'http.server':
    'Python cannot listen on a port in this sandbox; nginx can: sudo apt install nginx, files in /var/www/html',
};

/** CPython reads its own options; what cannot work says so before it starts. */
const python = program('python3', (io) => {
  const module = moduleOf(io);
  const why = module !== undefined && Object.hasOwn(ABSENT, module) ? ABSENT[module] : undefined;
  if (why !== undefined) throw new Failure(`python3: ${module} does not run here: ${why}`);
  return runPython(io, io.args);
});

/** `-m NAME`, where nothing but options stands before it. */
function moduleOf({ args }: ProgramIo): string | undefined {
  const at = args.indexOf('-m');
  if (at < 0 || !args.slice(0, at).every((one) => /^-[a-zA-Z]+$/.test(one))) return undefined;
  return args[at + 1];
}

export const pythonPrograms: readonly Program[] = [python];

import type { CommandSpec } from './commands/command.ts';

type Loader = () => Promise<{ default: CommandSpec }>;

/** Every command: one file, one line here. A file is read only when its command is run or all are listed. */
const loaders: Readonly<Record<string, Loader>> = {
  mission: () => import('./commands/mission.ts'),
  lesson: () => import('./commands/lesson.ts'),
  next: () => import('./commands/next.ts'),
  quiz: () => import('./commands/quiz.ts'),
  review: () => import('./commands/review.ts'),
  progress: () => import('./commands/progress.ts'),
  search: () => import('./commands/search.ts'),
  compare: () => import('./commands/compare.ts'),
  glossary: () => import('./commands/glossary.ts'),
  sandbox: () => import('./commands/sandbox.ts'),
  ssh: () => import('./commands/ssh.ts'),
  network: () => import('./commands/network.ts'),
  clock: () => import('./commands/clock.ts'),
  shell: () => import('./commands/shell.ts'),
  exec: () => import('./commands/exec.ts'),
  env: () => import('./commands/env.ts'),
  cleanup: () => import('./commands/cleanup.ts'),
  doctor: () => import('./commands/doctor.ts'),
  author: () => import('./commands/author.ts'),
  completion: () => import('./commands/completion.ts'),
  complete: () => import('./commands/complete.ts'),
};

/** The command that a command line names, if it names one that exists. */
export function commandNameIn(argv: readonly string[]): string | undefined {
  const first = argv.find((word, index) => !word.startsWith('-') && argv[index - 1] !== '--lang');
  return first !== undefined && Object.hasOwn(loaders, first) ? first : undefined;
}

/** One command by its name, or all of them. */
export async function loadCommands(name?: string): Promise<Readonly<Record<string, CommandSpec>>> {
  const wanted = Object.entries(loaders).filter(([one]) => name === undefined || one === name);
  return Object.fromEntries(
    await Promise.all(wanted.map(async ([one, load]) => [one, (await load()).default] as const)),
  );
}

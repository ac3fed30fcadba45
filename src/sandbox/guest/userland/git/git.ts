import { Bash, createCommandContext, InMemoryFs } from 'just-bash';
import type { Program } from '../../kernel/programs.ts';
import { installed } from '../packages/status.ts';

/** Where an image has git and no list of packages. */
const VERSION = '2.39.5';

/**
 * isomorphic-git is larger than most of what is in here: scripts/build.mjs makes a file of its
 * own of it (dist/guest/git.js), which is loaded when somebody runs git.
 */
export const git: Program = {
  name: 'git',
  async run(io) {
    const { runGit } = await import('./main.ts');
    const version = installed(io.kernel).get('git')?.version;
    return runGit(io, {
      version: /^(?:\d+:)?([\d.]+)/.exec(version ?? '')?.[1]?.replace(/\.$/, '') ?? VERSION,
      diff: difference,
    });
  },
};

interface DiffCommand {
  execute(args: string[], context: unknown): Promise<{ stdout: string }>;
}

let command: DiffCommand | undefined;

/** just-bash's `diff -u`, which finds the fewest changes, on two texts in memory. */
async function difference(before: string, after: string): Promise<string> {
  if (!command) {
    const { commands } = new Bash({ commands: ['diff'] }) as unknown as {
      commands: Map<string, DiffCommand>;
    };
    command = commands.get('diff') as DiffCommand;
  }
  const fs = new InMemoryFs({ '/a': before, '/b': after });
  const context = createCommandContext({ fs, cwd: '/' });
  return (await command.execute(['-u', '/a', '/b'], context)).stdout;
}

import type { CommandNode, WordNode } from 'just-bash';
import type { Process } from '../kernel/processes.ts';
import { BUILTINS, INSIDE, NATIVE } from './builtins.ts';
import { findProgram } from './find-program.ts';
import type { ShellState } from './interpreter.ts';
import type { Shell } from './shell.ts';

/**
 * The commands of a pipeline run one after the other here, and on Linux side by side: that
 * `ps aux | grep nginx` finds the grep itself is the first thing that people learn of it. So all
 * of a pipeline's programs have their processes before the first one runs, as far as it can be
 * known what they will be: programs, not builtins, in words that nothing is to be made of.
 */
export function forkStages(
  shell: Shell,
  state: ShellState,
  commands: readonly CommandNode[],
): Map<CommandNode, Process> {
  const found = new Map<CommandNode, Process>();
  for (const command of commands) {
    if (command.type !== 'SimpleCommand' || command.assignments.length > 0) continue;
    const typed = [...(command.name ? [command.name] : []), ...command.args].map(literal);
    if (typed.length === 0 || typed.some((word) => word === undefined)) continue;
    const argv = unaliased(shell, state, typed as string[]);
    const [name = ''] = argv ?? [];
    if (!argv || BUILTINS.has(name) || INSIDE.has(name) || NATIVE.has(name)) continue;
    if (state.functions.has(name)) continue;
    const path = state.env.get('PATH');
    if (findProgram(shell.view, shell.runtime.kernel.root, name, path).kind !== 'program') continue;
    const process_ = shell.start(argv);
    if (process_) found.set(command, process_);
  }
  return found;
}

/** What a word says as it stands; undefined where the shell would make something of it. */
function literal(word: WordNode): string | undefined {
  let text = '';
  for (const part of word.parts) {
    const inner =
      part.type === 'DoubleQuoted' ? literal({ ...word, parts: part.parts }) : undefined;
    if (part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'Escaped') {
      text += part.value;
    } else if (inner !== undefined) text += inner;
    else return undefined;
  }
  return text;
}

/** `grep` is `grep --color=auto` for who logs in to Debian. */
function unaliased(shell: Shell, state: ShellState, argv: string[]): string[] | undefined {
  const [name = '', ...rest] = argv;
  const alias = shell.interactive ? state.env.get(`BASH_ALIAS_${name}`) : undefined;
  if (alias === undefined) return argv;
  return /^[\w./= -]+$/.test(alias) ? [...alias.trim().split(/ +/), ...rest] : undefined;
}

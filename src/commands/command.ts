import type { Context } from '../context.ts';
import type { ExitCode } from '../errors.ts';
import type { Messages } from '../i18n/messages.ts';
import type { Row } from '../terminal/list.ts';

/** Values of the options, by their camel-cased long names. */
export type OptionValues = Readonly<Record<string, unknown>>;

export interface OptionSpec {
  /** As commander writes them: `-k, --keep` or `--port <n>`. */
  readonly flags: string;
  readonly text: (say: Messages) => string;
  /** May be given several times; the values are collected into an array. */
  readonly repeated?: boolean;
}

export interface ArgumentSpec {
  /** As commander writes them: `<id>` must be given, `[id]` may be, `[id...]` takes all that is left. */
  readonly name: string;
  readonly text: (say: Messages) => string;
}

export interface HelpSection {
  readonly title: string;
  readonly rows: readonly Row[];
}

/**
 * A command is data and one function. Its file holds nothing heavy at the top:
 * the help lists every command, and what a command needs to run is imported
 * inside `run`.
 */
export interface CommandSpec {
  readonly summary: (say: Messages) => string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Whole command lines, shown in the help and executed by the tests of the documentation. */
  readonly examples: readonly string[];
  /** How to write it where its last argument is another program's command line. */
  readonly commandAfter?: string;
  /** Commands below this one; `run` then serves what names none of them. */
  readonly subcommands?: Readonly<Record<string, CommandSpec>>;
  /** What the help says beyond the options, once the arguments are known. */
  helpSections?(
    say: Messages,
    values: readonly (string | undefined)[],
    packageRoot: string,
  ): readonly HelpSection[];
  /** Runs although a variable or `.env` holds a wrong value, after saying so. */
  readonly worksWithWrongSettings?: true;
  /** For completion scripts, not for people: absent from the help. */
  readonly hidden?: boolean;
  /**
   * @param values the arguments in their order; undefined where an optional one is absent
   */
  run(
    context: Context,
    values: readonly (string | undefined)[],
    options: OptionValues,
  ): Promise<ExitCode>;
}

export function defineCommand(command: CommandSpec): CommandSpec {
  return command;
}

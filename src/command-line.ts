/**
 * The command table made into a commander program that speaks the user's
 * language. commander's own sentences are English; the methods that say them
 * are overridden here, and nowhere else is anything of it reached into.
 */
import { Command, Option } from 'commander';
import type { CommandSpec, HelpSection, OptionValues } from './commands/command.ts';
import { UserError } from './errors.ts';
import type { Messages } from './i18n/messages.ts';
import { nearest } from './nearest.ts';
import { describeRows, type Row } from './terminal/list.ts';
import type { Terminal } from './terminal/terminal.ts';
import { wrap } from './terminal/width.ts';
import { version } from './version.ts';

/** What a parsed command line asks for. */
export interface Invocation {
  readonly spec: CommandSpec;
  readonly values: readonly (string | undefined)[];
  readonly options: OptionValues;
}

/** Text to print and nothing to run. */
export interface TextWanted {
  readonly text: string;
  /** False where nothing was asked for at all: then a menu may serve better. */
  readonly asked: boolean;
}

/** Options that every command takes, with the name of their description. */
export const globalOptions = [
  ['--lang <language>', 'lang'],
  ['--json', 'json'],
  ['--plain', 'plain'],
  ['--no-color', 'noColor'],
  ['--verbose', 'verbose'],
] as const satisfies readonly (readonly [string, keyof Messages['help']])[];

/**
 * Parses `args` (without node and the script).
 *
 * @throws UserError for an unknown command or option, a missing or superfluous argument
 */
export function parseCommandLine(
  table: Readonly<Record<string, CommandSpec>>,
  args: readonly string[],
  say: Messages,
  layout: Terminal,
  packageRoot: string,
): Invocation | TextWanted {
  let answer: Invocation | TextWanted | undefined;
  const choose = (command: LocalCommand, values: readonly (string | undefined)[]) => {
    const { spec } = command;
    if (spec === undefined || command.helpAsked) {
      const more = spec?.helpSections?.(say, values, packageRoot) ?? [];
      const text = helpFor(command, table, say, layout, more);
      answer = { text, asked: command.helpAsked };
    } else {
      answer = { spec, values, options: command.opts() };
    }
  };
  const program = new LocalCommand('cloudlab', say);
  program.option('-V, --version').option('-h, --help');
  for (const [flags] of globalOptions) program.option(flags);
  for (const [name, spec] of Object.entries(table)) {
    program.addCommand(build(name, spec, say, choose));
  }
  program.action(() => choose(program, []));
  program.parse(args, { from: 'user' });
  if (program.opts()['version'] === true) return { text: version, asked: true };
  if (answer === undefined) throw new Error('a command line was parsed into nothing');
  return answer;
}

function build(
  name: string,
  spec: CommandSpec,
  say: Messages,
  choose: (command: LocalCommand, values: readonly (string | undefined)[]) => void,
): Command {
  const command = new LocalCommand(name, say);
  command.spec = spec;
  for (const argument of spec.arguments ?? []) command.argument(argument.name);
  for (const { flags, repeated } of spec.options ?? []) {
    const option = new Option(flags);
    if (repeated) {
      option.argParser((value: string, earlier: string[] | undefined) => [
        ...(earlier ?? []),
        value,
      ]);
    }
    command.addOption(option);
  }
  for (const [below, child] of Object.entries(spec.subcommands ?? {})) {
    command.addCommand(build(below, child, say, choose));
  }
  command.action((...all: unknown[]) => {
    // The words of a last argument that takes several come as an array.
    const values = all.slice(0, spec.arguments?.length ?? 0).flat();
    choose(command, values as (string | undefined)[]);
  });
  return command;
}

/** commander with the errors of this program. */
class LocalCommand extends Command {
  spec: CommandSpec | undefined;

  constructor(
    name: string,
    private readonly say: Messages,
  ) {
    super(name);
    this.helpOption(false).helpCommand(false);
  }

  /** `--help` before or after the command's name; it is an option like any other here. */
  get helpAsked(): boolean {
    return this.optsWithGlobals()['help'] === true;
  }

  private get usageLine(): string {
    return usageOf(this, this.say);
  }

  unknownCommand(): never {
    const name = this.args[0] ?? '';
    const names = this.commands.map((command) => command.name());
    const found = nearest(name, names);
    const path = pathOf(this).slice('cloudlab '.length);
    const full = found === undefined || path === '' ? found : `${path} ${found}`;
    throw new UserError('unknown-command', { name, nearest: full });
  }

  unknownOption(flag: string): never {
    const takesCommand = this.registeredArguments.at(-1)?.variadic === true;
    if (takesCommand && this.spec?.commandAfter !== undefined && this.args.length > 0) {
      const usage = this.spec.commandAfter;
      throw new UserError('option-of-command', { option: flag, usage });
    }
    const known = [this, ...ancestors(this)].flatMap((command) =>
      command.options.map((option) => option.long ?? ''),
    );
    throw new UserError('unknown-option', { option: flag, nearest: nearest(flag, known) });
  }

  missingArgument(name: string): void {
    // Who asks for help need not know the arguments yet.
    if (this.helpAsked) return;
    throw new UserError('missing-argument', { name: `<${name}>`, usage: this.usageLine });
  }

  optionMissingArgument(option: Option): never {
    throw new UserError('missing-option-value', { option: option.long ?? option.flags });
  }

  // The name with which commander calls it.
  _excessArguments(received: readonly string[]): never {
    // `sandbox strat`: a word where only a subcommand can stand is a mistyped subcommand.
    if (this.commands.length > 0 && this.registeredArguments.length === 0)
      return this.unknownCommand();
    const extra = received[this.registeredArguments.length] ?? '';
    throw new UserError('excess-arguments', { extra, usage: this.usageLine });
  }
}

function ancestors(command: Command): Command[] {
  return command.parent === null ? [] : [command.parent, ...ancestors(command.parent)];
}

function pathOf(command: Command): string {
  return [command, ...ancestors(command)]
    .map((one) => one.name())
    .toReversed()
    .join(' ');
}

function usageOf(command: Command, say: Messages): string {
  const values = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  const isProgram = command.parent === null;
  return [pathOf(command), ...(isProgram ? [say.help.command] : values), '[…]'].join(' ');
}

function helpFor(
  command: Command,
  table: Readonly<Record<string, CommandSpec>>,
  say: Messages,
  terminal: Terminal,
  more: readonly HelpSection[],
): string {
  const { strong } = terminal.paint;
  const spec = command instanceof LocalCommand ? command.spec : undefined;
  const children = Object.entries(spec === undefined ? table : (spec.subcommands ?? {}));
  const sections: string[] = [];
  const list = (title: string, rows: readonly Row[]) => {
    if (rows.length > 0) sections.push(`${strong(title)}\n${describeRows(terminal, rows)}`);
  };
  const sentence = spec === undefined ? say.tagline : spec.summary(say);
  sections.push(wrap(sentence, terminal.columns));
  sections.push(
    `${strong(say.help.usage)}\n  ${wrap(usageOf(command, say), terminal.columns - 2, '  ')}`,
  );
  list(
    say.help.commands,
    children
      .filter(([, child]) => child.hidden !== true)
      .map(([name, child]) => ({ name, text: child.summary(say) })),
  );
  list(
    say.help.arguments,
    (spec?.arguments ?? []).map(({ name, text }) => ({ name, text: text(say) })),
  );
  list(
    say.help.options,
    (spec?.options ?? []).map(({ flags, text }) => ({ name: flags, text: text(say) })),
  );
  for (const { title, rows } of more) list(title, rows);
  list(say.help.globalOptions, [
    ...globalOptions.map(([name, text]) => ({ name, text: say.help[text] })),
    { name: '-h, --help', text: say.help.help },
    ...(spec === undefined ? [{ name: '-V, --version', text: say.help.version }] : []),
  ]);
  const examples = spec?.examples ?? ['cloudlab lesson storage', 'cloudlab mission create-bucket'];
  sections.push(`${strong(say.help.examples)}\n${examples.map((one) => `  ${one}`).join('\n')}`);
  if (spec === undefined) sections.push(wrap(say.help.seeAlso, terminal.columns));
  return sections.join('\n\n');
}

import type { ScriptNode, StatementNode } from 'just-bash';
import * as justBash from 'just-bash';
import { SystemError } from '../kernel/errors.ts';
import type { Process } from '../kernel/processes.ts';
import type { Shell } from './shell.ts';
import { forkStages } from './stages.ts';

/**
 * just-bash as a shell that lives. By itself it runs a whole text at once: output at the end,
 * `&` as if it were `;`, no processes, no turn for anybody else during a loop. Its interpreter
 * calls itself for every statement, pipeline and command, so all of that can be had by standing
 * in front of five of its methods. just-bash does not export the class; scripts/build.mjs adds
 * that one export and fails where it cannot.
 */
export interface Interpreter {
  readonly ctx: {
    state: ShellState;
    /** The shell that this interpreter belongs to: what was given as its coverage writer. */
    coverage: Shell;
    commands: Map<string, unknown>;
    /** What a run holds of its output, against a limit. */
    executionScope: { outputBytes: number };
  };
  /** How many pipes, redirections and $(...) stand between here and the shell's own output. */
  captured?: number;
  /** How many pipes and redirections give a standard input other than the shell's own. */
  fed?: number;
  /** The processes of a pipeline's programs that have not run yet, and that of the one to run now. */
  stages?: Map<CommandNode, Process>;
  stage?: Process | undefined;
  /** The next executeScript is `eval` or `source`: its output goes where this one's goes. */
  transparent?: boolean;
  executeScript(script: ScriptNode): Promise<Result>;
  executeStatement(statement: StatementNode): Promise<Result>;
  executePipeline(pipeline: StatementNode['pipelines'][number]): Promise<Result>;
  executeCommand(command: CommandNode, stdin: string, ...rest: unknown[]): Promise<Result>;
  runCommand(
    name: string,
    args: string[],
    quoted: boolean[],
    stdin: string,
    ...rest: unknown[]
  ): Promise<Result>;
}

type CommandNode = StatementNode['pipelines'][number]['commands'][number];

export interface Result {
  stdout: string;
  stderr: string;
  exitCode: number;
  stdoutKind?: 'text' | 'bytes';
  stdoutEncoding?: 'binary';
  internalOutputAccounting?: { stdout: number; stderr: number };
}

/** As far as it is touched here. */
export interface ShellState {
  env: Map<string, string>;
  arrays?: Map<string, { kind: string; elements: Map<string, string> }>;
  cwd: string;
  previousDir: string;
  functions: Map<string, unknown>;
  exportedVars?: Set<string>;
  /** Assigned in front of the command that runs by now. */
  tempExportedVars?: Set<string>;
  readonlyVars?: Set<string>;
  options: Record<string, boolean>;
  shoptOptions: Record<string, boolean>;
  fileDescriptors?: Map<number, string>;
  hashTable?: Map<string, string>;
  lastExitCode: number;
  lastBackgroundPid: number;
  virtualPid: number;
  virtualPpid: number;
  virtualUid: number;
  virtualGid: number;
  bashPid: number;
  startTime: number;
  inCondition: boolean;
  loopDepth: number;
  callDepth: number;
  sourceDepth: number;
  localScopes: unknown[];
  funcNameStack?: string[];
  groupStdin?: string | undefined;
  signal?: AbortSignal;
}

const OUTPUT = new Set(['>', '>>', '>|', '>&', '&>', '&>>', '<>']);
const INPUT = new Set(['<', '<<', '<<-', '<<<', '<&', '<>']);
const NOTHING = { stdout: 0, stderr: 0 };

/** Stands in front of the interpreter's methods, for all shells of this worker. */
export function standInFront(): void {
  const { Interpreter: Class } = justBash as unknown as {
    Interpreter: { prototype: Interpreter };
  };
  const own = { ...methodsOf(Class.prototype) };

  Class.prototype.executeScript = async function (script) {
    const taken = this.ctx.coverage.enter(this);
    if (taken) {
      this.captured = 0;
      this.fed = 0;
      return own.executeScript.call(this, taken);
    }
    if (this.transparent) {
      this.transparent = false;
      return own.executeScript.call(this, script);
    }
    return within(this, 'captured', () => own.executeScript.call(this, script));
  };

  Class.prototype.executeStatement = async function (statement) {
    const shell = this.ctx.coverage;
    await shell.breathe();
    for (const code of shell.takeCaught()) await this.runCommand('eval', [code], [true], '');
    if (statement.background) return shell.startJob(this, statement);
    const result = await own.executeStatement.call(this, statement);
    return this.captured === 0 ? shell.emit(result) : result;
  };

  Class.prototype.executePipeline = async function (pipeline) {
    const { commands } = pipeline;
    // Here it is known whether what it printed is text or bytes; in a statement all is text.
    const { executionScope: scope } = this.ctx;
    const held = scope.outputBytes;
    const pass = async (done: Result) => {
      if (this.captured !== 0) return done;
      const passed = await this.ctx.coverage.emit(done);
      // What went on, to the client or a file, is held no more.
      scope.outputBytes = held;
      return passed;
    };
    if (commands.length < 2) return pass(await own.executePipeline.call(this, pipeline));
    const stages = this as Interpreter & { first?: unknown; last?: unknown };
    const { first, last } = stages;
    const outer = this.stages;
    const forked = forkStages(this.ctx.coverage, this.ctx.state, commands);
    this.stages = forked;
    stages.first = commands[0];
    stages.last = commands.at(-1);
    try {
      const done = await within(this, 'captured', () =>
        within(this, 'fed', () => own.executePipeline.call(this, pipeline)),
      );
      return await pass(done);
    } finally {
      stages.first = first;
      stages.last = last;
      if (outer) this.stages = outer;
      else delete this.stages;
      // What did not come to run: after Ctrl-C, or where a file could not be opened.
      for (const one of forked.values()) one.exit(0);
    }
  };

  Class.prototype.executeCommand = async function (command, stdin, ...rest) {
    const stages = this as Interpreter & { first?: unknown; last?: unknown };
    const redirections = 'redirections' in command ? command.redirections : [];
    let captured = redirections.some((one) => OUTPUT.has(one.operator)) ? 1 : 0;
    let fed = redirections.some((one) => INPUT.has(one.operator)) ? 1 : 0;
    // The ends of a pipeline are its own: what the last one prints nobody in it takes.
    if (command === stages.last) captured--;
    if (command === stages.first) fed--;
    this.stage = this.stages?.get(command);
    const run = () => own.executeCommand.call(this, command, stdin, ...rest);
    const asks = command.type === 'ConditionalCommand';
    const execute = asks ? () => this.ctx.coverage.asUser(run) : run;
    try {
      return await within(this, 'captured', () => within(this, 'fed', execute, fed), captured);
    } catch (error) {
      // A file that cannot be redirected to.
      if (!(error instanceof SystemError)) throw error;
      const about = error.path === undefined ? '' : `${error.path}: `;
      return result(1, '', `bash: ${about}${error.text}\n`);
    }
  };

  Class.prototype.runCommand = async function (name, args, quoted, stdin, ...rest) {
    if (name === 'eval' || name === 'source' || name === '.') this.transparent = true;
    try {
      const run = (as = name, input = stdin, ...others: unknown[]) =>
        own.runCommand.call(this, as, args, quoted, input, ...(others.length > 0 ? others : rest));
      return await this.ctx.coverage.command(this, { name, args, stdin, rest, run });
    } finally {
      this.transparent = false;
    }
  };
}

/** A call of a command: what the interpreter would have done with it is `run`. */
export interface Call {
  readonly name: string;
  readonly args: string[];
  readonly stdin: string;
  /** skipFunctions, useDefaultPath, stdin's descriptor, whether there is one. */
  readonly rest: unknown[];
  run(as?: string, stdin?: string, ...rest: unknown[]): Promise<Result>;
}

export function result(exitCode: number, stdout = '', stderr = ''): Result {
  return { stdout, stderr, exitCode };
}

/** The statuses of a statement whose output went on. */
export function printed(of: Result): Result {
  return { ...of, stdout: '', stderr: '', internalOutputAccounting: NOTHING };
}

function methodsOf(prototype: Interpreter): Interpreter {
  const { executeScript, executeStatement, executePipeline, executeCommand, runCommand } =
    prototype;
  return {
    executeScript,
    executeStatement,
    executePipeline,
    executeCommand,
    runCommand,
  } as Interpreter;
}

async function within<T>(
  interpreter: Interpreter,
  count: 'captured' | 'fed',
  run: () => Promise<T>,
  by = 1,
): Promise<T> {
  const before = interpreter[count] ?? 1;
  interpreter[count] = before + by;
  try {
    return await run();
  } finally {
    interpreter[count] = before;
  }
}

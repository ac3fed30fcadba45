import { Bash, parse, type ScriptNode, type StatementNode } from 'just-bash';
import { BashFs } from '../fs/bash-fs.ts';
import type { FileView } from '../fs/view.ts';
import type { Credentials } from '../kernel/credentials.ts';
import { SystemError } from '../kernel/errors.ts';
import { type Process, SIGNALS, type Signal } from '../kernel/processes.ts';
import { BUILTINS, INSIDE, NATIVE } from './builtins.ts';
import { runExternal } from './external.ts';
import { InstalledCommands } from './installed.ts';
import {
  type Call,
  type Interpreter,
  printed,
  type Result,
  result,
  type ShellState,
} from './interpreter.ts';
import { type Job, Jobs } from './jobs.ts';
import { plainErrors } from './plain-errors.ts';
import { type Input, NO_INPUT, type Output, type Runtime, type Stream } from './runtime.ts';
import { syntaxError } from './script-parts.ts';
import { pause, Turns } from './turns.ts';

/** What does not go to the client at once (pipes, $(...), files) has to fit into memory. */
const MAX_HELD = 32 * 1024 * 1024;

/** just-bash's class with what it keeps to itself in TypeScript. */
interface BashInside extends Pick<Bash, 'exec'> {
  state: ShellState;
  commands: Map<string, unknown>;
}

export interface ShellOptions {
  readonly runtime: Runtime;
  readonly who: Credentials;
  /** The shell itself: `$$`. Whoever made it ends it. */
  readonly process: Process;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly umask?: number;
  readonly input: Input;
  readonly output: Output;
  /** The terminal's size, asked when needed. */
  readonly terminal?: (() => { columns: number; rows: number }) | undefined;
  /** Prompts, job messages, aliases. */
  readonly interactive?: boolean;
  /** No shell as far as others see: the command gets `env` and nothing else. */
  readonly exact?: boolean;
  /** `$0` and `$1`...; `bash` in messages. */
  readonly args?: readonly string[];
}

/**
 * A shell: a process with an interpreter of just-bash, whose variables, functions, aliases and
 * options it keeps from one line to the next. The interpreter's calls come here (see
 * interpreter.ts); commands become processes, `&` becomes jobs, output goes on at once.
 */
export class Shell {
  readonly runtime: Runtime;
  readonly who: Credentials;
  readonly process: Process;
  readonly view: FileView;
  readonly jobs = new Jobs();
  readonly traps = new Map<string, string>();
  readonly interactive: boolean;
  readonly terminal: (() => { columns: number; rows: number }) | undefined;
  readonly input: Input;
  readonly output: Output;
  /** The lines typed so far, for `history`. */
  history: string[] = [];
  /** Set by `exit`: the shell is over. */
  exited = false;
  /** On a terminal: another shell that asks for lines, in this process. */
  interact:
    | ((running: Process, options: { user?: string; login?: boolean }) => Promise<number>)
    | undefined;
  /** A single command takes the place of the shell's process, as bash does it with `-c`. */
  inPlace = false;
  readonly #bash: BashInside;
  readonly #fs: BashFs;
  readonly #turns = new Turns();
  readonly #foreground = new Set<Process>();
  #entering: ScriptNode | undefined;
  readonly #caught: string[] = [];
  #state: ShellState;
  /** What just-bash calls its own process; another one in `( )`. */
  #ownPid = 0;
  #abort = new AbortController();

  constructor(options: ShellOptions, state?: ShellState) {
    this.runtime = options.runtime;
    this.who = options.who;
    this.process = options.process;
    this.interactive = options.interactive ?? false;
    this.terminal = options.terminal;
    this.input = options.input;
    this.output = options.output;
    this.view = this.runtime.kernel.fs.as(options.who, {
      cwd: options.cwd,
      pid: options.process.pid,
      ...(options.umask === undefined ? {} : { umask: options.umask }),
    });
    this.#fs = new BashFs(this.view);
    const { pid, parent } = this.process;
    this.#bash = new Bash({
      fs: this.#fs,
      env: { ...options.env },
      cwd: options.cwd,
      coverage: this as unknown as { hit(feature: string): void },
      processInfo: {
        pid,
        ppid: parent?.pid ?? 0,
        uid: this.who.uid,
        gid: this.who.gid,
      },
      // Time and memory are bounded otherwise: see README.md. Counting would end a long-lived shell.
      executionLimits: {
        maxCallDepth: 400,
        maxAwkIterations: 2_000_000,
        maxSedIterations: 2_000_000,
        maxCommandCount: Number.MAX_SAFE_INTEGER,
        maxLoopIterations: Number.MAX_SAFE_INTEGER,
        maxWorkUnits: Number.MAX_SAFE_INTEGER,
        maxExecutionTimeMs: 2 ** 31 - 1,
        maxOutputSize: MAX_HELD,
        maxLiveBytes: 2 * MAX_HELD,
        maxInputBytes: Number.MAX_SAFE_INTEGER,
        maxStringLength: MAX_HELD,
      },
      // It forbids timers, which the hooks of a shell that waits need. What holds a guest is
      // that nothing of the host is within reach of its interpreter.
      defenseInDepth: false,
    }) as unknown as BashInside;
    this.#bash.commands = new InstalledCommands(this.#bash.commands, this.#fs);
    if (state) this.#bash.state = state;
    this.#state = this.#bash.state;
    const { env, shoptOptions } = this.#state;
    if (!state) this.#begin(options);
    if (this.interactive) shoptOptions['expand_aliases'] = true;
    for (const [at, value] of (options.args ?? ['bash']).entries()) env.set(String(at), value);
    env.set('@', (options.args ?? []).slice(1).join(' '));
    env.set('*', (options.args ?? []).slice(1).join(' '));
    env.set('#', String(Math.max(0, (options.args?.length ?? 1) - 1)));
    this.process.signal.addEventListener('abort', () => this.#abort.abort());
  }

  /** What bash makes of its environment, where just-bash has a home and a machine of its own. */
  #begin({ env: given, exact }: ShellOptions): void {
    const { env, exportedVars } = this.#state;
    env.set('HOSTNAME', this.runtime.kernel.hostname);
    if (given['HOME'] === undefined) env.delete('HOME');
    for (const name of ['HOME', 'PATH', 'PWD', 'OLDPWD']) {
      if (given[name] === undefined && (exact || name !== 'PWD')) exportedVars?.delete(name);
    }
  }

  /** just-bash's coverage writer, which is how its interpreters know their shell. */
  hit(): void {}

  get env(): ReadonlyMap<string, string> {
    return this.#state.env;
  }

  get cwd(): string {
    return this.#state.cwd;
  }

  get lastStatus(): number {
    return this.#state.lastExitCode;
  }

  /** The functions and aliases that it knows by now, for completion. */
  get ownNames(): string[] {
    const aliases = [...this.#state.env.keys()].filter((name) => name.startsWith('BASH_ALIAS_'));
    return [...this.#state.functions.keys(), ...aliases.map((name) => name.slice(11))];
  }

  /** Runs a text; returns its exit status. A syntax error is printed, status 2. */
  async run(text: string, name = 'bash'): Promise<number> {
    let script: ScriptNode;
    try {
      script = parse(text);
    } catch (error) {
      await this.print('stderr', `${name}: ${syntaxError(error, text)}\n`);
      this.#state.lastExitCode = 2;
      this.#state.env.set('?', '2');
      return 2;
    }
    return this.runScript(script);
  }

  async runScript(script: ScriptNode): Promise<number> {
    const kernel = this.runtime.kernel;
    if (this.process.end) return this.process.end.code;
    this.#abort = new AbortController();
    this.#entering = script;
    // As bash's checkwinsize does it.
    const size = this.interactive ? this.terminal?.() : undefined;
    if (size) {
      this.#state.env.set('COLUMNS', String(size.columns));
      this.#state.env.set('LINES', String(size.rows));
    }
    const outcome = await this.#bash.exec(':', { rawScript: true, signal: this.#abort.signal });
    const interrupted = this.#abort.signal.aborted;
    const failed = this.#state.options['errexit'] === true && outcome.exitCode !== 0;
    const code = interrupted ? this.#interruptedBy() : outcome.exitCode;
    this.#settle(code);
    if (failed && !interrupted) this.exited = true;
    await this.emit({ ...outcome, exitCode: code });
    kernel.fs.flush();
    return code;
  }

  /** What `exit` and the end of its script do: the EXIT trap. */
  async leave(code: number): Promise<number> {
    for (const caught of this.takeCaught()) await this.run(caught);
    const trap = this.traps.get('EXIT');
    this.traps.delete('EXIT');
    if (trap === undefined || this.process.end) return code;
    this.exited = false;
    await this.run(trap);
    return code;
  }

  /** A signal of the terminal or the client for what runs in the foreground. */
  interrupt(signal: Signal): void {
    for (const running of this.#foreground) running.deliver(signal);
    if (this.traps.has(signal)) {
      if (this.traps.get(signal) !== '') this.process.deliver(signal);
      return;
    }
    if ([...this.#foreground].some((running) => !running.end)) return;
    this.#abort.abort(signal);
  }

  // Called by interpreter.ts.

  /** The first script of an exec() is the one to run instead; then the state is ours. */
  enter(interpreter: Interpreter): ScriptNode | undefined {
    const script = this.#entering;
    if (!script) return undefined;
    this.#entering = undefined;
    this.#state = interpreter.ctx.state;
    this.#ownPid = this.#state.bashPid;
    return script;
  }

  breathe(): Promise<void> {
    return this.#turns.breathe(this.process);
  }

  /** Passes on what a statement printed. */
  async emit(of: Result): Promise<Result> {
    if (of.stdout !== '')
      await this.output('stdout', bytesOfResult(of.stdout, of.stdoutKind, of.stdoutEncoding));
    // What just-bash says of an end that came from outside: a terminal has shown ^C.
    const stderr = this.#abort.signal.aborted ? of.stderr.replace(ABORTED, '') : of.stderr;
    if (stderr !== '') {
      const text = plainErrors(stderr, this.#fs.faults, this.cwd);
      await this.output('stderr', bytesOfResult(text, undefined));
    }
    return printed(of);
  }

  print(stream: Stream, text: string): Promise<void> | void {
    return this.output(stream, Buffer.from(text, 'utf8'));
  }

  async command(interpreter: Interpreter, call: Call): Promise<Result> {
    const { name, rest } = call;
    const { state } = interpreter.ctx;
    this.view.cwd = state.cwd;
    if (rest[0] !== true && state.functions.has(name)) return call.run();
    const builtin = BUILTINS.get(name);
    if (builtin) return builtin(this, interpreter, call);
    if (name === 'test' || name === '[') return this.asUser(() => call.run());
    if (NATIVE.has(name)) return call.run();
    if (INSIDE.has(name)) return this.inside(call);
    return runExternal(this, interpreter, call);
  }

  /** Runs what asks for a file's permissions by its owner's bits. */
  async asUser<T>(work: () => Promise<T>): Promise<T> {
    this.#fs.effective = true;
    try {
      return await work();
    } finally {
      this.#fs.effective = false;
    }
  }

  /** Whether just-bash has a command of this name, installed or not. */
  brings(name: string): boolean {
    return (this.#bash.commands as InstalledCommands).brought(name);
  }

  /** Runs a command of just-bash, whatever file of the guest stands for it. */
  async inside(call: Call, as = call.name): Promise<Result> {
    this.#fs.builtin = as;
    const faults = this.#fs.watchFaults();
    try {
      const done = await call.run(as, call.stdin, true, true);
      return { ...done, stderr: plainErrors(done.stderr, faults, this.cwd) };
    } finally {
      this.#fs.builtin = undefined;
    }
  }

  /** `command &` */
  async startJob(interpreter: Interpreter, statement: StatementNode): Promise<Result> {
    const { state } = interpreter.ctx;
    const text = (statement.sourceText ?? '').trim().replace(/\s*&$/, '');
    const process_ = await this.fork(['bash']);
    if (!process_) return result(254, '', FORK_FAILED);
    const child = new Shell(
      {
        ...this.options(),
        process: process_,
        input: NO_INPUT,
        cwd: state.cwd,
        interactive: false,
      },
      copyOf(state),
    );
    const script = { type: 'Script', statements: [{ ...statement, background: false }] } as const;
    child.interact = undefined;
    child.inPlace = isSingleCommand(script as unknown as ScriptNode);
    const job = this.jobs.add(process_, text);
    void child
      .runScript(script as unknown as ScriptNode)
      .then((code) => child.leave(code))
      .then((code) => process_.exit(code))
      .catch((error: unknown) => {
        this.runtime.kernel.log(`job: ${error instanceof Error ? error.message : String(error)}`);
        process_.exit(1);
      });
    state.lastBackgroundPid = process_.pid;
    if (this.interactive) await this.print('stderr', `[${job.id}] ${process_.pid}\n`);
    return result(0);
  }

  /** A process for a command; undefined when there are too many of them, after some patience. */
  async fork(command: readonly string[]): Promise<Process | undefined> {
    const stop = AbortSignal.any([this.#abort.signal, this.process.signal]);
    for (const wait of [1000, 2000, 4000, 0]) {
      // The dead have no children.
      if (stop.aborted) return undefined;
      const process_ = this.start(command);
      if (process_ || wait === 0) return process_;
      await this.print('stderr', FORK_RETRY);
      await pause(wait, stop);
    }
    return undefined;
  }

  /** A process for a command; undefined when there are too many of them. */
  start(command: readonly string[]): Process | undefined {
    try {
      return this.runtime.kernel.processes.start({
        work: true,
        parent: this.process,
        who: this.who,
        command,
        tty: this.process.tty,
        cwd: this.view.cwd,
        environment: this.exported(),
      });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return undefined;
    }
  }

  /** What is exported, and what stands in front of a command (`TZ=Asia/Seoul date`). */
  exported(): Map<string, string> {
    const found = new Map<string, string>();
    const { exportedVars = [], tempExportedVars = [] } = this.#state;
    for (const name of [...exportedVars, ...tempExportedVars]) {
      const value = this.#state.env.get(name);
      if (value !== undefined) found.set(name, value);
    }
    return found;
  }

  options(): ShellOptions {
    return {
      runtime: this.runtime,
      who: this.who,
      process: this.process,
      env: {},
      cwd: this.cwd,
      umask: this.view.umask,
      input: this.input,
      output: this.output,
      terminal: this.terminal,
    };
  }

  /** Whether what runs is in `( )`, whose `exit` is not the shell's. */
  inSubshell(interpreter: Interpreter): boolean {
    return interpreter.ctx.state !== this.#state || this.#state.bashPid !== this.#ownPid;
  }

  /** A trap was set or taken away: the kernel is told what to do with the signal. */
  trapped(name: string): void {
    if (name === 'EXIT') return;
    const signal = name as Signal;
    const code = this.traps.get(signal);
    this.process.ignored.delete(signal);
    this.process.traps.delete(signal);
    if (code === '') this.process.ignored.add(signal);
    else if (code !== undefined) this.process.traps.set(signal, () => this.#caught.push(code));
  }

  /** What traps have to do since the last statement. */
  takeCaught(): string[] {
    return this.#caught.splice(0);
  }

  get stopped(): AbortSignal {
    return this.#abort.signal;
  }

  /** Waits for a process as the one in the foreground. */
  async inForeground<T>(running: Process, work: Promise<T>): Promise<T | undefined> {
    this.#foreground.add(running);
    try {
      return await Promise.race([work, running.ended.then(() => undefined)]);
    } finally {
      this.#foreground.delete(running);
    }
  }

  /** The jobs that ended since it was asked last, as an interactive shell tells them. */
  finishedJobs(): Job[] {
    return this.jobs.takeFinished();
  }

  #interruptedBy(): number {
    const signal = this.process.end?.signal ?? this.#abort.signal.reason;
    return 128 + (SIGNALS[signal as Signal] ?? SIGNALS.INT);
  }

  /** After an exec: the interpreter's state becomes that of the next one. */
  #settle(code: number): void {
    Object.assign(this.#state, {
      lastExitCode: code,
      inCondition: false,
      loopDepth: 0,
      callDepth: 0,
      sourceDepth: 0,
      localScopes: [],
      groupStdin: undefined,
    });
    this.#state.env.set('?', String(code));
    this.#bash.state = this.#state;
    this.view.cwd = this.#state.cwd;
    this.process.cwd = this.#state.cwd;
  }
}

const ABORTED = 'bash: execution aborted\n';
export const FORK_FAILED = 'bash: fork: Resource temporarily unavailable\n';
const FORK_RETRY = 'bash: fork: retry: Resource temporarily unavailable\n';

export function isSingleCommand(script: ScriptNode): boolean {
  const [statement] = script.statements;
  return (
    script.statements.length === 1 &&
    statement?.pipelines.length === 1 &&
    statement.pipelines[0]?.commands.length === 1 &&
    statement.pipelines[0].commands[0]?.type === 'SimpleCommand'
  );
}

/** Strings of just-bash are text, or bytes as latin1; some commands do not say which. */
export function bytesOfResult(
  text: string,
  kind: Result['stdoutKind'],
  encoding?: 'binary',
): Uint8Array {
  if (kind === 'bytes' || (kind === undefined && encoding === 'binary'))
    return Buffer.from(text, 'latin1');
  if (kind === 'text' || !/^[\x00-\xff]*$/.test(text) || !/[\x80-\xff]/.test(text)) {
    return Buffer.from(text, 'utf8');
  }
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('utf8').includes('\ufffd') ? Buffer.from(text, 'utf8') : bytes;
}

/** What a subshell begins with. */
function copyOf(state: ShellState): ShellState {
  const arrays = new Map(
    [...(state.arrays ?? [])].map(([name, array]) => [
      name,
      { ...array, elements: new Map(array.elements) },
    ]),
  );
  return {
    ...state,
    arrays,
    env: new Map(state.env),
    functions: new Map(state.functions),
    exportedVars: new Set(state.exportedVars),
    readonlyVars: new Set(state.readonlyVars),
    options: { ...state.options },
    shoptOptions: { ...state.shoptOptions },
    fileDescriptors: new Map(state.fileDescriptors),
    hashTable: new Map(state.hashTable),
    groupStdin: undefined,
    loopDepth: 0,
    inCondition: false,
  };
}

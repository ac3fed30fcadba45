import { errorText } from '../kernel/errors.ts';
import { SIGNALS, type Signal } from '../kernel/processes.ts';
import { type Call, type Interpreter, type Result, result } from './interpreter.ts';
import type { Shell } from './shell.ts';
import { ulimit } from './ulimit.ts';

type Builtin = (shell: Shell, interpreter: Interpreter, call: Call) => Promise<Result> | Result;

/** What bash has inside itself, and just-bash as commands with a file. */
export const INSIDE = new Set([
  'echo',
  'printf',
  'pwd',
  'alias',
  'unalias',
  'time',
  'true',
  'false',
]);

/** What just-bash's interpreter does itself. */
export const NATIVE = new Set(
  '. : [ break builtin cd command compgen complete compopt continue declare dirs eval export false getopts hash help let local mapfile popd pushd readarray readonly return set shift shopt source test true type typeset unset'.split(
    ' ',
  ),
);

/** What just-bash has not, or not as a shell that has processes has it. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['jobs', jobs],
  ['wait', wait],
  ['fg', fg],
  ['bg', bg],
  ['disown', disown],
  ['kill', kill],
  ['exit', exit],
  ['logout', exit],
  ['read', read],
  ['umask', umask],
  ['trap', trap],
  ['ulimit', (_shell, _interpreter, call) => ulimit(call.args)],
  ['history', history],
  ['exec', exec],
  ['cd', cd],
  ['suspend', () => result(1, '', 'bash: suspend: cannot suspend a login shell\n')],
]);

function jobs(shell: Shell, _interpreter: Interpreter, { args }: Call): Result {
  const pid = args.includes('-l');
  const all = [...shell.jobs.all()];
  if (args.includes('-p')) return result(0, all.map((job) => `${job.process.pid}\n`).join(''));
  const lines = all.map((job) => shell.jobs.line(job, { pid }));
  shell.jobs.takeFinished();
  return result(0, lines.join(''));
}

async function wait(shell: Shell, _interpreter: Interpreter, { args }: Call): Promise<Result> {
  const stop = aborted(shell.stopped);
  const wanted = args.filter((arg) => !arg.startsWith('-'));
  if (wanted.length === 0) {
    await Promise.race([Promise.all(shell.jobs.all().map((job) => job.process.ended)), stop]);
    return result(0);
  }
  let code = 0;
  for (const spec of wanted) {
    const job = shell.jobs.find(spec);
    if (!job) {
      const why = `bash: wait: pid ${spec} is not a child of this shell\n`;
      return result(127, '', why);
    }
    const end = await Promise.race([job.process.ended, stop]);
    code = end?.code ?? 130;
    if (end && !shell.interactive) shell.jobs.remove(job);
  }
  return result(code);
}

async function fg(shell: Shell, _interpreter: Interpreter, { args }: Call): Promise<Result> {
  const job = shell.jobs.find(args[0]);
  if (!job) return result(1, '', `bash: fg: ${args[0] ?? 'current'}: no such job\n`);
  await shell.print('stdout', `${job.text}\n`);
  job.process.deliver('CONT');
  const end = await shell.inForeground(job.process, job.process.ended);
  shell.jobs.remove(job);
  return result(end?.code ?? job.process.end?.code ?? 130);
}

function bg(shell: Shell, _interpreter: Interpreter, { args }: Call): Result {
  const job = shell.jobs.find(args[0]);
  if (!job) return result(1, '', `bash: bg: ${args[0] ?? 'current'}: no such job\n`);
  if (job.process.state !== 'T') {
    return result(0, '', `bash: bg: job ${job.id} already in background\n`);
  }
  job.process.deliver('CONT');
  return result(0, `[${job.id}]+ ${job.text} &\n`);
}

function disown(shell: Shell, _interpreter: Interpreter, { args }: Call): Result {
  const all = args.includes('-a') ? [...shell.jobs.all()] : [shell.jobs.find(args.at(-1))];
  for (const job of all) {
    if (!job) return result(1, '', `bash: disown: ${args.at(-1) ?? 'current'}: no such job\n`);
    job.process.ignored.add('HUP');
    if (!args.includes('-h')) shell.jobs.remove(job);
  }
  return result(0);
}

function kill(shell: Shell, _interpreter: Interpreter, { args }: Call): Result {
  const names = Object.keys(SIGNALS) as Signal[];
  if (args[0] === '-l') {
    return result(0, `${names.map((name) => `${SIGNALS[name]}) SIG${name}`).join('\n')}\n`);
  }
  let signal: Signal | 0 | undefined = 'TERM';
  const targets = [...args];
  const first = targets[0] ?? '';
  if (first === '-s' || first === '-n') signal = signalOf(targets.splice(0, 2)[1] ?? '');
  else if (/^-[A-Za-z0-9]+$/.test(first)) signal = signalOf((targets.shift() ?? '').slice(1));
  if (targets[0] === '--') targets.shift();
  if (signal === undefined) {
    return result(1, '', `bash: kill: ${first.replace(/^-/, '')}: invalid signal specification\n`);
  }
  if (targets.length === 0) {
    return result(
      2,
      '',
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
    );
  }
  let errors = '';
  for (const target of targets) {
    const job = target.startsWith('%') ? shell.jobs.find(target) : undefined;
    const pid = job?.process.pid ?? Number(target);
    if (target === '-1' && signal !== 0) {
      shell.runtime.kernel.processes.killAll(signal, shell.who, shell.process);
    } else if (target.startsWith('%') && !job) errors += `bash: kill: ${target}: no such job\n`;
    else if (!Number.isInteger(pid)) {
      errors += `bash: kill: ${target}: arguments must be process or job IDs\n`;
    } else {
      try {
        shell.runtime.kernel.processes.kill(Math.abs(pid), signal, shell.who);
      } catch (error) {
        errors += `bash: kill: (${target}) - ${errorText(error)}\n`;
      }
    }
  }
  return result(errors === '' ? 0 : 1, '', errors);
}

/** `9`, `KILL` or `SIGKILL`. */
export function signalOf(name: string): Signal | 0 | undefined {
  if (name === '0') return 0;
  const wanted = name.toUpperCase().replace(/^SIG/, '');
  const entries = Object.entries(SIGNALS) as [Signal, number][];
  return entries.find(([one, number]) => one === wanted || String(number) === name)?.[0];
}

/** `exit` in a subshell ends only that; just-bash tells them apart by an exception. */
async function exit(shell: Shell, interpreter: Interpreter, call: Call): Promise<Result> {
  if ((interpreter.captured ?? 1) === 0 && !shell.inSubshell(interpreter)) shell.exited = true;
  return call.run('exit');
}

/** `read` asks the terminal, or the client, for a line. */
async function read(shell: Shell, interpreter: Interpreter, call: Call): Promise<Result> {
  const own = (interpreter.fed ?? 1) === 0 && interpreter.ctx.state.groupStdin === undefined;
  if (!own || call.stdin !== '' || call.args.includes('-u')) return call.run();
  const at = call.args.findIndex((arg) => /^-[a-zA-Z]*p$/.test(arg));
  const prompt = at >= 0 ? (call.args[at + 1] ?? '') : '';
  const silent = call.args.some((arg) => /^-[a-zA-Z]*s/.test(arg));
  const line = shell.input.ask
    ? await shell.input.ask(prompt, !silent, shell.stopped)
    : (await shell.input.readLine(shell.stopped))?.replace(/\n$/, '');
  if (line === undefined) return result(1);
  return call.run('read', Buffer.from(`${line}\n`, 'utf8').toString('latin1'));
}

function umask(shell: Shell, _interpreter: Interpreter, { args }: Call): Result {
  const { view } = shell;
  const [mask] = args;
  if (mask === undefined) return result(0, `${view.umask.toString(8).padStart(4, '0')}\n`);
  if (mask === '-S') {
    const classes = ['u', 'g', 'o'].map((who, at) => {
      const bits = (~view.umask >> (6 - 3 * at)) & 7;
      return `${who}=${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
    });
    return result(0, `${classes.join(',')}\n`);
  }
  if (!/^[0-7]{1,4}$/.test(mask)) {
    return result(1, '', `bash: umask: ${mask}: octal number out of range\n`);
  }
  view.umask = Number.parseInt(mask, 8) & 0o777;
  return result(0);
}

/** EXIT at the end of the shell, INT and the others when they arrive while it waits. */
function trap(shell: Shell, _interpreter: Interpreter, { args }: Call): Result {
  const rest = args[0] === '--' ? args.slice(1) : args;
  if (rest.length === 0 || rest[0] === '-p') {
    const lines = [...shell.traps].map(([name, code]) => {
      return `trap -- '${code.replaceAll("'", "'\\''")}' ${name === 'EXIT' ? name : `SIG${name}`}\n`;
    });
    return result(0, lines.join(''));
  }
  const reset = rest.length === 1 || rest[0] === '-';
  const names = rest.length === 1 ? rest : rest.slice(1);
  for (const given of names) {
    const name = given === 'EXIT' || given === '0' ? 'EXIT' : signalOf(given);
    if (typeof name !== 'string') {
      return result(1, '', `bash: trap: ${given}: invalid signal specification\n`);
    }
    if (reset) shell.traps.delete(name);
    else shell.traps.set(name, rest[0] ?? '');
    shell.trapped(name);
  }
  return result(0);
}

function history(shell: Shell, _interpreter: Interpreter, { args }: Call): Result {
  if (args[0] === '-c') {
    shell.history.length = 0;
    return result(0);
  }
  const count = /^\d+$/.test(args[0] ?? '') ? Number(args[0]) : shell.history.length;
  const from = Math.max(0, shell.history.length - count);
  const lines = shell.history.slice(from).map((line, at) => {
    return `${String(from + at + 1).padStart(5)}  ${line}\n`;
  });
  return result(0, lines.join(''));
}

/** `exec command` ends the shell with it. */
async function exec(shell: Shell, interpreter: Interpreter, call: Call): Promise<Result> {
  if (call.args.length === 0) return call.run();
  const done = await call.run();
  if (shell.inSubshell(interpreter)) return done;
  await shell.emit(done);
  shell.exited = true;
  call.args.splice(0, call.args.length, String(done.exitCode));
  return call.run('exit');
}

/** just-bash goes into every folder that there is. */
async function cd(shell: Shell, interpreter: Interpreter, call: Call): Promise<Result> {
  const { state } = interpreter.ctx;
  const before = { cwd: state.cwd, previousDir: state.previousDir };
  const names = ['PWD', 'OLDPWD'].map((name) => [name, state.env.get(name)] as const);
  const done = await call.run();
  if (done.exitCode !== 0 || shell.view.may('x', state.cwd)) return done;
  Object.assign(state, before);
  for (const [name, value] of names) {
    if (value === undefined) state.env.delete(name);
    else state.env.set(name, value);
  }
  return result(1, '', `bash: cd: ${call.args.at(-1) ?? ''}: Permission denied\n`);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

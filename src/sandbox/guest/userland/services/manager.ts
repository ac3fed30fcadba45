import * as z from 'zod';
import { ROOT } from '../../kernel/credentials.ts';
import { SystemError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Process, SIGNALS } from '../../kernel/processes.ts';
import { record } from './journal.ts';
import { isRunning, NginxFailure, reloadNginx, startNginx, stopNginx } from './nginx/server.ts';
import { daemons, findUnit, type Unit } from './units.ts';

/**
 * systemd as far as it is seen: units that start, stop, fail and start again. What a unit runs is
 * one of three: nginx, a daemon of the image (a process that does nothing visible but be there),
 * or any command line, which runs in a shell of its own.
 */

const stateShape = z.object({
  active: z.enum(['active', 'inactive', 'failed']),
  /** `running`, `exited`, `dead`, `failed`. */
  sub: z.string(),
  since: z.number(),
  pids: z.array(z.number()),
  /** `exited, status=1/FAILURE`, of the last main process. */
  last: z.string().optional(),
  lastPid: z.number().optional(),
});
const statesShape = z.record(z.string(), stateShape);

export type UnitState = z.infer<typeof stateShape>;

const DEAD: UnitState = { active: 'inactive', sub: 'dead', since: 0, pids: [] };
/** As `StartLimitBurst=` and `StartLimitIntervalSec=` are by default. */
const BURST = 5;
const INTERVAL = 10_000;

interface Runtime {
  readonly main: Map<string, Process>;
  readonly stopping: Set<string>;
  readonly starts: Map<string, number[]>;
  readonly work: Map<string, AbortController>;
  /** The machine wakes from hibernation: what starts now never stopped, and says nothing. */
  waking: boolean;
}

const runtimes = new WeakMap<Kernel, Runtime>();

function runtimeOf(kernel: Kernel): Runtime {
  let one = runtimes.get(kernel);
  if (!one) {
    one = {
      main: new Map(),
      stopping: new Set(),
      starts: new Map(),
      work: new Map(),
      waking: false,
    };
    runtimes.set(kernel, one);
  }
  return one;
}

/** Whether a service runs commands of its own, which hibernation would end. */
export function hasWork(kernel: Kernel): boolean {
  return runtimeOf(kernel).work.size > 0;
}

export function states(kernel: Kernel): Record<string, UnitState> {
  const parsed = statesShape.safeParse(kernel.state['units'] ?? {});
  return parsed.success ? parsed.data : {};
}

export function stateOf(kernel: Kernel, name: string): UnitState {
  return states(kernel)[name] ?? DEAD;
}

function setState(kernel: Kernel, name: string, state: Omit<UnitState, 'since'>): void {
  const before = states(kernel);
  const since =
    before[name]?.active === state.active && before[name]?.sub === state.sub
      ? before[name].since
      : kernel.now();
  kernel.state['units'] = { ...before, [name]: { ...state, since } };
}

function say(kernel: Kernel, unit: Unit | undefined, message: string, priority = 6): void {
  if (runtimeOf(kernel).waking) return;
  record(kernel, {
    identifier: 'systemd',
    pid: 1,
    message,
    priority,
    ...(unit ? { unit: unit.name } : {}),
  });
}

/** `nginx.service - A high performance web server and a reverse proxy server`. */
function titled(unit: Unit): string {
  return `${unit.name} - ${unit.description}`;
}

/** Starts a unit unless it runs. False if it failed: the journal says why. */
export async function start(kernel: Kernel, name: string): Promise<boolean> {
  const unit = findUnit(kernel.root, name);
  if (!unit) return false;
  if (stateOf(kernel, name).active === 'active') return true;
  const runtime = runtimeOf(kernel);
  const recent = (runtime.starts.get(name) ?? []).filter((time) => kernel.now() - time < INTERVAL);
  runtime.starts.set(name, [...recent, kernel.now()]);
  if (unit.name.endsWith('.target')) {
    setState(kernel, name, { active: 'active', sub: 'active', pids: [] });
    return true;
  }
  if (recent.length >= BURST) {
    say(kernel, unit, `${unit.name}: Start request repeated too quickly.`, 4);
    return failed(kernel, unit, "Failed with result 'start-limit-hit'.");
  }
  say(kernel, unit, `Starting ${titled(unit)}...`);
  if (unit.start === '')
    return failed(
      kernel,
      unit,
      'Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.',
    );
  runtime.stopping.delete(name);
  if (isNginx(unit)) return startWebServer(kernel, unit);
  const daemon = daemons[name.replace(/\.service$/, '')];
  if (daemon && unit.start === daemon.exec) return startDaemon(kernel, unit, daemon);
  return startCommand(kernel, unit);
}

function isNginx(unit: Unit): boolean {
  return unit.name === 'nginx.service';
}

function failed(
  kernel: Kernel,
  unit: Unit,
  why: string,
  last?: { text: string; pid: number },
): false {
  say(kernel, unit, `${unit.name}: ${why}`, 4);
  say(kernel, unit, `Failed to start ${titled(unit)}.`, 3);
  setState(kernel, unit.name, {
    active: 'failed',
    sub: 'failed',
    pids: [],
    ...(last ? { last: last.text, lastPid: last.pid } : {}),
  });
  return false;
}

function started(kernel: Kernel, unit: Unit, main: Process): true {
  const runtime = runtimeOf(kernel);
  runtime.main.set(unit.name, main);
  const children = kernel.processes.childrenOf(main).map((one) => one.pid);
  setState(kernel, unit.name, { active: 'active', sub: 'running', pids: [main.pid, ...children] });
  say(kernel, unit, `Started ${titled(unit)}.`);
  void main.ended.then((end) => mainEnded(kernel, unit, main, end));
  return true;
}

/** What systemd does when the main process of a unit ended by itself. */
async function mainEnded(
  kernel: Kernel,
  unit: Unit,
  main: Process,
  end: { code: number; signal?: keyof typeof SIGNALS },
): Promise<void> {
  const runtime = runtimeOf(kernel);
  if (runtime.main.get(unit.name) !== main) return;
  runtime.main.delete(unit.name);
  if (runtime.stopping.delete(unit.name)) return;
  const clean =
    end.signal === undefined
      ? end.code === 0
      : end.signal === 'TERM' || end.signal === 'HUP' || end.signal === 'INT';
  const text =
    end.signal === undefined
      ? `exited, status=${end.code}${end.code === 0 ? '/SUCCESS' : end.code === 1 ? '/FAILURE' : `/${exitName(end.code)}`}`
      : `killed, ${`status=${SIGNALS[end.signal]}/${end.signal}`}`;
  if (!clean) {
    say(kernel, unit, `${unit.name}: Main process exited, code=${text}`, 5);
    say(
      kernel,
      unit,
      `${unit.name}: Failed with result '${end.signal ? 'signal' : 'exit-code'}'.`,
      4,
    );
  } else say(kernel, unit, `${unit.name}: Deactivated successfully.`);
  const remains = clean && unit.remain;
  setState(kernel, unit.name, {
    active: remains ? 'active' : clean ? 'inactive' : 'failed',
    sub: remains ? 'exited' : clean ? 'dead' : 'failed',
    pids: [],
    last: text,
    lastPid: main.pid,
  });
  const again =
    unit.restart === 'always' ||
    (unit.restart === 'on-failure' && !clean) ||
    (unit.restart === 'on-success' && clean);
  if (!again || unit.type === 'oneshot') return;
  await pause(unit.restartSeconds * 1000, kernel, unit.name);
  if (runtime.stopping.has(unit.name) || stateOf(kernel, unit.name).active === 'active') return;
  say(kernel, unit, `${unit.name}: Scheduled restart job.`);
  await start(kernel, unit.name);
}

function exitName(code: number): string {
  return { 2: 'INVALIDARGUMENT', 126: 'n/a', 127: 'n/a', 203: 'EXEC' }[code] ?? 'n/a';
}

/** Waits in real time; a unit that is stopped meanwhile is noticed afterwards. */
function pause(ms: number, _kernel: Kernel, _name: string): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, 60_000));
    timer.unref?.();
  });
}

function startDaemon(
  kernel: Kernel,
  unit: Unit,
  daemon: (typeof daemons)[string],
  before?: { pid: number | undefined; since: number },
): boolean {
  const user = kernel.users.byName(unit.user);
  const command = unit.name.startsWith('ssh')
    ? ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups']
    : unit.start.split(' ');
  const task = kernel.processes.start({
    parent: kernel.processes.get(1),
    who: user ? kernel.users.credentials(user) : ROOT,
    command,
    rssKib: daemon.rss,
    ...(before?.pid === undefined ? {} : { pid: before.pid }),
    started: before?.since,
    onSignal: (signal) => signal === 'HUP',
  });
  try {
    if (/\/sshd\b/.test(unit.start))
      kernel.ports.listen({ port: 22, address: '0.0.0.0', process: task, serve: undefined });
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    task.exit(255);
    record(kernel, {
      unit: unit.name,
      identifier: 'sshd',
      pid: task.pid,
      message: `error: Bind to port 22 on 0.0.0.0 failed: ${error.text}.`,
      priority: 3,
    });
    return failed(kernel, unit, "Failed with result 'exit-code'.");
  }
  if (/\/sshd\b/.test(unit.start) && !runtimeOf(kernel).waking) {
    record(kernel, {
      unit: unit.name,
      identifier: 'sshd',
      pid: task.pid,
      message: 'Server listening on 0.0.0.0 port 22.',
    });
    record(kernel, {
      unit: unit.name,
      identifier: 'sshd',
      pid: task.pid,
      message: 'Server listening on :: port 22.',
    });
  }
  return started(kernel, unit, task);
}

function startWebServer(
  kernel: Kernel,
  unit: Unit,
  before?: { pids: readonly number[]; since: number },
): boolean {
  try {
    return started(kernel, unit, startNginx(kernel, before));
  } catch (error) {
    if (!(error instanceof NginxFailure)) throw error;
    const pid = kernel.processes.start({
      parent: kernel.processes.get(1),
      who: ROOT,
      command: ['/usr/sbin/nginx', '-t'],
    });
    record(kernel, {
      unit: unit.name,
      identifier: 'nginx',
      pid: pid.pid,
      message: `${error.message.replaceAll(/^nginx: \[emerg\]/gm, `${stamp(kernel)} [emerg] ${pid.pid}#${pid.pid}:`)}\nnginx: configuration file /etc/nginx/nginx.conf test failed`,
      priority: 3,
    });
    pid.exit(1);
    say(kernel, unit, `${unit.name}: Control process exited, code=exited, status=1/FAILURE`, 5);
    return failed(kernel, unit, "Failed with result 'exit-code'.", {
      text: 'exited, status=1/FAILURE',
      pid: pid.pid,
    });
  }
}

function stamp(kernel: Kernel): string {
  return new Date(kernel.now()).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

/** journald takes no more than so much of one service: `RateLimitBurst=`, here in pieces. */
function rateLimit(kernel: Kernel): () => boolean {
  let since = kernel.now();
  let count = 0;
  return () => {
    if (kernel.now() - since > 30_000) {
      since = kernel.now();
      count = 0;
    }
    return ++count <= 1000;
  };
}

async function startCommand(kernel: Kernel, unit: Unit): Promise<boolean> {
  const user = kernel.users.byName(unit.user);
  if (!user)
    return failed(kernel, unit, "Failed with result 'exit-code'.", {
      text: 'exited, status=217/USER',
      pid: 0,
    });
  const [file = ''] = unit.start.split(/\s+/);
  if (!file.startsWith('/'))
    return failed(kernel, unit, `Executable path is not absolute: ${file}`);
  if (!kernel.root.exists(file)) {
    say(
      kernel,
      unit,
      `${unit.name}: Failed to locate executable ${file}: No such file or directory`,
      3,
    );
    return failed(kernel, unit, "Failed with result 'exit-code'.", {
      text: 'exited, status=203/EXEC',
      pid: 0,
    });
  }
  const runtime = runtimeOf(kernel);
  const main = kernel.processes.start({
    parent: kernel.processes.get(1),
    who: kernel.users.credentials(user),
    command: unit.start.split(/\s+/),
    cwd: unit.folder,
  });
  const abort = new AbortController();
  main.signal.addEventListener('abort', () => abort.abort());
  runtime.work.set(unit.name, abort);
  const identifier = file.split('/').at(-1) ?? file;
  const allowed = rateLimit(kernel);
  const run = async () => {
    try {
      for (const command of [...unit.before, unit.start]) {
        const { code } = await kernel.run(command, {
          user: user.name,
          parent: main,
          cwd: unit.folder,
          env: {
            PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
            LANG: 'C.UTF-8',
            HOME: user.home,
            USER: user.name,
            LOGNAME: user.name,
            SHELL: user.shell,
            ...unit.environment,
          },
          signal: abort.signal,
          output: (_, text) => {
            if (!allowed()) return;
            const lines = (
              typeof text === 'string' ? text : Buffer.from(text).toString('utf8')
            ).replace(/\n$/, '');
            record(kernel, { unit: unit.name, identifier, pid: main.pid, message: lines });
          },
        });
        if (code !== 0) return main.exit(code);
      }
      main.exit(0);
    } finally {
      runtime.work.delete(unit.name);
      main.exit(1);
    }
  };
  if (unit.type === 'oneshot') {
    await run();
    const code = main.end?.code ?? 0;
    const text = `exited, status=${code}${code === 0 ? '/SUCCESS' : '/FAILURE'}`;
    if (code !== 0) {
      say(kernel, unit, `${unit.name}: Main process exited, code=${text}`, 5);
      return failed(kernel, unit, "Failed with result 'exit-code'.", { text, pid: main.pid });
    }
    say(
      kernel,
      unit,
      unit.remain ? `Finished ${titled(unit)}.` : `${unit.name}: Deactivated successfully.`,
    );
    if (!unit.remain) say(kernel, unit, `Finished ${titled(unit)}.`);
    setState(kernel, unit.name, {
      active: unit.remain ? 'active' : 'inactive',
      sub: unit.remain ? 'exited' : 'dead',
      pids: [],
      last: text,
      lastPid: main.pid,
    });
    return true;
  }
  const result = started(kernel, unit, main);
  void run().catch((error: unknown) => kernel.log(`${unit.name}: ${error}`));
  return result;
}

export async function stop(kernel: Kernel, name: string): Promise<void> {
  const unit = findUnit(kernel.root, name);
  const runtime = runtimeOf(kernel);
  const before = stateOf(kernel, name);
  runtime.stopping.add(name);
  if (before.active !== 'active') {
    if (before.active === 'failed' && unit) setState(kernel, name, { ...before, active: 'failed' });
    return;
  }
  if (unit) say(kernel, unit, `Stopping ${titled(unit)}...`);
  if (name === 'nginx.service' && isRunning(kernel)) stopNginx(kernel);
  const main = runtime.main.get(name);
  runtime.work.get(name)?.abort();
  if (main && !main.end) main.exit(0, 'TERM');
  runtime.main.delete(name);
  for (const pid of before.pids) kernel.processes.get(pid)?.exit(0, 'TERM');
  setState(kernel, name, {
    active: 'inactive',
    sub: 'dead',
    pids: [],
    last: 'exited, status=0/SUCCESS',
    ...(main ? { lastPid: main.pid } : {}),
  });
  if (unit) {
    say(kernel, unit, `${unit.name}: Deactivated successfully.`);
    say(kernel, unit, `Stopped ${titled(unit)}.`);
  }
}

/** False where the unit cannot reload, or its new configuration is wrong. */
export async function reload(kernel: Kernel, name: string): Promise<boolean> {
  const unit = findUnit(kernel.root, name);
  if (!unit?.reload) return false;
  say(kernel, unit, `Reloading ${titled(unit)}...`);
  if (isNginx(unit)) {
    try {
      reloadNginx(kernel);
    } catch (error) {
      if (!(error instanceof NginxFailure)) throw error;
      record(kernel, { unit: unit.name, identifier: 'nginx', message: error.message, priority: 3 });
      say(kernel, unit, `${unit.name}: Control process exited, code=exited, status=1/FAILURE`, 5);
      say(kernel, unit, `Reload failed for ${titled(unit)}.`, 3);
      return false;
    }
  } else runtimeOf(kernel).main.get(name)?.deliver('HUP');
  say(kernel, unit, `Reloaded ${titled(unit)}.`);
  return true;
}

/** Forgets that units failed. */
export function resetFailed(kernel: Kernel, names: readonly string[]): void {
  for (const [name, state] of Object.entries(states(kernel))) {
    if (state.active !== 'failed' || (names.length > 0 && !names.includes(name))) continue;
    setState(kernel, name, { ...state, active: 'inactive', sub: 'dead' });
    runtimeOf(kernel).starts.delete(name);
  }
}

/** After hibernation: what ran runs again, with the pids that it had. */
export function resumeUnits(kernel: Kernel): void {
  const before = states(kernel);
  const runtime = runtimeOf(kernel);
  runtime.waking = true;
  for (const [name, state] of Object.entries(before)) {
    if (state.active !== 'active' || state.sub !== 'running') continue;
    const unit = findUnit(kernel.root, name);
    const daemon = daemons[name.replace(/\.service$/, '')];
    if (unit && isNginx(unit)) startWebServer(kernel, unit, state);
    else if (unit && daemon) {
      startDaemon(kernel, unit, daemon, { pid: state.pids[0], since: state.since });
    }
    // Since the same time as before.
    kernel.state['units'] = { ...states(kernel), [name]: state };
  }
  runtime.waking = false;
}

import type { ProgramIo } from '../../kernel/programs.ts';
import { padEnd } from '../columns.ts';
import { memoryOf } from '../facts/memory.ts';
import { logTime, span, systemdTime } from '../facts/time.ts';
import { type Options, parseOptions } from '../options.ts';
import { Failure, program } from '../program.ts';
import { type JournalEntry, journal } from '../services/journal.ts';
import { reload, resetFailed, start, stateOf, states, stop } from '../services/manager.ts';
import { allUnits, findUnit, isEnabled, type Unit, unitName, WANTS } from '../services/units.ts';
import { dateOf } from './change.ts';

/** `systemctl`, `service` and `journalctl`. */

const verbs = [
  'start',
  'stop',
  'restart',
  'reload',
  'try-restart',
  'reload-or-restart',
  'enable',
  'disable',
  'mask',
  'unmask',
  'daemon-reload',
  'reset-failed',
  'kill',
];

const systemctl = program('systemctl', async (io) => {
  const options = parseOptions(
    io,
    'n:,lines: l,full no-pager q,quiet now all,a type:,t: state: failed f,force no-legend plain o:,output: p:,property: value user system no-block s:,signal:',
  );
  const [verb = 'list-units', ...names] = options.operands;
  if (options.has('user')) throw new Failure('Failed to connect to bus: No medium found');
  const units = names.map(unitName);
  if (verbs.includes(verb)) return change(io, verb, units, options);
  switch (verb) {
    case 'status':
      if (units.length === 0) return systemStatus(io);
      return last(units, (name) => status(io, name, options));
    case 'is-active':
      return last(units, async (name) => {
        const { active } = stateOf(io.kernel, name);
        if (!options.has('q')) await io.out(`${active}\n`);
        return active === 'active' ? 0 : 3;
      });
    case 'is-enabled':
      return last(units, async (name) => {
        const unit = findUnit(io.kernel.root, name);
        if (!unit)
          throw new Failure(`Failed to get unit file state for ${name}: No such file or directory`);
        const enabled = enabledText(io, unit);
        if (!options.has('q')) await io.out(`${enabled}\n`);
        return enabled === 'disabled' ? 1 : 0;
      });
    case 'is-failed':
      return last(units, async (name) => {
        const { active } = stateOf(io.kernel, name);
        await io.out(`${active}\n`);
        return active === 'failed' ? 0 : 1;
      });
    case 'is-system-running':
      await io.out(
        Object.values(states(io.kernel)).some((one) => one.active === 'failed')
          ? 'degraded\n'
          : 'running\n',
      );
      return 0;
    case 'list-units':
      return listUnits(io, options);
    case 'list-unit-files':
      return listFiles(io);
    case 'cat':
      return last(units, async (name) => {
        const unit = findUnit(io.kernel.root, name);
        if (!unit) throw new Failure(`No files found for ${name}.`);
        await io.out(`# ${unit.path}\n${io.kernel.root.readText(unit.path)}`);
        return 0;
      });
    case 'show':
      return last(units, (name) => show(io, name, options));
    case 'get-default':
      await io.out('graphical.target\n');
      return 0;
    case 'poweroff':
    case 'reboot':
    case 'halt':
      return power(io, verb);
    case 'list-timers':
      await io.out('0 timers listed.\nPass --all to see loaded but inactive timers, too.\n');
      return 0;
    default:
      throw new Failure(`Unknown command verb ${verb}.`);
  }
});

/** The status of the last one that was not zero. */
async function last(
  names: readonly string[],
  act: (name: string) => Promise<number> | number,
): Promise<number> {
  if (names.length === 0) throw new Failure('Too few arguments.');
  let code = 0;
  for (const name of names) code = (await act(name)) || code;
  return code;
}

async function change(
  io: ProgramIo,
  verb: string,
  units: readonly string[],
  options: Options,
): Promise<number> {
  const { kernel } = io;
  const short = verb === 'try-restart' || verb === 'reload-or-restart' ? 'restart' : verb;
  if (io.who.uid !== 0) {
    const what = ['enable', 'disable', 'mask', 'unmask'].includes(verb)
      ? `Failed to ${verb} unit: Interactive authentication required.`
      : verb === 'daemon-reload'
        ? 'Failed to reload daemon: Interactive authentication required.'
        : units
            .map(
              (name) =>
                `Failed to ${short} ${name}: Interactive authentication required.\nSee system logs and 'systemctl status ${name}' for details.`,
            )
            .join('\n');
    throw new Failure(what);
  }
  if (verb === 'daemon-reload') return 0;
  if (verb === 'reset-failed') {
    resetFailed(kernel, units);
    return 0;
  }
  return last(units, async (name) => {
    const unit = findUnit(kernel.root, name);
    if (!unit) {
      if (['enable', 'disable', 'mask', 'unmask'].includes(verb))
        throw new Failure(`Failed to ${verb} unit: Unit file ${name} does not exist.`);
      await io.err(
        `Failed to ${short} ${name}: Unit ${name} not ${verb === 'stop' ? 'loaded' : 'found'}.\n`,
      );
      return 5;
    }
    switch (verb) {
      case 'enable':
        await enable(io, unit);
        return options.has('now') ? begin(io, unit, 'start') : 0;
      case 'disable':
        await disable(io, unit);
        if (options.has('now')) await stop(kernel, name);
        return 0;
      case 'mask':
      case 'unmask':
        throw new Failure(`Failed to ${verb} unit: this machine masks no units`);
      case 'stop':
        await stop(kernel, name);
        return 0;
      case 'kill':
        for (const pid of stateOf(kernel, name).pids) kernel.processes.get(pid)?.deliver('TERM');
        return 0;
      case 'reload':
      case 'reload-or-restart': {
        const running = stateOf(kernel, name).active === 'active';
        if (verb === 'reload-or-restart' && (!unit.reload || !running)) return restart(io, unit);
        if (!unit.reload)
          throw new Failure(
            `Failed to reload ${name}: Job type reload is not applicable for unit ${name}.`,
          );
        if (!running) throw new Failure(`${name} is not active, cannot reload.`);
        if (await reload(kernel, name)) return 0;
        throw new Failure(jobFailed(name));
      }
      case 'restart':
        return restart(io, unit);
      case 'try-restart':
        return stateOf(kernel, name).active === 'active' ? restart(io, unit) : 0;
      default:
        return begin(io, unit, verb);
    }
  });
}

async function restart(io: ProgramIo, unit: Unit): Promise<number> {
  await stop(io.kernel, unit.name);
  return begin(io, unit, 'restart');
}

async function begin(io: ProgramIo, unit: Unit, _verb: string): Promise<number> {
  if (await start(io.kernel, unit.name)) return 0;
  throw new Failure(jobFailed(unit.name));
}

function jobFailed(name: string): string {
  return `Job for ${name} failed because the control process exited with error code.\nSee "systemctl status ${name}" and "journalctl -xeu ${name}" for details.`;
}

async function enable(io: ProgramIo, unit: Unit): Promise<void> {
  const { root } = io.kernel;
  if (!unit.installable) {
    await io.err(
      'The unit files have no installation config (WantedBy=, RequiredBy=, Also=,\nAlias= settings in the [Install] section, and DefaultInstance= for template\nunits). This means they are not meant to be enabled or disabled using systemctl.\n',
    );
    return;
  }
  if (isEnabled(root, unit.name)) return;
  root.mkdir(WANTS, { parents: true });
  root.symlink(unit.path.replace('/usr/lib', '/lib'), `${WANTS}/${unit.name}`);
  await io.err(
    `Created symlink ${WANTS}/${unit.name} → ${unit.path.replace('/usr/lib', '/lib')}.\n`,
  );
}

async function disable(io: ProgramIo, unit: Unit): Promise<void> {
  const path = `${WANTS}/${unit.name}`;
  if (!isEnabled(io.kernel.root, unit.name)) return;
  io.kernel.root.unlink(path);
  await io.err(`Removed "${path}".\n`);
}

function enabledText(io: ProgramIo, unit: Unit): string {
  if (isEnabled(io.kernel.root, unit.name)) return 'enabled';
  return unit.installable ? 'disabled' : 'static';
}

async function status(io: ProgramIo, name: string, options: Options): Promise<number> {
  const { kernel } = io;
  const unit = findUnit(kernel.root, name);
  if (!unit) {
    await io.err(`Unit ${name} could not be found.\n`);
    return 4;
  }
  const state = stateOf(kernel, name);
  const colour = (code: string, text: string) =>
    io.toTerminal ? `\x1b[${code}m${text}\x1b[0m` : text;
  const paint = { active: '0;1;32', failed: '0;1;31', inactive: '0' }[state.active];
  const dot = colour(
    paint,
    state.active === 'active' ? '●' : state.active === 'failed' ? '×' : '○',
  );
  const active = colour(
    paint,
    state.active === 'failed'
      ? `failed (Result: ${state.last?.startsWith('killed') ? 'signal' : 'exit-code'})`
      : `${state.active} (${state.sub})`,
  );
  const since =
    state.since === 0
      ? ''
      : ` since ${systemdTime(state.since)}; ${span(kernel.now() - state.since)} ago`;
  const enabled = enabledText(io, unit);
  const preset = unit.installable ? '; preset: enabled' : '';
  let text = `${dot} ${unit.name} - ${unit.description}\n     Loaded: loaded (${unit.path.replace('/usr/lib', '/lib')}; ${enabled}${preset})\n     Active: ${active}${since}\n`;
  if (unit.documentation !== undefined) text += `       Docs: ${unit.documentation}\n`;
  const processes = state.pids.flatMap((pid) => kernel.processes.get(pid) ?? []);
  const [main] = processes;
  if (state.active !== 'active' && state.last !== undefined) {
    text += `    Process: ${state.lastPid ?? 0} ExecStart=${unit.start} (code=${state.last})\n`;
    if (state.lastPid) text += `   Main PID: ${state.lastPid} (code=${state.last})\n`;
  }
  if (main) {
    const memory = processes.reduce((sum, one) => sum + one.rssKib, 0) / 1024;
    const cpu = processes.reduce((sum, one) => sum + one.cpuTime, 0) + 12;
    const limit = Math.round(memoryOf(kernel.machine, []).total / 900);
    text += `   Main PID: ${main.pid} (${main.name})\n      Tasks: ${processes.length} (limit: ${limit})\n     Memory: ${memory.toFixed(1)}M\n        CPU: ${cpu}ms\n     CGroup: /system.slice/${unit.name}\n`;
    processes.forEach((one, index) => {
      const words = one.command.join(' ');
      text += `             ${index === processes.length - 1 ? '└─' : '├─'}${one.pid} ${words.includes(': ') ? `"${words}"` : words}\n`;
    });
  }
  const count = Number(options.value('n') ?? 10);
  const lines = mayRead(io)
    ? journal(kernel)
        .filter((one) => one.unit === name && one.boot === kernel.bootId)
        .slice(count === 0 ? Number.POSITIVE_INFINITY : -count)
    : [];
  if (lines.length > 0) text += `\n${lines.map((one) => `${entryText(io, one)}\n`).join('')}`;
  await io.out(text);
  return state.active === 'active' ? 0 : 3;
}

async function systemStatus(io: ProgramIo): Promise<number> {
  const { kernel } = io;
  const list = Object.values(states(kernel));
  const broken = list.filter((one) => one.active === 'failed').length;
  await io.out(
    `● ${kernel.hostname}\n    State: ${broken > 0 ? 'degraded' : 'running'}\n    Units: ${list.length} loaded (incl. loaded aliases)\n     Jobs: 0 queued\n   Failed: ${broken} units\n    Since: ${systemdTime(kernel.booted)}; ${span(kernel.now() - kernel.booted)} ago\n`,
  );
  return 0;
}

async function listUnits(io: ProgramIo, options: Options): Promise<number> {
  const { kernel } = io;
  const state = options.value('state') ?? (options.has('failed') ? 'failed' : undefined);
  const type = options.value('type');
  const rows = allUnits(kernel.root)
    .map((unit) => ({ unit, state: stateOf(kernel, unit.name) }))
    .filter((one) => options.has('all') || state !== undefined || one.state.active !== 'inactive')
    .filter((one) => state === undefined || one.state.active === state || one.state.sub === state)
    .filter((one) => type === undefined || one.unit.name.endsWith(`.${type}`));
  const width = Math.max(4, ...rows.map(({ unit }) => unit.name.length));
  const mark = (active: string) => (active === 'failed' ? '●' : ' ');
  let text = options.has('no-legend')
    ? ''
    : `  ${padEnd('UNIT', width)} LOAD   ACTIVE   SUB     DESCRIPTION\n`;
  for (const one of rows) {
    text += `${mark(one.state.active)} ${padEnd(one.unit.name, width)} loaded ${one.state.active.padEnd(8)} ${one.state.sub.padEnd(7)} ${one.unit.description}\n`;
  }
  if (!options.has('no-legend')) {
    text += `\nLOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.\n${rows.length} loaded units listed.${options.has('all') ? '' : ' Pass --all to see loaded but inactive units, too.'}\nTo show all installed unit files use 'systemctl list-unit-files'.\n`;
  }
  await io.out(text);
  return 0;
}

async function listFiles(io: ProgramIo): Promise<number> {
  const rows = allUnits(io.kernel.root);
  const width = Math.max(9, ...rows.map((unit) => unit.name.length));
  let text = `${padEnd('UNIT FILE', width)} STATE           PRESET\n`;
  for (const unit of rows)
    text += `${padEnd(unit.name, width)} ${enabledText(io, unit).padEnd(15)} ${unit.installable ? 'enabled' : '-'}\n`;
  await io.out(`${text}\n${rows.length} unit files listed.\n`);
  return 0;
}

async function show(io: ProgramIo, name: string, options: Options): Promise<number> {
  const unit = findUnit(io.kernel.root, name);
  const state = stateOf(io.kernel, name);
  const values: Record<string, string> = {
    Id: name,
    LoadState: unit ? 'loaded' : 'not-found',
    ActiveState: state.active,
    SubState: state.sub,
    MainPID: String(state.pids[0] ?? 0),
    UnitFileState: unit ? enabledText(io, unit) : '',
    Description: unit?.description ?? name,
    FragmentPath: unit?.path.replace('/usr/lib', '/lib') ?? '',
    Result: state.active === 'failed' ? 'exit-code' : 'success',
  };
  const asked = options.values('p').flatMap((one) => one.split(','));
  const keys = asked.length === 0 ? Object.keys(values) : asked.filter((key) => key in values);
  await io.out(
    keys
      .map((key) => (options.has('value') ? `${values[key]}\n` : `${key}=${values[key]}\n`))
      .join(''),
  );
  return 0;
}

export async function power(io: ProgramIo, verb: string): Promise<number> {
  if (io.who.uid !== 0) {
    const what = verb === 'reboot' ? 'reboot' : 'power off';
    throw new Failure(
      `Failed to set wall message, ignoring: Interactive authentication required.\nFailed to ${what} system via logind: Interactive authentication required.`,
    );
  }
  io.kernel.power(
    verb === 'reboot' ? 'reboot' : 'off',
    `${verb} by ${io.kernel.users.nameOf(io.who.uid)}`,
  );
  return 0;
}

const service = program('service', async (io) => {
  const [name, verb] = io.args;
  if (name === '--status-all') {
    for (const unit of allUnits(io.kernel.root).filter((one) => one.name.endsWith('.service'))) {
      await io.out(
        ` [ ${stateOf(io.kernel, unit.name).active === 'active' ? '+' : '-'} ]  ${unit.name.replace('.service', '')}\n`,
      );
    }
    return 0;
  }
  if (name === undefined || verb === undefined)
    throw new Failure(
      'Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]',
    );
  if (!findUnit(io.kernel.root, unitName(name))) throw new Failure(`${name}: unrecognized service`);
  return (await io.run(['systemctl', verb, unitName(name)])).code;
});

/** Others than root and the groups below see their own entries alone: here, none. */
function mayRead(io: ProgramIo): boolean {
  const { users } = io.kernel;
  const groups = [io.who.gid, ...io.who.groups].map((gid) => users.groupNameOf(gid));
  return (
    io.who.uid === 0 ||
    groups.some((one) => ['adm', 'systemd-journal', 'sudo', 'wheel'].includes(one))
  );
}

function entryText(io: ProgramIo, one: JournalEntry): string {
  const pid = one.pid === undefined ? '' : `[${one.pid}]`;
  return `${logTime(one.time)} ${io.kernel.hostname} ${one.identifier}${pid}: ${one.message}`;
}

/** How long `-f` follows: a session that forgets it does not hold the machine awake for ever. */
const FOLLOW = 3_600_000;

const journalctl = program('journalctl', async (io) => {
  const options = parseOptions(
    io,
    'u:,unit: n?,lines? f,follow b?,boot? no-pager e,pager-end x,catalog r,reverse o:,output: S:,since: U:,until: p:,priority: k,dmesg t:,identifier: q,quiet g:,grep: a list-boots disk-usage vacuum-time: vacuum-size: no-hostname',
  );
  const { kernel } = io;
  if (!mayRead(io)) {
    if (!options.has('q'))
      await io.err(
        "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\n",
      );
    throw new Failure('No journal files were opened due to insufficient permissions.');
  }
  const units = options.values('u').map(unitName);
  const priorities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
  const text = options.value('p');
  const priority =
    text === undefined
      ? 7
      : /^\d$/.test(text)
        ? Number(text)
        : priorities.findIndex((one) => one.startsWith(text));
  if (priority < 0) throw new Failure(`Unknown log level ${text}`);
  const bound = (name: string) => {
    const given = options.value(name);
    if (given === undefined) return undefined;
    const time = /^today$/.test(given)
      ? Math.floor(kernel.now() / 86_400_000) * 86_400_000
      : dateOf(given, kernel.now());
    if (Number.isNaN(time)) throw new Failure(`Failed to parse timestamp: ${given}`);
    return time;
  };
  const [since, until] = [bound('S'), bound('U')];
  const grep = options.value('g');
  const wanted = (one: JournalEntry): boolean =>
    (units.length === 0 || units.includes(one.unit ?? '')) &&
    one.priority <= priority &&
    (!options.has('b') || one.boot === kernel.bootId) &&
    (!options.has('k') || one.identifier === 'kernel') &&
    (!options.has('t') || options.values('t').includes(one.identifier)) &&
    (since === undefined || one.time >= since) &&
    (until === undefined || one.time <= until) &&
    (grep === undefined || one.message.includes(grep));
  const shown = (one: JournalEntry): string => {
    const format = options.value('o');
    if (format === 'cat') return `${one.message}\n`;
    if (format === 'json')
      return `${JSON.stringify({ __REALTIME_TIMESTAMP: String(one.time * 1000), _SYSTEMD_UNIT: one.unit, SYSLOG_IDENTIFIER: one.identifier, _PID: one.pid, PRIORITY: String(one.priority), MESSAGE: one.message })}\n`;
    if (format === 'short-iso')
      return `${new Date(one.time).toISOString().slice(0, 19)}+0000 ${entryText(io, one).slice(16)}\n`;
    return `${entryText(io, one)}\n`;
  };
  let entries = journal(kernel).filter(wanted);
  const plain = io.args.find((arg, index) => io.args[index - 1] === '-n' && /^\d+$/.test(arg));
  const lines =
    options.value('n') || plain || (options.has('f') || options.has('n') ? '10' : undefined);
  if (lines !== undefined && lines !== 'all')
    entries = Number(lines) === 0 ? [] : entries.slice(-Number(lines));
  if (options.has('r')) entries.reverse();
  if (entries.length === 0 && !options.has('f')) {
    await io.out('-- No entries --\n');
    return 0;
  }
  await io.out(entries.map(shown).join(''));
  if (!options.has('f')) return 0;
  let seen = journal(kernel).at(-1);
  for (let waited = 0; waited < FOLLOW && !io.signal.aborted; waited += 500) {
    await io.sleep(500);
    const all = journal(kernel);
    const from =
      seen === undefined
        ? 0
        : all.findLastIndex(
            (one) =>
              one.time === seen?.time && one.message === seen.message && one.pid === seen.pid,
          ) + 1;
    const fresh = all.slice(from);
    if (fresh.length === 0) continue;
    seen = fresh.at(-1);
    await io.out(fresh.filter(wanted).map(shown).join(''));
  }
  return 130;
});

export const systemPrograms = [systemctl, service, journalctl];

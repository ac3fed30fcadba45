import type { Kernel } from '../../kernel/kernel.ts';
import type { Process } from '../../kernel/processes.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { padEnd } from '../columns.ts';
import { aptSize } from '../facts/sizes.ts';
import { clock, isoDay } from '../facts/time.ts';
import { type Distribution, distributionOf } from '../images/distribution.ts';
import { type Options, parseOptions } from '../options.ts';
import { catalogue, type Package } from '../packages/catalogue.ts';
import { configure, filesOf, remove, unpack } from '../packages/install.ts';
import { complaint, hasLists, mirrorsOf, reach, writeLists } from '../packages/mirror.ts';
import { type Installed, installed } from '../packages/status.ts';
import { glob } from '../patterns.ts';
import { Failure, program, programs } from '../program.ts';

/** `apt`, `apt-get`, `apt-cache` and `dpkg`, with the small catalogue of this sandbox. */

const SPEC =
  'y,yes,assume-yes q?,quiet? s,simulate,dry-run no-install-recommends d,download-only f,fix-broken purge reinstall a installed upgradable o: t: auto-remove only-upgrade allow-downgrades fix-missing assume-no n,names-only V v h,help allow-unauthenticated';

/** Who holds the lock: one apt at a time. */
const locks = new WeakMap<Kernel, Process>();

const apt = programs(['apt', 'apt-get'], async (io) => {
  const options = parseOptions(io, SPEC, { status: 100, usage: '' });
  const name = io.name.endsWith('apt-get') ? 'apt-get' : 'apt';
  const [verb = 'help', ...names] = options.operands;
  if (name === 'apt' && !io.toTerminal && verb !== 'help') {
    await io.err(
      '\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n',
    );
  }
  switch (verb) {
    case 'update':
      return locked(io, '/var/lib/apt/lists/lock', () => update(quietly(io, options), name));
    case 'install':
      return locked(io, '/var/lib/dpkg/lock-frontend', () => install(io, names, options));
    case 'remove':
    case 'purge':
    case 'autoremove':
    case 'autopurge':
      return locked(io, '/var/lib/dpkg/lock-frontend', () =>
        uninstall(
          io,
          verb === 'autopurge' ? [] : names,
          options,
          verb === 'purge' || options.has('purge'),
        ),
      );
    case 'upgrade':
    case 'full-upgrade':
    case 'dist-upgrade':
      return locked(io, '/var/lib/dpkg/lock-frontend', async () => {
        await readLists(io);
        await io.out(
          'Calculating upgrade... Done\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n',
        );
        return 0;
      });
    case 'clean':
    case 'autoclean':
      return 0;
    case 'list':
      return list(io, names, options);
    case 'search':
      return search(io, names);
    case 'show':
      return show(io, names);
    case 'policy':
      return policy(io, names);
    case 'help':
      await io.out(
        `${name} 2.6.1 (amd64)\nUsage: ${name} [options] command\n\nMost used commands:\n  list - list packages based on package names\n  search - search in package descriptions\n  show - show package details\n  install - install packages\n  remove - remove packages\n  update - update list of available packages\n`,
      );
      return options.has('h') || io.args.length > 0 ? 0 : 1;
    default:
      throw new Failure(`E: Invalid operation ${verb}`, 100);
  }
});

/** With `-qq` nothing is said but errors; what dpkg says of packages comes all the same. */
function quietly(io: ProgramIo, options: Options): ProgramIo {
  const asked = options.values('q');
  if (asked.length < 2 && asked[0] !== '2') return io;
  return Object.assign(Object.create(io) as ProgramIo, { out: async () => undefined });
}

async function locked(io: ProgramIo, path: string, act: () => Promise<number>): Promise<number> {
  const front = path.endsWith('lock-frontend');
  if (io.who.uid !== 0) {
    if (!front) await io.out(`Reading package lists... ${io.toTerminal ? 'Done' : ''}\n`);
    throw new Failure(
      `E: Could not open lock file ${path} - open (13: Permission denied)\n${
        front
          ? `E: Unable to acquire the dpkg frontend lock (${path}), are you root?`
          : 'E: Unable to lock directory /var/lib/apt/lists/'
      }`,
      100,
    );
  }
  const holder = locks.get(io.kernel);
  if (holder && !holder.end && holder !== io.process) {
    throw new Failure(
      `E: Could not get lock ${path}. It is held by process ${holder.pid} (${holder.name})\nN: Be aware that removing the lock file is not a solution and may break your system.\nE: Unable to acquire the dpkg frontend lock (${path}), is another process using it?`,
      100,
    );
  }
  if (distributionOf(io.kernel.machine.imageFamily).packages !== 'apt')
    throw new Failure('E: no apt on this image', 100);
  locks.set(io.kernel, io.process);
  try {
    return await act();
  } finally {
    locks.delete(io.kernel);
  }
}

function distribution(io: ProgramIo): Distribution {
  return distributionOf(io.kernel.machine.imageFamily);
}

async function readLists(io: ProgramIo): Promise<void> {
  const done = io.toTerminal ? ' Done' : '';
  await io.out(
    `Reading package lists...${done}\nBuilding dependency tree...${done}\nReading state information...${done}\n`,
  );
}

async function update(io: ProgramIo, name: string): Promise<number> {
  const { kernel } = io;
  const image = distribution(io);
  const warnings: string[] = [];
  let fetched = 0;
  let number = 0;
  const started = kernel.now();
  for (const mirror of mirrorsOf(image, kernel.machine.zone)) {
    const fault = await reach(kernel, mirror, `dists/${mirror.suites[0]?.name}/InRelease`);
    if (io.signal.aborted) return 130;
    for (const suite of mirror.suites) {
      number++;
      if (fault === undefined) {
        await io.out(
          `Get:${number} ${mirror.url} ${suite.name} InRelease [${aptSize(suite.size)}]\n`,
        );
        fetched += suite.size;
      } else {
        await io.out(
          `Err:${number} ${mirror.url} ${suite.name} InRelease\n  ${complaint(mirror, fault)}\n`,
        );
        warnings.push(
          `W: Failed to fetch ${mirror.url}/dists/${suite.name}/InRelease  ${complaint(mirror, fault)}`,
        );
      }
    }
    if (fault === undefined) {
      number++;
      await io.out(
        `Get:${number} ${mirror.url} ${mirror.suites[0]?.name}/main amd64 Packages [${aptSize(mirror.lists)}]\n`,
      );
      fetched += mirror.lists;
    }
  }
  if (fetched > 0) {
    const seconds = Math.max(1, Math.round((kernel.now() - started) / 1000));
    await io.out(
      `Fetched ${aptSize(fetched)} in ${seconds}s (${aptSize(Math.round(fetched / seconds))}/s)\n`,
    );
  }
  await io.out(`Reading package lists...${io.toTerminal ? ' Done' : ''}\n`);
  if (warnings.length > 0) {
    await io.err(
      `${warnings.join('\n')}\nW: Some index files failed to download. They have been ignored, or old ones used instead.\n`,
    );
  } else writeLists(kernel, image);
  if (name === 'apt') {
    const done = io.toTerminal ? ' Done' : '';
    await io.out(
      `Building dependency tree...${done}\nReading state information...${done}\nAll packages are up to date.\n`,
    );
  }
  return 0;
}

/** What apt can find: what the lists hold, once there are some. */
function offered(io: ProgramIo): Map<string, Package> {
  return hasLists(io.kernel) ? catalogue(distribution(io)) : new Map();
}

function unknown(io: ProgramIo, names: readonly string[]): Failure {
  const errors = names.map((one) => `E: Unable to locate package ${one}`).join('\n');
  const note = hasLists(io.kernel)
    ? `\nN: The archive of this sandbox holds: ${[...catalogue(distribution(io)).keys()].filter((one) => !one.startsWith('lib') && !/-(common|man)$/.test(one)).join(' ')}`
    : '';
  return new Failure(errors + note, 100);
}

async function install(
  io: ProgramIo,
  wanted: readonly string[],
  options: Options,
): Promise<number> {
  const { kernel } = io;
  const packages = offered(io);
  const there = installed(kernel);
  const has = (name: string) => there.get(name)?.state === 'installed';
  await readLists(io);
  const names = wanted.map((one) => one.replace(/[=/].*$/, '').replace(/:amd64$/, ''));
  const missing = names.filter((one) => !packages.has(one) && !has(one));
  if (missing.length > 0) throw unknown(io, missing);
  for (const one of names.filter(has)) {
    await io.out(`${one} is already the newest version (${there.get(one)?.version}).\n`);
  }
  const chosen = names.filter((one) => !has(one) || options.has('reinstall'));
  const all = new Set<string>();
  const need = (name: string): void => {
    for (const one of packages.get(name)?.depends ?? []) if (!has(one)) need(one);
    all.add(name);
  };
  for (const one of chosen) if (packages.has(one)) need(one);
  const list = [...all].flatMap((one) => packages.get(one) ?? []);
  const extra = list
    .filter((one) => !chosen.includes(one.name))
    .map((one) => one.name)
    .sort();
  const suggested = [...new Set(list.flatMap((one) => one.suggests))].sort();
  if (list.length === 0) {
    await io.out('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n');
    return 0;
  }
  if (extra.length > 0)
    await io.out(`The following additional packages will be installed:\n${wrapped(extra)}`);
  if (suggested.length > 0) await io.out(`Suggested packages:\n${wrapped(suggested)}`);
  const sorted = list.map((one) => one.name).sort();
  await io.out(
    `The following NEW packages will be installed:\n${wrapped(sorted)}0 upgraded, ${list.length} newly installed, 0 to remove and 0 not upgraded.\n`,
  );
  if (options.has('s')) {
    await io.out(
      list.map((one) => `Inst ${one.name} (${one.version})\n`).join('') +
        list.map((one) => `Conf ${one.name} (${one.version})\n`).join(''),
    );
    return 0;
  }
  const size = list.reduce((sum, one) => sum + one.size, 0);
  const room = list.reduce((sum, one) => sum + one.installed, 0) * 1024;
  await io.out(
    `Need to get ${aptSize(size)} of archives.\nAfter this operation, ${aptSize(room)} of additional disk space will be used.\n`,
  );
  if (extra.length > 0 && !(await agreed(io, options))) return 1;
  await fetchAll(io, list, size);
  return put(io, list, names);
}

/** Without `-y` apt asks; an empty line is yes, the end of the input is no. */
async function agreed(io: ProgramIo, options: Options): Promise<boolean> {
  if (options.has('y')) return true;
  const answer = options.has('assume-no') ? 'n' : await io.ask('Do you want to continue? [Y/n] ');
  if (answer !== undefined && /^(y.*)?$/i.test(answer.trim())) return true;
  await io.out('Abort.\n');
  return false;
}

async function fetchAll(io: ProgramIo, list: readonly Package[], size: number): Promise<void> {
  const { kernel } = io;
  const [mirror] = mirrorsOf(distribution(io), io.kernel.machine.zone);
  const [first] = list;
  if (!mirror || !first) return;
  const started = kernel.now();
  const fault = await reach(kernel, mirror, first.file);
  const codename = distribution(io).codename;
  if (fault !== undefined) {
    const why = complaint(mirror, fault);
    for (const [index, one] of list.entries()) {
      await io.out(
        `Err:${index + 1} ${mirror.url} ${codename}/main amd64 ${one.name} ${one.architecture} ${one.version}\n  ${why}\n`,
      );
    }
    throw new Failure(
      `${list.map((one) => `E: Failed to fetch ${mirror.url}/${one.file}  ${why}`).join('\n')}\nE: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?`,
      100,
    );
  }
  for (const [index, one] of list.entries()) {
    await io.out(
      `Get:${index + 1} ${mirror.url} ${codename}/main amd64 ${one.name} ${one.architecture} ${one.version} [${aptSize(one.size)}]\n`,
    );
  }
  const seconds = Math.round((kernel.now() - started) / 1000);
  await io.out(
    `Fetched ${aptSize(size)} in ${seconds}s (${aptSize(Math.round(size / Math.max(seconds, 0.05)))}/s)\n`,
  );
}

async function put(
  io: ProgramIo,
  list: readonly Package[],
  asked: readonly string[],
): Promise<number> {
  const { kernel } = io;
  let first = true;
  for (const one of list) {
    await io.out(`Selecting previously unselected package ${one.name}.\n`);
    if (first)
      await io.out('(Reading database ... 67843 files and directories currently installed.)\n');
    first = false;
    await io.out(
      `Preparing to unpack .../${one.file.split('/').at(-1)} ...\nUnpacking ${one.name} (${one.version}) ...\n`,
    );
    unpack(kernel, one);
  }
  for (const one of list) {
    await io.out(`Setting up ${one.name} (${one.version}) ...\n`);
    await io.out(await configure(kernel, one));
  }
  await io.out('Processing triggers for man-db (2.11.2-2) ...\n');
  const at = `${isoDay(kernel.now())}  ${clock(kernel.now())}`;
  const lines = list.map(
    (one) => `${one.name}:amd64 (${one.version}${asked.includes(one.name) ? '' : ', automatic'})`,
  );
  const who = io.env.get('SUDO_USER');
  kernel.root.append(
    '/var/log/apt/history.log',
    `\nStart-Date: ${at}\nCommandline: ${[io.name.split('/').at(-1), ...io.args].join(' ')}\n${who === undefined ? '' : `Requested-By: ${who} (${io.env.get('SUDO_UID') ?? ''})\n`}Install: ${lines.join(', ')}\nEnd-Date: ${at}\n`,
  );
  return 0;
}

async function uninstall(
  io: ProgramIo,
  names: readonly string[],
  options: Options,
  purge: boolean,
): Promise<number> {
  const { kernel } = io;
  const packages = catalogue(distribution(io));
  const there = installed(kernel);
  await readLists(io);
  const unknownOnes = names.filter((one) => !there.has(one) && !packages.has(one));
  if (unknownOnes.length > 0) throw unknown(io, unknownOnes);
  const gone = new Set<string>();
  for (const name of names) {
    const one = there.get(name);
    if (!one || (one.state === 'config-files' && !purge)) {
      await io.out(`Package '${name}' is not installed, so not removed\n`);
      continue;
    }
    if (!packages.has(name))
      throw new Failure(
        `E: ${name} is part of the image, and cannot be removed in this sandbox`,
        100,
      );
    gone.add(name);
    // What depends on it goes along.
    for (const each of packages.values())
      if (each.depends.includes(name) && there.get(each.name)?.state === 'installed')
        gone.add(each.name);
  }
  const orphans = [...packages.values()].filter(
    (one) =>
      there.get(one.name)?.state === 'installed' && automatic(packages, there, one.name, gone),
  );
  if (names.length === 0) for (const one of orphans) gone.add(one.name);
  else if (orphans.length > 0) {
    await io.out(
      `The following package${orphans.length === 1 ? ' was' : 's were'} automatically installed and ${orphans.length === 1 ? 'is' : 'are'} no longer required:\n${wrapped(orphans.map((one) => one.name))}Use 'sudo apt autoremove' to remove ${orphans.length === 1 ? 'it' : 'them'}.\n`,
    );
  }
  const list = [...gone].sort().flatMap((name) => packages.get(name) ?? []);
  if (list.length === 0) {
    await io.out('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n');
    return 0;
  }
  const room = list.reduce((sum, one) => sum + one.installed, 0) * 1024;
  await io.out(
    `The following packages will be REMOVED:\n${wrapped(list.map((one) => one.name + (purge ? '*' : '')))}0 upgraded, 0 newly installed, ${list.length} to remove and 0 not upgraded.\nAfter this operation, ${aptSize(room)} disk space will be freed.\n`,
  );
  if (!(await agreed(io, options))) return 1;
  await io.out('(Reading database ... 67898 files and directories currently installed.)\n');
  for (const one of list) {
    await io.out(
      `${purge && there.get(one.name)?.state === 'config-files' ? 'Purging configuration files for' : 'Removing'} ${one.name} (${one.version}) ...\n`,
    );
    await remove(kernel, one, purge);
  }
  await io.out('Processing triggers for man-db (2.11.2-2) ...\n');
  return 0;
}

/** Whether a package is there only for others that are not. */
function automatic(
  packages: ReadonlyMap<string, Package>,
  there: ReadonlyMap<string, Installed>,
  name: string,
  gone: ReadonlySet<string>,
): boolean {
  if (gone.has(name)) return false;
  const needing = [...packages.values()].filter((one) => one.depends.includes(name));
  if (needing.length === 0) return false;
  return needing.every((one) => gone.has(one.name) || there.get(one.name)?.state !== 'installed');
}

function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  let line = ' ';
  for (const name of names) {
    if (line.length + name.length + 1 > 78) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${name}`;
  }
  return `${[...lines, line].join('\n')}\n`;
}

async function list(io: ProgramIo, names: readonly string[], options: Options): Promise<number> {
  const there = installed(io.kernel);
  const suite = distribution(io).codename;
  await io.out('Listing... Done\n');
  if (options.has('upgradable')) return 0;
  const rows = new Map<string, string>();
  for (const one of offered(io).values())
    rows.set(one.name, `${one.name}/${suite} ${one.version} ${one.architecture}`);
  for (const one of there.values()) {
    if (one.state === 'installed')
      rows.set(one.name, `${one.name}/${suite},now ${one.version} ${one.architecture} [installed]`);
  }
  const wanted = [...rows.keys()]
    .sort()
    .filter((name) => names.length === 0 || names.includes(name));
  for (const name of wanted) {
    if (options.has('installed') && there.get(name)?.state !== 'installed') continue;
    await io.out(`${rows.get(name)}\n`);
  }
  return 0;
}

async function search(io: ProgramIo, words: readonly string[]): Promise<number> {
  const fits = (one: Package) =>
    words.every((word) =>
      `${one.name} ${one.description}`.toLowerCase().includes(word.toLowerCase()),
    );
  const plain = io.name.endsWith('apt-cache');
  if (!plain) await io.out('Sorting... Done\nFull Text Search... Done\n');
  for (const one of [...offered(io).values()]
    .filter(fits)
    .sort((a, b) => (a.name < b.name ? -1 : 1))) {
    await io.out(
      plain
        ? `${one.name} - ${one.description}\n`
        : `${one.name}/${distribution(io).codename} ${one.version} ${one.architecture}\n  ${one.description}\n\n`,
    );
  }
  return 0;
}

async function show(io: ProgramIo, names: readonly string[]): Promise<number> {
  let status = 0;
  for (const name of names) {
    const one = offered(io).get(name);
    if (!one) {
      await io.err(
        `N: Unable to locate package ${name}\n${io.name.endsWith('apt-cache') ? '' : 'E: No packages found\n'}`,
      );
      status = 100;
      continue;
    }
    const depends = one.depends.length === 0 ? '' : `Depends: ${one.depends.join(', ')}\n`;
    await io.out(
      `Package: ${one.name}\nVersion: ${one.version}\nPriority: optional\nSection: ${one.section}\nInstalled-Size: ${aptSize(one.installed * 1024)}\n${depends}Download-Size: ${aptSize(one.size)}\nDescription: ${one.description}\n\n`,
    );
  }
  return status;
}

async function policy(io: ProgramIo, names: readonly string[]): Promise<number> {
  for (const name of names) {
    const [one, there] = [offered(io).get(name), installed(io.kernel).get(name)];
    if (!one && !there) continue;
    const version = one?.version ?? there?.version ?? '(none)';
    const [mirror] = mirrorsOf(distribution(io), io.kernel.machine.zone);
    await io.out(
      `${name}:\n  Installed: ${there?.state === 'installed' ? there.version : '(none)'}\n  Candidate: ${version}\n  Version table:\n ${there?.state === 'installed' ? '***' : '   '} ${version} 500\n        500 ${mirror?.url} ${distribution(io).codename}/main amd64 Packages\n`,
    );
  }
  return 0;
}

const aptCache = program('apt-cache', async (io) => {
  const options = parseOptions(io, SPEC, { status: 100, usage: '' });
  const [verb, ...names] = options.operands;
  switch (verb) {
    case 'search':
      return search(io, names);
    case 'show':
      return show(io, names);
    case 'policy':
    case 'madison':
      return policy(io, names);
    case 'depends':
      for (const name of names)
        await io.out(
          `${name}\n${(offered(io).get(name)?.depends ?? []).map((one) => `  Depends: ${one}\n`).join('')}`,
        );
      return 0;
    default:
      throw new Failure(`E: Invalid operation ${verb ?? ''}`, 100);
  }
});

const dpkg = programs(['dpkg', 'dpkg-query'], async (io) => {
  const options = parseOptions(
    io,
    'l,list L,listfiles s,status S,search i,install r,remove P,purge configure a print-architecture W,show f:,showformat: get-selections',
    { status: 2 },
  );
  const { operands } = options;
  const there = installed(io.kernel);
  if (options.has('print-architecture')) {
    await io.out('amd64\n');
    return 0;
  }
  if (options.has('l')) return listed(io, there, operands);
  if (options.has('s')) {
    for (const name of operands) {
      const one = there.get(name);
      if (!one)
        throw new Failure(
          `dpkg-query: package '${name}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.`,
        );
      await io.out(`${one.stanza.trimEnd()}\n\n`);
    }
    return 0;
  }
  if (options.has('L')) {
    for (const name of operands) {
      if (!there.has(name))
        throw new Failure(
          `dpkg-query: package '${name}' is not installed\nUse dpkg --contents (= dpkg-deb --contents) to list archive files contents.`,
        );
      await io.out(
        filesOf(name)
          .map((path) => `${path}\n`)
          .join(''),
      );
    }
    return 0;
  }
  if (options.has('S')) {
    for (const path of operands) {
      const owner = [...there.keys()].find((name) => filesOf(name).includes(path));
      if (owner === undefined)
        throw new Failure(`dpkg-query: no path found matching pattern ${path}`);
      await io.out(`${owner}: ${path}\n`);
    }
    return 0;
  }
  if (options.has('W') || options.has('get-selections')) {
    for (const one of there.values()) {
      if (operands.length === 0 || operands.includes(one.name))
        await io.out(
          options.has('W') ? `${one.name}\t${one.version}\n` : `${padEnd(one.name, 48)}install\n`,
        );
    }
    return 0;
  }
  if (io.who.uid !== 0)
    throw new Failure('dpkg: error: requested operation requires superuser privilege', 2);
  if (options.has('i'))
    throw new Failure(
      `dpkg: error: packages from files cannot be installed in this sandbox: use apt`,
      2,
    );
  if (options.has('configure')) return 0;
  if (options.has('r') || options.has('P'))
    return (await io.run(['apt-get', options.has('P') ? 'purge' : 'remove', '-y', ...operands]))
      .code;
  throw new Failure('dpkg: error: need an action option', 2);
});

async function listed(
  io: ProgramIo,
  there: ReadonlyMap<string, Installed>,
  patterns: readonly string[],
): Promise<number> {
  const fits = (name: string) =>
    patterns.length === 0 || patterns.some((one) => glob(one).test(name));
  const rows = [...there.values()].filter((one) => fits(one.name));
  if (rows.length === 0) throw new Failure(`dpkg-query: no packages found matching ${patterns[0]}`);
  const [name, version] = [
    Math.max(14, ...rows.map((one) => one.name.length)),
    Math.max(12, ...rows.map((one) => one.version.length)),
  ];
  const text = Math.max(33, ...rows.map((one) => one.description.length));
  await io.out(`Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
||/ ${'Name'.padEnd(name)} ${'Version'.padEnd(version)} Architecture Description
+++-${'='.repeat(name)}-${'='.repeat(version)}-============-${'='.repeat(text)}
`);
  for (const one of rows) {
    await io.out(
      `${one.state === 'installed' ? 'ii ' : 'rc '} ${one.name.padEnd(name)} ${one.version.padEnd(version)} ${one.architecture.padEnd(12)} ${one.description}\n`,
    );
  }
  return 0;
}

export const aptPrograms = [...apt, aptCache, ...dpkg];

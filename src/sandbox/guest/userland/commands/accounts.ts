import type { ProgramIo } from '../../kernel/programs.ts';
import type { User } from '../../kernel/users.ts';
import { clock, isoDay } from '../facts/time.ts';
import { parseOptions } from '../options.ts';
import { Failure, program, programs } from '../program.ts';
import { record } from '../services/journal.ts';
import { unameFields, uptimeLine } from './machine.ts';

/** Programs about users and groups: who one is, and the ones that root manages them with. */

function userNamed(io: ProgramIo, name: string): User | undefined {
  return (
    io.kernel.users.byName(name) ??
    (/^\d+$/.test(name) ? io.kernel.users.byId(Number(name)) : undefined)
  );
}

const id = program('id', (io) => {
  const options = parseOptions(io, 'u,user g,group G,groups n,name r,real z');
  const { users } = io.kernel;
  const [name] = options.operands;
  const user = name === undefined ? undefined : userNamed(io, name);
  if (name !== undefined && !user) throw new Failure(`id: ‘${name}’: no such user`);
  const who = user ? users.credentials(user) : io.who;
  const groups = [...new Set([who.gid, ...who.groups])];
  const named = options.has('n');
  if (named && !['u', 'g', 'G'].some((one) => options.has(one))) {
    throw new Failure('id: cannot print only names or real IDs in default format');
  }
  if (options.has('u')) io.out(`${named ? users.nameOf(who.uid) : who.uid}\n`);
  else if (options.has('g')) io.out(`${named ? users.groupNameOf(who.gid) : who.gid}\n`);
  else if (options.has('G'))
    io.out(`${groups.map((gid) => (named ? users.groupNameOf(gid) : gid)).join(' ')}\n`);
  else {
    const list = groups.map((gid) => `${gid}(${users.groupNameOf(gid)})`).join(',');
    io.out(
      `uid=${who.uid}(${users.nameOf(who.uid)}) gid=${who.gid}(${users.groupNameOf(who.gid)}) groups=${list}\n`,
    );
  }
  return 0;
});

const whoami = program('whoami', (io) => {
  const [extra] = io.args;
  if (extra !== undefined)
    throw new Failure(
      `whoami: extra operand ‘${extra}’\nTry 'whoami --help' for more information.`,
    );
  io.out(`${io.kernel.users.nameOf(io.who.uid)}\n`);
  return 0;
});

const groups = program('groups', (io) => {
  const { users } = io.kernel;
  const names = (gids: readonly number[]) =>
    [...new Set(gids)].map((gid) => users.groupNameOf(gid)).join(' ');
  if (io.args.length === 0) {
    io.out(`${names([io.who.gid, ...io.who.groups])}\n`);
    return 0;
  }
  let status = 0;
  for (const name of io.args) {
    const user = userNamed(io, name);
    if (user) io.out(`${name} : ${names(users.credentials(user).groups)}\n`);
    else {
      io.err(`groups: ‘${name}’: no such user\n`);
      status = 1;
    }
  }
  return status;
});

function onTerminals(io: ProgramIo) {
  return [...io.kernel.sessions].filter((one) => one.tty !== undefined);
}

const who = program('who', (io) => {
  const options = parseOptions(io, 'a,all b,boot q,count m H,heading u r s');
  const minute = (time: number) => `${isoDay(time)} ${clock(time).slice(0, 5)}`;
  if (options.has('b')) {
    io.out(`         system boot  ${minute(io.kernel.booted)}\n`);
    return 0;
  }
  const sessions = onTerminals(io).filter(
    (one) => !(options.has('m') || options.operands.length === 2) || one.tty === io.process.tty,
  );
  if (options.has('q')) {
    io.out(`${sessions.map((one) => one.user).join(' ')}\n# users=${sessions.length}\n`);
    return 0;
  }
  if (options.has('H')) io.out('NAME     LINE         TIME             COMMENT\n');
  for (const one of sessions) {
    io.out(
      `${one.user.padEnd(8)} ${(one.tty ?? '').padEnd(12)} ${minute(one.since)} (${one.from})\n`,
    );
  }
  return 0;
});

const users = program('users', (io) => {
  const names = onTerminals(io).map((one) => one.user);
  if (names.length > 0) io.out(`${names.join(' ')}\n`);
  return 0;
});

const w = program('w', (io) => {
  const options = parseOptions(io, 'h,no-header s f i');
  if (!options.has('h')) {
    io.out(
      `${uptimeLine(io)}\nUSER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n`,
    );
  }
  for (const one of onTerminals(io)) {
    const cells = [
      one.user.slice(0, 8).padEnd(8),
      (one.tty ?? '').padEnd(8),
      one.from.slice(0, 16).padEnd(16),
    ];
    const busy =
      io.process.tty === one.tty
        ? `w${io.args.length ? ` ${io.args.join(' ')}` : ''}`
        : one.leader.command.join(' ');
    io.out(`${cells.join(' ')} ${clock(one.since).slice(0, 5)}    1.00s  0.02s  0.00s ${busy}\n`);
  }
  return 0;
});

/** /var/log/wtmp keeps no history here: what is open, and the boot. */
const last = program('last', (io) => {
  const { kernel } = io;
  const day = (time: number) =>
    new Date(time)
      .toUTCString()
      .replace(
        /^(\w+), (\d+) (\w+) \d+ (\d+:\d+).*/,
        (_, weekday, date, month, at) =>
          `${weekday} ${month} ${String(Number(date)).padStart(2)} ${at}`,
      );
  for (const one of onTerminals(io).reverse()) {
    io.out(
      `${one.user.slice(0, 8).padEnd(8)} ${(one.tty ?? '').padEnd(12)} ${one.from.padEnd(16)} ${day(one.since)}   still logged in\n`,
    );
  }
  io.out(
    `reboot   system boot  ${unameFields(io)['r']?.slice(0, 16).padEnd(16)} ${day(kernel.booted)}   still running\n`,
  );
  io.out(
    `\nwtmp begins ${new Date(kernel.booted).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+).*/, '$1 $3 $2 $5 $4')}\n`,
  );
  return 0;
});

/** What the programs below say to others than root. */
function mustBeRoot(io: ProgramIo, file = '/etc/passwd'): void {
  if (io.who.uid === 0) return;
  const name = io.name.split('/').at(-1);
  throw new Failure(`${name}: Permission denied.\n${name}: cannot lock ${file}; try again later.`);
}

const NAME = /^[a-z_][a-z0-9_-]{0,31}\$?$/;

const useradd = program('useradd', (io) => {
  const options = parseOptions(
    io,
    'm,create-home M,no-create-home s:,shell: G:,groups: g:,gid: u:,uid: d:,home-dir: c:,comment: r,system U,user-group N p:,password: e: o k:',
    { status: 2 },
  );
  const [name] = options.operands;
  if (name === undefined)
    throw new Failure(
      'Usage: useradd [options] LOGIN\n       useradd -D\n       useradd -D [options]',
      2,
    );
  mustBeRoot(io);
  const { users: accounts } = io.kernel;
  if (!NAME.test(name))
    throw new Failure(`useradd: invalid user name '${name}': use --badname to ignore`, 3);
  if (accounts.byName(name)) throw new Failure(`useradd: user '${name}' already exists`, 9);
  const wanted = (options.value('G') ?? '').split(',').filter(Boolean);
  const missing = wanted.filter((group) => !accounts.groupByName(group));
  if (missing.length > 0)
    throw new Failure(
      missing.map((group) => `useradd: group '${group}' does not exist`).join('\n'),
      6,
    );
  const group = options.value('g');
  const gid =
    group === undefined
      ? undefined
      : (accounts.groupByName(group) ?? accounts.groupById(Number(group)))?.gid;
  if (group !== undefined && gid === undefined)
    throw new Failure(`useradd: group '${group}' does not exist`, 6);
  if (group === undefined && accounts.groupByName(name)) {
    throw new Failure(
      `useradd: group ${name} exists - if you want to add this user to that group, use -g.`,
      9,
    );
  }
  const uid = options.value('u');
  if (uid !== undefined && (!/^\d+$/.test(uid) || accounts.byId(Number(uid)))) {
    throw new Failure(
      /^\d+$/.test(uid) ? `useradd: UID ${uid} is not unique` : `useradd: invalid user ID '${uid}'`,
      /^\d+$/.test(uid) ? 4 : 3,
    );
  }
  const home = options.value('d');
  const user = accounts.add({
    name,
    system: options.has('r'),
    comment: options.value('c') ?? '',
    makeHome: options.has('m'),
    // Debian's useradd gives /bin/sh where nothing is said.
    shell: options.value('s') ?? '/bin/sh',
    groups: wanted,
    ...(uid === undefined ? {} : { uid: Number(uid) }),
    ...(gid === undefined ? {} : { gid }),
    ...(home === undefined ? {} : { home }),
  });
  record(io.kernel, {
    identifier: 'useradd',
    message: `new user: name=${name}, UID=${user.uid}, GID=${user.gid}, home=${user.home}, shell=${user.shell}, from=/dev/${io.process.tty ?? 'null'}`,
  });
  return 0;
});

const adduser = programs(['adduser', 'addgroup'], async (io) => {
  const asGroup = io.name.endsWith('addgroup');
  const options = parseOptions(
    io,
    'system disabled-password disabled-login gecos: comment: ingroup: gid: uid: home: shell: no-create-home group q,quiet',
  );
  const [name, group] = options.operands;
  if (io.who.uid !== 0)
    throw new Failure(`adduser: Only root may add a user or group to the system.`);
  if (name === undefined) throw new Failure('adduser: Only one or two names allowed.');
  const { users: accounts } = io.kernel;
  if (asGroup || options.has('group')) {
    if (accounts.groupByName(name))
      throw new Failure(`addgroup: The group \`${name}' already exists.`);
    const made = accounts.addGroup(name, { system: options.has('system') });
    await io.out(`Adding group \`${name}' (GID ${made.gid}) ...\nDone.\n`);
    return 0;
  }
  if (group !== undefined) {
    if (!accounts.byName(name)) throw new Failure(`adduser: The user \`${name}' does not exist.`);
    if (!accounts.groupByName(group))
      throw new Failure(`adduser: The group \`${group}' does not exist.`);
    await io.out(`Adding user \`${name}' to group \`${group}' ...\n`);
    accounts.join(name, group);
    await io.out('Done.\n');
    return 0;
  }
  if (accounts.byName(name)) throw new Failure(`adduser: The user \`${name}' already exists.`);
  if (!NAME.test(name))
    throw new Failure(
      `adduser: Please enter a username matching the regular expression\n            configured via the NAME_REGEX configuration variable.  Use the\n            \`--allow-bad-names' option to relax this check or reconfigure\n            NAME_REGEX in configuration.`,
    );
  const user = accounts.add({
    name,
    comment: options.value('gecos') ?? options.value('comment') ?? '',
    makeHome: !options.has('no-create-home'),
    shell: options.value('shell') ?? '/bin/bash',
    system: options.has('system'),
  });
  if (!options.has('q')) {
    await io.out(`Adding user \`${name}' ...
Adding new group \`${name}' (${user.gid}) ...
Adding new user \`${name}' (${user.uid}) with group \`${name} (${user.gid})' ...
Creating home directory \`${user.home}' ...
Copying files from \`/etc/skel' ...
`);
  }
  if (!options.has('disabled-password') && !options.has('system')) {
    await io.err(
      'adduser: this machine keeps no passwords: the account is locked, log in with SSH keys\n',
    );
  }
  return 0;
});

const usermod = program('usermod', (io) => {
  const options = parseOptions(
    io,
    'a,append G:,groups: g:,gid: s:,shell: d:,home: m,move-home c:,comment: l:,login: L,lock U,unlock e: u: p:',
    { status: 2 },
  );
  const [name] = options.operands;
  if (name === undefined) throw new Failure('Usage: usermod [options] LOGIN', 2);
  mustBeRoot(io);
  const { users: accounts } = io.kernel;
  const user = accounts.byName(name);
  if (!user) throw new Failure(`usermod: user '${name}' does not exist`, 6);
  for (const letter of ['l', 'u']) {
    if (options.has(letter))
      throw new Failure(`usermod: -${letter} is not possible on this machine`);
  }
  const given = options.value('G');
  if (given !== undefined) {
    const wanted = given.split(',').filter(Boolean);
    const missing = wanted.filter((group) => !accounts.groupByName(group));
    if (missing.length > 0)
      throw new Failure(
        missing.map((group) => `usermod: group '${group}' does not exist`).join('\n'),
        6,
      );
    if (!options.has('a')) {
      for (const group of accounts.groups())
        if (group.members.includes(name) && !wanted.includes(group.name))
          accounts.leave(name, group.name);
    }
    for (const group of wanted) accounts.join(name, group);
  } else if (options.has('a'))
    throw new Failure('usermod: -a flag is only allowed with the -G flag', 2);
  const home = options.value('d');
  if (home !== undefined && options.has('m') && io.fs.exists(user.home))
    io.fs.rename(user.home, home);
  const group = options.value('g');
  const gid = group === undefined ? undefined : accounts.groupByName(group)?.gid;
  if (group !== undefined && gid === undefined)
    throw new Failure(`usermod: group '${group}' does not exist`, 6);
  const [shell, comment] = [options.value('s'), options.value('c')];
  accounts.change(name, {
    ...(home === undefined ? {} : { home }),
    ...(shell === undefined ? {} : { shell }),
    ...(comment === undefined ? {} : { comment }),
    ...(gid === undefined ? {} : { gid }),
  });
  return 0;
});

const userdel = programs(['userdel', 'deluser'], (io) => {
  const options = parseOptions(io, 'r,remove f,force remove-home q,quiet', { status: 2 });
  const [name] = options.operands;
  const self = io.name.split('/').at(-1) as string;
  if (name === undefined) throw new Failure(`Usage: ${self} [options] LOGIN`, 2);
  mustBeRoot(io);
  const { users: accounts } = io.kernel;
  const user = accounts.byName(name);
  if (!user) throw new Failure(`${self}: user '${name}' does not exist`, 6);
  const busy = io.kernel.processes.all().find((one) => one.who.uid === user.uid);
  if (busy && !options.has('f'))
    throw new Failure(`${self}: user ${name} is currently used by process ${busy.pid}`, 8);
  accounts.remove(name);
  if (options.has('r') || options.has('remove-home')) {
    io.err(`userdel: ${name} mail spool (/var/mail/${name}) not found\n`);
    if (user.home !== '/' && io.fs.exists(user.home)) io.fs.removeAll(user.home);
  }
  return 0;
});

const groupadd = program('groupadd', (io) => {
  const options = parseOptions(io, 'g:,gid: r,system f,force', { status: 2 });
  const [name] = options.operands;
  if (name === undefined) throw new Failure('Usage: groupadd [options] GROUP', 2);
  mustBeRoot(io, '/etc/group');
  const { users: accounts } = io.kernel;
  if (!NAME.test(name)) throw new Failure(`groupadd: '${name}' is not a valid group name`, 3);
  if (accounts.groupByName(name)) {
    if (options.has('f')) return 0;
    throw new Failure(`groupadd: group '${name}' already exists`, 9);
  }
  const gid = options.value('g');
  if (gid !== undefined && accounts.groupById(Number(gid)))
    throw new Failure(`groupadd: GID '${gid}' already exists`, 4);
  accounts.addGroup(name, {
    system: options.has('r'),
    ...(gid === undefined ? {} : { gid: Number(gid) }),
  });
  return 0;
});

const groupdel = program('groupdel', (io) => {
  const [name = ''] = io.args;
  mustBeRoot(io, '/etc/group');
  const { users: accounts } = io.kernel;
  const group = accounts.groupByName(name);
  if (!group) throw new Failure(`groupdel: group '${name}' does not exist`, 6);
  const user = accounts.all().find((one) => one.gid === group.gid);
  if (user)
    throw new Failure(`groupdel: cannot remove the primary group of user '${user.name}'`, 8);
  accounts.removeGroup(name);
  return 0;
});

/** Machines of Compute Engine are entered with keys: accounts have no password, and get none here. */
const passwd = programs(['passwd', 'chpasswd', 'chsh'], (io) => {
  const name = io.name.split('/').at(-1) as string;
  const options = parseOptions(io, 'S,status l,lock u,unlock d,delete e,expire a s:,shell:');
  const [wanted] = options.operands;
  const me = io.kernel.users.nameOf(io.who.uid);
  const target = wanted ?? me;
  if (name === 'passwd' && options.has('S')) {
    if (!io.kernel.users.byName(target))
      throw new Failure(`passwd: user '${target}' does not exist`);
    if (io.who.uid !== 0 && target !== me)
      throw new Failure(`passwd: You may not view or modify password information for ${target}.`);
    const days = Number(
      io.kernel.root
        .readText('/etc/shadow')
        .split('\n')
        .find((line) => line.startsWith(`${target}:`))
        ?.split(':')[2] ?? 0,
    );
    const changed = isoDay(days * 86_400_000);
    io.out(`${target} L ${changed} 0 99999 7 -1\n`);
    return 0;
  }
  if (name === 'chsh') {
    const shell = options.value('s');
    if (shell === undefined) throw new Failure('chsh: give the shell with -s');
    if (io.who.uid !== 0) throw new Failure('Password: \nchsh: PAM: Authentication failure');
    io.kernel.users.change(target, { shell });
    return 0;
  }
  if (io.who.uid !== 0 && target !== me)
    throw new Failure(`passwd: You may not view or modify password information for ${target}.`);
  if (!io.kernel.users.byName(target)) throw new Failure(`passwd: user '${target}' does not exist`);
  if (name === 'passwd' && (options.has('l') || options.has('u'))) {
    if (io.who.uid !== 0) throw new Failure('passwd: Permission denied.');
    if (options.has('u')) {
      // No account has a password that unlocking would bring back.
      throw new Failure(
        'passwd: unlocking the password would result in a passwordless account.\nYou should set a password with usermod -p to unlock the password of this account.',
        3,
      );
    }
    io.kernel.users.lock(target);
    io.out('passwd: password changed.\n');
    return 0;
  }
  throw new Failure(
    `${name}: this machine keeps no passwords: accounts are locked, log in with SSH keys`,
    10,
  );
});

const nologin = program('nologin', (io) => {
  io.out('This account is currently not available.\n');
  return 1;
});

/** Where the system finds a program for somebody with this PATH. */
export function programAt(io: ProgramIo, name: string, path: string): string | undefined {
  if (name.includes('/')) return io.kernel.root.exists(name) ? name : undefined;
  return path
    .split(':')
    .map((folder) => `${folder}/${name}`)
    .find((file) => io.kernel.root.exists(file) && (io.kernel.root.stat(file).mode & 0o111) !== 0);
}

export const accountPrograms = [
  id,
  whoami,
  groups,
  who,
  users,
  w,
  last,
  useradd,
  ...adduser,
  usermod,
  ...userdel,
  groupadd,
  groupdel,
  ...passwd,
  nologin,
];

import type { ProgramIo } from '../../kernel/programs.ts';
import type { User } from '../../kernel/users.ts';
import { parseOptions } from '../options.ts';
import { Failure, program, programs } from '../program.ts';
import { record } from '../services/journal.ts';
import { programAt } from './accounts.ts';

/**
 * `sudo` and `su`. Who may do what stands in /etc/sudoers and the files of /etc/sudoers.d, read at
 * each call; the guest agent puts the users of the metadata's keys into `google-sudoers`, whom no
 * password is asked. Everybody else has none that could be right, since accounts are locked.
 */

const SECURE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';

interface Rule {
  readonly runAs: readonly string[];
  readonly password: boolean;
  readonly commands: readonly string[];
}

/** The rules for a user; the last one that fits a command decides, as in sudoers(5). */
function rulesFor(io: ProgramIo, user: User): Rule[] {
  const { root, users } = io.kernel;
  const files = ['/etc/sudoers'];
  if (root.exists('/etc/sudoers.d')) {
    const names = root.list('/etc/sudoers.d').filter((name) => !/[.~]/.test(name));
    files.push(...names.map((name) => `/etc/sudoers.d/${name}`));
  }
  const memberOf = users.credentials(user).groups.map((gid) => users.groupNameOf(gid));
  return files.flatMap((file) => {
    if (!root.exists(file)) return [];
    const lines = root.readText(file).replaceAll('\\\n', ' ').split('\n');
    return lines.flatMap((line): Rule[] => {
      const match =
        /^\s*(%?[\w.-]+)\s+[\w.-]+\s*=\s*(?:\(([^)]*)\))?\s*((?:[A-Z_]+:\s*)*)(.+)$/.exec(line);
      if (
        !match ||
        line.trim().startsWith('#') ||
        /^\s*(Defaults|User_Alias|Cmnd_Alias|Host_Alias|Runas_Alias)/.test(line)
      )
        return [];
      const [, who = '', runAs = 'root', tags = '', commands = ''] = match;
      const fits =
        who === user.name ||
        who === 'ALL' ||
        (who.startsWith('%') && memberOf.includes(who.slice(1)));
      if (!fits) return [];
      return [
        {
          runAs: (runAs.split(':')[0] ?? 'root').split(',').map((one) => one.trim()),
          password: !tags.includes('NOPASSWD:'),
          commands: commands.split(',').map((one) => one.trim()),
        },
      ];
    });
  });
}

function allowing(
  rules: readonly Rule[],
  runAs: string,
  command: string,
  args: readonly string[],
): Rule | undefined {
  return rules.findLast(
    (rule) =>
      (rule.runAs.includes('ALL') || rule.runAs.includes(runAs)) &&
      rule.commands.some(
        (one) => one === 'ALL' || one === command || one === [command, ...args].join(' '),
      ),
  );
}

const USAGE = `usage: sudo -h | -K | -k | -V
usage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]
usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user] [command [arg ...]]
usage: sudo [-ABbEHkNnPS] [-g group] [-h host] [-p prompt] [-u user] [VAR=value] [-i | -s] [command [arg ...]]
usage: sudo -e [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user] file ...`;

const sudo = program('sudo', async (io) => {
  const options = parseOptions(
    io,
    'i,login s,shell u:,user: g: n,non-interactive l,list v,validate k K E,preserve-env? H,set-home S,stdin b p: A B V,version h,help e,edit',
    { operandsFirst: true, usage: USAGE },
  );
  if (options.has('V')) {
    await io.out('Sudo version 1.9.13p3\n');
    return 0;
  }
  if (options.has('k') || options.has('K')) return 0;
  const { users } = io.kernel;
  const me = users.byId(io.who.uid);
  if (!me) throw new Failure(`sudo: you do not exist in the passwd database`);
  const wanted = options.value('u') ?? 'root';
  const target =
    users.byName(wanted) ??
    (wanted.startsWith('#') ? users.byId(Number(wanted.slice(1))) : undefined);
  if (!target)
    throw new Failure(
      `sudo: unknown user ${wanted}\nsudo: error initializing audit plugin sudoers_audit`,
    );
  if (options.has('e')) throw new Failure('sudo: -e is not on this machine: use sudo nano FILE');
  const operands = [...options.operands];
  const assigned: Record<string, string> = {};
  while (/^[A-Za-z_]\w*=/.test(operands[0] ?? '')) {
    const [key = '', ...value] = (operands.shift() as string).split('=');
    assigned[key] = value.join('=');
  }
  const shell = options.has('i') || options.has('s');
  if (operands.length === 0 && !shell && !options.has('l') && !options.has('v'))
    throw new Failure(USAGE);
  const rules =
    me.uid === 0 ? [{ runAs: ['ALL'], password: false, commands: ['ALL'] }] : rulesFor(io, me);
  const [name = ''] = operands;
  const path = shell ? target.shell : programAt(io, name, SECURE_PATH);
  const rule = allowing(rules, target.name, path ?? name, operands.slice(1));
  await authenticate(io, me, rule, { silent: options.has('n'), stdin: options.has('S') });
  if (options.has('l')) return list(io, me, rules);
  if (!rule) {
    throw new Failure(
      rules.length === 0
        ? `${me.name} is not in the sudoers file.`
        : `Sorry, user ${me.name} is not allowed to execute '${[path ?? name, ...operands.slice(1)].join(' ')}' as ${target.name} on ${io.kernel.hostname}.`,
    );
  }
  if (options.has('v')) return 0;
  if (path === undefined) throw new Failure(`sudo: ${name}: command not found`);
  const words = shell
    ? operands.length === 0
      ? [options.has('i') ? '-bash' : 'bash']
      : ['bash', '-c', operands.join(' ')]
    : [path, ...operands.slice(1)];
  record(io.kernel, {
    identifier: 'sudo',
    pid: io.process.pid,
    message: `${me.name.padStart(8)} : TTY=${io.process.tty ?? 'unknown'} ; PWD=${io.cwd} ; USER=${target.name} ; COMMAND=${words.join(' ').replace(/^-?bash/, '/bin/bash')}`,
  });
  const kept = options.has('E') ? Object.fromEntries(io.env) : {};
  const env = {
    ...kept,
    ...passed(io),
    ...environmentOf(target, target.uid === 0 || !options.has('i') ? SECURE_PATH : PATH),
    SUDO_USER: me.name,
    SUDO_UID: String(me.uid),
    SUDO_GID: String(me.gid),
    SUDO_COMMAND: words.join(' '),
    ...assigned,
  };
  const asked =
    shell && operands.length === 0
      ? { user: target.name, login: options.has('i') }
      : shellAskedFor(words, target.name);
  if (asked && io.interact && io.kernel.users.byName(asked.user)) return io.interact(asked);
  const command = shell && operands.length === 0 && options.has('i') ? ['bash', '-l'] : words;
  const { code } = await io.run(command, {
    user: target.name,
    env,
    ...(options.has('i')
      ? { cwd: io.kernel.root.exists(target.home) ? target.home : '/' }
      : { cwd: io.cwd }),
  });
  return code;
});

/** `sudo bash`, `sudo su`, `sudo su - alice`: what they start asks for lines on this terminal. */
function shellAskedFor(
  words: readonly string[],
  user: string,
): { user: string; login: boolean } | undefined {
  const [file = '', ...args] = words;
  const name = file.split('/').at(-1) ?? '';
  const login = args.some((arg) => ['-', '-l', '--login'].includes(arg));
  const rest = args.filter((arg) => !['-', '-l', '--login', '-i'].includes(arg));
  if (['bash', 'sh', 'dash'].includes(name) && rest.length === 0) return { user, login };
  if (name !== 'su' || user !== 'root' || rest.length > 1 || rest[0]?.startsWith('-')) return;
  return { user: rest[0] ?? 'root', login };
}

/** What of the environment goes along. */
function passed(io: ProgramIo): Record<string, string> {
  return Object.fromEntries(
    [...io.env].filter(([key]) => /^(TERM|COLORTERM|LANG|LC_\w+|DISPLAY|LINES|COLUMNS)$/.test(key)),
  );
}

function environmentOf(user: User, path: string): Record<string, string> {
  return {
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    SHELL: user.shell,
    PATH: path,
    MAIL: `/var/mail/${user.name}`,
  };
}

async function authenticate(
  io: ProgramIo,
  me: User,
  rule: Rule | undefined,
  how: { silent: boolean; stdin: boolean },
): Promise<void> {
  if (me.uid === 0 || (rule && !rule.password)) return;
  if (how.silent) throw new Failure('sudo: a password is required');
  if (!io.terminal && !how.stdin) {
    throw new Failure(
      'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required',
    );
  }
  for (let attempt = 1; attempt <= 3; attempt++) {
    const answer = how.stdin
      ? ''
      : await io.ask(`[sudo] password for ${me.name}: `, { echo: false });
    if (answer === undefined) throw new Failure('\nsudo: a password is required');
    if (attempt < 3) await io.err('Sorry, try again.\n');
  }
  record(io.kernel, {
    identifier: 'sudo',
    pid: io.process.pid,
    message: `${me.name.padStart(8)} : 3 incorrect password attempts ; TTY=${io.process.tty ?? 'unknown'} ; PWD=${io.cwd} ; USER=root`,
  });
  throw new Failure('sudo: 3 incorrect password attempts');
}

async function list(io: ProgramIo, me: User, rules: readonly Rule[]): Promise<number> {
  const host = io.kernel.hostname;
  if (rules.length === 0) {
    await io.out(`Sorry, user ${me.name} may not run sudo on ${host}.\n`);
    return 1;
  }
  const lines = rules.map(
    (rule) =>
      `    (${rule.runAs.join(', ')}${rule.runAs.includes('ALL') ? ' : ALL' : ''}) ${rule.password ? '' : 'NOPASSWD: '}${rule.commands.join(', ')}\n`,
  );
  await io.out(
    `Matching Defaults entries for ${me.name} on ${host}:
    env_reset, mail_badpass, secure_path=${SECURE_PATH.replaceAll(':', '\\:')}

User ${me.name} may run the following commands on ${host}:
${lines.join('')}`,
  );
  return 0;
}

const su = programs(['su', 'runuser'], async (io) => {
  // A lone dash stands for --login.
  const args = io.args.map((arg) => (arg === '-' ? '-l' : arg));
  const options = parseOptions(
    { name: 'su', args },
    'l,login c:,command: s:,shell: p,m,preserve-environment P,pty u:,user:',
    { operandsFirst: io.name.endsWith('runuser') },
  );
  const operands = [...options.operands];
  const name = options.value('u') ?? operands.shift() ?? 'root';
  const user = io.kernel.users.byName(name);
  if (!user)
    throw new Failure(
      `su: user ${name} does not exist or the user entry does not contain all the required fields`,
    );
  if (io.who.uid !== 0) {
    if (!io.terminal) throw new Failure('Password: \nsu: Authentication failure');
    await io.ask('Password: ', { echo: false });
    await io.sleep(1000);
    throw new Failure('su: Authentication failure');
  }
  const shell = options.value('s') ?? user.shell;
  if (/nologin|false$/.test(shell)) throw new Failure('This account is currently not available.');
  const login = options.has('l');
  const command = options.value('c');
  if (command === undefined && operands.length === 0 && io.interact) {
    return io.interact({ user: user.name, login });
  }
  const words =
    options.value('u') !== undefined && operands.length > 0
      ? operands
      : command === undefined
        ? ['bash', ...(login ? ['-l'] : [])]
        : ['bash', '-c', command];
  const { code } = await io.run(words, {
    user: user.name,
    env: {
      ...(login ? passed(io) : Object.fromEntries(io.env)),
      ...environmentOf(user, user.uid === 0 ? SECURE_PATH : PATH),
    },
    cwd: login && io.kernel.root.exists(user.home) ? user.home : io.cwd,
  });
  return code;
});

export const sudoPrograms = [sudo, ...su];

import type { ProgramIo } from '../../kernel/programs.ts';
import { Failure, program, programs } from '../program.ts';
import { fullScreen } from '../screen/full-screen.ts';
import { nano } from '../screen/nano.ts';
import { vi } from '../screen/vi.ts';
import { start, stop } from '../services/manager.ts';
import { NginxFailure, nginxVersion, reloadNginx, tested } from '../services/nginx/server.ts';
import { power } from './systemctl.ts';

/** Editors, programs that are there in name and say what to use instead, and the small ones that are left. */

const editors = programs(['nano', 'vi', 'vim'], async (io) => {
  const name = io.name.split('/').at(-1);
  const path = io.args.find((arg) => !/^[-+]/.test(arg)) ?? '';
  if (io.args.includes('--version')) {
    await io.out(name === 'nano' ? ' GNU nano, version 7.2\n' : 'VIM - Vi IMproved 9.0\n');
    return 0;
  }
  const status = await fullScreen(io, (keys) => (name === 'nano' ? nano : vi)(io, keys, path));
  if (status !== undefined) return status;
  throw new Failure(
    `${name}: standard input or output is not a terminal: log in first, or use ssh -t (cloudlab ssh -t)`,
  );
});

const man = program('man', (io) => {
  const name = io.args.filter((arg) => !arg.startsWith('-') && !/^\d$/.test(arg)).at(-1);
  if (name === undefined)
    throw new Failure("What manual page do you want?\nFor example, try 'man man'.");
  throw new Failure(
    `No manual entry for ${name}\nThe pages are not on this machine: ${name} --help may tell, or https://manpages.debian.org/${encodeURIComponent(name)}`,
    16,
  );
});

const nginx = program('nginx', async (io) => {
  const { kernel } = io;
  const { args } = io;
  if (args.includes('-v') || args.includes('-V')) {
    await io.err(`nginx version: ${nginxVersion(kernel)}\n`);
    return 0;
  }
  if (io.who.uid !== 0) {
    throw new Failure(`nginx: [alert] could not open error log file: open() "/var/log/nginx/error.log" failed (13: Permission denied)
${stamp(io)} [warn] ${io.process.pid}#${io.process.pid}: the "user" directive makes sense only if the master process runs with super-user privileges, ignored in /etc/nginx/nginx.conf:1
${stamp(io)} [emerg] ${io.process.pid}#${io.process.pid}: open() "/run/nginx.pid" failed (13: Permission denied)${args.includes('-t') ? '\nnginx: configuration file /etc/nginx/nginx.conf test failed' : ''}`);
  }
  const signal = args[args.indexOf('-s') + 1];
  try {
    if (args.includes('-t') || args.includes('-T')) {
      tested(kernel);
      if (!args.includes('-q'))
        await io.err(
          'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
        );
    } else if (args.includes('-s') && signal === 'reload') reloadNginx(kernel);
    else if (args.includes('-s') && (signal === 'stop' || signal === 'quit'))
      await stop(kernel, 'nginx.service');
    else if (args.includes('-s')) throw new NginxFailure(`nginx: invalid option: "-s ${signal}"`);
    else if (!(await start(kernel, 'nginx.service'))) tested(kernel);
    return 0;
  } catch (error) {
    if (!(error instanceof NginxFailure)) throw error;
    throw new Failure(
      error.message +
        (args.includes('-t')
          ? '\nnginx: configuration file /etc/nginx/nginx.conf test failed'
          : ''),
    );
  }
});

function stamp(io: ProgramIo): string {
  return new Date(io.kernel.now())
    .toISOString()
    .slice(0, 19)
    .replaceAll('-', '/')
    .replace('T', ' ');
}

const powers = programs(['shutdown', 'poweroff', 'reboot', 'halt'], async (io) => {
  const name = io.name.split('/').at(-1) as string;
  if (io.args.includes('--help')) {
    await io.out(`${name} [OPTIONS...]\n\n${POWER[name] ?? ''}\n`);
    return 0;
  }
  if (io.args.includes('-c')) return 0;
  const reboot = name === 'reboot' || io.args.includes('-r') || io.args.includes('--reboot');
  const when = io.args.find((arg) => /^(now|\+\d+|\d\d:\d\d)$/.test(arg));
  // A shutdown in a minute, as the real one plans it, is one at once: nobody else is logged in.
  if (name === 'shutdown' && io.who.uid === 0 && when !== 'now' && when !== '+0') {
    await io.err(
      `Shutdown scheduled for ${new Date(io.kernel.now() + 60_000).toUTCString()}, use 'shutdown -c' to cancel.\n`,
    );
    await io.sleep(1000);
  }
  return power(io, reboot ? 'reboot' : 'poweroff');
});

const POWER: Readonly<Record<string, string>> = {
  shutdown: 'Shut down the system: shutdown now, shutdown -r now, shutdown -c.',
  poweroff: 'Power off the system.',
  reboot: 'Reboot the system.',
  halt: 'Halt the system.',
};

const crontab = program('crontab', () => {
  throw new Failure(
    'crontab: cron runs nothing on this machine: a loop with sleep and nohup, or a systemd service, does',
  );
});

const loginctl = program('loginctl', async (io) => {
  let number = 0;
  await io.out('SESSION  UID USER SEAT TTY\n');
  for (const one of io.kernel.sessions)
    await io.out(
      `${String(++number).padStart(7)} ${one.who.uid} ${one.user}      ${one.tty ?? ''}\n`,
    );
  await io.out(`\n${number} sessions listed.\n`);
  return 0;
});

const whereis = program('whereis', async (io) => {
  for (const name of io.args) {
    const places = ['/usr/bin', '/usr/sbin', '/usr/local/bin']
      .map((folder) => `${folder}/${name}`)
      .filter((path) => io.fs.exists(path));
    await io.out(`${name}:${places.map((path) => ` ${path}`).join('')}\n`);
  }
  return 0;
});

export const absentPrograms = [...editors, man, crontab, nginx, ...powers, loginctl, whereis];

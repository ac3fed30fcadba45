import { ROOT } from '../../../kernel/credentials.ts';
import { errorText, SystemError } from '../../../kernel/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { Process } from '../../../kernel/processes.ts';
import { clock } from '../../facts/time.ts';
import { distributionOf } from '../../images/distribution.ts';
import { installed } from '../../packages/status.ts';
import { ConfigError, readConfig } from './config.ts';
import { serverName } from './files.ts';
import { answer, type Server, type Site, serversOf } from './site.ts';

/** The running nginx: a master process that owns the ports, and workers that read the files. */

const ACCESS_LOG = '/var/log/nginx/access.log';
const ERROR_LOG = '/var/log/nginx/error.log';
const PID_FILE = '/run/nginx.pid';
/** logrotate would take care of it; here the oldest half goes. */
const MAX_LOG = 512 * 1024;
const MASTER = 'nginx: master process /usr/sbin/nginx -g daemon on; master_process on;';

export class NginxFailure extends Error {}

/** What `nginx -t` prints below its complaints. Throws NginxFailure with the complaint. */
export function tested(kernel: Kernel): Server[] {
  try {
    const config = readConfig(kernel.root);
    if (!config.some((one) => one.name === 'events'))
      throw new ConfigError('no "events" section in configuration');
    return serversOf(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new NginxFailure(`nginx: [emerg] ${error.message}`);
  }
}

const running = new WeakMap<
  Kernel,
  { master: Process; servers: Server[]; bound: Map<number, Server[]> }
>();

export function isRunning(kernel: Kernel): boolean {
  const one = running.get(kernel);
  return one !== undefined && one.master.end === undefined;
}

/** Starts it. Throws NginxFailure where the configuration is wrong or a port taken. */
export function startNginx(
  kernel: Kernel,
  before?: { pids: readonly number[]; since: number },
): Process {
  const pids = before?.pids;
  const servers = tested(kernel);
  for (const { port } of servers.flatMap((one) => one.ports)) {
    if (kernel.ports.at(port)) {
      throw new NginxFailure(
        `nginx: [emerg] bind() to 0.0.0.0:${port} failed (98: Address already in use)\nnginx: [emerg] still could not bind()`,
      );
    }
  }
  const init = kernel.processes.get(1);
  const master = kernel.processes.start({
    parent: init,
    who: ROOT,
    command: [MASTER],
    rssKib: 1700,
    started: before?.since,
    ...(pids?.[0] === undefined ? {} : { pid: pids[0] }),
    onSignal: (signal) => {
      if (signal !== 'HUP') return false;
      reloadNginx(kernel);
      return true;
    },
  });
  const worker = kernel.users.byName('www-data');
  const who = worker ? kernel.users.credentials(worker) : ROOT;
  const workers = Array.from({ length: Math.min(kernel.machine.vcpus, 32) }, (_, index) =>
    kernel.processes.start({
      parent: master,
      who,
      command: ['nginx: worker process'],
      rssKib: 3200,
      started: before?.since,
      ...(pids?.[index + 1] === undefined ? {} : { pid: pids[index + 1] as number }),
    }),
  );
  void master.ended.then(() => {
    for (const one of workers) one.exit(0);
    if (kernel.root.exists(PID_FILE)) kernel.root.unlink(PID_FILE);
  });
  const state = { master, servers, bound: new Map<number, Server[]>() };
  running.set(kernel, state);
  bind(kernel);
  kernel.root.write(PID_FILE, `${master.pid}\n`);
  return master;
}

/** Opens the ports that the configuration names, and closes the others. */
function bind(kernel: Kernel): void {
  const state = running.get(kernel);
  if (!state) return;
  const wanted = new Map(
    state.servers.flatMap((one) => one.ports).map((one) => [one.port, one.address]),
  );
  for (const port of state.bound.keys()) {
    if (!wanted.has(port)) kernel.ports.close(port, state.master);
  }
  for (const [port, address] of wanted) {
    if (state.bound.has(port)) continue;
    kernel.ports.listen({
      port,
      address,
      process: state.master,
      serve: (request) => answer(siteOf(kernel), port, request),
    });
  }
  state.bound = new Map([...wanted.keys()].map((port) => [port, state.servers]));
}

/** A wrong configuration leaves the running one in place, as nginx does. */
export function reloadNginx(kernel: Kernel): void {
  const state = running.get(kernel);
  if (!state || state.master.end)
    throw new NginxFailure('nginx: [error] invalid PID number "" in "/run/nginx.pid"');
  const servers = tested(kernel);
  const taken = servers
    .flatMap((one) => one.ports)
    .find(({ port }) => !state.bound.has(port) && kernel.ports.at(port));
  if (taken)
    throw new NginxFailure(
      `nginx: [emerg] bind() to 0.0.0.0:${taken.port} failed (98: Address already in use)`,
    );
  state.servers = servers;
  bind(kernel);
}

export function stopNginx(kernel: Kernel): void {
  running.get(kernel)?.master.exit(0);
}

function siteOf(kernel: Kernel): Site {
  const state = running.get(kernel);
  const worker = kernel.users.byName('www-data');
  const who = worker ? kernel.users.credentials(worker) : ROOT;
  return {
    kernel,
    servers: state?.servers ?? [],
    version: nginxVersion(kernel),
    files: kernel.fs.as(who, { cwd: '/' }),
    logAccess: (line) => log(kernel, ACCESS_LOG, line),
    logError: (level, line) => {
      const now = kernel.now();
      const date = new Date(now).toISOString().slice(0, 10).replaceAll('-', '/');
      const pid = (state?.master.pid ?? 0) + 1;
      log(kernel, ERROR_LOG, `${date} ${clock(now)} [${level}] ${pid}#${pid}: *1 ${line}`);
    },
  };
}

export function nginxVersion(kernel: Kernel): string {
  const version = installed(kernel).get('nginx')?.version ?? '1.22.1';
  return serverName(distributionOf(kernel.machine.imageFamily), version);
}

function log(kernel: Kernel, path: string, line: string): void {
  try {
    const { root } = kernel;
    if (root.exists(path) && root.stat(path).size > MAX_LOG) {
      const kept = root.readText(path).slice(-MAX_LOG / 2);
      root.write(path, kept.slice(kept.indexOf('\n') + 1));
    }
    root.append(path, `${line}\n`);
  } catch (error) {
    // A full disk or a removed folder costs log lines, and no answers.
    if (!(error instanceof SystemError)) throw new Error(errorText(error));
  }
}

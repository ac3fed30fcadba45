import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { prepareHome } from '../home.ts';
import { describeRows } from '../terminal/list.ts';
import { confirm } from '../terminal/prompt.ts';
import { readAuthMode } from './auth-mode.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.sandbox,
  examples: ['cloudlab sandbox start', 'cloudlab sandbox status', 'cloudlab sandbox stop'],
  subcommands: {
    start: defineCommand({
      summary: (say) => say.commands.sandboxStart,
      options: [
        { flags: '--port <n>', text: (say) => say.options.port },
        { flags: '--data <dir>', text: (say) => say.options.data },
        { flags: '--tls', text: (say) => say.options.tls },
        { flags: '--tls-port <n>', text: (say) => say.options.tlsPort },
        { flags: '--faults', text: (say) => say.options.faults },
        { flags: '--realtime', text: (say) => say.options.realtime },
        { flags: '--unlimited-quota', text: (say) => say.options.unlimitedQuota },
        { flags: '--auth <mode>', text: (say) => say.options.auth },
      ],
      examples: [
        'cloudlab sandbox start',
        'cloudlab sandbox start --port 8080 --data ./cloud',
        'cloudlab sandbox start --tls --faults',
        'cloudlab sandbox start --auth enforce',
      ],
      async run(context, _values, options) {
        const { startSandboxCommand } = await import('./sandbox-start.ts');
        return startSandboxCommand(context, {
          port: readPort('--port', options['port']) ?? context.settings.CLOUDLAB_PORT,
          data: options['data'] as string | undefined,
          tls: options['tls'] === true || options['tlsPort'] !== undefined,
          tlsPort: readPort('--tls-port', options['tlsPort']),
          faults: options['faults'] === true,
          realtime: options['realtime'] === true,
          unlimitedQuota: options['unlimitedQuota'] === true,
          auth: readAuthMode(options['auth']) ?? 'open',
        });
      },
    }),
    stop: defineCommand({
      summary: (say) => say.commands.sandboxStop,
      examples: ['cloudlab sandbox stop'],
      run: stop,
    }),
    status: defineCommand({
      summary: (say) => say.commands.sandboxStatus,
      examples: ['cloudlab sandbox status', 'cloudlab sandbox status --json'],
      run: status,
    }),
    log: defineCommand({
      summary: (say) => say.commands.sandboxLog,
      options: [
        { flags: '-f, --follow', text: (say) => say.sandboxLog.options.follow },
        { flags: '--method <name>', text: (say) => say.sandboxLog.options.method },
        { flags: '--principal <name>', text: (say) => say.sandboxLog.options.principal },
        { flags: '--denied', text: (say) => say.sandboxLog.options.denied },
        { flags: '--all', text: (say) => say.sandboxLog.options.all },
        { flags: '--limit <n>', text: (say) => say.sandboxLog.options.limit },
      ],
      examples: [
        'cloudlab sandbox log',
        'cloudlab sandbox log --follow',
        'cloudlab sandbox log --denied',
        'cloudlab sandbox log --method storage.objects.insert --limit 5',
      ],
      async run(context, _values, options) {
        const { showSandboxLog } = await import('./sandbox-log.ts');
        return showSandboxLog(context, {
          follow: options['follow'] === true,
          method: options['method'] as string | undefined,
          principal: options['principal'] as string | undefined,
          denied: options['denied'] === true,
          all: options['all'] === true,
          limit: readLimit(options['limit']),
        });
      },
    }),
    reset: defineCommand({
      summary: (say) => say.commands.sandboxReset,
      options: [{ flags: '--yes', text: (say) => say.options.yes }],
      examples: ['cloudlab sandbox reset', 'cloudlab sandbox reset --yes'],
      run: reset,
    }),
  },
  run: status,
});

function readPort(option: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UserError('bad-option-value', { option, value: text, expected: '0-65535' });
}

function readLimit(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new UserError('bad-option-value', { option: '--limit', value: text, expected: '1-99999' });
}

async function stop({ home, host, terminal, say }: Context): Promise<ExitCode> {
  const { controlSandbox, findRunningSandbox, readStatus } = await import(
    '../cloud/running-sandbox.ts'
  );
  const running = await findRunningSandbox(home);
  if (running === undefined) throw new UserError('sandbox-not-running', {});
  const { url } = running.address;
  const accepted = await controlSandbox(running.address, 'stop').catch(() => false);
  // Its last requests and writes come first; then the port is closed.
  for (let waited = 0; waited < 100 && (await readStatus(url)) !== undefined; waited += 1) {
    await host.clock.sleep(50);
  }
  if (!accepted || (await readStatus(url)) !== undefined) {
    throw new UserError('sandbox-unreachable', { url, asked: 'stop' });
  }
  if (terminal.json) terminal.printJson({ running: false });
  else terminal.print(say.sandbox.stopped);
  return exitCodes.done;
}

async function status({ home, terminal, say }: Context): Promise<ExitCode> {
  const { findRunningSandbox } = await import('../cloud/running-sandbox.ts');
  const running = await findRunningSandbox(home);
  const { listVms } = await import('../cloud/sandbox-machines.ts');
  const machines = running === undefined ? [] : await listVms(running.address.url);
  if (terminal.json) {
    if (running === undefined) {
      terminal.printJson({ running: false });
    } else {
      const { url, pid, dataDir, tls, faults, auth = 'open' } = running.address;
      const { projectId, startedAt, time, buckets, objects, bytes } = running.status;
      terminal.printJson({
        running: true,
        url,
        pid,
        dataDir,
        projectId,
        auth,
        startedAt,
        time,
        buckets,
        objects,
        bytes,
        machines: machines.map(({ name, zone, status, http = [] }) => ({
          name,
          zone,
          status,
          http,
        })),
        ...(tls === undefined ? {} : { httpsUrl: tls.url, caFile: tls.caFile }),
        ...(faults === undefined ? {} : { faults }),
      });
    }
    return exitCodes.done;
  }
  if (running === undefined) {
    terminal.print(say.sandbox.notRunning);
    terminal.note(say.sandbox.startWith);
    return exitCodes.done;
  }
  const { address, status: current } = running;
  const labels = say.sandbox.status;
  terminal.print(say.sandbox.running(address.url));
  terminal.print(
    describeRows(terminal, [
      { name: labels.process, text: String(address.pid) },
      { name: labels.data, text: address.dataDir },
      ...(address.tls === undefined
        ? []
        : [
            { name: labels.tls, text: address.tls.url },
            { name: labels.ca, text: address.tls.caFile },
          ]),
      ...(address.faults === undefined
        ? []
        : [{ name: labels.faults, text: say.sandbox.faultsOn }]),
      ...(address.auth === undefined ? [] : [{ name: labels.auth, text: say.sandbox.enforced }]),
      { name: labels.started, text: current.startedAt },
      { name: labels.clock, text: current.time },
      {
        name: labels.holds,
        text: say.sandbox.holds(current.buckets, current.objects, current.bytes),
      },
      ...machines.slice(0, MOST_MACHINES).map(({ name, zone, status, http = [] }) => ({
        name: labels.vm,
        text: [
          `${name} (${zone}) ${status}`,
          ...http.map(({ port, url }) => `${port} → ${url}`),
        ].join(', '),
      })),
      ...(machines.length > MOST_MACHINES
        ? [{ name: '', text: say.sandbox.moreVms(machines.length - MOST_MACHINES) }]
        : []),
    ]),
  );
  return exitCodes.done;
}

async function reset(
  context: Context,
  _values: readonly (string | undefined)[],
  options: Readonly<Record<string, unknown>>,
): Promise<ExitCode> {
  const { home, terminal, say } = context;
  const { existsSync } = await import('node:fs');
  const { controlSandbox, findRunningSandbox } = await import('../cloud/running-sandbox.ts');
  const running = await findRunningSandbox(home);
  const path = running?.address.dataDir ?? home.sandboxData;
  if (running === undefined && !existsSync(path)) {
    if (terminal.json) terminal.printJson({ reset: false });
    else terminal.print(say.sandbox.nothingToReset);
    return exitCodes.done;
  }
  if (options['yes'] !== true) {
    if (!terminal.interactive) {
      throw new UserError('not-confirmed', { what: say.sandbox.resetWhat, option: '--yes' });
    }
    if (!(await confirm(context, say.sandbox.confirmReset(path), say.words.yesNo))) {
      terminal.print(say.sandbox.resetDeclined);
      return exitCodes.done;
    }
  }
  const url = running?.address.url ?? path;
  const done = await (running === undefined
    ? resetAtRest(context, path)
    : controlSandbox(running.address, 'reset').catch(() => false));
  if (!done) throw new UserError('sandbox-unreachable', { url, asked: 'reset' });
  if (terminal.json) terminal.printJson({ reset: true });
  else terminal.print(say.sandbox.wasReset);
  return exitCodes.done;
}

/**
 * Starts the sandbox for a moment and lets it delete what is its own: it alone
 * knows that nobody else works on the directory, and which files are not its.
 */
async function resetAtRest({ host, home }: Context, dataDir: string): Promise<boolean> {
  const { openSandbox } = await import('../cloud/open-sandbox.ts');
  const { controlSandbox } = await import('../cloud/running-sandbox.ts');
  prepareHome(home);
  const controlToken = Buffer.from(host.random(24)).toString('base64url');
  const sandbox = await openSandbox(host, { dataDir, controlToken });
  try {
    return await controlSandbox({ url: sandbox.url, controlToken }, 'reset');
  } finally {
    await sandbox.close();
  }
}

const MOST_MACHINES = 10;

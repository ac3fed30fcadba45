import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type {
  FileChange,
  Guest,
  GuestBoot,
  GuestRequest,
  GuestResponse,
  GuestSession,
} from '../../../src/sandbox/guest/contract.ts';
import { startGuest } from '../../../src/sandbox/guest/start-guest.ts';
import { builtProgram } from '../../support/built-program.ts';
import { packageRoot } from '../../support/host.ts';
import { e2micro } from './e2-micro.ts';

export interface Machine {
  readonly guest: Guest;
  /** What was persisted: the boot disk. */
  readonly disk: Map<string, FileChange>;
  readonly power: string[];
  readonly requests: GuestRequest[];
  readonly log: string[];
  /** How often a worker took the machine in: its boot, and each time it woke up. */
  begins: number;
  listening: readonly number[];
  serial: string;
}

export interface MachineOptions {
  readonly disk?: Map<string, FileChange>;
  readonly startupScript?: string;
  readonly respond?: (request: GuestRequest) => Promise<GuestResponse>;
  readonly users?: readonly string[];
  readonly imageFamily?: string;
}

/** A booted guest in a worker of the built program; its plug is pulled after the test. */
export async function bootGuest(options: MachineOptions = {}): Promise<Machine> {
  builtProgram();
  const program = join(packageRoot, 'dist', 'guest', 'worker.js');
  if (!existsSync(program)) throw new Error('dist/guest/worker.js is missing: npm run build');
  const machine: Machine = {
    guest: undefined as unknown as Guest,
    disk: options.disk ?? new Map(),
    power: [],
    requests: [],
    log: [],
    begins: 0,
    listening: [],
    serial: '',
  };
  const { startupScript } = options;
  const boot: GuestBoot = {
    machine: { ...e2micro, imageFamily: options.imageFamily ?? e2micro.imageFamily },
    users: (options.users ?? ['learner']).map((name) => ({ name })),
    files: () => {
      machine.begins += 1;
      return [...machine.disk.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    ...(startupScript === undefined ? {} : { startupScript }),
    program,
    host: {
      now: () => new Date(),
      randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
      request: (request) => {
        machine.requests.push(request);
        if (options.respond) return options.respond(request);
        return Promise.reject(Object.assign(new Error('timeout'), { fault: 'timeout' }));
      },
      serial: (text) => {
        machine.serial = (machine.serial + text).slice(-1024 * 1024);
      },
      persist: (changes) => {
        for (const change of changes) machine.disk.set(change.path, change);
      },
      listening: (ports) => {
        machine.listening = ports;
      },
      power: (action, reason) => machine.power.push(`${action}: ${reason}`),
      log: (line) => machine.log.push(line),
    },
  };
  Object.assign(machine, { guest: await startGuest(boot) });
  onTestFinished(() => machine.guest.kill());
  return machine;
}

export interface Ran {
  readonly code: number;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly user?: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

const from = { address: '203.0.113.7', port: 50_000 };

/** `ssh vm COMMAND`, its standard input ended only where there is one. */
export async function run(
  machine: Machine,
  command: string,
  options: RunOptions = {},
): Promise<Ran> {
  const { user = 'learner', stdin, env } = options;
  const session = await machine.guest.openSession({ user, command, from, ...(env ? { env } : {}) });
  const output = collect(session);
  if (stdin !== undefined) {
    session.write(typeof stdin === 'string' ? Buffer.from(stdin) : stdin);
    session.end();
  }
  return { ...(await session.ended), ...output() };
}

/** An interactive session; `type` waits until what it expects is on the screen. */
export async function openTerminal(machine: Machine, user = 'learner') {
  const session = await machine.guest.openSession({
    user,
    pty: { term: 'xterm', columns: 80, rows: 24 },
    from,
  });
  const output = collect(session);
  let seen = 0;
  return {
    session,
    screen: () => output().stdout,
    async type(keys: string, expected: string | RegExp): Promise<string> {
      session.write(Buffer.from(keys));
      const until = performance.now() + 8000;
      for (;;) {
        const fresh = output().stdout.slice(seen);
        const found =
          typeof expected === 'string' ? fresh.indexOf(expected) : fresh.search(expected);
        if (found >= 0) {
          const length =
            typeof expected === 'string'
              ? expected.length
              : (expected.exec(fresh)?.[0].length ?? 0);
          seen += found + length;
          return fresh.slice(0, found + length);
        }
        if (performance.now() > until)
          throw new Error(`no ${expected} in ${JSON.stringify(fresh)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

function collect(session: GuestSession): () => { stdout: string; stderr: string } {
  const chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  session.onOutput((stream, bytes, done) => {
    chunks[stream].push(bytes);
    done();
  });
  return () => ({
    stdout: Buffer.concat(chunks.stdout).toString('utf8'),
    stderr: Buffer.concat(chunks.stderr).toString('utf8'),
  });
}

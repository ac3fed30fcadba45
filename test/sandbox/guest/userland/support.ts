import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type {
  FileChange,
  GuestMachine,
  GuestNetworkFault,
  GuestRequest,
  GuestResponse,
  SessionOptions,
} from '../../../../src/sandbox/guest/contract.ts';
import { NetworkError } from '../../../../src/sandbox/guest/kernel/errors.ts';
import { startGuest } from '../../../../src/sandbox/guest/start-guest.ts';
import { builtProgram } from '../../../support/built-program.ts';
import { e2micro } from '../e2-micro.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** A guest as Compute Engine starts it, in its worker, with a network that a test decides. */
export class Machine {
  readonly serial: string[] = [];
  readonly log: string[] = [];
  readonly requests: GuestRequest[] = [];
  readonly power: string[] = [];
  ports: readonly number[] = [];
  /** How often a worker took the machine in: its boot, and each time it woke up. */
  begins = 0;
  /** What the VPC network does with a request: an answer, or a fault. */
  network: (request: GuestRequest) => GuestResponse | GuestNetworkFault = () => ok('');
  readonly #disk: Map<string, FileChange>;
  readonly #facts: GuestMachine;
  #guest!: Awaited<ReturnType<typeof startGuest>>;

  constructor(facts: Partial<GuestMachine>, disk: Iterable<FileChange> = []) {
    this.#facts = { ...e2micro, ...facts };
    this.#disk = new Map([...disk].map((one) => [one.path, one]));
  }

  async start(program: string, boot: { startupScript?: string } = {}): Promise<this> {
    this.#guest = await startGuest({
      ...boot,
      machine: this.#facts,
      users: [{ name: 'alice' }],
      files: () => {
        this.begins += 1;
        return this.#disk.values();
      },
      program,
      host: {
        now: () => new Date(),
        randomBytes: (size) => randomBytes(size),
        request: async (request) => {
          this.requests.push(request);
          const answer = this.network(request);
          if (typeof answer === 'string') throw new NetworkError(answer);
          return answer;
        },
        serial: (text) => this.serial.push(text),
        persist: (changes) => {
          for (const one of changes) this.#disk.set(one.path, one);
        },
        listening: (ports) => {
          this.ports = ports;
        },
        power: (action) => this.power.push(action),
        log: (line) => this.log.push(line),
      },
    });
    return this;
  }

  /** One command as `ssh VM -- COMMAND` runs it. */
  run(command: string, { user = 'alice', stdin = '' } = {}): Promise<Ran> {
    return this.#session({ user, command }, stdin, true);
  }

  /** What a terminal shows while `typed` is typed; it has to end with `exit`. */
  async type(typed: string, user = 'alice'): Promise<string> {
    const pty = { term: 'xterm-256color', columns: 80, rows: 24 };
    return (await this.#session({ user, pty }, typed, false)).stdout;
  }

  serve(port: number, path: string, request: Partial<GuestRequest> = {}): Promise<GuestResponse> {
    return this.#guest.serve(port, {
      method: 'GET',
      url: `http://34.64.1.2:${port}${path}`,
      headers: [['Host', '34.64.1.2']],
      body: new Uint8Array(0),
      from: '203.0.113.7',
      timeoutMs: 1000,
      ...request,
    });
  }

  /** A folder of the guest into one of this machine, through SFTP's side of it. */
  async copyOut(from: string, to: string): Promise<void> {
    const files = this.#guest.files('root');
    for (const { name, stat } of await files.list(from)) {
      const [source, target] = [`${from}/${name}`, join(to, name)];
      if (stat.type === 'folder') {
        await mkdir(target, { recursive: true });
        await this.copyOut(source, target);
      } else if (stat.type === 'file') await writeFile(target, await files.read(source));
    }
  }

  /** Off, and on again with what was on the disk. */
  async restarted(): Promise<Machine> {
    await this.#guest.shutdown();
    await this.#guest.kill();
    return new Machine(this.#facts, this.#disk.values()).start(workerProgram());
  }

  async stop(): Promise<void> {
    await this.#guest.kill();
  }

  async #session(
    options: Omit<SessionOptions, 'from'>,
    input: string,
    ends: boolean,
  ): Promise<Ran> {
    const from = { address: '203.0.113.7', port: 50_122 };
    const session = await this.#guest.openSession({ ...options, from });
    const out: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] };
    session.onOutput((stream, bytes, done) => {
      out[stream].push(bytes);
      done();
    });
    if (input !== '') session.write(Buffer.from(input));
    if (ends) session.end();
    const { code } = await session.ended;
    return {
      code,
      stdout: Buffer.concat(out.stdout).toString('utf8'),
      stderr: Buffer.concat(out.stderr).toString('utf8'),
    };
  }
}

function workerProgram(): string {
  return join(builtProgram(), '..', 'guest', 'worker.js');
}

export async function machine(
  facts: Partial<GuestMachine> = {},
  boot: { startupScript?: string } = {},
): Promise<Machine> {
  const one = await new Machine(facts).start(workerProgram(), boot);
  onTestFinished(() => one.stop());
  return one;
}

export function ok(
  body: string,
  headers: readonly (readonly [string, string])[] = [],
): GuestResponse {
  return { status: 200, statusText: 'OK', headers, body: Buffer.from(body) };
}

import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../src/cli.ts';
import type { Host, Interrupt } from '../../src/context.ts';
import { Screen } from './screen.ts';

export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

export interface HostOptions {
  readonly home: string;
  readonly cwd?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Another seed gives another run id. */
  readonly seed?: string;
  /** Other content than the repository's own. */
  readonly packageRoot?: string;
  /** What the clock shows. */
  readonly now?: string;
  /** A terminal of this many columns; without it stdout is a pipe. */
  readonly columns?: number;
}

/** What a command line left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What a person would see, the scrolled-off part included; only on a terminal. */
  readonly screen: string;
}

/** As main.ts does it. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // macOS answers EPERM where only dead processes are left in a group.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ESRCH', 'EPERM'].includes(code)) throw error;
  }
}

/** A host whose time stands still and whose randomness repeats, so that whole transcripts can be asserted. */
export class TestHost {
  readonly interruptHandlers: ((interrupt: Interrupt) => void)[] = [];
  readonly stdin = new PassThrough();
  private readonly chunks = { stdout: [] as string[], stderr: [] as string[] };
  readonly screen: Screen | undefined;
  private stdout: NodeJS.WriteStream | undefined;

  constructor(private readonly options: HostOptions) {
    this.screen = options.columns === undefined ? undefined : new Screen(options.columns);
  }

  /** Runs one command line in this process, as `main.ts` would. */
  async run(...argv: string[]): Promise<Outcome> {
    const code = await runCli(this.host(argv));
    return {
      code,
      stdout: this.chunks.stdout.join(''),
      stderr: this.chunks.stderr.join(''),
      screen: (await this.screen?.text()) ?? '',
    };
  }

  /** Presses Ctrl-C as soon as somebody listens for it. */
  async interruptOnceHeard(): Promise<void> {
    while (this.interruptHandlers.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const handler of [...this.interruptHandlers]) handler('SIGINT');
  }

  /** Waits until a text stands on the screen, or has scrolled off it. */
  async shown(text: string): Promise<void> {
    while (!(await this.screen?.text())?.includes(text)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits until something was written, and then nothing more for a while (milliseconds). */
  async settled(quiet = 300): Promise<void> {
    const written = () => this.chunks.stdout.length + this.chunks.stderr.length;
    for (let before = -1; written() === 0 || written() !== before; ) {
      before = written();
      await new Promise((resolve) => setTimeout(resolve, quiet));
    }
  }

  /** Pulls at the corner of the window. */
  resize(columns: number, rows: number): void {
    Object.assign(this.stdout ?? {}, { columns, rows });
    this.stdout?.emit('resize');
  }

  host(argv: readonly string[]): Host {
    const { home, cwd = home, variables = {}, seed = 'random' } = this.options;
    const { now = '2026-11-20T09:00:00Z' } = this.options;
    let drawn = 0;
    this.stdout = this.stream('stdout');
    return {
      argv,
      variables: { CLOUDLAB_HOME: home, LANG: 'en_US.UTF-8', ...variables },
      cwd,
      userDirectory: home,
      dataDirectory: home,
      packageRoot: this.options.packageRoot ?? packageRoot,
      platform: 'linux',
      nodeVersion: '20.19.0',
      pid: process.pid,
      hostname: 'test-machine',
      streams: {
        stdin: Object.assign(this.stdin, {
          isTTY: this.screen !== undefined,
          setRawMode: () => this.stdin,
        }) as unknown as NodeJS.ReadStream,
        stdout: this.stdout,
        stderr: this.stream('stderr'),
      },
      clock: {
        now: () => new Date(now),
        elapsed: () => 0,
        sleep: () => new Promise((resolve) => setImmediate(resolve)),
      },
      random: (bytes) => {
        drawn += 1;
        return createHash('sha512').update(`${seed} ${drawn}`).digest().subarray(0, bytes);
      },
      interrupts: {
        listen: (handler) => {
          this.interruptHandlers.push(handler);
          return () => {
            this.interruptHandlers.splice(this.interruptHandlers.indexOf(handler), 1);
          };
        },
      },
      job: { suspend: () => {}, onResumed: () => () => {} },
      isAlive: () => false,
      signal: signalProcess,
    };
  }

  private stream(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
    const { screen } = this;
    const stream = new PassThrough();
    // Characters may come in pieces.
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      this.chunks[name].push(text);
      screen?.write(text);
    });
    const tty = screen === undefined ? {} : { isTTY: true, columns: screen.columns, rows: 24 };
    const cursor = {
      cursorTo: (x: number) => stream.write(`\u001b[${x + 1}G`),
      moveCursor: (_x: number, y: number) => stream.write(y < 0 ? `\u001b[${-y}A` : `\u001b[${y}B`),
      clearLine: () => stream.write('\u001b[2K'),
    };
    return Object.assign(stream, tty, cursor) as unknown as NodeJS.WriteStream;
  }
}

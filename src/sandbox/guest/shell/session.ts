import type { SessionOptions } from '../contract.ts';
import type { SessionRecord } from '../kernel/kernel.ts';
import { type Process, SIGNALS, type Signal } from '../kernel/processes.ts';
import type { User } from '../kernel/users.ts';
import { complete } from '../tty/complete.ts';
import { Terminal } from '../tty/terminal.ts';
import { ClientInput } from './client-input.ts';
import { promptText } from './prompt.ts';
import type { Output, Runtime, Stream } from './runtime.ts';
import { goesOn } from './script-parts.ts';
import { Shell } from './shell.ts';

const PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';
const ROOT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const HISTORY = 1000;

/** What a client may put into the environment, as Debian's sshd_config accepts it. */
const ACCEPTED = /^(LANG|LC_\w+)$/;

export interface SessionIo {
  /** Resolves when more may come. */
  output(stream: Stream, bytes: Uint8Array): Promise<void> | void;
  /** So many of the client's bytes were read. */
  consumed(bytes: number): void;
}

/** A session of a user: a login shell on a terminal, one that reads a pipe, or one command. */
export class Session {
  readonly record: SessionRecord;
  readonly #runtime: Runtime;
  readonly #options: SessionOptions;
  readonly #user: User;
  readonly #leader: Process;
  readonly #input: ClientInput;
  readonly #terminal: Terminal | undefined;
  readonly #shells: Shell[] = [];
  readonly #io: SessionIo;
  #closed = false;

  constructor(runtime: Runtime, options: SessionOptions, tty: string | undefined, io: SessionIo) {
    const { kernel } = runtime;
    const user = kernel.users.byName(options.user);
    if (!user) throw new Error(`no user ${options.user}`);
    this.#runtime = runtime;
    this.#options = options;
    this.#user = user;
    this.#io = io;
    this.#input = new ClientInput((bytes) => io.consumed(bytes));
    const who = kernel.users.credentials(user);
    const sshd = kernel.processes.all().find((one) => one.name === 'sshd');
    this.#leader = kernel.processes.start({
      work: true,
      login: true,
      parent: sshd ?? kernel.processes.get(1),
      who,
      command: options.command === undefined ? ['-bash'] : ['bash', '-c', options.command],
      tty,
      cwd: user.home,
      rssKib: 5200,
    });
    this.record = {
      user: user.name,
      who,
      tty,
      from: options.from.address,
      since: kernel.now(),
      leader: this.#leader,
    };
    if (options.pty) {
      this.#terminal = new Terminal({
        columns: options.pty.columns,
        rows: options.pty.rows,
        write: (bytes) => void io.output('stdout', bytes),
        interrupt: (signal) => this.signal(signal),
        complete: (line) => {
          const shell = this.#shells.at(-1);
          return shell ? complete(line, shell.view, shell.env, shell.ownNames) : [[], line];
        },
      });
    }
  }

  write(bytes: Uint8Array): void {
    if (this.#terminal) {
      this.#terminal.feed(bytes);
      this.#io.consumed(bytes.length);
    } else this.#input.push(bytes);
  }

  end(): void {
    if (!this.#terminal) this.#input.end();
  }

  resize(columns: number, rows: number): void {
    this.#terminal?.resize(columns, rows);
  }

  signal(signal: Signal): void {
    const shell = this.#shells.at(-1);
    if (signal === 'INT' || signal === 'QUIT') shell?.interrupt(signal);
    else {
      shell?.interrupt(signal);
      this.#leader.deliver(signal);
    }
  }

  /** The client is gone: jobs are hung up, as the kernel does it with those of a terminal. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#input.end();
    this.#terminal?.close();
    for (const shell of this.#shells) {
      for (const job of shell.jobs.all()) job.process.deliver('HUP');
      shell.interrupt('HUP');
    }
    this.#leader.deliver('HUP');
  }

  /** Runs it to its end. */
  async run(): Promise<{ code: number; signal?: string }> {
    const { command } = this.#options;
    const shell = this.#shell(this.#leader, this.#user, true);
    try {
      let code: number;
      if (command !== undefined) {
        shell.inPlace = false;
        code = await shell.run(command);
      } else {
        await this.#greet(shell);
        code = this.#terminal ? await this.#converse(shell, true) : await this.#obey(shell);
      }
      code = await shell.leave(code);
      this.#leader.exit(code);
    } finally {
      this.#terminal?.close();
      this.#leader.exit(1);
      this.#runtime.kernel.fs.flush();
    }
    const { code, signal } = this.#leader.end ?? { code: 0 };
    return signal === undefined ? { code } : { code, signal };
  }

  #shell(running: Process, user: User, login: boolean): Shell {
    const { kernel } = this.#runtime;
    const output: Output = (stream, bytes) => {
      if (this.#closed) return;
      return this.#io.output(
        this.#terminal ? 'stdout' : stream,
        this.#terminal ? this.#terminal.print(bytes) : bytes,
      );
    };
    const terminal = this.#terminal;
    const shell = new Shell({
      runtime: this.#runtime,
      who: kernel.users.credentials(user),
      process: running,
      env: login ? this.#environment(user) : this.#deeper(),
      cwd: login ? this.#homeOf(user) : (this.#shells.at(-1)?.cwd ?? '/'),
      input: terminal ?? this.#input,
      output,
      terminal: terminal && (() => ({ columns: terminal.columns, rows: terminal.rows })),
      interactive: terminal !== undefined && this.#options.command === undefined,
      args: [login ? '-bash' : 'bash'],
    });
    if (terminal) shell.interact = (process_, options) => this.#inner(process_, options);
    this.#shells.push(shell);
    return shell;
  }

  /** `bash`, `su` or `sudo -i` on the terminal: a shell in the shell. */
  async #inner(running: Process, options: { user?: string; login?: boolean }): Promise<number> {
    const { kernel } = this.#runtime;
    const user =
      options.user === undefined
        ? kernel.users.byId(running.who.uid)
        : kernel.users.byName(options.user);
    if (!user) return 1;
    const process_ = kernel.processes.start({
      work: true,
      parent: running,
      who: kernel.users.credentials(user),
      command: [options.login ? '-bash' : 'bash'],
      tty: running.tty,
      cwd: running.cwd,
    });
    const shell = this.#shell(process_, user, options.login ?? false);
    try {
      if (options.login) await this.#profile(shell);
      else await this.#source(shell, [`${user.home}/.bashrc`]);
      const code = await shell.leave(await this.#converse(shell, false));
      process_.exit(code);
      return code;
    } finally {
      process_.exit(1);
      this.#shells.splice(this.#shells.indexOf(shell), 1);
    }
  }

  async #greet(shell: Shell): Promise<void> {
    if (this.#terminal && !shell.view.exists(`${this.#user.home}/.hushlogin`)) {
      for (const file of ['/run/motd.dynamic', '/etc/motd']) {
        if (shell.view.exists(file)) await shell.print('stdout', shell.view.readText(file));
      }
    }
    await this.#profile(shell);
  }

  async #profile(shell: Shell): Promise<void> {
    const home = shell.env.get('HOME') ?? '/';
    await this.#source(shell, ['/etc/profile']);
    const own = ['.bash_profile', '.bash_login', '.profile'].map((name) => `${home}/${name}`);
    const file = own.find((one) => shell.view.exists(one));
    if (file) await this.#source(shell, [file]);
  }

  async #source(shell: Shell, files: readonly string[]): Promise<void> {
    for (const file of files) {
      if (shell.view.exists(file) && shell.view.may('r', file)) await shell.run(`. ${file}`);
    }
    shell.exited = false;
  }

  /** Asks for lines and runs them. */
  async #converse(shell: Shell, login: boolean): Promise<number> {
    const terminal = this.#terminal as Terminal;
    const file = `${shell.env.get('HOME') ?? '/'}/.bash_history`;
    if (shell.view.exists(file) && shell.view.may('r', file)) {
      shell.history = shell.view.readText(file).split('\n').filter(Boolean).slice(-HISTORY);
    }
    const known = shell.history.length;
    let code = 0;
    while (!shell.exited && !this.#closed && !shell.process.end) {
      for (const job of shell.finishedJobs()) await shell.print('stderr', shell.jobs.line(job));
      const text = await this.#ask(shell, terminal);
      if (text === undefined) {
        if (!this.#closed) await shell.print('stdout', login ? 'logout\n' : 'exit\n');
        break;
      }
      if (text === null) code = 130;
      else if (text.trim() !== '') code = await shell.run(text);
      else code = shell.lastStatus;
    }
    this.#keepHistory(shell, file, known);
    return code;
  }

  /** One command, over as many lines as it takes; null after Ctrl-C, undefined at the end. */
  async #ask(shell: Shell, terminal: Terminal): Promise<string | null | undefined> {
    let text = '';
    for (;;) {
      const prompt = text === '' ? this.#prompt(shell) : (shell.env.get('PS2') ?? '> ');
      const line = await terminal.prompt(prompt, shell.history);
      if (line === null) return null;
      if (line === undefined) {
        if (text === '') return undefined;
        await shell.print('stderr', 'bash: syntax error: unexpected end of file\n');
        return null;
      }
      text += text === '' ? this.#recalled(shell, line) : `\n${line}`;
      if (goesOn(text)) continue;
      if (text.trim() !== '' && !text.startsWith(' ') && shell.history.at(-1) !== text) {
        shell.history.push(text);
      }
      return text;
    }
  }

  /** `!!`, `!12` and `!text` at the beginning of a word. */
  #recalled(shell: Shell, line: string): string {
    if (!/(^|\s)!/.test(line) || /^\s*['"]/.test(line)) return line;
    const changed = line.replaceAll(
      /(^|\s)!(!|\d+|[a-z]\w*)/g,
      (whole, space: string, which: string) => {
        const found =
          which === '!'
            ? shell.history.at(-1)
            : /^\d+$/.test(which)
              ? shell.history[Number(which) - 1]
              : shell.history.findLast((one) => one.startsWith(which));
        return found === undefined ? whole : `${space}${found}`;
      },
    );
    if (changed !== line) void shell.print('stdout', `${changed}\n`);
    return changed;
  }

  /** Without a terminal the login shell reads its commands from the client. */
  async #obey(shell: Shell): Promise<number> {
    let code = 0;
    let text = '';
    while (!shell.exited && !this.#closed && !shell.process.end) {
      const line = await this.#input.readLine(this.#leader.signal);
      if (line === undefined) break;
      text += line;
      if (goesOn(text.replace(/\n$/, ''))) continue;
      code = await shell.run(text);
      text = '';
    }
    return text.trim() === '' ? code : shell.run(text);
  }

  #prompt(shell: Shell): string {
    const { kernel } = this.#runtime;
    const home = shell.env.get('HOME') ?? '/';
    const user = kernel.users.nameOf(shell.who.uid);
    return promptText(shell.env.get('PS1') ?? '\\u@\\h:\\w\\$ ', {
      user,
      hostname: kernel.hostname,
      cwd: shell.cwd,
      home,
      root: shell.who.uid === 0,
      now: new Date(kernel.now()),
      history: shell.history.length,
    });
  }

  #keepHistory(shell: Shell, file: string, known: number): void {
    const fresh = shell.history.slice(known);
    if (fresh.length === 0) return;
    try {
      const mode = 0o600;
      const before = shell.view.exists(file) ? shell.view.readText(file) : '';
      const lines = [...before.split('\n').filter(Boolean), ...fresh].slice(-2 * HISTORY);
      shell.view.write(file, `${lines.join('\n')}\n`, { mode });
    } catch {
      // As with bash: a history that cannot be written is not kept.
    }
  }

  /** What a shell in the shell is given. */
  #deeper(): Record<string, string> {
    const env = Object.fromEntries(this.#shells.at(-1)?.exported() ?? []);
    return { ...env, SHLVL: String(Number(env['SHLVL'] ?? '1') + 1) };
  }

  #homeOf(user: User): string {
    const view = this.#runtime.kernel.fs.as(this.#runtime.kernel.users.credentials(user));
    return view.exists(user.home) && view.may('x', user.home) ? user.home : '/';
  }

  #environment(user: User): Record<string, string> {
    const { pty, env = {}, from } = this.#options;
    const accepted = Object.entries(env).filter(([name]) => ACCEPTED.test(name));
    const own = this.#runtime.kernel.machine.interfaces[0]?.address ?? '127.0.0.1';
    const tty = this.record?.tty;
    return {
      LANG: 'C.UTF-8',
      ...Object.fromEntries(accepted),
      HOME: user.home,
      USER: user.name,
      LOGNAME: user.name,
      SHELL: user.shell,
      PATH: user.uid === 0 ? ROOT_PATH : PATH,
      MAIL: `/var/mail/${user.name}`,
      SHLVL: '1',
      SSH_CLIENT: `${from.address} ${from.port} 22`,
      SSH_CONNECTION: `${from.address} ${from.port} ${own} 22`,
      ...(pty ? { TERM: pty.term || 'xterm', SSH_TTY: `/dev/${tty ?? 'pts/0'}` } : {}),
    };
  }
}

/** SSH names signals without SIG; unknown ones are none. */
export function knownSignal(name: string): Signal | undefined {
  return Object.hasOwn(SIGNALS, name) ? (name as Signal) : undefined;
}

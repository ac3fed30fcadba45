/**
 * A guest as small as can be, for the tests of what is between it and a client: files in a
 * map, and a shell that knows a handful of words. It keeps to the contract: it waits with more
 * output until what it gave out went on.
 */
import { posix } from 'node:path';
import type {
  Guest,
  GuestFileError,
  GuestFiles,
  GuestSession,
  GuestStat,
  SessionOptions,
} from '../../../src/sandbox/guest/contract.ts';

interface Node {
  type: 'file' | 'folder' | 'link';
  content: Uint8Array;
  mode: number;
  mtime: number;
  target: string;
}

export interface StandIn extends Guest {
  nodes: Map<string, Node>;
  sessions: Set<StandInSession>;
  /** How many bytes programs printed, whoever took them. */
  printed: number;
  /** How many bytes of input were taken. */
  taken: number;
}

export const home = '/home/learner';

export function standInGuest(): StandIn {
  const nodes = new Map<string, Node>();
  const node = (type: Node['type'], more: Partial<Node> = {}): Node => ({
    type,
    content: new Uint8Array(),
    mode: type === 'folder' ? 0o755 : 0o644,
    mtime: Date.UTC(2026, 0, 2),
    target: '',
    ...more,
  });
  for (const path of ['/', '/home', home, '/tmp']) nodes.set(path, node('folder'));
  nodes.set('/etc', node('folder', { mode: 0o555 }));
  const guest: StandIn = {
    nodes,
    sessions: new Set(),
    printed: 0,
    taken: 0,
    setUsers: async () => undefined,
    setDisks: async () => undefined,
    async openSession(options) {
      const session = new StandInSession(options, guest);
      guest.sessions.add(session);
      void session.ended.then(() => guest.sessions.delete(session));
      return session;
    },
    files: () => filesOf(nodes, node),
    serve: async () => {
      throw new Error('the stand-in serves nothing');
    },
    shutdown: async () => undefined,
    kill: async () => undefined,
  };
  return guest;
}

function failure(code: GuestFileError['code']): GuestFileError {
  return Object.assign(new Error(code), { code });
}

function filesOf(
  nodes: Map<string, Node>,
  make: (type: Node['type'], more?: Partial<Node>) => Node,
): GuestFiles {
  const clean = (path: string) => posix.resolve(home, path);
  const find = (path: string): Node => {
    const found = nodes.get(clean(path));
    if (found === undefined) throw failure('ENOENT');
    return found;
  };
  const follow = (path: string): [string, Node] => {
    let at = clean(path);
    for (let hops = 0; hops < 8; hops += 1) {
      const found = find(at);
      if (found.type !== 'link') return [at, found];
      at = posix.resolve(posix.dirname(at), found.target);
    }
    throw failure('EINVAL');
  };
  const stat = (found: Node): GuestStat => ({
    ...found,
    uid: 1000,
    gid: 1000,
    owner: 'learner',
    group: 'learner',
    size: found.content.length,
  });
  const below = (path: string) =>
    [...nodes.keys()].filter((one) => one !== path && posix.dirname(one) === path);
  const mayChange = (path: string) => {
    const [, folder] = follow(posix.dirname(clean(path)));
    if (folder.type !== 'folder') throw failure('ENOTDIR');
    if ((folder.mode & 0o200) === 0) throw failure('EACCES');
  };
  return {
    realpath: async (path) => follow(path)[0],
    stat: async (path) => stat(follow(path)[1]),
    lstat: async (path) => stat(find(path)),
    list: async (path) => {
      const [at, folder] = follow(path);
      if (folder.type !== 'folder') throw failure('ENOTDIR');
      return below(at).map((one) => ({ name: posix.basename(one), stat: stat(find(one)) }));
    },
    read: async (path) => {
      const [, file] = follow(path);
      if (file.type === 'folder') throw failure('EISDIR');
      return file.content;
    },
    write: async (path, content, mode) => {
      mayChange(path);
      const found = nodes.get(clean(path));
      if (found?.type === 'folder') throw failure('EISDIR');
      const at = found === undefined ? clean(path) : follow(path)[0];
      const kept = nodes.get(at)?.mode;
      nodes.set(at, make('file', { content, mode: kept ?? mode ?? 0o644, mtime: Date.now() }));
    },
    makeFolder: async (path, mode) => {
      mayChange(path);
      if (nodes.has(clean(path))) throw failure('EEXIST');
      nodes.set(clean(path), make('folder', { mode: mode ?? 0o755 }));
    },
    removeFolder: async (path) => {
      if (find(path).type !== 'folder') throw failure('ENOTDIR');
      if (below(clean(path)).length > 0) throw failure('ENOTEMPTY');
      nodes.delete(clean(path));
    },
    remove: async (path) => {
      mayChange(path);
      if (find(path).type === 'folder') throw failure('EISDIR');
      nodes.delete(clean(path));
    },
    rename: async (from, to) => {
      const found = find(from);
      mayChange(to);
      nodes.delete(clean(from));
      nodes.set(clean(to), found);
    },
    readLink: async (path) => {
      const found = find(path);
      if (found.type !== 'link') throw failure('EINVAL');
      return found.target;
    },
    makeLink: async (target, path) => {
      mayChange(path);
      nodes.set(clean(path), make('link', { target }));
    },
    setAttributes: async (path, { mode, mtime, size }) => {
      const [, found] = follow(path);
      if (mode !== undefined) found.mode = mode;
      if (mtime !== undefined) found.mtime = mtime;
      if (size !== undefined) found.content = Uint8Array.from(found.content.subarray(0, size));
    },
  };
}

/** Runs one of: echo, printf, cat, wc, env, size, yes, both, wait, kill-me, exit. */
export class StandInSession implements GuestSession {
  readonly options: SessionOptions;
  readonly signals: string[] = [];
  columns: number;
  rows: number;
  readonly ended: Promise<{ code: number; signal?: string }>;
  readonly #guest: StandIn;
  #finish: (exit: { code: number; signal?: string }) => void = () => undefined;
  #take: Parameters<GuestSession['onOutput']>[0] = (_stream, _bytes, done) => done();
  #input: Buffer[] = [];
  #inputEnded = false;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(options: SessionOptions, guest: StandIn) {
    this.options = options;
    this.#guest = guest;
    this.columns = options.pty?.columns ?? 0;
    this.rows = options.pty?.rows ?? 0;
    this.ended = new Promise((resolve) => {
      this.#finish = (exit) => {
        this.#isOver = true;
        resolve(exit);
      };
    });
    setImmediate(() => void this.#run());
  }

  write(bytes: Uint8Array): void {
    this.#guest.taken += bytes.length;
    if (this.options.command === 'ignore') return;
    this.#input.push(Buffer.from(bytes));
    this.#wake();
  }

  end(): void {
    this.#inputEnded = true;
    this.#wake();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
  }

  signal(name: string): void {
    this.signals.push(name);
    if (this.options.command === 'wait') this.#finish({ code: 0, signal: name });
  }

  close(): void {
    this.#finish({ code: 129, signal: 'HUP' });
    this.#wake();
  }

  onOutput(take: Parameters<GuestSession['onOutput']>[0]): void {
    this.#take = take;
  }

  #print(text: string | Uint8Array, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    const bytes = Buffer.from(text as Uint8Array);
    this.#guest.printed += bytes.length;
    return new Promise((resolve) => this.#take(stream, bytes, resolve));
  }

  async #chunk(): Promise<Buffer | undefined> {
    while (this.#input.length === 0) {
      if (this.#inputEnded || this.#isOver) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#input.shift();
  }

  async #run(): Promise<void> {
    const { command, pty } = this.options;
    if (command !== undefined) return this.#finish(await this.#command(command));
    if (pty !== undefined) await this.#print('$ ');
    let line = '';
    for (;;) {
      const chunk = await this.#chunk();
      if (chunk === undefined) return this.#finish({ code: 0 });
      if (pty !== undefined) await this.#print(chunk.toString().replaceAll('\r', '\r\n'));
      line += chunk.toString();
      const lines = line.split(/[\r\n]/);
      line = lines.pop() ?? '';
      for (const one of lines) {
        if (one === '\u0003') continue;
        const exit = /^exit(?: (\d+))?$/.exec(one.replaceAll(/.*\u0003/g, ''));
        if (exit) return this.#finish({ code: Number(exit[1] ?? 0) });
        await this.#command(one);
        if (pty !== undefined) await this.#print('$ ');
      }
    }
  }

  async #command(line: string): Promise<{ code: number; signal?: string }> {
    const [name = '', ...words] = line.split(' ');
    const newline = this.options.pty === undefined ? '\n' : '\r\n';
    switch (name) {
      case 'echo':
        await this.#print(`${words.join(' ')}${newline}`);
        return { code: 0 };
      case 'printf':
        await this.#print(`${words.slice(1).join('\n').replaceAll(/^~\//gm, `${home}/`)}\n`);
        return { code: 0 };
      case 'cat':
        for (let chunk = await this.#chunk(); chunk; chunk = await this.#chunk()) {
          await this.#print(chunk);
        }
        return { code: 0 };
      case 'wc': {
        let size = 0;
        for (let chunk = await this.#chunk(); chunk; chunk = await this.#chunk())
          size += chunk.length;
        await this.#print(`${size}\n`);
        return { code: 0 };
      }
      case 'env':
        await this.#print(`${JSON.stringify(this.options.env)}\n`);
        return { code: 0 };
      case 'size':
        await this.#print(`${this.columns}x${this.rows} ${this.options.pty?.term}${newline}`);
        return { code: 0 };
      case 'yes':
        while (!this.#isOver) {
          await this.#print('y\n'.repeat(8192));
          await new Promise(setImmediate);
        }
        return { code: 0 };
      case 'both':
        for (let count = 0; count < 500; count += 1) {
          await this.#print(`out ${count} ${'o'.repeat(9000)}\n`);
          await this.#print(`err ${count} ${'e'.repeat(9000)}\n`, 'stderr');
        }
        return { code: 7 };
      case 'wait':
      case 'ignore':
        return await this.ended;
      case 'kill-me':
        return { code: 137, signal: 'KILL' };
      case 'exit':
        return { code: Number(words[0]) };
      default:
        await this.#print(`${name}: command not found${newline}`, 'stderr');
        return { code: 127 };
    }
  }
}

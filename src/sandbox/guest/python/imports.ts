import type { Channel, PythonStart } from './channel.ts';
import { type EmscriptenFs, ERRNO, type WasmFunction, type WasmImports } from './emscripten.ts';

const AT_FDCWD = -100;

/** What the program asks of its JavaScript, where that knows the host's answer or none. */
export class GuestImports {
  readonly #start: PythonStart;
  readonly #channel: Channel;
  readonly #fs: () => EmscriptenFs;
  readonly #began = performance.now();
  #memory: WebAssembly.Memory | undefined;
  #asked = 0;

  constructor(start: PythonStart, channel: Channel, fs: () => EmscriptenFs) {
    this.#start = start;
    this.#channel = channel;
    this.#fs = fs;
  }

  /** Memory is the program's own; it is known once it is there. */
  set memory(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** In the place of what emcc wrote. */
  over(imports: WasmImports): WasmImports {
    const env: Record<string, WasmFunction> = { ...imports['env'] };
    const own: Record<string, (...args: never[]) => unknown> = {
      // Only a sleep asks for it again and again: instead of spinning, it sleeps.
      emscripten_get_now: () => this.#rest(),
      emscripten_date_now: () => this.#now(),
      _localtime_js: (time: bigint, at: number) => this.#broken(Number(time), at),
      _mktime_js: (at: number) => this.#whole(at),
      _tzset_js: (zone: number, daylight: number, name: number, summer: number) => {
        this.ints[zone >> 2] = 0;
        this.ints[daylight >> 2] = 0;
        for (const place of [name, summer]) this.#bytes.set(Buffer.from('UTC\0'), place);
      },
      _emscripten_system: (command: number) => {
        // system(NULL) asks whether there is a shell.
        if (command === 0) return 1;
        return this.#try(() => Number(this.#channel.call('system', this.#text(command))) << 8);
      },
      __syscall_faccessat: (folder: number, path: number, mode: number) => {
        return this.#try(() => {
          this.#channel.call('access', this.#path(folder, path), mode);
          return 0;
        });
      },
      __syscall_fchownat: (folder: number, path: number, uid: number, gid: number, flags: number) =>
        this.#try(() => {
          const follow = (flags & 0x100) === 0;
          this.#channel.call('chown', this.#path(folder, path), uid, gid, follow);
          return 0;
        }),
      __syscall_fchown32: (fd: number, uid: number, gid: number) =>
        this.#try(() => {
          const path = this.#fs().streams[fd]?.shared.file?.path;
          if (path === undefined) return -(ERRNO['EBADF'] ?? 8);
          this.#channel.call('chown', path, uid, gid, true);
          return 0;
        }),
      // No network but the guest's, and that one carries requests of HTTP only.
      __syscall_socket: () => -(ERRNO['EAFNOSUPPORT'] ?? 5),
      // EAI_AGAIN.
      getaddrinfo: () => -3,
    };
    const wasi: Record<string, WasmFunction> = { ...imports['wasi_snapshot_preview1'] };
    const clock = wasi['clock_time_get'] as unknown as (
      id: number,
      precision: bigint,
      at: number,
    ) => number;
    const ownWasi: Record<string, (...args: never[]) => unknown> = {
      clock_time_get: (id: number, precision: bigint, at: number) => {
        if (id !== 0) return clock(id, precision, at);
        new BigInt64Array(this.#buffer)[at >> 3] = BigInt(Math.round(this.#now() * 1e6));
        return 0;
      },
    };
    return {
      ...imports,
      env: { ...env, ...own },
      wasi_snapshot_preview1: { ...wasi, ...ownWasi },
    };
  }

  get #buffer(): ArrayBuffer {
    return this.#memory?.buffer as ArrayBuffer;
  }

  get ints(): Int32Array {
    return new Int32Array(this.#buffer);
  }

  get #bytes(): Uint8Array {
    return new Uint8Array(this.#buffer);
  }

  #now(): number {
    return this.#start.now + performance.now() - this.#began;
  }

  #rest(): number {
    const now = performance.now();
    if (this.#channel.interrupted) return Number.MAX_SAFE_INTEGER;
    if (now - this.#asked < 3) this.#channel.sleep(1);
    this.#asked = performance.now();
    return this.#asked;
  }

  #text(at: number): string {
    const bytes = this.#bytes;
    return Buffer.from(bytes.subarray(at, bytes.indexOf(0, at))).toString('utf8');
  }

  #path(folder: number, at: number): string {
    const path = this.#text(at);
    if (path.startsWith('/')) return path;
    const from = folder === AT_FDCWD ? this.#fs().cwd() : (this.#fs().streams[folder]?.path ?? '');
    return `${from}/${path}`;
  }

  #try(call: () => number): number {
    try {
      return call();
    } catch (error) {
      const { errno } = error as { errno?: string };
      if (errno === undefined) throw error;
      return -(ERRNO[errno] ?? 29);
    }
  }

  /** struct tm, in the guest's only time zone. */
  #broken(seconds: number, at: number): void {
    const date = new Date(seconds * 1000);
    const newYear = Date.UTC(date.getUTCFullYear(), 0, 1);
    const fields = [
      date.getUTCSeconds(),
      date.getUTCMinutes(),
      date.getUTCHours(),
      date.getUTCDate(),
      date.getUTCMonth(),
      date.getUTCFullYear() - 1900,
      date.getUTCDay(),
      Math.floor((date.getTime() - newYear) / 86_400_000),
      0,
      0,
    ];
    this.ints.set(fields, at >> 2);
  }

  #whole(at: number): bigint {
    const [s = 0, min = 0, h = 0, day = 0, month = 0, year = 0] = this.ints.subarray(at >> 2);
    const seconds = Date.UTC(year + 1900, month, day, h, min, s) / 1000;
    this.#broken(seconds, at);
    return BigInt(seconds);
  }
}

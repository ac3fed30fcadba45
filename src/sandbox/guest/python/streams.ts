import { CallError, type Channel, type PythonStart } from './channel.ts';
import { type EmscriptenFs, ERRNO, type Stream, type StreamOps } from './emscripten.ts';

/** File descriptors 0, 1 and 2: the guest's terminal, or what the shell made of them. */
export function openStandardStreams(fs: EmscriptenFs, channel: Channel, start: PythonStart): void {
  const call = (op: string, ...args: unknown[]): unknown => {
    try {
      return channel.call(op, ...args);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      throw new fs.ErrnoError(ERRNO[error.errno] ?? 29);
    }
  };
  const tty = {
    ops: {
      ioctl_tcgets: () => ({
        c_iflag: 0o26402,
        c_oflag: 5,
        c_cflag: 0o277,
        c_lflag: 0o105073,
        c_cc: [],
      }),
      ioctl_tiocgwinsz: () => [start.rows, start.columns],
    },
  };
  let rest = new Uint8Array(0);
  const ops = (fd: number): Partial<StreamOps> => ({
    read: (_stream, into, offset, length) => {
      // The C library reads into two places, of which the first may have no room.
      if (length === 0) return 0;
      if (rest.length === 0) rest = call('input') as Uint8Array<ArrayBuffer>;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(bytes.length);
      into.set(bytes, offset);
      return bytes.length;
    },
    write: (_stream, from, offset, length) => {
      if (length === 0) return 0;
      call('print', fd, Uint8Array.from(from.subarray(offset, offset + length)));
      return length;
    },
    close: () => {},
  });
  for (const fd of [0, 1, 2]) {
    const stream = fs.streams[fd] as Stream;
    stream.stream_ops = ops(fd);
    stream.seekable = false;
    stream.tty = start.terminal[fd] ? tty : undefined;
  }
}

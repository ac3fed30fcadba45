/**
 * What goes out on a channel, one write after the other, each finished before the next: so
 * that a slow client holds back whoever prints, and a lying one costs no memory. Two things
 * have to be waited for. The channel's window is the client's word for how much it takes;
 * ssh2 waits for that one, but (1.17) mixes up standard output and error when both wait, and
 * never calls back when the channel closes meanwhile. A client can also promise a window of
 * gigabytes and read nothing, so the socket's own buffer is waited for as well.
 */
import type { Socket } from 'node:net';
import type { ServerChannel } from 'ssh2';

export class ChannelWriter {
  readonly #channel: ServerChannel;
  readonly #socket: Socket;
  #last: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #gone: Promise<void>;

  /** @param gone resolves when the channel has closed, or its connection */
  constructor(channel: ServerChannel, socket: Socket, gone: Promise<void>) {
    this.#channel = channel;
    this.#socket = socket;
    this.#gone = gone.then(() => {
      this.#closed = true;
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves when the bytes went on, or cannot any more. */
  write(bytes: Uint8Array | string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    const whole = Buffer.from(bytes as Uint8Array);
    this.#last = this.#last.then(async () => {
      for (let at = 0; at < whole.length && !this.#closed; at += SLICE) {
        await this.#drained();
        await this.#writeSlice(whole.subarray(at, at + SLICE), stream);
      }
    });
    return this.#last;
  }

  /** Says how it ended, and closes the channel. */
  async end(exit: { code: number; signal?: string }): Promise<void> {
    await this.#last;
    if (this.#closed) return;
    if (exit.signal === undefined) this.#channel.exit(exit.code);
    else this.#channel.exit(exit.signal, false, '');
    this.#channel.end();
  }

  async #writeSlice(slice: Buffer, stream: 'stdout' | 'stderr'): Promise<void> {
    if (this.#closed) return;
    const to = stream === 'stdout' ? this.#channel : this.#channel.stderr;
    const written = new Promise<void>((resolve) => {
      to.write(slice, () => resolve());
    });
    await Promise.race([written, this.#gone]);
    forgetWrittenChunk(this.#channel);
  }

  async #drained(): Promise<void> {
    while (!this.#closed && this.#socket.writableLength > MOST_UNSENT) {
      await Promise.race([
        new Promise<void>((resolve) => this.#socket.once('drain', resolve)),
        this.#gone,
      ]);
    }
  }
}

const SLICE = 32 * 1024;
const MOST_UNSENT = 256 * 1024;

/** The rest of a chunk that waited for the window stays there after it was sent. */
function forgetWrittenChunk(channel: ServerChannel): void {
  Object.assign(channel, {
    _chunk: undefined,
    _chunkcb: undefined,
    _chunkErr: undefined,
    _chunkcbErr: undefined,
  });
}

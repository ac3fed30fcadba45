/**
 * HTTP/1.1 over plain sockets that stay open: requests are prepared bytes and answers are
 * only framed, so that the client costs the machine as little as it can and what is
 * measured is the server.
 */
import { connect } from 'node:net';

const CRLF2 = Buffer.from('\r\n\r\n');

/** One connection; one request at a time. */
export class Connection {
  #socket;
  #pending = Buffer.alloc(0);
  #waiting;
  #remaining = 0;
  #chunked = false;
  #body;
  #status = 0;
  #closing = false;
  #bodiless = false;

  #port;
  #closed = true;

  static async open(port) {
    const connection = new Connection(port);
    await connection.#connect();
    return connection;
  }

  constructor(port) {
    this.#port = port;
  }

  /** Sends prepared bytes; resolves with the status and, with `keep`, the body. */
  async send(bytes, { keep = false } = {}) {
    // Some servers close after every answer.
    if (this.#closed) await this.#connect();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#body = keep ? [] : undefined;
      this.#bodiless = bytes[0] === 0x48; // HEAD
      this.#socket.write(bytes);
    });
  }

  #connect() {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        socket.on('data', (chunk) => this.#take(chunk));
        socket.on('error', (error) => this.#fail(error));
        socket.on('close', () => this.#fail(new Error('the server closed the connection')));
        this.#socket = socket;
        this.#closed = false;
        this.#pending = Buffer.alloc(0);
        resolve();
      });
    });
  }

  close() {
    this.#socket.destroy();
  }

  #take(chunk) {
    if (this.#remaining > 0) {
      this.#body?.push(chunk);
      this.#remaining -= chunk.length;
      if (this.#remaining <= 0) this.#finish();
      return;
    }
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (this.#chunked) return this.#takeChunked();
    const end = this.#pending.indexOf(CRLF2);
    if (end === -1) return;
    const head = this.#pending.toString('latin1', 0, end).toLowerCase();
    this.#status = Number(head.slice(9, 12));
    if (head.startsWith('http/1.0') || head.includes('\r\nconnection: close')) this.#closing = true;
    this.#pending = this.#pending.subarray(end + 4);
    if (head.includes('\r\ntransfer-encoding: chunked')) {
      this.#chunked = true;
      this.#takeChunked();
      return;
    }
    const length = this.#bodiless ? 0 : Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
    this.#body?.push(this.#pending);
    this.#remaining = length - this.#pending.length;
    this.#pending = Buffer.alloc(0);
    if (this.#remaining <= 0) this.#finish();
  }

  /** Small answers only: waits for the last chunk. */
  #takeChunked() {
    if (!this.#pending.subarray(-5).equals(Buffer.from('0\r\n\r\n'))) return;
    this.#body?.push(this.#pending);
    this.#pending = Buffer.alloc(0);
    this.#chunked = false;
    this.#finish();
  }

  #finish() {
    this.#remaining = 0;
    if (this.#closing) {
      this.#socket.removeAllListeners();
      this.#socket.destroy();
      this.#closed = true;
      this.#closing = false;
    }
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve({ status: this.#status, body: this.#body && Buffer.concat(this.#body).toString() });
  }

  #fail(error) {
    this.#closed = true;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

/**
 * Sends `count` requests over the connections, as fast as they are answered.
 *
 * @param requestOf makes the bytes of the n-th request
 * @returns requests per second, and the times of all of them in milliseconds, sorted
 */
export async function drive(connections, count, requestOf) {
  const bytes = Array.from({ length: count }, (_, n) => requestOf(n));
  const times = [];
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (next < count) {
        const n = next++;
        const sent = performance.now();
        const { status } = await connection.send(bytes[n]);
        times.push(performance.now() - sent);
        if (status < 200 || status > 299) throw new Error(`request ${n} was answered ${status}`);
      }
    }),
  );
  const rate = count / ((performance.now() - begun) / 1000);
  return { rate, times: times.sort((a, b) => a - b) };
}

/** The bytes of a request. */
export function http(method, path, body, headers = {}) {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Accept-Encoding: identity'];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`Content-Length: ${body.length}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  return body === undefined ? head : Buffer.concat([head, body]);
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GuestRequest, GuestResponse } from '../../guest/contract.ts';

/**
 * A port of a VM's web server as the learner's own computer reaches it: the VM's external
 * address does not exist on this machine, so the port stands in for it on the loopback
 * address. It is open while the VPC network lets that computer through, and asks again at
 * each request.
 */
export class WebPort {
  readonly #server: Server;
  readonly #allows: () => boolean;
  readonly #serve: (request: GuestRequest) => Promise<GuestResponse>;
  readonly #from: string;

  /**
   * @param from the address that the learner's computer has, as the guest is told it
   * @param allows asked at each request
   * @param serve the guest's web server
   */
  constructor(
    from: string,
    allows: () => boolean,
    serve: (request: GuestRequest) => Promise<GuestResponse>,
  ) {
    this.#from = from;
    this.#allows = allows;
    this.#serve = serve;
    this.#server = createServer(
      LIMITS,
      (request, response) => void this.#answer(request, response),
    );
    this.#server.maxConnections = 100;
  }

  /** @returns the port on this machine: the preferred one, or any that is free */
  async open(preferred: number | undefined): Promise<number> {
    try {
      await this.#listen(preferred ?? 0);
    } catch (error) {
      if (preferred === undefined) throw error;
      await this.#listen(0);
    }
    this.#server.on('error', () => undefined);
    this.#server.unref();
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Dropped, as packets are that no rule allows.
    if (!this.#allows()) return void request.socket.destroy();
    try {
      const body = await bodyOf(request);
      const answer = await this.#serve({
        method: request.method ?? 'GET',
        url: `http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`,
        headers: pairs(request.rawHeaders),
        body,
        from: this.#from,
        timeoutMs: 30_000,
      });
      response.statusCode = answer.status;
      response.statusMessage = answer.statusText;
      for (const [name, value] of answer.headers) {
        if (!FRAMING.test(name)) response.appendHeader(name, value);
      }
      response.end(request.method === 'HEAD' ? undefined : answer.body);
    } catch {
      request.socket.destroy();
    }
  }
}

/** Slow and large requests are cut off. */
const LIMITS = { requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 };
const MOST_BYTES = 1024 * 1024;
/** Node writes these itself. */
const FRAMING = /^(content-length|transfer-encoding|connection|keep-alive|date)$/i;

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [
    raw[index * 2] ?? '',
    raw[index * 2 + 1] ?? '',
  ]);
}

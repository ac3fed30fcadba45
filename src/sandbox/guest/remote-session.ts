import type { GuestSession } from './contract.ts';
import type { GuestWorker } from './guest-worker.ts';
import { Window } from './window.ts';

type Take = Parameters<GuestSession['onOutput']>[0];

/** A session as the main thread holds it; what it is runs in the worker. */
export class RemoteSession implements GuestSession {
  readonly ended: Promise<{ code: number; signal?: string }>;
  readonly #id: number;
  readonly #worker: GuestWorker;
  #take: Take | undefined;
  #early: { stream: 'stdout' | 'stderr'; bytes: Uint8Array }[] = [];
  readonly #input = new Window();
  #outstanding = 0;
  #over: (() => void) | undefined;

  constructor(id: number, worker: GuestWorker) {
    this.#id = id;
    this.#worker = worker;
    this.ended = new Promise((resolve) => {
      worker.listen(id, {
        output: (stream, bytes) => this.#output(stream, bytes),
        consumed: (bytes) => this.#input.taken(bytes),
        ended: (code, signal) => {
          this.#input.drop();
          // What it printed comes first.
          this.#over = () => resolve(signal === undefined ? { code } : { code, signal });
          this.#finish();
        },
      });
    });
  }

  /** What nobody in the guest reads holds the client back. */
  write(bytes: Uint8Array): void | Promise<void> {
    this.#worker.session(this.#id, { do: 'write', bytes: Uint8Array.from(bytes) });
    return this.#input.give(bytes.length);
  }

  end(): void {
    this.#worker.session(this.#id, { do: 'end' });
  }

  resize(columns: number, rows: number): void {
    this.#worker.session(this.#id, { do: 'resize', columns, rows });
  }

  signal(name: string): void {
    this.#worker.session(this.#id, { do: 'signal', name });
  }

  close(): void {
    this.#early = [];
    this.#take = (_stream, _bytes, done) => done();
    this.#worker.session(this.#id, { do: 'close' });
    this.#input.drop();
    this.#outstanding = 0;
    this.#finish();
  }

  onOutput(take: Take): void {
    this.#take = take;
    for (const { stream, bytes } of this.#early.splice(0)) this.#hand(take, stream, bytes);
    this.#finish();
  }

  #output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (this.#take) this.#hand(this.#take, stream, bytes);
    else this.#early.push({ stream, bytes });
  }

  #hand(take: Take, stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#outstanding++;
    let done = false;
    take(stream, bytes, () => {
      if (done) return;
      done = true;
      this.#outstanding--;
      this.#worker.session(this.#id, { do: 'taken', bytes: bytes.length });
      this.#finish();
    });
  }

  #finish(): void {
    if (this.#over && this.#early.length === 0 && this.#outstanding <= 0) this.#over();
  }
}

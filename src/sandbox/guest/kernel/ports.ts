import type { GuestRequest, GuestResponse } from '../contract.ts';
import { SystemError } from './errors.ts';
import type { Process } from './processes.ts';

/** A socket that a process listens on. */
export interface Listener {
  readonly port: number;
  /** `0.0.0.0`, or `127.0.0.1` for what only the machine itself reaches. */
  readonly address: string;
  readonly process: Process;
  /** Answers HTTP; undefined for what is no web server (sshd is outside). */
  readonly serve: ((request: GuestRequest) => Promise<GuestResponse>) | undefined;
}

/** The TCP ports on which programs listen; a process that ends frees its own. */
export class Ports {
  readonly #listeners = new Map<number, Listener>();
  readonly #changed: (ports: readonly number[]) => void;

  constructor(changed: (ports: readonly number[]) => void) {
    this.#changed = changed;
  }

  /** bind(2) and listen(2): throws EADDRINUSE, or EACCES below 1024 for others than root. */
  listen(listener: Listener): void {
    const { port, process: owner } = listener;
    if (this.#listeners.has(port)) throw new SystemError('EADDRINUSE');
    if (port < 1024 && owner.who.uid !== 0) throw new SystemError('EACCES');
    this.#listeners.set(port, listener);
    void owner.ended.then(() => this.close(port, owner));
    this.#tell();
  }

  close(port: number, owner: Process): void {
    if (this.#listeners.get(port)?.process !== owner) return;
    this.#listeners.delete(port);
    this.#tell();
  }

  at(port: number): Listener | undefined {
    return this.#listeners.get(port);
  }

  all(): Listener[] {
    return [...this.#listeners.values()].sort((a, b) => a.port - b.port);
  }

  /** Only what others than the machine itself can reach. */
  #tell(): void {
    this.#changed(
      this.all()
        .filter((listener) => listener.address !== '127.0.0.1')
        .map((listener) => listener.port),
    );
  }
}

import { ApiError } from '../wire/errors.ts';
import type { Instruction } from './instructions.ts';
import { googleName } from './method-names.ts';

/** Faults that somebody has asked for: per method, what happens to its next requests. */
export class RetryTest {
  readonly id: string;
  /** True if requests need not name the test: the next ones, from anybody, are meant. */
  readonly withoutHeader: boolean;
  readonly #instructions: Map<string, Instruction[]>;
  readonly #end = new AbortController();
  #completed = false;

  constructor(id: string, instructions: Map<string, Instruction[]>, withoutHeader: boolean) {
    this.id = id;
    this.withoutHeader = withoutHeader;
    this.#instructions = instructions;
  }

  /** Aborts when the test is deleted: what it stalls goes on then. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  end(): void {
    this.#end.abort();
  }

  /** What waits for the next request of a method, under Google's name for it. */
  next(method: string): Instruction | undefined {
    for (const [name, waiting] of this.#instructions) {
      if (waiting.length > 0 && googleName(name) === method) return waiting[0];
    }
    return undefined;
  }

  /** Uses an instruction up; false if another request already has. */
  take(instruction: Instruction): boolean {
    for (const waiting of this.#instructions.values()) {
      if (waiting[0] !== instruction) continue;
      waiting.shift();
      this.#completed = [...this.#instructions.values()].every((left) => left.length === 0);
      return true;
    }
    return false;
  }

  /** As the testbench shows it: the instructions that are left, under the names they came by. */
  toJSON(): object {
    const left = [...this.#instructions].map(([method, waiting]) => [
      method,
      waiting.map(({ text }) => text),
    ]);
    return {
      id: this.id,
      instructions: Object.fromEntries(left),
      completed: this.#completed,
      transport: 'HTTP',
      ...(this.withoutHeader ? { withoutHeader: true } : {}),
    };
  }
}

/** All of them. They are kept in memory, like the requests that they are for. */
export class RetryTests {
  readonly #tests = new Map<string, RetryTest>();

  add(test: RetryTest): void {
    this.#tests.set(test.id, test);
  }

  list(): RetryTest[] {
    return [...this.#tests.values()];
  }

  get(id: string): RetryTest {
    const test = this.#tests.get(id);
    if (!test) throw new ApiError(404, 'notFound', `Retry Test ${id} does not exist.`);
    return test;
  }

  delete(id: string): void {
    this.get(id).end();
    this.#tests.delete(id);
  }

  clear(): void {
    for (const test of this.#tests.values()) test.end();
    this.#tests.clear();
  }

  /** The test that a request belongs to and what that has for it, if anything. */
  find(
    method: string,
    id: string | undefined,
  ): { test: RetryTest; instruction: Instruction } | undefined {
    const candidates =
      id === undefined ? this.list().filter((test) => test.withoutHeader) : [this.get(id)];
    for (const test of candidates) {
      const instruction = test.next(method);
      if (instruction) return { test, instruction };
    }
    return undefined;
  }
}

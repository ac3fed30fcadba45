import type { Kernel } from '../kernel/kernel.ts';
import type { Keys, Program } from '../kernel/programs.ts';

/** What all shells of a guest share. */
export interface Runtime {
  readonly kernel: Kernel;
  readonly programs: ReadonlyMap<string, Program>;
}

/** Where a shell's standard input comes from. */
export interface Input {
  /** All that comes until the end. */
  readAll(signal: AbortSignal): Promise<Uint8Array>;
  /** With its line feed; undefined at the end. */
  readLine(signal: AbortSignal): Promise<string | undefined>;
  /** Only on a terminal: shows a text and asks for a line, without its line feed. */
  ask?(prompt: string, echo: boolean, signal: AbortSignal): Promise<string | undefined>;
  /** Only on a terminal: its keys, for a program that draws its own screen. */
  openKeys?(): Keys;
}

export type Stream = 'stdout' | 'stderr';

/** Where its output goes; resolves when more may come. */
export type Output = (stream: Stream, bytes: Uint8Array) => Promise<void> | void;

/** Standard input from /dev/null. */
export const NO_INPUT: Input = {
  readAll: async () => new Uint8Array(0),
  readLine: async () => undefined,
};

/** Standard input that is known from the beginning. */
export function inputOf(content: Uint8Array): Input {
  let rest = Buffer.from(content);
  return {
    async readAll() {
      const all = rest;
      rest = Buffer.alloc(0);
      return all;
    },
    async readLine() {
      if (rest.length === 0) return undefined;
      const end = rest.indexOf(10) + 1 || rest.length;
      const line = rest.subarray(0, end).toString('utf8');
      rest = rest.subarray(end);
      return line;
    },
  };
}

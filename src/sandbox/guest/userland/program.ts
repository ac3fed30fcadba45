import { errorText, SystemError } from '../kernel/errors.ts';
import type { Program, ProgramIo } from '../kernel/programs.ts';

/** Ends a program: what it prints on standard error, and its exit status. */
export class Failure extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.name = 'Failure';
    this.status = status;
  }
}

/** A program from a function; what it throws as `Failure` is printed as it is. */
export function program(
  name: string,
  run: (io: ProgramIo) => Promise<number | undefined> | number | undefined,
): Program {
  return {
    name,
    async run(io) {
      try {
        return (await run(io)) ?? 0;
      } catch (error) {
        if (error instanceof Failure) {
          if (error.message !== '') await io.err(`${error.message}\n`);
          return error.status;
        }
        if (error instanceof SystemError) {
          const path = error.path === undefined ? '' : `${error.path}: `;
          await io.err(`${name}: ${path}${errorText(error)}\n`);
          return 1;
        }
        throw error;
      }
    },
  };
}

/** The same program under several names. */
export function programs(
  names: readonly string[],
  run: (io: ProgramIo) => Promise<number | undefined> | number | undefined,
): Program[] {
  return names.map((name) => program(name, run));
}

import { Failure } from '../program.ts';

/** `fatal: ...`, status 128. */
export function fatal(message: string): Failure {
  return new Failure(`fatal: ${message}`, 128);
}

/** `error: ...`, by default status 1. */
export function failed(message: string, status = 1): Failure {
  return new Failure(`error: ${message}`, status);
}

import { basename } from 'node:path';

/** Where and why a program gave up, taken from what its interpreter printed. */
export interface Failure {
  /** The line of the learner's own file, where one is named. */
  readonly line: number | undefined;
  /** The name of the exception or error, such as `NameError`; empty where there is none. */
  readonly kind: string;
  /** The message, one line. */
  readonly message: string;
}

/**
 * Reads a Python traceback or a stack trace of Node.
 *
 * A traceback ends with the exception, and names the lines that led to it, the
 * innermost last; a stack of Node begins with the error, and names them the
 * other way round. What counts is the innermost line of the learner's file.
 *
 * @param file the path or name of the learner's file
 */
export function readFailure(errors: string, file: string): Failure {
  const name = basename(file).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const lines = errors.split(/\r?\n/);
  const python = errors.match(new RegExp(`File "[^"\\n]*${name}", line (\\d+)`, 'g'))?.at(-1);
  const node = new RegExp(`${name}:(\\d+)`).exec(errors)?.[1];
  const line = /line (\d+)$/.exec(python ?? '')?.[1] ?? node;
  const isPython = /^Traceback |^ {2}File "/m.test(errors);
  const last = isPython ? lines.findLast(isException) : lines.find(isException);
  const [, kind = '', message = ''] = exception.exec(last ?? '') ?? [];
  return {
    line: line === undefined ? undefined : Number(line),
    kind: kind.split('.').at(-1) ?? '',
    message: (message === '' && kind === '' ? (lines.findLast(isText) ?? '') : message).trim(),
  };
}

const exception = /^(?:Uncaught )?([A-Za-z_][\w.]*)(?: \[\w+\])?(?:: (.*))?$/;

function isException(line: string): boolean {
  return /^(?:Uncaught )?[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning|NotFound|Forbidden|Unauthorized|Conflict|BadRequest)\b(?: \[\w+\])?(?::|$)/.test(
    line,
  );
}

function isText(line: string): boolean {
  return line.trim() !== '';
}

/** The last lines of what a program printed, without what would steer a terminal. */
export function lastLines(text: string, count: number): readonly string[] {
  const lines = text.split(/\r?\n/).map(withoutControls).filter(isText);
  return lines.slice(-count);
}

/** Control characters, tabs aside, and the sequences that begin with one. */
function withoutControls(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}

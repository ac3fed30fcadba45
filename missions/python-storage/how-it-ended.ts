import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type CheckResult, fail, lastLines, readFailure } from '../../src/missions/define.ts';
import type { Dialect } from './dialect.ts';
import type { Trial } from './trial.ts';

/**
 * Why a run counts as failed, whatever it has done before; undefined where it ended well.
 *
 * @param mistakes what is in the messages of mistakes that the task has put in: their hints
 */
export function whyNotWell(
  dialect: Dialect,
  { run }: Trial,
  file: string,
  mistakes: Dialect['mistakes'] = [],
): CheckResult | undefined {
  if (run.ending !== 'exited') {
    const { line } = readFailure(run.errors, file);
    const where = line === undefined ? '' : ` (${basename(file)}:${line})`;
    return fail(`program-${run.ending}`, 'exit=0', `${run.ending}${where}`);
  }
  if (run.code === 0) return undefined;
  const { line, kind, message } = readFailure(run.errors, file);
  const where = line === undefined ? '' : `${basename(file)}:${line} `;
  const code = line === undefined ? '' : ` | ${sourceLine(file, line)}`;
  const said =
    kind === ''
      ? (lastLines(run.errors, 1)[0] ?? '')
      : `${kind}: ${lastLines(message, 1)[0] ?? ''}`;
  const found = `exit=${run.code ?? run.signal} ${where}${said.slice(0, 200)}${code}`;
  return fail(hintFor(dialect, `${kind}: ${message}`, run.errors, mistakes), 'exit=0', found);
}

function hintFor(
  { missingPackage }: Dialect,
  error: string,
  all: string,
  mistakes: Dialect['mistakes'],
): string {
  const known = mistakes.find(([pattern]) => pattern.test(error));
  if (known !== undefined) return known[1];
  if (/^(SyntaxError|IndentationError|TabError)/.test(error)) return 'program-syntax';
  if (missingPackage.test(all)) return 'program-import';
  return 'program-exit';
}

/** The learner's own words help more than a number. */
function sourceLine(file: string, line: number): string {
  try {
    return (readFileSync(file, 'utf8').split(/\r?\n/)[line - 1] ?? '').trim().slice(0, 120);
  } catch {
    return '';
  }
}

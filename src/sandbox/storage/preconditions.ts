import type { IncomingHttpHeaders } from 'node:http';
import { ApiError, required } from '../wire/errors.ts';
import { int64, type Query } from '../wire/query.ts';

/**
 * `ifGenerationMatch` and its relatives: do this only if the resource is (not) at the
 * given version. Generation 0 stands for "does not exist", so `ifGenerationMatch=0`
 * means "create, never overwrite". Writes check them inside their transaction, which
 * is what makes that promise hold when two clients race.
 *
 * A failed `Match` is 412. A failed `NotMatch` is 412 for a write and 304 for a read,
 * where it means "you have this version already".
 *
 * https://cloud.google.com/storage/docs/request-preconditions
 */
export interface Preconditions {
  generationMatch?: number;
  generationNotMatch?: number;
  metagenerationMatch?: number;
  metagenerationNotMatch?: number;
}

interface Versioned {
  generation: number;
  metageneration: number;
}

/** Reads the preconditions of a request; with the prefix `ifSource`, those on a copy's source. */
export function parsePreconditions(query: Query, prefix: 'if' | 'ifSource' = 'if'): Preconditions {
  const found: Preconditions = {};
  for (const [field, suffix] of FIELDS) {
    const value = int64(query, `${prefix}${suffix}`);
    if (value !== undefined) found[field] = value;
  }
  return found;
}

/** Checks the preconditions of a write against the current version, if there is one. */
export function checkWrite(pre: Preconditions, current: Versioned | undefined): void {
  if (!matches(pre, current) || !differs(pre, current)) throw conditionNotMet();
}

/** Checks the preconditions of a read. */
export function checkRead(pre: Preconditions, current: Versioned): void {
  if (!matches(pre, current)) throw conditionNotMet();
  if (!differs(pre, current)) throw new ApiError(304, 'notModified', 'Not Modified');
}

/** The generation that a request has to name. */
export function requireGeneration(query: Query): number {
  const generation = int64(query, 'generation');
  if (generation === undefined) throw required('generation');
  return generation;
}

/**
 * Checks the headers `If-Match` and `If-None-Match` of a read, which name etags. GCS takes
 * them for reads only: a write that sends them is not held to them.
 */
export function checkEtag(headers: IncomingHttpHeaders, etagOf: () => string): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match === undefined && noneMatch === undefined) return;
  const etag = etagOf();
  if (match !== undefined && !names(match, etag)) throw conditionNotMet();
  if (noneMatch !== undefined && names(noneMatch, etag)) {
    throw new ApiError(304, 'notModified', 'Not Modified', { headers: { etag } });
  }
}

/** Clients send etags as they read them in JSON, or quoted as HTTP has it. */
function names(header: string, etag: string): boolean {
  return header.split(',').some((one) => {
    const given = one.trim().replace(/^(?:W\/)?"(.*)"$/, '$1');
    return given === '*' || given === etag;
  });
}

const FIELDS: readonly [keyof Preconditions, string][] = [
  ['generationMatch', 'GenerationMatch'],
  ['generationNotMatch', 'GenerationNotMatch'],
  ['metagenerationMatch', 'MetagenerationMatch'],
  ['metagenerationNotMatch', 'MetagenerationNotMatch'],
];

function matches(pre: Preconditions, current: Versioned | undefined): boolean {
  const { generationMatch, metagenerationMatch } = pre;
  if (generationMatch !== undefined && generationMatch !== (current?.generation ?? 0)) return false;
  return metagenerationMatch === undefined || metagenerationMatch === current?.metageneration;
}

function differs(pre: Preconditions, current: Versioned | undefined): boolean {
  const { generationNotMatch, metagenerationNotMatch } = pre;
  if (generationNotMatch !== undefined && generationNotMatch === (current?.generation ?? 0)) {
    return false;
  }
  return metagenerationNotMatch === undefined || metagenerationNotMatch !== current?.metageneration;
}

/** What a change gets that was made for another version of the resource. */
export function conditionNotMet(): ApiError {
  const message = 'At least one of the pre-conditions you specified did not hold.';
  return new ApiError(412, 'conditionNotMet', message, {
    location: 'If-Match',
    locationType: 'header',
  });
}

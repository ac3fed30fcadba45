import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../wire/errors.ts';
import { headerOf } from '../../wire/header-text.ts';
import { objectEtag } from '../etag.ts';
import { checkRead, type Preconditions, parsePreconditions } from '../preconditions.ts';
import type { ObjectRecord } from '../records.ts';
import { extension } from './dialect.ts';
import { xmlError } from './errors.ts';

/**
 * An object's ETag in the XML API: its MD5 in hex, which S3's clients compare with their
 * own; for an object made of parts, as S3 computes it; for a composed one, whose MD5 nobody
 * knows, a dash and the JSON API's.
 */
export function entityTag(record: ObjectRecord): string {
  if (record.multipartMd5 !== undefined) return `"${record.multipartMd5}"`;
  if (record.md5 !== undefined) return `"${Buffer.from(record.md5, 'base64').toString('hex')}"`;
  return `"-${objectEtag(record.generation, record.metageneration)}"`;
}

/** `x-goog-if-generation-match` and `x-goog-if-metageneration-match`. */
export function headerPreconditions(request: FastifyRequest): Preconditions {
  return parsePreconditions(preconditionQuery(request));
}

/** The same, as the parameters that they are in the JSON API. */
export function preconditionQuery(request: FastifyRequest): Record<string, string | undefined> {
  return {
    ifGenerationMatch: extension(request, 'if-generation-match'),
    ifMetagenerationMatch: extension(request, 'if-metageneration-match'),
  };
}

/** The conditions of a GET or HEAD: those of HTTP, and Google's. */
export function checkReadConditions(request: FastifyRequest, record: ObjectRecord): void {
  checkRead(headerPreconditions(request), record);
  const { ifMatch, ifNoneMatch, modified, unmodified } = evaluate(request, '', record);
  if (ifMatch === false || (ifMatch === undefined && unmodified === false)) {
    throw xmlError(412, 'PreconditionFailed');
  }
  if (ifNoneMatch === false || (ifNoneMatch === undefined && modified === false)) {
    throw new ApiError(304, 'notModified', 'Not Modified', {
      headers: { etag: entityTag(record) },
    });
  }
}

/** The conditions on the source of a copy, whose names begin with `x-goog-copy-source-`. */
export function checkSourceConditions(request: FastifyRequest, record: ObjectRecord): void {
  const results = evaluate(request, 'copy-source-', record);
  if (Object.values(results).includes(false)) throw xmlError(412, 'PreconditionFailed');
}

/** Each condition: whether it holds, or undefined if it is not asked for. */
function evaluate(request: FastifyRequest, prefix: string, record: ObjectRecord) {
  const get = (name: string) =>
    prefix === '' ? headerOf(request, name) : extension(request, prefix + name);
  const tag = entityTag(record);
  const updated = Math.floor(record.updated / 1000) * 1000;
  const matches = (list: string) =>
    list.split(',').some((item) => {
      const wanted = item.trim().replace(/^W\//, '');
      return wanted === '*' || wanted === tag || `"${wanted}"` === tag;
    });
  const match = get('if-match');
  const noneMatch = get('if-none-match');
  // A date that cannot be understood is no condition, as RFC 9110 has it.
  const since = Date.parse(get('if-modified-since') ?? '');
  const before = Date.parse(get('if-unmodified-since') ?? '');
  return {
    ifMatch: match === undefined ? undefined : matches(match),
    ifNoneMatch: noneMatch === undefined ? undefined : !matches(noneMatch),
    modified: Number.isNaN(since) ? undefined : updated > since,
    unmodified: Number.isNaN(before) ? undefined : updated <= before,
  };
}

/** A write cannot be made to depend on these here, and must not be made without asking. */
export function refuseWriteConditions(request: FastifyRequest): void {
  for (const name of ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']) {
    if (request.headers[name] === undefined) continue;
    throw xmlError(501, 'NotImplemented', `${name} is not implemented for writes.`);
  }
}

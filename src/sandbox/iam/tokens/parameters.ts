import type { FastifyRequest } from 'fastify';
import { decodedChunks, parseJson, readAll } from '../../wire/body.ts';
import { type Query, queryOf } from '../../wire/query.ts';
import { oauthError } from './oauth-errors.ts';

const MAX_BYTES = 256 * 1024;

/** The parameters of an OAuth request: of a form, of JSON, and (which Google takes too) of the URL. */
export async function oauthParameters(request: FastifyRequest): Promise<Query> {
  const body = await readAll(decodedChunks(request), MAX_BYTES);
  return { ...queryOf(request), ...(isJson(request) ? strings(parseJson(body)) : form(body)) };
}

/** A parameter that has to be there, and not empty. */
export function needed(given: Query, name: string): string {
  const value = given[name];
  if (value !== undefined && value !== '') return value;
  throw oauthError('invalid_request', `Required parameter is missing: ${name}`);
}

const isJson = ({ headers }: FastifyRequest): boolean =>
  headers['content-type']?.toLowerCase().startsWith('application/json') === true;

const form = (body: Buffer): Query => Object.fromEntries(new URLSearchParams(body.toString()));

/** JSON has them in camel case, and in snake case as well. */
function strings(values: Record<string, unknown>): Query {
  const entries = Object.entries(values)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]);
  return Object.fromEntries(entries);
}

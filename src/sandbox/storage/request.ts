import type { FastifyRequest } from 'fastify';
import { invalidParameter } from '../wire/errors.ts';
import { parseInt64 } from './preconditions.ts';

export type Query = Record<string, string | undefined>;

/** The query parameters of a request; of one that was given twice, the last. */
export function queryOf(request: FastifyRequest): Query {
  const query = request.query as Record<string, string | string[]>;
  const single: Query = {};
  for (const [name, value] of Object.entries(query)) {
    single[name] = Array.isArray(value) ? value.at(-1) : value;
  }
  return single;
}

/** Path parameters, already decoded; routes say which ones they have. */
export function paramsOf<K extends string>(request: FastifyRequest): Record<K, string> {
  return request.params as Record<K, string>;
}

/** A boolean parameter: `true` or `false` in any letter case. */
export function flag(query: Query, name: string): boolean {
  const text = query[name]?.toLowerCase();
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw invalidParameter(name, query[name] ?? '', 'Not a boolean');
}

/** The `generation` parameter: which version of the object is meant. */
export const generationOf = (query: Query, name = 'generation'): number | undefined =>
  parseInt64(name, query[name]);

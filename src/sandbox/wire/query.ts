import type { FastifyRequest } from 'fastify';
import { invalidParameter } from './errors.ts';

export type Query = Record<string, string | undefined>;

/** The query parameters of a request; of one that was given twice, the last. */
export function queryOf(request: { query: unknown }): Query {
  const query = request.query as Record<string, string | string[]>;
  const single: Query = {};
  for (const [name, value] of Object.entries(query ?? {})) {
    single[name] = Array.isArray(value) ? value.at(-1) : value;
  }
  return single;
}

/** All values of a parameter that may be given several times. */
export function valuesOf(request: { query: unknown }, name: string): string[] {
  const query = request.query as Record<string, string | string[] | undefined>;
  return [query[name] ?? []].flat();
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

/** A 64-bit number: a decimal without a sign. */
export function int64(query: Query, name: string): number | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,19}$/.test(text)) throw invalidParameter(name, text, 'Not a valid 64-bit integer');
  return Number(text);
}

import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { AuditRecord } from '../audit/record.ts';
import { apiMethod } from '../wire/api-method.ts';
import { readJson } from '../wire/body.ts';
import { invalid } from '../wire/errors.ts';
import { decodePageToken, encodePageToken } from '../wire/paging.ts';
import { sendJson } from '../wire/reply.ts';
import { type LogEntry, type LogId, logEntry, logIdOf } from './log-entry.ts';
import type { Matcher } from './query/compare.ts';
import { parseQuery } from './query/parse.ts';
import { type LoggingState, requireReader, seesPrivateLogs } from './state.ts';

const MOST = 1000;
/** So many entries are looked at in one go: some milliseconds. */
const AT_ONCE = 500;
const DEFAULT_PAGE = 50;

const listRequest = z.object({
  resourceNames: z.array(z.string()).max(100).nullish(),
  /** As the API had it before there were other parents than projects. */
  projectIds: z.array(z.string()).max(100).nullish(),
  filter: z.string().nullish(),
  orderBy: z.string().nullish(),
  pageSize: z.number().int().nullish(),
  pageToken: z.string().nullish(),
});

/**
 * `entries.list`: the entries that a query asks for, page by page.
 *
 * https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
 */
export function entriesRoutes(app: FastifyInstance, state: LoggingState): void {
  app.post('/v2/entries::list', apiMethod('logging.entries.list'), async (request, reply) => {
    const asked = parsed(await readJson(request));
    const sources = [
      ...(asked.resourceNames ?? []),
      ...(asked.projectIds ?? []).map((id) => `projects/${id}`),
    ].map(sourceOf);
    if (sources.length === 0) throw invalid('No resource names specified');
    for (const { project } of sources) {
      requireReader(state, request, project, 'logging.logEntries.list');
    }
    const seesAll = seesPrivateLogs(state, request);
    const { entries, next } = await pageOf(await state.auditLog.all(), {
      newestFirst: isNewestFirst(asked.orderBy ?? ''),
      position: positionOf(asked.pageToken),
      size: pageSize(asked.pageSize ?? 0),
      show: (record) => logEntry(record, state.projectId),
      matches: parseQuery(asked.filter ?? ''),
      isOpen: (log) =>
        (seesAll || log === 'activity') &&
        sources.some(({ bucket }) => bucket === undefined || bucket === BUCKETS[log]),
    });
    return sendJson(request, reply, {
      ...(entries.length > 0 ? { entries } : {}),
      ...(next === undefined ? {} : { nextPageToken: encodePageToken(Buffer.from(String(next))) }),
    });
  });
}

interface Asked {
  newestFirst: boolean;
  /** The number of the last record of the page before. */
  position: number | undefined;
  size: number;
  show(record: AuditRecord): LogEntry;
  matches: Matcher;
  /** True for a log that is read from, and that the caller may read. */
  isOpen(log: LogId): boolean;
}

/** The next page, and the position behind it, if there is more. */
async function pageOf(
  records: readonly AuditRecord[],
  { newestFirst, position, size, show, matches, isOpen }: Asked,
): Promise<{ entries: LogEntry[]; next?: number }> {
  const entries: LogEntry[] = [];
  const isSeen = ({ seq }: AuditRecord) =>
    position !== undefined && (newestFirst ? seq >= position : seq <= position);
  let last = 0;
  let looked = 0;
  for (const record of newestFirst ? records.toReversed() : records) {
    if (isSeen(record) || !isOpen(logIdOf(record))) continue;
    looked += 1;
    // Twenty thousand entries take a while; other requests are not to wait for all of it.
    if (looked % AT_ONCE === 0) await setImmediate();
    const entry = show(record);
    if (!matches(entry)) continue;
    if (entries.length === size) return { entries, next: last };
    entries.push(entry);
    last = record.seq;
  }
  return { entries };
}

/** Where GCP keeps the two logs, unless somebody routes them elsewhere. */
const BUCKETS = { activity: '_Required', data_access: '_Default' } as const;

/** A project, or one of its log buckets through a view. */
function sourceOf(name: string): { project: string; bucket: string | undefined } {
  const match =
    /^projects\/([^/]+)(?:\/locations\/global\/buckets\/([^/]+)(?:\/views\/[^/]+)?)?$/.exec(name);
  if (match?.[1] !== undefined) return { project: match[1], bucket: match[2] };
  if (/^(?:organizations|folders|billingAccounts|projects)\/./.test(name)) {
    return { project: name, bucket: undefined };
  }
  throw invalid(`Invalid resource name: ${name}`);
}

function isNewestFirst(orderBy: string): boolean {
  const order = orderBy.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (/^(timestamp( asc)?)?$/.test(order)) return false;
  if (order === 'timestamp desc') return true;
  throw invalid(`Invalid order_by: ${orderBy}. It is "timestamp asc" or "timestamp desc".`);
}

function positionOf(token: string | null | undefined): number | undefined {
  const position = decodePageToken(token ?? undefined)?.toString();
  if (position === undefined) return undefined;
  if (!/^\d{1,16}$/.test(position)) throw invalid(`Invalid page token: ${token}`);
  return Number(position);
}

function pageSize(asked: number): number {
  if (asked < 0) throw invalid('page_size must not be negative');
  return Math.min(asked || DEFAULT_PAGE, MOST);
}

function parsed(body: unknown): z.infer<typeof listRequest> {
  const result = listRequest.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(`Invalid value at '${issue?.path.join('.') ?? ''}': ${issue?.message ?? ''}`);
}

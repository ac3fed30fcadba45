import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { AuditRecord } from '../audit/record.ts';
import { apiMethod } from '../wire/api-method.ts';
import { readJson } from '../wire/body.ts';
import { invalid } from '../wire/errors.ts';
import { decodePageToken, encodePageToken } from '../wire/paging.ts';
import { sendJson } from '../wire/reply.ts';
import { type LogEntry, logEntry, logIdOf } from './log-entry.ts';
import { parseQuery } from './query/parse.ts';
import { type LoggingState, requireReader, seesPrivateLogs } from './state.ts';

const MOST = 1000;
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
    const newestFirst = isNewestFirst(asked.orderBy ?? '');
    const position = positionOf(asked.pageToken);
    const size = pageSize(asked.pageSize ?? 0);
    const matches = parseQuery(asked.filter ?? '');

    const records = await state.auditLog.all();
    const entries: LogEntry[] = [];
    let last: AuditRecord | undefined;
    let more = false;
    for (const record of newestFirst ? records.toReversed() : records) {
      if (
        position !== undefined &&
        (newestFirst ? record.seq >= position : record.seq <= position)
      ) {
        continue;
      }
      const log = logIdOf(record);
      if (log === 'data_access' && !seesAll) continue;
      if (!sources.some(({ bucket }) => bucket === undefined || bucket === BUCKETS[log])) continue;
      const entry = logEntry(record, state.projectId);
      if (!matches(entry)) continue;
      more = entries.length === size;
      if (more) break;
      entries.push(entry);
      last = record;
    }
    return sendJson(request, reply, {
      ...(entries.length > 0 ? { entries } : {}),
      ...(more && last ? { nextPageToken: encodePageToken(Buffer.from(String(last.seq))) } : {}),
    });
  });
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

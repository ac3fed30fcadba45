import type { GoogleAuth } from 'google-auth-library';
import type { Clock } from '../context.ts';
import { type AuditEntry, type AuditFilter, readAudit } from './audit.ts';
import { ownUserAgent } from './user-agent.ts';

/** One POST of JSON: what was answered, and when by the clock of who has answered. */
export type Post = (
  url: string,
  body: object,
) => Promise<{ data: unknown; date: Date | undefined }>;

/** Milliseconds that a clock may be wrong without anybody asking twice. */
const tolerance = 5000;

/**
 * The audit log of a project on GCP. Entries are dated by Google's clocks, and a filter by that
 * of this machine, which may be wrong by minutes: the answer's date tells by how much.
 *
 * @param origin of the API
 */
export function gcpAudit(
  origin: string,
  project: string,
  clock: Pick<Clock, 'now'>,
  post: Post,
): (filter: AuditFilter) => Promise<readonly AuditEntry[]> {
  let ahead: number | undefined;
  const list = async (body: object) => {
    const { data, date } = await post(`${origin}/v2/entries:list`, body);
    if (date !== undefined) ahead = date.getTime() - clock.now().getTime();
    return data;
  };
  const read = (filter: AuditFilter) => {
    const since = new Date(filter.since.getTime() + (ahead ?? 0) - tolerance);
    return readAudit(list, project, { ...filter, since }, 'timestamp');
  };
  return async (filter) => {
    const isFirst = ahead === undefined;
    const entries = await read(filter);
    return isFirst && Math.abs(ahead ?? 0) > tolerance ? read(filter) : entries;
  };
}

/** Asks with Application Default Credentials; they are looked for when there is something to ask. */
export function postAuthenticated(): Post {
  let opened: Promise<GoogleAuth> | undefined;
  const open = async () => {
    const library = await import('google-auth-library');
    return new library.GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
  };
  return async (url, data) => {
    opened ??= open();
    const auth = await opened;
    const answer = await auth.request({
      ...{ url, data, method: 'POST' as const },
      headers: { 'user-agent': ownUserAgent },
    });
    const date = answer.headers.get('date');
    return { data: answer.data, date: date === null ? undefined : new Date(date) };
  };
}

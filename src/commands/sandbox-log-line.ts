import type { FeedEntry } from '../cloud/audit-feed.ts';
import { toolOf } from '../cloud/user-agent.ts';
import type { Messages } from '../i18n/messages.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { wrap } from '../terminal/width.ts';

/**
 * One entry of the audit log for people: when, what came of it, who, what, on what, with which
 * tool, and what was missing. On a terminal it is broken into lines; in a pipe it is one.
 *
 *     21:29:24 403 robot-1@cloudlab-sandbox storage.objects.get gs://photos/cat.jpg
 *              Python · needs storage.objects.get
 */
export function entryLine(entry: FeedEntry, terminal: Terminal, say: Messages): string {
  const { paint } = terminal;
  const { sandboxLog: words } = say;
  const resource = shortResource(entry.resource);
  const tool = toolOf(entry.userAgent);
  const missing = entry.checks.find(({ granted }) => !granted);
  const through = (entry.through ?? []).map(shortName).join(', ');
  const text = [
    paint.faint(clockTime(entry)),
    (entry.status < 400 ? paint.good : paint.bad)(String(entry.status)),
    paint.strong(shortName(entry.principal)) + (through === '' ? '' : words.via(through)),
    entry.method,
    ...(resource === '' ? [] : [paint.accent(resource)]),
    ...(tool === '' ? [] : [paint.faint(`[${tool === 'web page' ? words.page : tool}]`)]),
    ...(missing === undefined || entry.status < 400 ? [] : [paint.caution(`· ${needs()}`)]),
  ].join(' ');
  return terminal.interactive ? wrap(text, terminal.columns, indent) : text;

  function needs(): string {
    const { permission = '', resource: where = '' } = missing ?? {};
    const on = where === entry.resource ? '' : words.on(shortResource(where));
    return words.needs(permission) + on;
  }
}

/** As wide as the time. */
const indent = ' '.repeat('00:00:00 '.length);

/** `2026-11-21`, by this machine's time zone. */
export function localDay({ time }: Pick<FeedEntry, 'time'>): string {
  const date = new Date(time);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-');
}

function clockTime({ time }: FeedEntry): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** `robot-1@my-project` for a service account. */
const shortName = (name: string): string =>
  printable(name).replace(/\.iam\.gserviceaccount\.com$/, '');

/** As people call it: `gs://photos/cat.jpg`, `asia-northeast3-a/web-1`, an email address. */
export function shortResource(resource: string): string {
  const name = printable(resource);
  const stored = /^projects\/_\/buckets\/([^/]+)(?:\/objects(\/.+))?/s.exec(name);
  if (stored !== null) return `gs://${stored[1]}${stored[2] ?? ''}`;
  const account = /\/serviceAccounts\/(.+)$/.exec(name);
  if (account !== null) return shortName(account[1] ?? '');
  const place = /^projects\/[^/]+\/(?:zones|regions)\/([^/]+)(?:\/\w+\/([^/]+))?$/.exec(name);
  if (place !== null) return [place[1], place[2]].filter(Boolean).join('/');
  return name.replace(/^projects\/[^/]+\/global\/\w+\//, '').replace(/^projects\//, '');
}

/** Names of objects may hold anything, such as what moves a terminal's cursor. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, '?');

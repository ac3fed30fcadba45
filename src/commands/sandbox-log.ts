import { type FeedEntry, readFeed } from '../cloud/audit-feed.ts';
import { findRunningSandbox, type SandboxAddress } from '../cloud/running-sandbox.ts';
import { toolOf } from '../cloud/user-agent.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { entryLine, localDay } from './sandbox-log-line.ts';

export interface LogOptions {
  readonly follow: boolean;
  /** A part of the method's name. */
  readonly method: string | undefined;
  /** A part of the principal's. */
  readonly principal: string | undefined;
  readonly denied: boolean;
  /** Shows the looks of cloudlab itself as well. */
  readonly all: boolean;
  readonly limit: number | undefined;
}

/** The newest entries of the running sandbox's audit log, and on request what comes after them. */
export async function showSandboxLog(context: Context, options: LogOptions): Promise<ExitCode> {
  const { home, terminal, say } = context;
  const running = await findRunningSandbox(home);
  if (running === undefined) throw new UserError('sandbox-not-running', {});
  const { address } = running;
  const { entries, last } = await readAll(address);
  const wanted = entries.filter((entry) => isWanted(entry, options));
  const shown = wanted.filter((entry) => options.all || !isOwnLook(entry));
  const newest = shown.slice(-(options.limit ?? (options.follow ? 10 : 50)));
  const print = printer(context, options);
  if (terminal.json && !options.follow) {
    terminal.printJson({ entries: newest.map(asJson) });
    return exitCodes.done;
  }
  for (const entry of newest) print(entry);
  if (options.follow) return follow(context, address, last, options, print);
  if (newest.length === 0) {
    terminal.print(entries.length === 0 ? say.sandboxLog.none : say.sandboxLog.noneSuch);
  }
  if (wanted.length > shown.length) {
    terminal.note(terminal.paint.faint(say.sandboxLog.hidden(wanted.length - shown.length)));
  }
  return exitCodes.done;
}

async function readAll(address: SandboxAddress) {
  const entries: FeedEntry[] = [];
  for (let after = 0; ; ) {
    const page = await readFeed(address, { after });
    entries.push(...page.entries);
    if (page.entries.length < feedPage) return { entries, last: page.last };
    after = page.last;
  }
}

/** What the feed answers at most at once. */
const feedPage = 1000;

/** Until Ctrl-C, or until the sandbox ends. */
async function follow(
  { host, terminal, say }: Context,
  address: SandboxAddress,
  begin: number,
  options: LogOptions,
  print: (entry: FeedEntry) => void,
): Promise<ExitCode> {
  const stop = new AbortController();
  const stopListening = host.interrupts.listen(() => stop.abort());
  terminal.note(terminal.paint.faint(say.sandboxLog.following));
  try {
    for (let after = begin; ; ) {
      const asked = { after, waitSeconds: 25, looks: options.all };
      const { entries, last, forgotten } = await readFeed(address, asked, stop.signal);
      if (forgotten) terminal.note(say.sandboxLog.forgotten);
      for (const entry of entries) if (isWanted(entry, options)) print(entry);
      after = last;
    }
  } catch {
    if (!stop.signal.aborted) terminal.note(say.sandboxLog.stopped);
    return exitCodes.done;
  } finally {
    stopListening();
  }
}

/** Prints an entry, and before the first one of a day the day. */
function printer({ terminal, say }: Context, { follow }: LogOptions): (entry: FeedEntry) => void {
  let day: string | undefined;
  return (entry) => {
    if (terminal.json) {
      if (follow) terminal.print(JSON.stringify(asJson(entry)));
      return;
    }
    const own = localDay(entry);
    if (own !== day) terminal.print(terminal.paint.faint(own));
    day = own;
    terminal.print(entryLine(entry, terminal, say));
  };
}

const isOwnLook = ({ kind, userAgent }: FeedEntry): boolean =>
  kind.endsWith('_READ') && userAgent.startsWith('cloudlab/');

function isWanted(entry: FeedEntry, { method, principal, denied }: LogOptions): boolean {
  const has = (text: string, part = '') => text.toLowerCase().includes(part.toLowerCase());
  if (!has(entry.method, method)) return false;
  if (![entry.principal, ...(entry.through ?? [])].some((name) => has(name, principal)))
    return false;
  return !denied || [401, 403].includes(entry.status);
}

const asJson = ({ time, ...entry }: FeedEntry): object => ({
  time: new Date(time).toISOString(),
  ...entry,
  tool: toolOf(entry.userAgent),
});

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuditLog } from './audit/audit-log.ts';
import { type AuditRecord, isOwnLook } from './audit/record.ts';
import { requireToken } from './control.ts';
import { invalidParameter } from './wire/errors.ts';
import { queryOf } from './wire/query.ts';

/**
 * The audit log for whoever waits for what happens:
 *
 *     GET /_cloudlab/log?after=SEQ&waitSeconds=20&looks=false
 *     {"entries": [{"seq": 1764.., "method": "storage.objects.insert", ...}], "last": 1764..}
 *
 * answers with what is behind `after` as soon as there is something, and with nothing after
 * `waitSeconds` (at most a minute). `last` is the `after` of the next question. Without `after`
 * nothing is waited for and nothing told but where the log stands; 0 is its beginning.
 * `looks=false` leaves out the requests with which cloudlab itself only looks. `forgotten` says
 * that the sandbox was reset in between.
 *
 * Who waits is nothing but an entry in a set: many may, and a slow one costs nothing, for
 * records wait in the log and not for him. All are answered before the sandbox closes.
 */
export function installFeed(app: FastifyInstance, log: AuditLog, token: string | undefined): void {
  if (token === undefined) return;
  const waiting = new Set<() => void>();
  const answering = new Set<Promise<void>>();
  app.addHook('preClose', async () => {
    for (const wake of waiting) wake();
    await Promise.all(answering);
  });

  app.get('/_cloudlab/log', async (request, reply) => {
    requireToken(request, token);
    const { after, waitSeconds, looks } = parametersOf(request);
    if (after === undefined) return { entries: [], last: log.last };
    const answered = closed(reply).finally(() => answering.delete(answered));
    answering.add(answered);
    const wanted = (record: AuditRecord) => looks || !isOwnLook(record);
    const entries = async () => (await log.since(after)).filter(wanted);
    let found = await entries();
    if (found.length === 0 && log.last >= after && waitSeconds > 0) {
      await somethingNew(log, wanted, waitSeconds, reply, waiting);
      found = await entries();
    }
    const page = found.slice(0, MOST);
    // What was left out will not be wanted next time either.
    const last = found.length > MOST ? page.at(-1)?.seq : log.last;
    return { entries: page, last, ...(after > 0 && log.forgotSince(after) && { forgotten: true }) };
  });
}

const MOST = 1000;
const LONGEST_WAIT = 60;
/** Milliseconds for what comes right behind: a tool seldom sends one request alone. */
const GATHER = 20;

function parametersOf(request: FastifyRequest) {
  const { after, waitSeconds = '0', looks = 'true' } = queryOf(request);
  if (after !== undefined && !/^\d{1,16}$/.test(after)) throw invalidParameter('after', after);
  if (!/^\d{1,4}$/.test(waitSeconds)) throw invalidParameter('waitSeconds', waitSeconds);
  if (!/^(true|false)$/.test(looks)) throw invalidParameter('looks', looks);
  return {
    after: after === undefined ? undefined : Number(after),
    waitSeconds: Math.min(Number(waitSeconds), LONGEST_WAIT),
    looks: looks === 'true',
  };
}

/** Resolves when the answer has left, or nobody waits for it any more. */
const closed = (reply: FastifyReply): Promise<void> =>
  new Promise((resolve) => {
    reply.raw.once('close', resolve);
  });

/** Resolves a moment after a record that is wanted, when the time is up, or when nobody waits. */
function somethingNew(
  log: AuditLog,
  wanted: (record: AuditRecord) => boolean,
  waitSeconds: number,
  reply: FastifyReply,
  waiting: Set<() => void>,
): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      waiting.delete(end);
      reply.raw.off('close', end);
      resolve();
    };
    let timer = setTimeout(end, waitSeconds * 1000);
    const unsubscribe = log.subscribe((record) => {
      if (record !== undefined && !wanted(record)) return;
      unsubscribe();
      clearTimeout(timer);
      timer = setTimeout(end, GATHER);
    });
    waiting.add(end);
    reply.raw.once('close', end);
  });
}

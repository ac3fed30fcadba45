/**
 * The audit log of a running sandbox as it is written, through the sandbox's control API
 * (src/sandbox/log-feed.ts): for whoever waits for what happens there.
 */
import * as z from 'zod/mini';
import type { Clock } from '../context.ts';
import { call, type SandboxAddress } from './running-sandbox.ts';

const entrySchema = z.object({
  seq: z.number(),
  /** Milliseconds since 1970, by the sandbox's clock. */
  time: z.number(),
  method: z.string(),
  kind: z.enum(['ADMIN_WRITE', 'DATA_WRITE', 'ADMIN_READ', 'DATA_READ']),
  principal: z.string(),
  through: z.optional(z.array(z.string())),
  keyName: z.optional(z.string()),
  resource: z.string(),
  checks: z.array(z.object({ permission: z.string(), resource: z.string(), granted: z.boolean() })),
  status: z.number(),
  userAgent: z.string(),
});

export type FeedEntry = z.infer<typeof entrySchema>;

const answerSchema = z.object({
  entries: z.array(entrySchema),
  last: z.number(),
  forgotten: z.optional(z.boolean()),
});

export type FeedAnswer = z.infer<typeof answerSchema>;

export type FeedAddress = Pick<SandboxAddress, 'url' | 'controlToken'>;

interface Asked {
  /** What was seen last; undefined to learn where the log stands. */
  readonly after?: number | undefined;
  /** Waits so long for something to tell; 0: not at all. */
  readonly waitSeconds?: number;
  /** False leaves out the requests with which cloudlab itself only looks. */
  readonly looks?: boolean;
}

/** @throws where nobody answers, or not with the feed */
export async function readFeed(
  address: FeedAddress,
  { after, waitSeconds = 0, looks = true }: Asked,
  signal?: AbortSignal,
): Promise<FeedAnswer> {
  const query = new URLSearchParams({ waitSeconds: String(waitSeconds), looks: String(looks) });
  if (after !== undefined) query.set('after', String(after));
  const { status, body } = await call(
    `${address.url}/_cloudlab/log?${query}`,
    'GET',
    address.controlToken,
    { timeout: waitSeconds * 1000 + 5000, ...(signal === undefined ? {} : { signal }) },
  );
  if (status !== 200) throw new Error(`the sandbox answers ${status}`);
  return z.parse(answerSchema, body);
}

const waitSeconds = 25;
/** Milliseconds between looking for a sandbox that does not answer. */
const shortestPause = 250;
const longestPause = 5000;

/**
 * Calls back when somebody does something in a sandbox of another process, and when it was reset,
 * has gone or is back: whatever was known then may be wrong.
 *
 * @param find finds the sandbox again; undefined where it does not run
 * @returns stops watching
 */
export function watchFeed(
  find: () => Promise<FeedAddress | undefined>,
  clock: Pick<Clock, 'sleep'>,
  onChange: () => void,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const isStopped = () => signal.aborted;

  /** Follows one sandbox until it does not answer any more. */
  async function follow(address: FeedAddress, began: () => void): Promise<void> {
    let { last: after } = await readFeed(address, {}, signal);
    began();
    while (!isStopped()) {
      const asked = { after, waitSeconds, looks: false };
      const { entries, last, forgotten } = await readFeed(address, asked, signal);
      after = last;
      if (!isStopped() && (entries.length > 0 || forgotten)) onChange();
    }
  }

  void (async () => {
    let pause = shortestPause;
    let lost = false;
    while (!isStopped()) {
      const address = await find().catch(() => undefined);
      if (address !== undefined && !isStopped()) {
        const began = () => {
          pause = shortestPause;
          if (lost) onChange();
          lost = false;
        };
        await follow(address, began).catch(() => undefined);
        if (!isStopped() && !lost) onChange();
        lost = true;
      }
      await clock.sleep(pause);
      pause = Math.min(pause * 2, longestPause);
    }
  })();
  return () => stop.abort();
}

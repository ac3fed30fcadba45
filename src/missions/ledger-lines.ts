/** What stands in a ledger, line by line (`ledger.ts` says how it is written). */
import * as z from 'zod/mini';
import { resourceSchema } from '../cloud/resource.ts';
import { services, targetRecordSchema } from '../cloud/target.ts';

/**
 * Lines of a run that somebody does by hand. They are all that is needed to go on with it
 * after its terminal was closed, its process killed, or its machine switched off.
 */
const guidedLines = [
  z.object({
    event: z.literal('guided'),
    at: z.string(),
    /** What was set with `--set`; relative paths count from `cwd`. */
    inputs: z.record(z.string(), z.string()),
    cwd: z.string(),
    keep: z.boolean(),
    /**
     * Addresses that were free when the run began, and have its id in their names or were chosen
     * for it: what is found there later was made for this run, with or without its label.
     */
    free: z.array(z.string()),
  }),
  /** Another process goes on with it. */
  z.object({ event: z.literal('resumed'), at: z.string(), pid: z.number(), host: z.string() }),
  /** Where the run's own sandbox listens: what the learner has made for it names the port. */
  z.object({ event: z.literal('listens'), at: z.string(), port: z.number() }),
  /** A task's check passed; `facts` is what it saw, for the checks that follow. */
  z.object({
    event: z.literal('passed'),
    at: z.string(),
    task: z.string(),
    found: z.string(),
    facts: z.record(z.string(), z.string()),
    /** How many changes the provider's log had by then: what follows is of the next task. */
    deeds: z.optional(z.number()),
  }),
  /** The task was done by cloudlab: it does not count. */
  z.object({
    event: z.literal('shown'),
    at: z.string(),
    task: z.string(),
    facts: z.record(z.string(), z.string()),
  }),
  /** What a task had made is not there any more, and is needed. */
  z.object({ event: z.literal('reopened'), at: z.string(), task: z.string() }),
  /** The learner has made something of the run's name in another place than was asked for. */
  z.object({ event: z.literal('misplaced'), at: z.string(), address: z.string() }),
  /** A rung of the ladder was asked for. */
  z.object({ event: z.literal('hint'), at: z.string(), task: z.string(), hint: z.string() }),
  /** Left, to be gone on with later. */
  z.object({ event: z.literal('left'), at: z.string() }),
] as const;

export const lineSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('start'),
    at: z.string(),
    format: z.literal(1),
    /** Part of file names: letters and digits only. */
    run: z.string().check(z.regex(/^[a-z0-9]{1,32}$/)),
    mission: z.string(),
    target: targetRecordSchema,
    /** What is searched for what the run has left; runs of old used Cloud Storage alone. */
    services: z._default(z.array(z.enum(services)), ['storage']),
    /** Who is running it: a live process is never cleaned up after. */
    pid: z.number(),
    host: z.string(),
  }),
  ...guidedLines,
  z.object({ event: z.literal('intent'), at: z.string(), resource: resourceSchema }),
  z.object({ event: z.literal('created'), at: z.string(), address: z.string() }),
  z.object({ event: z.literal('deleting'), at: z.string(), address: z.string() }),
  z.object({ event: z.literal('deleted'), at: z.string(), address: z.string() }),
  /** Not ours after all: the provider had something of this name that carries no label of this run. */
  z.object({ event: z.literal('foreign'), at: z.string(), address: z.string() }),
  /** The user asked to keep what is open; the process is not responsible any more. */
  z.object({ event: z.literal('kept'), at: z.string() }),
  z.object({
    event: z.literal('end'),
    at: z.string(),
    verdict: z.string(),
    survivors: z.array(z.string()),
  }),
]);

export type LedgerLine = z.infer<typeof lineSchema>;
export type LedgerStart = Extract<LedgerLine, { event: 'start' }>;
/** A line before its time is put in. */
export type NewLine = LedgerLine extends infer Line
  ? Line extends LedgerLine
    ? Omit<Line, 'at'>
    : never
  : never;

/** The lines that only a run by hand has. */
export type GuidedLine = Extract<
  NewLine,
  { event: 'guided' | 'resumed' | 'listens' | 'passed' | 'shown' | 'reopened' | 'hint' | 'left' }
>;

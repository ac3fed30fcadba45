import * as z from 'zod';
import type {
  FileChange,
  GuestDisk,
  GuestMachine,
  GuestRequest,
  GuestUser,
  SessionOptions,
} from './contract.ts';

/**
 * What the main thread and a guest's worker tell each other. What comes from a worker is
 * checked: whatever a learner makes of it, the sandbox's thread believes nothing unseen.
 */

/** All of a boot, or of waking up again where `asleep` is what it told when it fell asleep. */
export interface BootMessage {
  readonly kind: 'boot';
  readonly machine: GuestMachine;
  readonly users: readonly GuestUser[];
  readonly files: readonly FileChange[];
  readonly startupScript: string | undefined;
  readonly asleep: Asleep | undefined;
  readonly now: number;
}

/** What a hibernating guest is beside its disk. */
export const asleepSchema = z.object({
  state: z.record(z.string(), z.unknown()),
  volatile: z.array(z.custom<FileChange>((value) => typeof value === 'object')),
  hostname: z.string(),
  booted: z.number(),
  bootId: z.string(),
});
export type Asleep = z.infer<typeof asleepSchema>;

export type ToWorker =
  /** It is a spare, and has time to warm up. */
  | { kind: 'rehearse' }
  | BootMessage
  | { kind: 'call'; id: number; call: Call; now: number }
  | { kind: 'session'; id: number; op: SessionOp; now: number }
  | { kind: 'response'; id: number; result: Outcome }
  | { kind: 'taken'; bytes: number }
  | { kind: 'ping'; now: number };

export type Call =
  | { method: 'setUsers'; users: readonly GuestUser[] }
  | { method: 'setDisks'; disks: readonly GuestDisk[] }
  | { method: 'openSession'; session: number; options: SessionOptions }
  | { method: 'serve'; port: number; request: GuestRequest }
  | { method: 'shutdown' }
  | { method: 'file'; user: string; op: string; args: unknown[] };

export type SessionOp =
  | { do: 'write'; bytes: Uint8Array }
  | { do: 'end' }
  | { do: 'resize'; columns: number; rows: number }
  | { do: 'signal'; name: string }
  | { do: 'close' }
  | { do: 'taken'; bytes: number };

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const headers = z.array(z.tuple([z.string(), z.string()]));

export const requestSchema = z.object({
  method: z.string().max(64),
  url: z.string().max(64 * 1024),
  headers,
  body: bytes,
  from: z.string(),
  timeoutMs: z.number(),
});

export const responseSchema = z.object({
  status: z.number().int(),
  statusText: z.string(),
  headers,
  body: bytes,
});

const node = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file'), content: bytes, ...attributes() }),
  z.object({ type: z.literal('folder'), ...attributes() }),
  z.object({ type: z.literal('link'), target: z.string(), ...attributes() }),
]);

function attributes() {
  return {
    mode: z.number().int(),
    uid: z.number().int(),
    gid: z.number().int(),
    mtime: z.number(),
  };
}

const change = z.union([
  z.object({ path: z.string().startsWith('/'), removed: z.literal(true) }),
  z.object({ path: z.string().startsWith('/'), node }),
]);

/** How a call ended: errors cross threads as their code and message. */
const outcome = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type Outcome = z.infer<typeof outcome>;

export const fromWorkerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('up') }),
  z.object({ kind: z.literal('reply'), id: z.number(), result: outcome }),
  z.object({
    kind: z.literal('output'),
    session: z.number(),
    stream: z.enum(['stdout', 'stderr']),
    bytes,
  }),
  z.object({
    kind: z.literal('ended'),
    session: z.number(),
    code: z.number().int().min(0).max(255),
    signal: z.string().optional(),
  }),
  /** Bytes of the client that somebody took, or waits for more of. */
  z.object({ kind: z.literal('consumed'), session: z.number(), bytes: z.number().int().min(0) }),
  z.object({ kind: z.literal('serial'), text: z.string() }),
  z.object({ kind: z.literal('persist'), changes: z.array(change) }),
  z.object({ kind: z.literal('listening'), ports: z.array(z.number().int().min(1).max(65_535)) }),
  z.object({
    kind: z.literal('power'),
    action: z.enum(['off', 'reboot', 'panic']),
    reason: z.string(),
  }),
  z.object({ kind: z.literal('log'), line: z.string() }),
  z.object({ kind: z.literal('request'), id: z.number(), request: requestSchema }),
  z.object({ kind: z.literal('idle'), asleep: asleepSchema }),
  z.object({ kind: z.literal('pong') }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;

import { readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import * as z from 'zod/mini';
import { writeFileAtomically } from '../atomic-file.ts';
import type { Home } from '../home.ts';
import { ownUserAgent } from './user-agent.ts';

/**
 * `sandbox start` leaves its address in the home directory, where the other
 * commands find it. The file may outlive its sandbox (kill -9, a power cut), so
 * it counts only once the sandbox itself has answered with the same instance.
 */
const addressSchema = z.object({
  url: z.url(),
  pid: z.number(),
  dataDir: z.string(),
  instanceId: z.string(),
  /** Allows stop and reset; a web page that finds the port does not have it. */
  controlToken: z.string(),
  /** Where it listens over TLS as well, and what its clients have to trust. */
  tls: z.optional(z.object({ url: z.url(), caFile: z.string(), bundleFile: z.string() })),
  /** True if requests can be made to fail on demand. */
  faults: z.optional(z.literal(true)),
  /** Set where callers have to prove who they are. */
  auth: z.optional(z.literal('enforce')),
});

export type SandboxAddress = z.infer<typeof addressSchema>;

const statusSchema = z.object({
  name: z.literal('cloudlab-sandbox'),
  instanceId: z.string(),
  projectId: z.string(),
  startedAt: z.string(),
  /** What the sandbox's own clock shows. */
  time: z.string(),
  aheadSeconds: z.number(),
  buckets: z.number(),
  objects: z.number(),
  bytes: z.number(),
});

export type SandboxStatus = z.infer<typeof statusSchema>;

const clockSchema = z.pick(statusSchema, { time: true, aheadSeconds: true });

export type SandboxClock = z.infer<typeof clockSchema>;

export interface RunningSandbox {
  readonly address: SandboxAddress;
  readonly status: SandboxStatus;
}

/** Leaves word of a started sandbox. */
export function announceSandbox(home: Home, address: SandboxAddress): void {
  writeFileAtomically(home.sandboxAddress, JSON.stringify(address));
}

/** Takes the word back, and the token with it, unless another sandbox has left its own meanwhile. */
export function withdrawSandbox(home: Home, instanceId: string): void {
  if (readAddress(home)?.instanceId !== instanceId) return;
  rmSync(home.sandboxAddress, { force: true });
  rmSync(home.sandboxToken, { force: true });
}

/** The sandbox that `sandbox start` runs, if one answers. */
export async function findRunningSandbox(home: Home): Promise<RunningSandbox | undefined> {
  const address = readAddress(home);
  if (address === undefined) return undefined;
  const status = await readStatus(address.url);
  return status?.instanceId === address.instanceId ? { address, status } : undefined;
}

/** What a sandbox says of itself; undefined where none answers there. */
export async function readStatus(url: string): Promise<SandboxStatus | undefined> {
  const answer = await call(`${url}/_cloudlab/status`, 'GET').catch(() => undefined);
  const parsed = z.safeParse(statusSchema, answer?.body);
  return parsed.success ? parsed.data : undefined;
}

/** Asks a running sandbox to stop, or to forget everything it holds. */
export async function controlSandbox(
  address: Pick<SandboxAddress, 'url' | 'controlToken'>,
  action: 'stop' | 'reset',
): Promise<boolean> {
  const answer = await call(`${address.url}/_cloudlab/${action}`, 'POST', address.controlToken);
  return answer.status >= 200 && answer.status < 300;
}

/**
 * Moves a running sandbox's clock on, and waits until it has done all that became due by
 * that, which can take a while where a rule concerns very many objects.
 */
export async function advanceClock(
  address: Pick<SandboxAddress, 'url' | 'controlToken'>,
  seconds: number,
): Promise<SandboxClock | 'too-far' | 'failed'> {
  const answer = await call(`${address.url}/_cloudlab/clock`, 'POST', address.controlToken, {
    json: { advanceSeconds: seconds },
    timeout: 600_000,
  });
  if (answer.status === 400) return 'too-far';
  const parsed = z.safeParse(clockSchema, answer.body);
  return answer.status === 200 && parsed.success ? parsed.data : 'failed';
}

function readAddress(home: Home): SandboxAddress | undefined {
  try {
    const parsed = z.safeParse(
      addressSchema,
      JSON.parse(readFileSync(home.sandboxAddress, 'utf8')),
    );
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** node:http rather than fetch, whose first use costs some 25 ms of every command. */
export function call(
  url: string,
  method: 'GET' | 'POST',
  token?: string,
  { json, timeout = 3000, signal }: { json?: object; timeout?: number; signal?: AbortSignal } = {},
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'user-agent': ownUserAgent,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const options = { method, headers, timeout, agent: false, ...(signal && { signal }) };
    const outgoing = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve({
            status: response.statusCode ?? 0,
            body: text === '' ? null : JSON.parse(text),
          });
        } catch (error) {
          reject(error);
        }
      });
    });
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`no answer within ${timeout / 1000} s`)),
    );
    outgoing.on('error', reject);
    outgoing.end(json === undefined ? undefined : JSON.stringify(json));
  });
}

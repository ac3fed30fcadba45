import { join } from 'node:path';
import type { Host } from '../context.ts';
import { UserError } from '../errors.ts';
import type { Home } from '../home.ts';
import { type AuditFilter, readAudit } from './audit.ts';
import { watchFeed } from './audit-feed.ts';
import { openClients } from './clients.ts';
import type { Credential } from './iam/acting.ts';
import type { ApiRequest } from './iam/request.ts';
import { openSandbox } from './open-sandbox.ts';
import { call, findRunningSandbox } from './running-sandbox.ts';
import { findSandboxMachine } from './sandbox-machines.ts';
import { askForToken, ownToken } from './session-token.ts';
import { soon } from './soon.ts';
import { startAnnounced } from './start-announced.ts';
import { storageAs } from './storage-as.ts';
import {
  type Clients,
  defaultRegion,
  type Service,
  type Target,
  type TargetRecord,
} from './target.ts';

type SandboxRecord = Extract<TargetRecord, { kind: 'sandbox' }>;

/**
 * Chooses the sandbox of a new run: the one that `sandbox start` runs; where
 * none runs, one in this process.
 *
 * @param run an in-process sandbox keeps its data in the run's own folder, unless
 *   `keep` asks for things to outlive the run, when the user's own data directory serves
 * @param enforces nobody may be let in who has not proven who he is
 * @throws UserError `sandbox-refuses-nobody` where one runs that lets everybody in
 */
export async function chooseSandbox(
  home: Home,
  run: string,
  keep: boolean,
  enforces = false,
): Promise<SandboxRecord> {
  const running = await findRunningSandbox(home);
  if (running !== undefined) {
    if (enforces && running.address.auth !== 'enforce') {
      throw new UserError('sandbox-refuses-nobody', { url: running.address.url });
    }
    return { kind: 'sandbox', dataDir: running.address.dataDir, private: false };
  }
  return keep
    ? { kind: 'sandbox', dataDir: home.sandboxData, private: false }
    : { kind: 'sandbox', dataDir: join(home.workspaceOf(run), 'sandbox'), private: true };
}

/** Where a sandbox listens if nobody else does. */
interface PreferredPort {
  readonly port: number;
}

export interface OpenOptions {
  /** A sandbox of this process can be found by the other commands, and by whoever asks `cloudlab env`. */
  readonly announced?: boolean | PreferredPort;
  /** A sandbox of this process lets nobody in who has not proven who he is. */
  readonly enforces?: boolean;
}

/**
 * The sandbox that keeps its data there: running elsewhere, or started in this process.
 *
 * @throws UserError as `openSandbox`
 */
export async function openSandboxTarget(
  host: Host,
  home: Home,
  record: SandboxRecord,
  services: readonly Service[],
  { announced = false, enforces = false }: OpenOptions = {},
): Promise<Target> {
  const running = await findRunningSandbox(home);
  if (running?.address.dataDir === record.dataDir) {
    const { address, status } = running;
    const token = await ownToken(address);
    const watch = (onChange: () => void) =>
      watchFeed(() => findAgain(home, record), host.clock, onChange);
    return connect(host, record, services, { ...status, url: address.url, token, watch });
  }
  const { dataDir } = record;
  const auth = enforces ? 'enforce' : 'open';
  if (announced) {
    const { sandbox, address, close } = await startWherever(announced, (port) =>
      startAnnounced(host, home, { dataDir, auth, ...port }),
    );
    const reached = { ...sandbox, token: await ownToken(address) };
    return connect(host, record, services, reached, close);
  }
  const controlToken = Buffer.from(host.random(24)).toString('base64url');
  const sandbox = await openSandbox(host, { dataDir, auth, ...(enforces && { controlToken }) });
  const { url } = sandbox;
  const token = enforces ? (await askForToken({ url, controlToken }))?.accessToken : undefined;
  return connect(host, record, services, { ...sandbox, token }, () => sandbox.close());
}

/** At the preferred port, or at any other where that is taken. */
async function startWherever<Started>(
  preferred: true | PreferredPort,
  start: (port: Partial<PreferredPort>) => Promise<Started>,
): Promise<Started> {
  if (preferred === true) return start({});
  try {
    return await start(preferred);
  } catch (error) {
    const isTaken = error instanceof UserError && /^port-/.test(error.code);
    if (!isTaken) throw error;
    return start({});
  }
}

interface Reached {
  readonly url: string;
  readonly projectId: string;
  /** Where callers have to prove who they are. */
  readonly token?: string | undefined;
  watch(onChange: () => void): () => void;
}

/** Wherever it runs by now. */
async function findAgain(home: Home, { dataDir }: SandboxRecord) {
  const running = await findRunningSandbox(home);
  return running?.address.dataDir === dataDir ? running.address : undefined;
}

async function connect(
  { clock }: Host,
  record: SandboxRecord,
  services: readonly Service[],
  { url, projectId: project, token, watch }: Reached,
  close?: () => Promise<void>,
): Promise<Target> {
  const clients = await openSandboxClients(services, url, project, token);
  return Object.assign(clients, {
    kind: 'sandbox' as const,
    project,
    region: defaultRegion,
    services,
    origins: [url] as const,
    record,
    inProcess: close !== undefined,
    clock,
    loginWithinMs: 10_000,
    storageAs: async (credential: Credential) => {
      const { accessTokenAs } = await import('./iam/acting.ts');
      const request = await connectIdentity(url, token);
      const actor = await accessTokenAs(credential, request, clock.now());
      return storageAs(url, project, retryDelay, actor);
    },
    member: async () => 'user:learner@example.com',
    machine: (zone: string, name: string) => findSandboxMachine(url, zone, name),
    audit: (filter: AuditFilter) =>
      readAudit((body) => listEntries(url, token, body), project, filter, 'receiveTimestamp'),
    recordsData: true,
    watch: (onChange: () => void) => watch(soon(clock, onChange)),
    close: close ?? (async () => {}),
  });
}

async function listEntries(url: string, token: string | undefined, json: object): Promise<unknown> {
  const path = '/v2/entries:list';
  const { status, body } = await call(url + path, 'POST', token, { json, timeout: 30_000 });
  if (status === 200) return body;
  throw Object.assign(new Error(`the sandbox answers ${status} to POST ${path}`), { code: status });
}

/**
 * Google's clients of these services, for a sandbox that listens at `url`.
 *
 * @param token with which they say who they are; default: they do not
 */
export function openSandboxClients(
  services: readonly Service[],
  url: string,
  project: string,
  token?: string,
): Promise<Clients> {
  return openClients(services, {
    storage: () => storageAs(url, project, retryDelay, token),
    async compute() {
      const { connectToSandbox } = await import('./compute/connect.ts');
      return connectToSandbox(url, project, token);
    },
    async iam() {
      const { iamClient } = await import('./iam/client.ts');
      return iamClient(await connectIdentity(url, token), project);
    },
  });
}

async function connectIdentity(url: string, token?: string): Promise<ApiRequest> {
  const { apiRequest } = await import('./iam/request.ts');
  const { sandboxAuthClient } = await import('./sandbox-auth.ts');
  return apiRequest(await sandboxAuthClient(token), () => url);
}

/** Seconds: retries as on GCP, without the long pauses that spare a distant and busy server. */
const retryDelay = 1;

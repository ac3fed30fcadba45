import { join } from 'node:path';
import type { Storage } from '@google-cloud/storage';
import type { Host } from '../context.ts';
import type { Home } from '../home.ts';
import { type AuditFilter, readAudit } from './audit.ts';
import { openClients } from './clients.ts';
import { inGrowingIntervals } from './growing-intervals.ts';
import { openSandbox } from './open-sandbox.ts';
import {
  announceSandbox,
  call,
  findRunningSandbox,
  readStatus,
  withdrawSandbox,
} from './running-sandbox.ts';
import { findSandboxMachine } from './sandbox-machines.ts';
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
 */
export async function chooseSandbox(
  home: Home,
  run: string,
  keep: boolean,
): Promise<SandboxRecord> {
  const running = await findRunningSandbox(home);
  if (running !== undefined) {
    return { kind: 'sandbox', dataDir: running.address.dataDir, private: false };
  }
  return keep
    ? { kind: 'sandbox', dataDir: home.sandboxData, private: false }
    : { kind: 'sandbox', dataDir: join(home.workspaceOf(run), 'sandbox'), private: true };
}

export interface OpenOptions {
  /** A sandbox of this process can be found by the other commands, and by whoever asks `cloudlab env`. */
  readonly announced?: boolean;
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
  { announced = false }: OpenOptions = {},
): Promise<Target> {
  const running = await findRunningSandbox(home);
  if (running?.address.dataDir === record.dataDir) {
    const { address, status } = running;
    return connect(host, record, services, { url: address.url, projectId: status.projectId });
  }
  const { dataDir } = record;
  if (!announced) {
    const sandbox = await openSandbox(host, { dataDir });
    return connect(host, record, services, sandbox, () => sandbox.close());
  }
  const controlToken = Buffer.from(host.random(24)).toString('base64url');
  const sandbox = await openSandbox(host, { dataDir, controlToken });
  const instanceId = (await readStatus(sandbox.url))?.instanceId ?? '';
  announceSandbox(home, { url: sandbox.url, pid: host.pid, dataDir, instanceId, controlToken });
  return connect(host, record, services, sandbox, async () => {
    withdrawSandbox(home, instanceId);
    await sandbox.close();
  });
}

async function connect(
  { clock }: Host,
  record: SandboxRecord,
  services: readonly Service[],
  { url, projectId: project }: { readonly url: string; readonly projectId: string },
  close?: () => Promise<void>,
): Promise<Target> {
  const clients = await openSandboxClients(services, url, project);
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
    machine: (zone: string, name: string) => findSandboxMachine(url, zone, name),
    audit: (filter: AuditFilter) =>
      readAudit(
        async (json) => (await call(`${url}/v2/entries:list`, 'POST', undefined, { json })).body,
        project,
        filter,
        'receiveTimestamp',
      ),
    recordsData: true,
    watch: (onChange: () => void) => inGrowingIntervals(clock, onChange),
    close: close ?? (async () => {}),
  });
}

/** Google's clients of these services, for a sandbox that listens at `url`. */
export function openSandboxClients(
  services: readonly Service[],
  url: string,
  project: string,
): Promise<Clients> {
  return openClients(services, {
    storage: () => connectStorage(url, project),
    async compute() {
      const { connectToSandbox } = await import('./compute/connect.ts');
      return connectToSandbox(url, project);
    },
  });
}

async function connectStorage(url: string, project: string): Promise<Storage> {
  const { IdempotencyStrategy, Storage } = await import('@google-cloud/storage');
  return new Storage({
    projectId: project,
    apiEndpoint: url,
    // Retries as on GCP, without the long pauses that spare a distant and busy server.
    // Below one second the client's own upload would refuse the value.
    retryOptions: { maxRetryDelay: 1, idempotencyStrategy: IdempotencyStrategy.RetryAlways },
  });
}

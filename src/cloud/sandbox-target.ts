import { join } from 'node:path';
import type { Host } from '../context.ts';
import type { Home } from '../home.ts';
import { openSandbox } from './open-sandbox.ts';
import { findRunningSandbox } from './running-sandbox.ts';
import { defaultRegion, type Target, type TargetRecord } from './target.ts';

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

/**
 * The sandbox that keeps its data there: running elsewhere, or started in this process.
 *
 * @throws UserError as `openSandbox`
 */
export async function openSandboxTarget(
  host: Host,
  home: Home,
  record: SandboxRecord,
): Promise<Target> {
  const running = await findRunningSandbox(home);
  if (running?.address.dataDir === record.dataDir) {
    return connect(running.address.url, running.status.projectId, record);
  }
  const sandbox = await openSandbox(host, { dataDir: record.dataDir });
  return connect(sandbox.url, sandbox.projectId, record, () => sandbox.close());
}

async function connect(
  url: string,
  project: string,
  record: SandboxRecord,
  close?: () => Promise<void>,
): Promise<Target> {
  const { IdempotencyStrategy, Storage } = await import('@google-cloud/storage');
  return {
    kind: 'sandbox',
    project,
    region: defaultRegion,
    storageOrigin: url,
    record,
    inProcess: close !== undefined,
    storage: new Storage({
      projectId: project,
      apiEndpoint: url,
      // Retries as on GCP, without the long pauses that spare a distant and busy server.
      // Below one second the client's own upload would refuse the value.
      retryOptions: { maxRetryDelay: 1, idempotencyStrategy: IdempotencyStrategy.RetryAlways },
    }),
    close: close ?? (async () => {}),
  };
}

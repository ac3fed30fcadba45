import { join } from 'node:path';
import { AuditLog } from './audit/audit-log.ts';
import type { AuditRecord } from './audit/record.ts';
import { SandboxClock } from './clock.ts';
import { Blobs } from './disk/blobs.ts';
import { Bodies } from './disk/bodies.ts';
import { stampDataDir } from './disk/data-dir.ts';
import { Journal } from './disk/journal.ts';
import { Store } from './disk/store.ts';
import { Events } from './events.ts';
import { type IamService, iamService } from './iam/service.ts';
import type { Identity } from './identity.ts';
import { type BaseHost, type Service, services } from './services.ts';
import { SandboxStartError } from './start-error.ts';

/** What a sandbox keeps in its data directory, and the services that work on it. */
export interface OpenData {
  services: readonly Service[];
  events: Events;
  clock: SandboxClock;
  auditLog: AuditLog;
  identity: Identity;
  learnerToken: IamService['learnerToken'];
  /** Wipes everything, the clock's advance included. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

type Given = Omit<BaseHost, 'clock' | 'events' | 'store' | 'bodies' | 'auditLog'>;

/**
 * Opens a data directory that is ours (locked) and starts the services on it. Throws
 * SandboxStartError if it cannot.
 */
export async function openData(dataDir: string, given: Given): Promise<OpenData> {
  let store: Store | undefined;
  try {
    await stampDataDir(dataDir);
    store = new Store(join(dataDir, 'metadata'));
    return await startServices(dataDir, store, given);
  } catch (error) {
    await store?.close();
    if (error instanceof SandboxStartError) throw error;
    const message = `The data directory ${dataDir} cannot be used: ${(error as Error).message}.`;
    throw new SandboxStartError('DATA_DIR_UNUSABLE', message, { dataDir, cause: error });
  }
}

async function startServices(dataDir: string, store: Store, given: Given): Promise<OpenData> {
  const events = new Events(given.log);
  const journal = new Journal<AuditRecord>(join(dataDir, 'audit'), given.log);
  const auditLog = new AuditLog(journal, given.wallClock().getTime());
  const { clock, blobs, base, iam } = store.openTables(() => {
    const clock = new SandboxClock(store, given.wallClock);
    const blobs = new Blobs({ ...given, dataDir, store });
    const bodies = new Bodies(store, blobs);
    const base = { ...given, clock: clock.now, events, auditLog, store, bodies };
    return { clock, blobs, base, iam: iamService(base) };
  });
  await Promise.all([blobs.recover(), iam.prepare()]);
  const host = { ...base, identity: iam.identity };
  // Services open their tables before they wait for anything.
  const starting = store.openTables(() => services.map((start) => start(host)));
  const running = [iam, ...(await Promise.all(starting))];
  const pause = () => Promise.all(running.map((service) => service.pause?.()));
  return {
    services: running,
    events,
    clock,
    auditLog,
    identity: iam.identity,
    learnerToken: iam.learnerToken,
    wipe: async () => {
      await pause();
      await store.write(() => blobs.clear());
      clock.reset();
      for (const service of running) service.reset();
      await auditLog.clear();
    },
    close: async () => {
      await pause();
      await auditLog.close();
      await store.close();
    },
  };
}

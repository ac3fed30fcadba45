import type { Storage } from '@google-cloud/storage';
import * as z from 'zod/mini';
import type { Clock } from '../context.ts';
import type { ProgramRequest, ProgramRun } from '../missions/program/program.ts';
import type { AuditEntry, AuditFilter } from './audit.ts';
import type { ComputeClients } from './compute/clients.ts';
import type { Credential } from './iam/acting.ts';
import type { IamClient } from './iam/client.ts';
import type { Machine } from './machine.ts';

/** Where missions can run, as `--target` names it. */
export const targetKinds = ['sandbox', 'gcp'] as const;
export type TargetKind = (typeof targetKinds)[number];

/** How a later process finds a target again; kept in the ledger. */
export const targetRecordSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sandbox'),
    /** Where the sandbox keeps its data; starting it there again brings everything back. */
    dataDir: z.string(),
    /** The data belongs to one run alone and goes with it. */
    private: z.boolean(),
  }),
  z.object({ kind: z.literal('gcp'), project: z.string() }),
]);

export type TargetRecord = z.infer<typeof targetRecordSchema>;

/** The services whose clients a mission can have. Loading one takes time: only those used are loaded. */
export const services = ['storage', 'compute', 'iam'] as const;
export type Service = (typeof services)[number];

/** Google's own clients; asking for one whose service was not opened is our mistake, and throws. */
export interface Clients {
  readonly storage: Storage;
  readonly compute: ComputeClients;
  readonly iam: IamClient;
}

/**
 * Where a mission runs. Missions see only this: official clients, made for the
 * embedded sandbox or for a GCP project, and nothing of either's insides.
 */
export interface Target extends Clients {
  readonly kind: TargetKind;
  readonly project: string;
  /** The region in which missions create things. */
  readonly region: string;
  /** Those that were opened, and are searched for what a run has left. */
  readonly services: readonly Service[];
  /** Scheme, host and port of the APIs that are used; the first is the one that is shown. */
  readonly origins: readonly [string, ...string[]];
  readonly record: TargetRecord;
  /** The provider runs inside this process and ends with it. */
  readonly inProcess: boolean;
  readonly clock: Pick<Clock, 'sleep'>;
  /** How long a VM that has just started may take until it lets its user in. */
  readonly loginWithinMs: number;
  /** Cloud Storage's client of somebody who acts as a service account. */
  storageAs(credential: Credential): Promise<Storage>;
  /** Who the clients act as, as policies name him: `user:learner@example.com`. */
  member(): Promise<string>;
  /** Where a VM is reached from here; undefined where it runs no more, or has no external address. */
  machine(zone: string, name: string): Promise<Machine | undefined>;
  /**
   * What the audit log has since a moment, the oldest first. A sandbox writes down every
   * request; of GCP's two kinds see `recordsData`.
   */
  audit(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  /**
   * True if every request on data (objects read and written) is in the audit log. On GCP it is only
   * where the project has that switched on: a missing entry proves nothing there.
   */
  readonly recordsData: boolean;
  /**
   * Calls back when something may have changed at the provider: soon in a sandbox, in growing
   * intervals on GCP. What was only read does not count.
   *
   * @returns stops watching
   */
  watch(onChange: () => void): () => void;
  /** Runs learners' programs that are led to this provider; there where a mission asks for programs. */
  readonly programs?: {
    run(request: ProgramRequest): Promise<ProgramRun>;
    /** Ends the one that runs, which rejects with Interrupted, and runs no other. */
    stop(): void;
  };
  /** Ends what was started for this target; the things in it stay. */
  close(): Promise<void>;
}

/** The one project that a sandbox has. */
export const sandboxProject = 'cloudlab-sandbox';

/** Seoul: where most learners are. */
export const defaultRegion = 'asia-northeast3';

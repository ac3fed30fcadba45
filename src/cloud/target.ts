import type { Storage } from '@google-cloud/storage';
import * as z from 'zod/mini';

/** Where missions can run, as `--target` names it. */
export const targetKinds = ['sandbox', 'gcp'] as const;

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

/**
 * Where a mission runs. Missions see only this: official clients, made for the
 * embedded sandbox or for a GCP project, and nothing of either's insides.
 */
export interface Target {
  readonly kind: TargetRecord['kind'];
  readonly project: string;
  /** The region in which missions create things. */
  readonly region: string;
  /** Scheme, host and port of the storage API. */
  readonly storageOrigin: string;
  readonly record: TargetRecord;
  /** The provider runs inside this process and ends with it. */
  readonly inProcess: boolean;
  /** Google's own client. */
  readonly storage: Storage;
  /** Ends what was started for this target; the things in it stay. */
  close(): Promise<void>;
}

/** Seoul: where most learners are. */
export const defaultRegion = 'asia-northeast3';

import { fingerprintOf } from '../fingerprint.ts';
import { present } from '../representation.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { DISKS, type DiskRecord } from './kind.ts';

export function showDisk(state: ComputeState, record: DiskRecord): Record<string, unknown> {
  const { content: _, ...disk } = record;
  return {
    ...present(state, collectionOf<DiskRecord>(state, DISKS), disk as DiskRecord),
    labelFingerprint: fingerprintOf(record.labels ?? {}),
    enableConfidentialCompute: false,
  };
}

import type { AuditEntry } from '../cloud/audit.ts';
import type { Inspect } from './define.ts';

/**
 * Proofs of deletions. That something is not there proves nothing: it may never have been. What
 * proves it is the operation log, and where that does not write everything down (GCP's, for
 * objects: `Inspect.recordsData`), that it was seen before and is gone.
 */

/** How often, and with which pause, a log is asked that may be late (GCP's, by some seconds). */
const looks = 4;
const pause = 2500;

/**
 * Those deletions that the log has since the run began; undefined where the log could not be read.
 *
 * @param method of the API's reference, such as `storage.buckets.delete`
 * @param expected how many there must be; a log that may be late is asked again while they are less
 */
export async function deletionsOf(
  inspect: Inspect,
  method: string,
  resourcePrefix: string,
  expected: number,
): Promise<readonly AuditEntry[] | undefined> {
  for (let look = 1; ; look += 1) {
    const found = await readDeletions(inspect, method, resourcePrefix);
    const isLate = found !== undefined && found.length < expected && !inspect.recordsData;
    if (!isLate || look === looks) return found;
    await inspect.sleep(pause);
  }
}

/**
 * True where nothing was done. An answer that was lost (5xx, or 499 as the client had gone) may
 * have been one of success; that the thing is gone shows it.
 */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 499;
}

async function readDeletions(inspect: Inspect, method: string, resourcePrefix: string) {
  try {
    const entries = await inspect.audit({ methods: [method], resourcePrefix });
    return entries.filter(({ status }) => !isRefusal(status));
  } catch (error) {
    // Somebody who may delete a bucket of a project need not be allowed to read its log.
    if (inspect.recordsData) throw error;
    return undefined;
  }
}

/** What a million objects change: the cost of a page, and the start. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill } from './fill.mjs';
import { compareListing } from './listing.mjs';
import { startCloudlab } from './servers.mjs';
import { createBucket } from './small.mjs';
import { compareStart } from './start.mjs';

const FEW = 10_000;
/** A million takes some minutes to put there. */
const MANY = Number(process.env.BENCH_OBJECTS ?? 1_000_000);

export async function million(rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'cloudlab-million-'));
  try {
    const small = await startCloudlab();
    const big = await startCloudlab(folder);
    for (const [server, count] of [
      [small, FEW],
      [big, MANY],
    ]) {
      await createBucket(server);
      const begun = performance.now();
      await fill(server, 'bench', count);
      console.log(`  filled with ${count} in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
    }
    await compareListing({ small, few: FEW }, { big, many: MANY }, rounds);
    await small.stop();
    await big.stop();
    await compareStart(folder, MANY, rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

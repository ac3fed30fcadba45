/** From the start of the process to its first answer: on an empty directory and on a full one. */
import { median, verdict } from './numbers.mjs';
import { startCloudlab } from './servers.mjs';

/** @param full a data directory that holds `many` objects in the bucket `bench` */
export async function compareStart(full, many, rounds) {
  const times = { empty: [], full: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const [side, data] of [
      ['empty', undefined],
      ['full', full],
    ]) {
      const begun = performance.now();
      const server = await startCloudlab(data);
      const path =
        side === 'full'
          ? '/storage/v1/b/bench/o?maxResults=1'
          : '/storage/v1/b?project=cloudlab-sandbox';
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
      await response.arrayBuffer();
      if (round >= 0) times[side].push(performance.now() - begun);
      if (response.status !== 200) throw new Error(`${side}: ${response.status}`);
      await server.stop();
    }
  }
  const ratio = median(times.full.map((time, n) => time / times.empty[n]));
  console.log(
    `\nfrom start to the first answer: empty ${median(times.empty).toFixed(0)} ms, with ${many} ` +
      `objects ${median(times.full).toFixed(0)} ms: ${verdict(ratio, 2, 'at most')}`,
  );
}

/** A page of 1,000 names with a prefix and a delimiter, in a small and in a big bucket. */
import { Connection, http } from './connections.mjs';
import { median, verdict } from './numbers.mjs';

/** @param few, many how many objects the two servers hold */
export async function compareListing({ small, few }, { big, many }, rounds) {
  console.log(
    `\na page of 1,000 names with prefix and delimiter (medians of ${rounds * 20} pages)`,
  );
  for (const [what, query] of [
    ['names below a prefix', 'prefix=a/0005/&delimiter=/&maxResults=1000'],
    ['the same, names only', 'prefix=a/0005/&delimiter=/&maxResults=1000&fields=items(name)'],
    // At 10,000 objects there are 10 folders, at 1,000,000 there are 1,000: each costs a seek.
    ['10 folders', 'prefix=a/&delimiter=/&endOffset=a/0010'],
  ]) {
    const times = { small: [], big: [] };
    const to = { small: await Connection.open(small.port), big: await Connection.open(big.port) };
    const request = http('GET', `/storage/v1/b/bench/o?${query}`);
    for (let round = -20; round < rounds * 20; round += 1) {
      for (const side of ['small', 'big']) {
        const begun = performance.now();
        const { status } = await to[side].send(request);
        if (status !== 200) throw new Error(`a listing was answered ${status}`);
        if (round >= 0) times[side].push(performance.now() - begun);
      }
    }
    for (const connection of Object.values(to)) connection.close();
    const ratio = median(times.big.map((time, n) => time / times.small[n]));
    console.log(
      `  ${what.padEnd(22)} ${median(times.small).toFixed(2)} ms at ${few}, ` +
        `${median(times.big).toFixed(2)} ms at ${many}: ${verdict(ratio, 1.5, 'at most')}`,
    );
  }
}

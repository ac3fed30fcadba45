/** A thousand instances listed in pages, beside ten: per instance. */
import { fleet, median, startWithMachines } from './machines.mjs';

const FEW = 10;
const MANY = 1000;

export async function list(rounds) {
  const small = await startWithMachines();
  const large = await startWithMachines();
  await fleet(small, FEW);
  await fleet(large, MANY);
  const ours = [];
  const theirs = [];
  for (let round = -1; round < rounds; round += 1) {
    const many = await timePer(large, MANY, 1);
    // The cost of a request is the same for ten: as many are asked for as there are pages' worth.
    const few = await timePer(small, FEW, MANY / 100);
    if (round < 0) continue;
    ours.push(many);
    theirs.push(few);
  }
  const [a, b] = [median(ours), median(theirs)];
  console.log(
    `list, per instance: ${MANY} in pages of 100 ${us(a)}, ${FEW} in one page ${us(b)}: ${(a / b).toFixed(2)} (goal 1)`,
  );
  await small.stop();
  await large.stop();
}

const us = (ms) => `${(ms * 1000).toFixed(1)} us`;

async function timePer({ get, zone }, count, times) {
  const begun = performance.now();
  for (let time = 0; time < times; time += 1) {
    let seen = 0;
    let token = '';
    do {
      const page = await get(`/compute/v1/${zone}/instances?maxResults=100&pageToken=${token}`);
      seen += page.items.length;
      token = page.nextPageToken;
    } while (token);
    if (seen !== count) throw new Error(`${seen} of ${count} instances were listed`);
  }
  return (performance.now() - begun) / (count * times);
}

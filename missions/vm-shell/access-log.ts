import type { Seed } from '../../src/missions/seed.ts';

/** A web server's log, and what is to be found out from it. */
export interface AccessLog {
  readonly text: string;
  /** Requests that were answered with status 500. */
  readonly errors: number;
  /** The client with the most requests. */
  readonly busiest: string;
}

const paths = ['/', '/cart', '/items/500', '/items/42', '/search?q=500', '/login'] as const;

/**
 * Some 200 requests in the format that nginx writes. The number 500 also
 * stands where it is no status: in paths and in sizes.
 */
export function writeLog(seed: Seed): AccessLog {
  const clients = Array.from({ length: 6 }, () => `203.0.113.${seed.integer(10, 250)}`);
  const busiest = `198.51.100.${seed.integer(10, 250)}`;
  const lines: string[] = [];
  let errors = 0;
  for (let second = 0; second < 200; second += 1) {
    // Every third request is of the busiest; the others share the rest.
    const client = second % 3 === 0 ? busiest : clients[seed.integer(0, clients.length - 1)];
    const status = seed.integer(0, 9) === 0 ? 500 : seed.pick([200, 200, 200, 304, 404]);
    if (status === 500) errors += 1;
    const bytes = seed.integer(0, 4) === 0 ? 500 : seed.integer(100, 9000);
    const time = `20/Nov/2026:09:${two(Math.floor(second / 60))}:${two(second % 60)} +0900`;
    lines.push(`${client} - - [${time}] "GET ${seed.pick(paths)} HTTP/1.1" ${status} ${bytes}`);
  }
  return { text: `${lines.join('\n')}\n`, errors, busiest };
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

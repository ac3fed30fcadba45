import type { Facts } from '../content/compiled.ts';
import type { Call } from './calls.ts';
import { classOf } from './storage-methods.ts';

/** One line of a bill. */
export interface CostItem {
  readonly what: 'classA' | 'classB' | 'free' | 'storage';
  /** Operations, or for storage bytes. */
  readonly quantity: number;
  readonly usd: number;
}

export interface Cost {
  /** US dollars at list prices, without any free tier. */
  readonly usd: number;
  /** The day of the oldest price used. */
  readonly asOf: string;
  readonly items: readonly CostItem[];
}

const classA = 'gcs-class-a-regional-standard';
const classB = 'gcs-class-b-regional-standard';
const gigabyte = 1024 ** 3;
/** Google bills a month as 730 hours. */
const monthInMilliseconds = 730 * 3_600_000;

/**
 * What requests and stored bytes cost on GCP: operations of regional Standard
 * storage per 1,000, and bytes for the time they were stored.
 *
 * @param milliseconds how long the bytes were stored, at most
 */
export function costOf(
  calls: readonly Call[],
  bytes: number,
  milliseconds: number,
  region: string,
  facts: Facts,
): Cost {
  const storage = `gcs-standard-${region}`;
  const counts = { A: 0, B: 0, free: 0 };
  for (const { api, status } of calls) {
    // Answers of 307, 4xx and 5xx are not billed.
    if (api !== undefined && status >= 200 && status < 300) counts[classOf(api)] += 1;
  }
  const price = (id: string) => facts[id]?.value ?? missingPrice(id);
  const items: CostItem[] = [
    { what: 'classA', quantity: counts.A, usd: (counts.A / 1000) * price(classA) },
    { what: 'classB', quantity: counts.B, usd: (counts.B / 1000) * price(classB) },
    { what: 'free', quantity: counts.free, usd: 0 },
    {
      what: 'storage',
      quantity: bytes,
      usd: (bytes / gigabyte) * (milliseconds / monthInMilliseconds) * price(storage),
    },
  ];
  const dates = [classA, classB, storage].map((id) => facts[id]?.asOf ?? missingPrice(id)).sort();
  return {
    usd: items.reduce((sum, item) => sum + item.usd, 0),
    asOf: dates[0] ?? '',
    items: items.filter((item) => item.quantity > 0),
  };
}

function missingPrice(id: string): never {
  throw new Error(`lessons/facts.yaml has no price ${id}`);
}

import type { Facts } from '../content/compiled.ts';
import type { Call } from './calls.ts';
import type { Resource } from './resource.ts';
import { classOf } from './storage-methods.ts';

/** One line of a bill. */
export interface CostItem {
  readonly what: 'classA' | 'classB' | 'free' | 'storage' | 'vm' | 'disk' | 'address';
  /** Operations; for storage bytes, for a VM and an address seconds, for a disk GB. */
  readonly quantity: number;
  /** What is billed, such as `e2-micro` or `pd-balanced`, where there are several. */
  readonly type?: string;
  /** Null where the list of prices that comes along has none for this region. */
  readonly usd: number | null;
}

export interface Cost {
  /** US dollars at list prices, without any free tier; what has no known price is left out. */
  readonly usd: number;
  /** The day of the oldest price used; undefined where nothing has a price. */
  readonly asOf: string | undefined;
  readonly items: readonly CostItem[];
}

const gigabyte = 1024 ** 3;
const hour = 3_600_000;

/** Looks prices up, and keeps the dates of those that were used. */
class PriceList {
  readonly dates: string[] = [];

  constructor(private readonly facts: Facts) {}

  /** Undefined where there is none: a region that the list does not cover. */
  find(id: string): number | undefined {
    const fact = this.facts[id];
    if (fact === undefined) return undefined;
    this.dates.push(fact.asOf);
    return fact.value;
  }

  get(id: string): number {
    return this.find(id) ?? missing(id);
  }

  /** Google bills a month as so many hours. How it bills is no price: the day of a price is told. */
  get hoursPerMonth(): number {
    const id = 'gce-hours-per-month';
    return this.facts[id]?.value ?? missing(id);
  }

  /** A VM is billed by the second, but for so many at least. */
  get leastVmSeconds(): number {
    const id = 'gce-minimum-billed-seconds';
    return this.facts[id]?.value ?? missing(id);
  }
}

/** A fact that must be there, whatever its day. */
function missing(id: string): never {
  throw new Error(`lessons/facts has no ${id}`);
}

/**
 * What a run costs on GCP: operations of regional Standard storage per 1,000,
 * and things for the time for which they existed. Calls of Compute Engine cost
 * nothing.
 *
 * @param milliseconds how long the things existed, at most
 */
export function costOf(
  calls: readonly Call[],
  things: readonly Resource[],
  milliseconds: number,
  region: string,
  facts: Facts,
): Cost {
  const prices = new PriceList(facts);
  const items = [
    ...operations(calls, prices),
    ...storedBytes(things, milliseconds, region, prices),
    ...things.flatMap((thing) => machineParts(thing, milliseconds, prices)),
  ].filter((item) => item.quantity > 0);
  return {
    usd: items.reduce((sum, item) => sum + (item.usd ?? 0), 0),
    asOf: prices.dates.sort()[0],
    items,
  };
}

function operations(calls: readonly Call[], prices: PriceList): CostItem[] {
  const counts = { A: 0, B: 0, free: 0 };
  for (const { api, status } of calls) {
    const operationClass = api === undefined ? undefined : classOf(api);
    // Answers of 307, 4xx and 5xx are not billed.
    if (operationClass !== undefined && status >= 200 && status < 300) counts[operationClass] += 1;
  }
  if (counts.A + counts.B + counts.free === 0) return [];
  const price = (letter: 'a' | 'b') => prices.get(`gcs-class-${letter}-regional-standard`);
  return [
    { what: 'classA', quantity: counts.A, usd: (counts.A / 1000) * price('a') },
    { what: 'classB', quantity: counts.B, usd: (counts.B / 1000) * price('b') },
    { what: 'free', quantity: counts.free, usd: 0 },
  ];
}

function storedBytes(
  things: readonly Resource[],
  milliseconds: number,
  region: string,
  prices: PriceList,
): CostItem[] {
  const bytes = things.reduce((sum, one) => sum + (one.kind === 'object' ? one.bytes : 0), 0);
  if (bytes === 0) return [];
  const months = milliseconds / hour / prices.hoursPerMonth;
  const usd = (bytes / gigabyte) * months * prices.get(`gcs-standard-${region}`);
  return [{ what: 'storage', quantity: bytes, usd }];
}

/** What Compute Engine bills for one thing that existed for so long. */
function machineParts(thing: Resource, milliseconds: number, prices: PriceList): CostItem[] {
  const seconds = Math.ceil(milliseconds / 1000);
  const priced = (perHour: number | undefined, hours: number) =>
    perHour === undefined ? null : perHour * hours;
  switch (thing.kind) {
    case 'instance': {
      const billed = Math.max(prices.leastVmSeconds, seconds);
      const { machineType: type, zone, ephemeralAddress } = thing;
      const usd = priced(prices.find(`gce-${type}-hour-${regionOf(zone)}`), billed / 3600);
      const vm: CostItem = { what: 'vm', quantity: billed, type, usd };
      return ephemeralAddress ? [vm, addressInUse(billed, prices)] : [vm];
    }
    case 'disk': {
      const { type, sizeGb, zone } = thing;
      const perMonth = prices.find(`gce-${type}-${regionOf(zone)}`);
      const hours = seconds / 3600;
      const usd = priced(
        perMonth === undefined ? undefined : perMonth / prices.hoursPerMonth,
        hours * sizeGb,
      );
      return [{ what: 'disk', quantity: sizeGb, type, usd }];
    }
    case 'address':
      return [addressInUse(seconds, prices)];
    default:
      return [];
  }
}

function addressInUse(seconds: number, prices: PriceList): CostItem {
  const usd = prices.get('gce-address-in-use-hour') * (seconds / 3600);
  return { what: 'address', quantity: seconds, usd };
}

/**
 * The list price of having things for a month as Google bills it; undefined where
 * one of them has none in the list.
 */
export function monthlyPrice(things: readonly Resource[], facts: Facts): number | undefined {
  const prices = new PriceList(facts);
  const month = prices.hoursPerMonth * hour;
  const parts = things.flatMap((thing) => machineParts(thing, month, prices));
  let sum = 0;
  for (const { usd } of parts) {
    if (usd === null) return undefined;
    sum += usd;
  }
  return sum;
}

/** `asia-northeast3` of `asia-northeast3-a`. */
function regionOf(zone: string): string {
  return zone.slice(0, zone.lastIndexOf('-'));
}

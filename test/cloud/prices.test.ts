import { expect, it } from 'vitest';
import { costOf, monthlyPrice } from '../../src/cloud/prices.ts';
import type { Resource } from '../../src/cloud/resource.ts';
import type { Facts } from '../../src/content/compiled.ts';

const price = (value: number, asOf = '2026-07-30') => ({ value, unit: 'USD', source: '', asOf });
const facts: Facts = {
  'gce-e2-micro-hour-asia-northeast3': price(0.01),
  'gce-pd-balanced-asia-northeast3': price(0.73, '2026-07-01'),
  'gce-address-in-use-hour': price(0.005),
  // Earlier than every price, whose days alone are told.
  'gce-hours-per-month': price(730, '2026-01-01'),
  'gce-minimum-billed-seconds': price(60, '2026-01-01'),
};
const zone = 'asia-northeast3-a';
const disk = { kind: 'disk', name: 'd', zone, type: 'pd-balanced', sizeGb: 10 } as const;

function vm(where: string, ephemeralAddress: boolean): Resource {
  return { kind: 'instance', name: 'v', zone: where, machineType: 'e2-micro', ephemeralAddress };
}

it('bills a VM by the second, for a minute at least, with the address that it has', () => {
  const brief = costOf([], [vm(zone, false)], 5000, 'asia-northeast3', facts);
  expect(brief.items).toEqual([
    { what: 'vm', quantity: 60, type: 'e2-micro', usd: expect.closeTo(0.01 / 60) },
  ]);
  const hour = costOf([], [vm(zone, true)], 3_600_000, 'asia-northeast3', facts);
  expect(hour.items.map(({ what, usd }) => [what, usd])).toEqual([
    ['vm', expect.closeTo(0.01)],
    ['address', expect.closeTo(0.005)],
  ]);
  expect(hour.usd).toBeCloseTo(0.015);
});

it('bills a disk by its size, and tells the day of the oldest price', () => {
  const cost = costOf([], [disk], 3_600_000, 'asia-northeast3', facts);
  expect(cost.usd).toBeCloseTo(0.01);
  expect(cost.asOf).toBe('2026-07-01');
});

it('says where a region has no price instead of taking another’s', () => {
  const cost = costOf([], [vm('europe-west1-b', false)], 1000, 'asia-northeast3', facts);
  expect(cost).toMatchObject({ usd: 0, asOf: undefined, items: [{ what: 'vm', usd: null }] });
  expect(monthlyPrice([vm('europe-west1-b', false)], facts)).toBeUndefined();
});

it('adds up what things cost in a month of 730 hours', () => {
  expect(monthlyPrice([disk, vm(zone, true)], facts)).toBeCloseTo(7.3 + 7.3 + 3.65);
});

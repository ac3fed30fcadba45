import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decideFirewall,
  type Packet,
  type Question,
} from '../../../src/sandbox/compute/network/firewall-decision.ts';
import {
  contains,
  formatAddress,
  isCanonical,
  overlap,
  parseAddress,
  parseRange,
} from '../../../src/sandbox/compute/network/ipv4.ts';
import type { FirewallRecord } from '../../../src/sandbox/compute/network/kinds.ts';
import { chooseRoute } from '../../../src/sandbox/compute/network/route-choice.ts';

/** Few values, so that rules and packets often meet. */
const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.1.0.1', '192.168.0.9', '8.8.8.8');
const range = fc.constantFrom('0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/24', '10.0.0.1', '8.0.0.0/8');
const tag = fc.constantFrom('web', 'db', 'bastion');
const some = <T>(one: fc.Arbitrary<T>) =>
  fc.option(fc.uniqueArray(one, { minLength: 1, maxLength: 2 }), { nil: undefined });
const ports = some(fc.constantFrom('22', '80', '80-90', '0-65535', '443-443'));
const protocolPorts = fc.oneof(
  fc.record({ IPProtocol: fc.constantFrom('tcp', 'udp', '6'), ports }),
  fc.record({ IPProtocol: fc.constantFrom('icmp', 'all', '1', 'esp') }),
);

const rule: fc.Arbitrary<FirewallRecord> = fc
  .record({
    name: fc.stringMatching(/^[a-z]{6}$/),
    priority: fc.integer({ min: 0, max: 5 }),
    direction: fc.constantFrom('INGRESS' as const, 'EGRESS' as const),
    disabled: fc.boolean(),
    denies: fc.boolean(),
    what: fc.array(protocolPorts, { minLength: 1, maxLength: 2 }),
    sourceRanges: some(range),
    destinationRanges: some(range),
    sourceTags: some(tag),
    targetTags: some(tag),
  })
  .map(({ denies, what, direction, ...fields }) => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    return {
      ...{ id: '1', scope: 'global', creationTimestamp: '', network: 'n' },
      ...Object.fromEntries(given),
      direction,
      ...(denies ? { denied: what } : { allowed: what }),
      logConfig: { enable: false },
    } as FirewallRecord;
  });

const rules = fc.uniqueArray(rule, { maxLength: 8, selector: ({ name }) => name });

const question: fc.Arbitrary<Question> = fc.record({
  direction: fc.constantFrom('INGRESS' as const, 'EGRESS' as const),
  packet: fc
    .record({ source: address, destination: address, port: fc.constantFrom(22, 80, 85, 443, 9999) })
    .chain(({ source, destination, port }) =>
      fc.constantFrom('tcp' as const, 'udp' as const, 'icmp' as const).map(
        (protocol): Packet => ({
          protocol,
          ...(protocol === 'icmp' ? {} : { port }),
          source: parseAddress(source) ?? 0,
          destination: parseAddress(destination) ?? 0,
        }),
      ),
    ),
  target: fc.record({ tags: fc.uniqueArray(tag), serviceAccounts: fc.constant([]) }),
  sender: fc.option(fc.record({ tags: fc.uniqueArray(tag), serviceAccounts: fc.constant([]) }), {
    nil: undefined,
  }),
});

describe('the rule that decides', () => {
  test('stays when rules are added behind it', () => {
    fc.assert(
      fc.property(rules, rule, question, (given, added, asked) => {
        const decided = decideFirewall(given, asked);
        fc.pre(decided.kind === 'firewall');
        const behind = { ...added, name: 'zzzzzzz', priority: (decided.priority ?? 0) + 1 };
        expect(decideFirewall([...given, behind], asked)).toEqual(decided);
      }),
    );
  });

  test('denies, if one that denies has the same priority and matches too', () => {
    fc.assert(
      fc.property(rules, question, (given, asked) => {
        const decided = decideFirewall(given, asked);
        fc.pre(decided.kind === 'firewall' && decided.action === 'allow');
        const winner = given.find(({ name }) => name === decided.name) as FirewallRecord;
        const { allowed, ...rest } = winner;
        const rival: FirewallRecord = { ...rest, name: 'zzzzzzz', denied: allowed ?? [] };
        expect(decideFirewall([...given, rival], asked)).toMatchObject({
          name: 'zzzzzzz',
          action: 'deny',
        });
      }),
    );
  });

  test('does not depend on the order in which rules were made', () => {
    fc.assert(
      fc.property(rules, question, (given, asked) => {
        expect(decideFirewall(given.toReversed(), asked)).toEqual(decideFirewall(given, asked));
      }),
    );
  });

  test('is none that is for another port, another range, another target, or disabled', () => {
    const others: Partial<FirewallRecord>[] = [
      { allowed: [{ IPProtocol: 'tcp', ports: ['7000-7999'] }] },
      { sourceRanges: ['172.16.0.0/12'], sourceTags: [] },
      { destinationRanges: ['172.16.0.0/12'] },
      { targetTags: ['nobody-has-this'] },
      { disabled: true },
    ];
    fc.assert(
      fc.property(rules, rule, question, fc.constantFrom(...others), (given, one, asked, other) => {
        const { denied: _, ...rest } = one;
        const allowed = [{ IPProtocol: 'tcp' }];
        const added = { ...rest, allowed, name: 'aaaaaaa', priority: 0, ...other };
        expect(decideFirewall([added, ...given], asked)).toEqual(decideFirewall(given, asked));
      }),
    );
  });

  test('without any: in is denied, out is allowed', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const { action } = decideFirewall([], asked);
        expect(action).toBe(asked.direction === 'INGRESS' ? 'deny' : 'allow');
      }),
    );
  });
});

describe('addresses', () => {
  const any = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  test('are read as they are written', () => {
    fc.assert(fc.property(any, (value) => parseAddress(formatAddress(value)) === value));
  });

  test('are in a range that they were made from, whose ends are the ends', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 32 }), (value, prefix) => {
        const found = parseRange(`${formatAddress(value)}/${prefix}`);
        if (found === undefined) throw new Error('no range');
        expect(contains(found, value)).toBe(true);
        expect(found.last - found.first + 1).toBe(2 ** (32 - prefix));
        expect(isCanonical(`${formatAddress(found.first)}/${prefix}`)).toBe(true);
        const next = parseRange(formatAddress((found.last + 1) % 2 ** 32));
        if (next !== undefined && prefix > 0) expect(overlap(found, next)).toBe(false);
      }),
    );
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/',
    'x/8',
    '1.2.3.4/8/8',
    '::1/64',
  ])('are not %j', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});

test('of two routes the more specific is taken, then the lower number, and subnets before all', () => {
  const route = (name: string, destRange: string, priority: number, routeType = 'STATIC') => ({
    ...{ name, destRange, priority },
    routeType: routeType as 'STATIC' | 'SUBNET',
  });
  const to = (text: string, routes: ReturnType<typeof route>[]) =>
    chooseRoute(routes, parseAddress(text) ?? 0, [])?.name;
  const out = route('out', '0.0.0.0/0', 0);
  const wide = route('wide', '10.0.0.0/8', 100);
  const wideToo = route('wide-too', '10.0.0.0/8', 99);
  const subnet = route('subnet', '10.1.0.0/16', 0, 'SUBNET');
  expect(to('10.9.9.9', [out, wide])).toBe('wide');
  expect(to('10.9.9.9', [out, wide, wideToo])).toBe('wide-too');
  expect(to('10.1.9.9', [route('narrow', '10.1.9.0/24', 0), subnet])).toBe('subnet');
  expect(to('9.9.9.9', [wide])).toBeUndefined();
});

import { zoneNames } from '../catalogue/zones.ts';
import type { InstanceRecord } from '../instances/kind.ts';
import { nameOf } from '../references.ts';
import type { ComputeState } from '../state.ts';
import { useOf } from './address-use.ts';
import { parseAddress } from './ipv4.ts';
import { METADATA_SERVER, MY_COMPUTER } from './reach.ts';
import type { Endpoint } from './reach-types.ts';

/*
 * What people call the ends of a connection: `internet`, `my-computer` or `me`, an address, a
 * VM by its name (`web-1`, `asia-northeast3-a/web-1`, `web-1.asia-northeast3-a`, its DNS name),
 * `metadata`, `google-apis`.
 */

/** Why a word names nothing, or too much. */
export type EndpointProblem =
  | { problem: 'unknown'; names: string[] }
  | { problem: 'ambiguous'; zones: string[] }
  /** An internal address that VMs of several networks have. */
  | { problem: 'ambiguous-address'; names: string[] };

export function readEndpoint(
  state: ComputeState,
  word: string,
  zone?: string,
): Endpoint | EndpointProblem {
  const text = word.toLowerCase();
  if (['internet', 'my-computer', 'me'].includes(text)) {
    return { kind: 'internet', address: MY_COMPUTER };
  }
  if (['metadata', 'metadata.google.internal', METADATA_SERVER].includes(text)) {
    return { kind: 'metadata' };
  }
  if (text === 'google-apis' || text.endsWith('.googleapis.com')) return { kind: 'google-apis' };
  if (parseAddress(text) !== undefined) return { kind: 'address', address: text };
  return readInstance(state, text, zone);
}

function readInstance(
  state: ComputeState,
  text: string,
  zone: string | undefined,
): Endpoint | EndpointProblem {
  const short = text.replace(`.c.${state.projectId}.internal`, '');
  const [, slashZone, slashName] = /^([^/]+)\/([^/]+)$/.exec(short) ?? [];
  const [name = '', dotZone] = short.split('.');
  const wanted = slashZone ?? dotZone ?? zone;
  const { instances } = state.vpc;
  // Asked zone by zone, rather than by reading all instances that there are.
  const zones = wanted === undefined ? [...zoneNames()] : [wanted];
  const found = zones.flatMap((one) => instances.get(`zones/${one}`, slashName ?? name) ?? []);
  const [only] = found;
  if (only === undefined) return { problem: 'unknown', names: someNames(instances.everywhere()) };
  if (found.length === 1) return { kind: 'instance', url: instances.url(only) };
  return { problem: 'ambiguous', zones: found.map((one) => nameOf(one.scope)) };
}

/** Enough to find what was meant. */
const MANY = 1000;

function someNames(instances: Iterable<InstanceRecord>): string[] {
  const names = new Set<string>();
  for (const { name } of instances) {
    names.add(name);
    if (names.size === MANY) break;
  }
  return [...names];
}

/** The VM that sends from an address: by its external one, or the only one with that internal one. */
export function senderAt(state: ComputeState, address: string): Endpoint | EndpointProblem {
  const number = parseAddress(address) ?? 0;
  const { vpc } = state;
  const external = useOf(vpc, 'external', number)?.user;
  if (external?.includes('/instances/')) return { kind: 'instance', url: external };
  const users = [...vpc.networks.inScope('global')].flatMap(({ name }) => {
    const user = useOf(vpc, { network: name }, number)?.user;
    return user?.includes('/instances/') ? [user] : [];
  });
  const [only, ...others] = users;
  if (only === undefined) return { kind: 'internet', address };
  if (others.length === 0) return { kind: 'instance', url: only };
  return { problem: 'ambiguous-address', names: users.map(nameOf) };
}

import type { FastifyInstance } from 'fastify';
import type * as z from 'zod';
import { needsOfNetwork } from '../access/needs.ts';
import { given } from '../given.ts';
import { actionRoute, deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { type ComputeState, newRecord } from '../state.ts';
import { checkFirewall, firewall, firewallChanges } from './firewall-body.ts';
import { requireNetwork } from './interfaces.ts';
import type { FirewallRecord } from './kinds.ts';
import { showFirewall } from './representation.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/firewalls */
export function firewallsRoutes(app: FastifyInstance, state: ComputeState): void {
  const { firewalls } = state.vpc;
  readRoutes(app, state, firewalls, showFirewall);
  insertRoute(app, state, firewalls, {
    schema: firewall,
    nameOf: ({ name }) => name,
    needs: ({ body }) => needsOfNetwork(state, body.network),
    make: ({ body }) => makeFirewall(state, body),
    plan: { steps: [{ seconds: 5 }] },
  });
  deleteRoute(app, state, firewalls, {
    seconds: 5,
    needs: ({ network }) => needsOfNetwork(state, network),
  });
  actionRoute(app, state, firewalls, {
    verb: 'PATCH',
    action: 'patch',
    needs: ({ network }) => needsOfNetwork(state, network),
    plan: { steps: [{ seconds: 5 }] },
    schema: firewallChanges,
    run(record, { body }) {
      const { name: _, network: __, direction, ...changes } = body;
      const wanted = { direction: direction ?? record.direction, ...changes };
      firewalls.put(completed({ ...record, ...given(wanted) }, record));
      return undefined;
    },
  });
  actionRoute(app, state, firewalls, {
    verb: 'PUT',
    action: 'update',
    needs: ({ network }) => needsOfNetwork(state, network),
    plan: { steps: [{ seconds: 5 }] },
    schema: firewallChanges,
    run(record, { body }) {
      const { name: _, network: __, direction, ...wanted } = body;
      const { id, name, scope, creationTimestamp, network } = record;
      const kept = { id, name, scope, creationTimestamp, network };
      const asked = { ...kept, direction: direction ?? record.direction, ...given(wanted) };
      firewalls.put(completed(asked, record));
      return undefined;
    },
  });
}

/** Inside a change. */
function makeFirewall(state: ComputeState, body: z.infer<typeof firewall>): FirewallRecord {
  const { name, network = 'global/networks/default', ...asked } = body;
  const url = state.vpc.networks.url(requireNetwork(state, network, 'resource.network'));
  const rule = completed({ ...newRecord(state, 'global', name), network: url, ...given(asked) });
  return rule;
}

type Asked = Pick<FirewallRecord, 'id' | 'name' | 'scope' | 'creationTimestamp' | 'network'> &
  Partial<FirewallRecord>;

/** The whole rule: checked, with what stands where nothing was said. */
function completed(asked: Asked, before?: FirewallRecord): FirewallRecord {
  const { priority = 1000, direction = 'INGRESS', disabled = false } = asked;
  const logConfig = asked.logConfig ?? { enable: false };
  const rule: FirewallRecord = { ...asked, priority, direction, disabled, logConfig };
  for (const list of LISTS) if (rule[list]?.length === 0) delete rule[list];
  checkFirewall(rule, before);
  const { sourceRanges, sourceTags, sourceServiceAccounts, destinationRanges } = rule;
  if (direction === 'EGRESS') return { ...rule, destinationRanges: destinationRanges ?? ANYWHERE };
  if (sourceRanges ?? sourceTags ?? sourceServiceAccounts) return rule;
  return { ...rule, sourceRanges: ANYWHERE };
}

const ANYWHERE = ['0.0.0.0/0'];

const LISTS = [
  'allowed',
  'denied',
  'sourceRanges',
  'destinationRanges',
  'sourceTags',
  'targetTags',
  'sourceServiceAccounts',
  'targetServiceAccounts',
] as const;

import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { sendJson } from '../../wire/reply.ts';
import { pageOf, readListRequest } from '../lists/page.ts';
import { placeOf } from '../place.ts';
import { recordKey } from '../records.ts';
import { ROOT } from '../references.ts';
import type { ComputeState } from '../state.ts';
import type { SubnetworkRecord } from './kinds.ts';

/** compute.subnetworks.listUsable: all of them, as the project is nobody's but the learner's. */
export function usableRoute(app: FastifyInstance, state: ComputeState): void {
  const { subnetworks } = state.vpc;
  app.get(
    '/compute/v1/projects/:project/aggregated/subnetworks/listUsable',
    apiMethod('compute.subnetworks.listUsable'),
    async (request, reply) => {
      const { query } = placeOf(state, request);
      const path = `projects/${state.projectId}/aggregated/subnetworks/listUsable`;
      const page = pageOf(await readListRequest(query), {
        records: (from) => subnetworks.everywhere(from),
        keyOf: ({ scope, name }) => recordKey('subnetworks', scope, name),
        show: (record) => usable(subnetworks.url(record), record),
      });
      return sendJson(request, reply, {
        kind: 'compute#usableSubnetworksAggregatedList',
        id: path,
        ...(page.items.length > 0 ? { items: page.items } : {}),
        ...(page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken }),
        selfLink: ROOT + path,
      });
    },
  );
}

const usable = (url: string, record: SubnetworkRecord): Record<string, unknown> => ({
  subnetwork: url,
  network: record.network,
  ipCidrRange: record.ipCidrRange,
  ...(record.secondaryIpRanges === undefined
    ? {}
    : { secondaryIpRanges: record.secondaryIpRanges }),
  purpose: 'PRIVATE',
  stackType: 'IPV4_ONLY',
});

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { needsOfNetwork } from '../access/needs.ts';
import { int32, refused, text } from '../body.ts';
import { given } from '../given.ts';
import { actionRoute, deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { type ComputeState, newRecord } from '../state.ts';
import { requireNetwork } from './interfaces.ts';
import type { RouterRecord } from './kinds.ts';
import { natStatusRoutes } from './nat-status.ts';
import { applyNats, nat, readNats } from './nats.ts';
import { showRouter } from './representation.ts';

const router = z.object({
  name: text,
  description: text.optional(),
  network: text,
  bgp: z.looseObject({ asn: int32.optional() }).optional(),
  nats: z.array(nat).optional(),
  ...refused(
    'bgpPeers',
    'encryptedInterconnectRouter',
    'interfaces',
    'md5AuthenticationKeys',
    'nccGateway',
  ),
});
type RouterRequest = z.infer<typeof router>;

const changes = router.partial();

/**
 * Cloud Routers, here for the sake of Cloud NAT: they speak BGP with nobody.
 * https://cloud.google.com/compute/docs/reference/rest/v1/routers
 */
export function routersRoutes(app: FastifyInstance, state: ComputeState): void {
  const { routers } = state.vpc;
  readRoutes(app, state, routers, showRouter);
  insertRoute(app, state, routers, {
    schema: router,
    nameOf: ({ name }) => name,
    needs: ({ body }) => needsOfNetwork(state, body.network),
    make: ({ scope, body }) => makeRouter(state, scope, body),
    plan: { steps: [{ seconds: 5 }] },
  });
  deleteRoute(app, state, routers, {
    needs: ({ network }) => needsOfNetwork(state, network),
    seconds: 5,
    before: (_state, record) => {
      applyNats(state, record, undefined);
    },
  });
  actionRoute(app, state, routers, {
    verb: 'PATCH',
    action: 'patch',
    needs: ({ network }) => needsOfNetwork(state, network),
    schema: changes,
    run(record, { body }) {
      const { description, bgp } = body;
      const changed = { ...record, ...given({ description, bgp }) };
      const nats = body.nats && readNats(state, record, body.nats);
      routers.put(nats === undefined ? changed : applyNats(state, changed, nats));
      return undefined;
    },
  });
  actionRoute(app, state, routers, {
    verb: 'PUT',
    action: 'update',
    needs: ({ network }) => needsOfNetwork(state, network),
    schema: changes,
    run(record, { body }) {
      const { description, bgp } = body;
      const { description: _, bgp: __, ...kept } = record;
      const nats = readNats(state, record, body.nats ?? []);
      routers.put(applyNats(state, { ...kept, ...given({ description, bgp }) }, nats));
      return undefined;
    },
  });
  natStatusRoutes(app, state);
}

/** Inside a change. */
function makeRouter(state: ComputeState, scope: string, body: RouterRequest): RouterRecord {
  const { name, description, bgp } = body;
  const network = requireNetwork(state, body.network, 'resource.network');
  const record: RouterRecord = {
    ...newRecord(state, scope, name),
    ...given({ description, bgp }),
    network: state.vpc.networks.url(network),
  };
  const nats = readNats(state, record, body.nats ?? []);
  return applyNats(state, record, nats);
}

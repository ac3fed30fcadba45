import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { sendJson } from '../../wire/reply.ts';
import { placeOf, scopePath } from '../place.ts';
import type { ComputeState } from '../state.ts';
import type { Nat, RouterRecord } from './kinds.ts';
import { natAddresses, viewOf } from './vpc-view.ts';

/** What a router says of its gateways: getRouterStatus, getNatIpInfo. */
export function natStatusRoutes(app: FastifyInstance, state: ComputeState): void {
  const { routers } = state.vpc;
  const one = `${scopePath('regions')}/routers/:name`;
  app.get(
    `${one}/getRouterStatus`,
    apiMethod('compute.routers.getRouterStatus'),
    async (request, reply) => {
      const { scope, name } = placeOf(state, request);
      const router = routers.require(scope, name);
      const natStatus = (router.nats ?? []).map((nat) => statusOf(state, router, nat));
      return sendJson(request, reply, {
        kind: 'compute#routerStatusResponse',
        result: { network: router.network, ...(natStatus.length > 0 ? { natStatus } : {}) },
      });
    },
  );
  app.get(
    `${one}/getNatIpInfo`,
    apiMethod('compute.routers.getNatIpInfo'),
    async (request, reply) => {
      const { scope, name, query } = placeOf(state, request);
      const router = routers.require(scope, name);
      const wanted = query['natName'];
      const nats = (router.nats ?? []).filter((nat) => !wanted || nat.name === wanted);
      const result = nats.map((nat) => ({
        natName: nat.name,
        natIpInfoMappings: natAddresses(state.vpc, router, nat).map((natIp) => ({
          natIp,
          mode: nat.natIpAllocateOption === 'AUTO_ONLY' ? 'AUTO' : 'MANUAL',
          usage: servedBy(state, router, nat) > 0 ? 'IN_USE' : 'UNUSED',
        })),
      }));
      return sendJson(request, reply, { result });
    },
  );
}

function statusOf(state: ComputeState, router: RouterRecord, nat: Nat): object {
  const addresses = natAddresses(state.vpc, router, nat);
  const isAuto = nat.natIpAllocateOption === 'AUTO_ONLY';
  return {
    name: nat.name,
    ...(isAuto
      ? { autoAllocatedNatIps: addresses }
      : { userAllocatedNatIps: addresses, userAllocatedNatIpResources: nat.natIps }),
    minExtraNatIpsNeeded: 0,
    numVmEndpointsWithNatMappings: servedBy(state, router, nat),
  };
}

/** How many interfaces of running VMs go out by a gateway. */
function servedBy(state: ComputeState, router: RouterRecord, nat: Nat): number {
  const view = viewOf(state);
  let count = 0;
  for (const { status, networkInterfaces } of state.vpc.instances.everywhere()) {
    if (status !== 'RUNNING') continue;
    for (const { network, subnetwork, accessConfigs } of networkInterfaces) {
      if (network !== router.network || accessConfigs?.some((one) => one.natIP)) continue;
      const gateway = view.natOf(subnetwork);
      if (gateway?.router === router.name && gateway.nat === nat.name) count += 1;
    }
  }
  return count;
}

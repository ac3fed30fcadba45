import type { FastifyInstance } from 'fastify';
import { notImplemented } from '../../wire/errors.ts';
import { needsOfExternal, needsOfInterface } from '../access/needs.ts';
import { invalidField, requiredField } from '../errors.ts';
import { checkFingerprint } from '../fingerprint.ts';
import {
  giveExternal,
  planAccessConfig,
  releaseAccessConfig,
  requireNetwork,
  requireSubnetwork,
  takeAddresses,
} from '../network/interfaces.ts';
import { placeName, regionOf } from '../place.ts';
import { requireQuota } from '../quotas/quotas.ts';
import { pathOfUrl } from '../references.ts';
import { actionRoute } from '../resource-routes.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { accessConfig, networkInterface } from './body.ts';
import { INSTANCES, type InstanceRecord, type NetworkInterface } from './kind.ts';
import { isUp } from './lifecycle.ts';
import { tell } from './machines.ts';

/** addAccessConfig, deleteAccessConfig, updateAccessConfig, updateNetworkInterface. */
export function accessConfigRoutes(app: FastifyInstance, state: ComputeState): void {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);

  /** Inside a change: an instance that runs has its addresses at once, others when they start. */
  function put(record: InstanceRecord): void {
    // A reserved address is taken whether the instance runs or not.
    takeAddresses(state, record);
    if (isUp(record)) giveExternal(state, record);
    instances.put(record);
    tell(state, 'changed', record);
  }

  actionRoute(app, state, instances, {
    action: 'addAccessConfig',
    schema: accessConfig,
    needs: (record, { body, query }) => [
      ...record.networkInterfaces
        .filter(({ name }) => name === query['networkInterface'])
        .map(({ subnetwork }) => ({
          permission: 'compute.subnetworks.useExternalIp',
          path: pathOfUrl(subnetwork),
        })),
      ...needsOfExternal(state, body),
    ],
    run(record, { scope, body, query }) {
      const nic = requireInterface(record, query['networkInterface']);
      if ((nic.accessConfigs ?? []).length > 0) {
        const why = `At most one access config currently supported.`;
        throw invalidField('resource.accessConfigs', '', why);
      }
      const region = regionOf(placeName(scope));
      const config = planAccessConfig(state, { region, config: body, field: 'resource' });
      if (isUp(record)) requireQuota(state, scope, new Map([['IN_USE_ADDRESSES', 1]]));
      nic.accessConfigs = [config];
      put(record);
      return undefined;
    },
  });
  actionRoute(app, state, instances, {
    action: 'deleteAccessConfig',
    run(record, { query }) {
      const nic = requireInterface(record, query['networkInterface']);
      const name = query['accessConfig'];
      if (!name) throw requiredField('accessConfig');
      const config = nic.accessConfigs?.find((one) => one.name === name);
      if (config === undefined) {
        const why = `Access config does not exist in network interface '${nic.name}'.`;
        throw invalidField('accessConfig', name.slice(0, 200), why);
      }
      delete nic.accessConfigs;
      releaseAccessConfig(state, config);
      put(record);
      return undefined;
    },
  });
  actionRoute(app, state, instances, {
    action: 'updateAccessConfig',
    schema: accessConfig,
    run(record, { body, query }) {
      const nic = requireInterface(record, query['networkInterface']);
      const [config] = nic.accessConfigs ?? [];
      const {
        name = config?.name,
        natIP = config?.natIP,
        networkTier = config?.networkTier,
      } = body;
      if (config === undefined || config.name !== name) {
        throw invalidField('resource.name', name ?? '', 'The access config does not exist.');
      }
      // As on GCP: an address is changed by deleting the access config and adding another.
      if (natIP !== config.natIP || networkTier !== config.networkTier) {
        throw notImplemented('compute.instances.updateAccessConfig of natIP and networkTier');
      }
      put(record);
      return undefined;
    },
  });
  actionRoute(app, state, instances, {
    verb: 'PATCH',
    action: 'updateNetworkInterface',
    suffix: '/updateNetworkInterface',
    schema: networkInterface,
    needs: ({ scope }, { body }) =>
      body.network || body.subnetwork
        ? needsOfInterface(state, regionOf(placeName(scope)), body)
        : [],
    run(record, { scope, body, query }) {
      const nic = requireInterface(record, query['networkInterface']);
      checkFingerprint('network interface', nic, body.fingerprint);
      const region = regionOf(placeName(scope));
      const field = 'resource';
      const network =
        body.network === undefined
          ? nic.network
          : state.vpc.networks.url(requireNetwork(state, body.network, `${field}.network`));
      const subnetwork =
        body.subnetwork === undefined
          ? nic.subnetwork
          : state.vpc.subnetworks.url(
              requireSubnetwork(state, region, body.subnetwork, `${field}.subnetwork`),
            );
      const isMoved = network !== nic.network || subnetwork !== nic.subnetwork;
      if (isMoved || (body.networkIP ?? nic.networkIP) !== nic.networkIP) {
        throw notImplemented('compute.instances.updateNetworkInterface to another place');
      }
      put(record);
      return undefined;
    },
  });
}

function requireInterface(record: InstanceRecord, name: string | undefined): NetworkInterface {
  if (!name) throw requiredField('networkInterface');
  const found = record.networkInterfaces.find((one) => one.name === name);
  if (found !== undefined) return found;
  const why = `The network interface does not exist in instance '${record.name}'.`;
  throw invalidField('networkInterface', name.slice(0, 200), why);
}

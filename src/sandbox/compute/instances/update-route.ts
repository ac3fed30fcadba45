import type { FastifyInstance } from 'fastify';
import { notImplemented } from '../../wire/errors.ts';
import { needsOfMachine } from '../access/needs.ts';
import { text } from '../body.ts';
import { staleFingerprint } from '../errors.ts';
import { isFingerprintOf } from '../fingerprint.ts';
import { actionRoute } from '../resource-routes.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { type InstanceRequest, instance, KEPT_FIELDS } from './body.ts';
import { cpuPlatform } from './create.ts';
import { disksOf } from './disks.ts';
import { INSTANCES, type InstanceRecord } from './kind.ts';
import { requireStopped } from './lifecycle.ts';
import { readMachineType, requireFitting } from './machine-type.ts';
import { tell } from './machines.ts';
import { readMetadata } from './metadata.ts';
import { readScheduling } from './scheduling.ts';
import { showInstance, updatable } from './show.ts';
import { readTags } from './tags.ts';

/**
 * instances.update: the whole instance as the client wants it, what it saw before and what
 * it changed. What cannot be changed is compared and refused; what is left out stays.
 * https://cloud.google.com/compute/docs/instances/update-instance-properties
 */
export function updateRoute(app: FastifyInstance, state: ComputeState): void {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  actionRoute(app, state, instances, {
    verb: 'PUT',
    action: 'update',
    schema: instance.extend({ fingerprint: text.optional() }),
    needs: (record) => needsOfMachine(state, record),
    run(record, { scope, body, query }) {
      if (body.fingerprint !== undefined && !isFingerprintOf(updatable(record), body.fingerprint)) {
        throw staleFingerprint('instance');
      }
      if (query['minimalAction'] === 'RESTART' || query['minimalAction'] === 'REFRESH') {
        throw notImplemented(`compute.instances.update with ${query['minimalAction']}`);
      }
      refuseOthers(state, record, body);
      const wanted: InstanceRecord = { ...record };
      if (body.labels !== undefined) wanted.labels = body.labels;
      if (body.metadata !== undefined) wanted.metadata = readMetadata(body.metadata.items);
      if (body.tags !== undefined) wanted.tags = readTags(body.tags.items);
      if (body.scheduling !== undefined) wanted.scheduling = readScheduling(body.scheduling);
      if (body.canIpForward !== undefined) wanted.canIpForward = body.canIpForward;
      if (body.deletionProtection !== undefined) {
        wanted.deletionProtection = body.deletionProtection;
      }
      if (body.machineType !== undefined) {
        const { url, type } = readMachineType(state, scope, body.machineType);
        if (url !== record.machineType) {
          requireStopped(record, 'Instance is starting or running.');
          requireFitting(type, disksOf(state, record));
          wanted.machineType = url;
          wanted.cpuPlatform = cpuPlatform(scope, type.name, record.minCpuPlatform);
        }
      }
      instances.put(wanted);
      tell(state, 'changed', wanted);
      return undefined;
    },
  });
}

/** What has a method of its own, or cannot be changed: it has to be as it is. */
function refuseOthers(state: ComputeState, record: InstanceRecord, body: InstanceRequest): void {
  const now = instance.parse(showInstance(state, record));
  const fields = [
    'name',
    'hostname',
    'disks',
    'networkInterfaces',
    'serviceAccounts',
    ...KEPT_FIELDS,
  ];
  for (const field of fields as (keyof InstanceRequest)[]) {
    const isSame = JSON.stringify(body[field]) === JSON.stringify(now[field]);
    if (body[field] !== undefined && !isSame) {
      throw notImplemented(`compute.instances.update of ${field}`);
    }
  }
}

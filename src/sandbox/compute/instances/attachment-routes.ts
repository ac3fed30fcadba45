import type { FastifyInstance } from 'fastify';
import { notImplemented } from '../../wire/errors.ts';
import { flag } from '../../wire/query.ts';
import { needsOfDisk, needsOfMachine } from '../access/needs.ts';
import { invalidField, requiredField } from '../errors.ts';
import { pathOfUrl } from '../references.ts';
import { actionRoute } from '../resource-routes.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { attachedDisk } from './body.ts';
import {
  attachmentOf,
  disksOf,
  markAttached,
  markDetached,
  readAttachable,
  requireDeviceName,
} from './disks.ts';
import { type AttachedDisk, INSTANCES, type InstanceRecord } from './kind.ts';
import { requireStopped } from './lifecycle.ts';
import { machineTypeOf, requireFitting } from './machine-type.ts';
import { tell } from './machines.ts';

/** attachDisk, detachDisk, setDiskAutoDelete. */
export function attachmentRoutes(app: FastifyInstance, state: ComputeState): void {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  actionRoute(app, state, instances, {
    action: 'attachDisk',
    schema: attachedDisk,
    plan: { steps: [{ seconds: 5 }] },
    needs: (record, { scope, body }) => [
      ...needsOfDisk(state, scope, body),
      ...needsOfMachine(state, record),
    ],
    run(record, { scope, body, query }) {
      if (flag(query, 'forceAttach'))
        throw notImplemented('compute.instances.attachDisk with forceAttach');
      if (body.initializeParams !== undefined) {
        const why = 'Disks cannot be created when they are attached.';
        throw invalidField('resource.initializeParams', '', why);
      }
      if (body.source === undefined) throw requiredField('resource.source');
      const disk = readAttachable(state, scope, 'resource.source', body.source, body.mode);
      requireFitting(machineTypeOf(record), [...disksOf(state, record), disk]);
      const boot = body.boot ?? false;
      if (boot) {
        requireStopped(
          record,
          'The instance must be stopped before its boot disk can be attached.',
        );
        if (record.disks.some((one) => one.boot)) {
          const why = 'The instance has a boot disk already.';
          throw invalidField('resource.boot', 'true', why);
        }
      }
      const attached = attachmentOf(state, disk, body, freeIndex(record.disks, boot));
      requireDeviceName(record.disks, attached.deviceName, 'resource.deviceName');
      record.disks = [...record.disks, attached].sort((a, b) => a.index - b.index);
      instances.put(record);
      markAttached(state, attached.source, record);
      tell(state, 'changed', record);
      return undefined;
    },
  });
  actionRoute(app, state, instances, {
    action: 'detachDisk',
    plan: { steps: [{ seconds: 5 }] },
    run(record, { query }) {
      const disk = requireDevice(record, query['deviceName']);
      if (disk.boot) {
        requireStopped(
          record,
          'The instance must be stopped before its boot disk can be detached.',
        );
      }
      record.disks = record.disks.filter((one) => one !== disk);
      instances.put(record);
      markDetached(state, disk.source, record);
      tell(state, 'changed', record);
      return undefined;
    },
  });
  actionRoute(app, state, instances, {
    action: 'setDiskAutoDelete',
    needs: (record, { query }) =>
      record.disks
        .filter(({ deviceName }) => deviceName === query['deviceName'])
        .map(({ source = '' }) => ({
          permission: 'compute.disks.update',
          path: pathOfUrl(source),
        })),
    run(record, { query }) {
      if (query['autoDelete'] === undefined) throw requiredField('autoDelete');
      const autoDelete = flag(query, 'autoDelete');
      requireDevice(record, query['deviceName']).autoDelete = autoDelete;
      instances.put(record);
      return undefined;
    },
  });
}

function requireDevice(record: InstanceRecord, name: string | undefined): AttachedDisk {
  if (!name) throw requiredField('deviceName');
  const found = record.disks.find(({ deviceName }) => deviceName === name);
  if (found !== undefined) return found;
  const why = `No attached disk found with device name '${name}'`;
  throw invalidField('deviceName', name.slice(0, 200), why);
}

/** Zero is the boot disk's. */
function freeIndex(disks: readonly AttachedDisk[], boot: boolean): number {
  if (boot) return 0;
  const taken = new Set(disks.map(({ index }) => index));
  let index = 1;
  while (taken.has(index)) index += 1;
  return index;
}

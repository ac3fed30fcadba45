import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { flag } from '../../wire/query.ts';
import { needsOfAccount, needsOfMachine } from '../access/needs.ts';
import type { Need } from '../access/resources.ts';
import { text } from '../body.ts';
import { requiredField } from '../errors.ts';
import { checkFingerprint } from '../fingerprint.ts';
import { type Asked, actionRoute } from '../resource-routes.ts';
import { setLabelsRoute } from '../set-labels.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { metadata, scheduling, serviceAccount, tags } from './body.ts';
import { cpuPlatform } from './create.ts';
import { disksOf } from './disks.ts';
import { INSTANCES, type InstanceRecord } from './kind.ts';
import { requireStopped } from './lifecycle.ts';
import { readMachineType, requireFitting } from './machine-type.ts';
import { tell } from './machines.ts';
import { readMetadata } from './metadata.ts';
import { readScheduling } from './scheduling.ts';
import { readServiceAccounts } from './service-accounts.ts';
import { readTags } from './tags.ts';
import { updateRoute } from './update-route.ts';

const object = z.record(text, z.unknown());

interface Setting<Body> {
  /** Default: POST. */
  verb?: 'POST' | 'PATCH';
  needs?: (record: InstanceRecord, asked: Asked<Body>) => Iterable<Need>;
}

/** The methods that set one thing each: setMetadata, setTags, setMachineType... */
export function settingRoutes(app: FastifyInstance, state: ComputeState): void {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);

  /** @param set throws before it changes the record */
  function setting<Body>(
    action: string,
    schema: z.ZodType<Body>,
    set: (record: InstanceRecord, asked: Asked<Body>) => void,
    { verb = 'POST', needs }: Setting<Body> = {},
  ): void {
    actionRoute(app, state, instances, {
      verb,
      action,
      suffix: `/${action}`,
      schema,
      ...(needs === undefined ? {} : { needs }),
      run(record, asked) {
        set(record, asked);
        instances.put(record);
        tell(state, 'changed', record);
        return undefined;
      },
    });
  }

  setLabelsRoute(app, state, instances, (record) => tell(state, 'changed', record));
  // A start-up script, or somebody's key, does what the machine's service account may do.
  setting(
    'setMetadata',
    metadata,
    (record, { body }) => {
      checkFingerprint('metadata', record.metadata.items ?? [], body.fingerprint);
      record.metadata = readMetadata(body.items);
    },
    { needs: (record) => needsOfMachine(state, record) },
  );
  setting('setTags', tags, (record, { body }) => {
    checkFingerprint('tags', record.tags.items ?? [], body.fingerprint);
    record.tags = readTags(body.items);
  });
  setting(
    'setMachineType',
    z.object({ machineType: text.optional() }),
    (record, { scope, body }) => {
      if (!body.machineType) throw requiredField('resource.machineType');
      const { url, type } = readMachineType(state, scope, body.machineType);
      requireStopped(record, 'Instance is starting or running.');
      requireFitting(type, disksOf(state, record));
      record.cpuPlatform = cpuPlatform(scope, type.name, record.minCpuPlatform);
      record.machineType = url;
    },
  );
  setting(
    'setMinCpuPlatform',
    z.object({ minCpuPlatform: text.optional() }),
    (record, { scope, body: { minCpuPlatform = '' } }) => {
      requireStopped(
        record,
        'The instance must be stopped before the minimum CPU platform can be changed.',
      );
      const type = record.machineType.slice(record.machineType.lastIndexOf('/') + 1);
      record.cpuPlatform = cpuPlatform(scope, type, minCpuPlatform || undefined);
      if (minCpuPlatform === '') delete record.minCpuPlatform;
      else record.minCpuPlatform = minCpuPlatform;
    },
  );
  setting(
    'setServiceAccount',
    serviceAccount,
    (record, { body }) => {
      requireStopped(
        record,
        'The instance must be stopped before the service account can be changed.',
      );
      // Without an email the instance is to have none.
      if (body.email) record.serviceAccounts = readServiceAccounts(state, [body]);
      else delete record.serviceAccounts;
    },
    { needs: (_record, { body }) => (body.email ? needsOfAccount(state, [body]) : []) },
  );
  setting('setScheduling', scheduling, (record, { body }) => {
    const { maxRunDuration, ...before } = record.scheduling;
    const isOther = body.provisioningModel !== undefined || body.preemptible !== undefined;
    const wanted = readScheduling({ ...(isOther ? {} : before), maxRunDuration, ...body });
    if (wanted.provisioningModel !== before.provisioningModel) {
      requireStopped(
        record,
        'The instance must be stopped before the provisioning model can be changed.',
      );
    }
    record.scheduling = wanted;
  });
  setting('setDeletionProtection', z.unknown(), (record, { query }) => {
    record.deletionProtection =
      query['deletionProtection'] === undefined || flag(query, 'deletionProtection');
  });
  setting('setShieldedInstanceIntegrityPolicy', object, keep('shieldedInstanceIntegrityPolicy'), {
    verb: 'PATCH',
  });
  setting('updateShieldedInstanceConfig', object, keep('shieldedInstanceConfig'), {
    verb: 'PATCH',
  });
  setting('updateDisplayDevice', object, keep('displayDevice'), { verb: 'PATCH' });
  updateRoute(app, state);
}

const keep =
  (
    field: 'shieldedInstanceIntegrityPolicy' | 'shieldedInstanceConfig' | 'displayDevice',
  ): ((record: InstanceRecord, asked: Asked<Record<string, unknown>>) => void) =>
  (record, { body }) => {
    record[field] = { ...record[field], ...body };
  };

import type { Table } from '../disk/store.ts';
import type { ServiceHost } from '../services.ts';
import type { StoredPolicy } from './access/policies.ts';
import { Collection, type Kind } from './collection.ts';
import type { InstanceRecord } from './instances/kind.ts';
import type { Machines } from './instances/machines.ts';
import { openVpc, type Vpc } from './network/vpc.ts';
import { addFailingPlan } from './operations/failing.ts';
import type { Plan } from './operations/plans.ts';
import type { OperationRecord } from './operations/records.ts';
import { Scheduler } from './operations/scheduler.ts';
import type { ProjectSettings } from './project/record.ts';
import { type ResourceRecord, TABLE_OF_RESOURCES } from './records.ts';
import { pacificTime } from './timestamps.ts';

/** What Compute Engine is made of: what the server hands to it, and its tables. */
export interface ComputeState extends ServiceHost {
  /** Resources of every kind, by collection, scope and name. */
  readonly resources: Table<ResourceRecord>;
  readonly operations: Table<OperationRecord>;
  /** Operations that are not done, by the time their next step is due. */
  readonly pending: Table<true>;
  /** The operation that a `requestId` began. */
  readonly requests: Table<{ scope: string; name: string }>;
  /** What can be changed about the project itself. */
  readonly projects: Table<ProjectSettings>;
  /** IAM policies on resources, by the resources' ids. */
  readonly policies: Table<StoredPolicy>;
  /** What operations of each kind do, in steps; filled while the routes are added. */
  readonly plans: Map<string, Plan>;
  /** The tables of the VPC network. */
  readonly vpc: Vpc;
  readonly scheduler: Scheduler;
  /** What runs inside instances, where anything does. */
  machines?: Machines;
  /** Who wants to know that something happened to an instance. */
  readonly watchers: Set<(instance: InstanceRecord) => void>;
}

export function openState(host: ServiceHost): ComputeState {
  const { store } = host;
  const resources = store.table<ResourceRecord>(TABLE_OF_RESOURCES);
  const state = {
    ...host,
    resources,
    operations: store.table<OperationRecord>('compute-operations'),
    pending: store.table<true>('compute-pending'),
    requests: store.table<{ scope: string; name: string }>('compute-requests'),
    projects: store.table<ProjectSettings>('compute-projects'),
    policies: store.table<StoredPolicy>('compute-policies'),
    plans: new Map<string, Plan>(),
    watchers: new Set<(instance: InstanceRecord) => void>(),
    vpc: openVpc(store, resources, host),
  };
  addFailingPlan(state);
  return Object.assign(state, { scheduler: new Scheduler(state) });
}

/** The resources of a kind. */
export const collectionOf = <R extends ResourceRecord>(
  state: Pick<ComputeState, 'resources' | 'projectId' | 'projectNumber'>,
  kind: Kind,
): Collection<R> => new Collection<R>(kind, state.resources, state);

/** The sandbox's time, in milliseconds since 1970. */
export const now = (state: Pick<ComputeState, 'clock'>): number => state.clock().getTime();

/** A number as Compute Engine gives it to each resource and operation: 64 bits, in decimals. */
export function randomId(state: Pick<ComputeState, 'randomBytes'>): string {
  const bits = Buffer.from(state.randomBytes(8)).readBigUInt64BE();
  // Nineteen digits: as long as GCP's are, and within a signed 64-bit number.
  return String(10n ** 18n + (bits % (8n * 10n ** 18n)));
}

/** What every new resource begins with. */
export const newRecord = (state: ComputeState, scope: string, name: string): ResourceRecord => ({
  id: randomId(state),
  name,
  scope,
  creationTimestamp: pacificTime(now(state)),
});

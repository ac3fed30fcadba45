import { fingerprintOf } from '../../fingerprint.ts';
import { present } from '../../representation.ts';
import { type ComputeState, collectionOf } from '../../state.ts';
import {
  AUTOSCALERS,
  type AutoscalerRecord,
  GROUPS,
  type GroupRecord,
  MANAGERS,
  type ManagerRecord,
  type Member,
} from '../kinds.ts';
import { groupUrl } from './body.ts';
import { instanceOfMember } from './members.ts';
import { countActions, isStable, isVersionReached } from './reconcile.ts';

/** A managed group as the API shows it. */
export function showManager(state: ComputeState, record: ManagerRecord): Record<string, unknown> {
  const { members: _members, errors: _errors, leaving: _leaving, work: _work, ...fields } = record;
  const managers = collectionOf<ManagerRecord>(state, MANAGERS);
  const group = collectionOf<GroupRecord>(state, GROUPS).get(record.scope, record.name);
  const { NONE, CREATING, RECREATING, DELETING, RESTARTING } = countActions(record);
  const autoscaler = autoscalerOf(state, managers.url(record));
  const { namedPorts = [] } = group ?? {};
  return {
    ...present(state, managers, fields as ManagerRecord),
    instanceTemplate: record.versions[0]?.instanceTemplate,
    instanceGroup: groupUrl(state, record),
    fingerprint: managerFingerprint(record),
    ...(namedPorts.length === 0 ? {} : { namedPorts }),
    currentActions: {
      none: NONE,
      creating: CREATING,
      creatingWithoutRetries: 0,
      verifying: 0,
      recreating: RECREATING,
      deleting: DELETING,
      abandoning: 0,
      restarting: RESTARTING,
      refreshing: 0,
    },
    status: {
      isStable: isStable(state, record),
      versionTarget: { isReached: isVersionReached(record) },
      stateful: { hasStatefulConfig: false, perInstanceConfigs: { allEffective: true } },
      allInstancesConfig: { effective: true },
      ...(autoscaler === undefined
        ? {}
        : { autoscaler: collectionOf<AutoscalerRecord>(state, AUTOSCALERS).url(autoscaler) }),
    },
  };
}

/** What changes of a group have to have seen. */
export function managerFingerprint(record: ManagerRecord): string {
  const { versions, targetSize, updatePolicy, baseInstanceName, description } = record;
  const { instanceLifecyclePolicy, autoHealingPolicies, distributionPolicy } = record;
  return fingerprintOf([
    [versions, targetSize, updatePolicy, baseInstanceName, description],
    [instanceLifecyclePolicy, autoHealingPolicies, distributionPolicy],
  ]);
}

/** The autoscaler of a group; it has one at most. */
export function autoscalerOf(state: ComputeState, target: string): AutoscalerRecord | undefined {
  for (const one of collectionOf<AutoscalerRecord>(state, AUTOSCALERS).everywhere()) {
    if (one.target === target) return one;
  }
  return undefined;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers/listManagedInstances */
export function showMember(
  state: ComputeState,
  instanceUrl: string,
  member: Member,
): Record<string, unknown> {
  const instance = instanceOfMember(state, member);
  const { name, version, action, failure } = member;
  return {
    instance: instanceUrl,
    name,
    currentAction: action,
    ...(instance === undefined ? {} : { id: instance.id, instanceStatus: instance.status }),
    targetStatus: action === 'DELETING' ? 'DELETED' : 'RUNNING',
    version: { ...version, name: version.name ?? '' },
    ...(failure === undefined
      ? {}
      : {
          lastAttempt: {
            errors: { errors: [{ code: failure.code, message: failure.message }] },
          },
        }),
  };
}

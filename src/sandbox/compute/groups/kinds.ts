import type { Kind } from '../collection.ts';
import type { InstanceProperties } from '../instances/body.ts';
import type { ResourceRecord, Scope } from '../records.ts';

/*
 * Templates, groups and their autoscalers, as they are stored: URLs in their whole form.
 * Zonal and regional groups are one collection in different scopes.
 */

export const TEMPLATES: Kind = {
  collection: 'instanceTemplates',
  singular: 'instanceTemplate',
  api: 'compute.instanceTemplates',
  scope: 'global',
  aggregated: true,
};

export const REGION_TEMPLATES: Kind = {
  ...TEMPLATES,
  api: 'compute.regionInstanceTemplates',
  scope: 'regions',
  aggregated: false,
};

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceTemplates */
export interface TemplateRecord extends ResourceRecord {
  description?: string;
  properties: InstanceProperties;
  sourceInstance?: string;
}

export const GROUPS: Kind = {
  collection: 'instanceGroups',
  singular: 'instanceGroup',
  api: 'compute.instanceGroups',
  scope: 'zones',
};

export const REGION_GROUPS: Kind = {
  ...GROUPS,
  api: 'compute.regionInstanceGroups',
  scope: 'regions',
  listKind: 'regionInstanceGroupList',
  aggregated: false,
};

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroups */
export interface GroupRecord extends ResourceRecord {
  description?: string;
  namedPorts: { name: string; port: number }[];
  network?: string;
  subnetwork?: string;
  /** URLs of the instances of a group that nobody manages. */
  instances: string[];
}

export const MANAGERS: Kind = {
  collection: 'instanceGroupManagers',
  singular: 'instanceGroupManager',
  api: 'compute.instanceGroupManagers',
  scope: 'zones',
};

export const REGION_MANAGERS: Kind = {
  ...MANAGERS,
  api: 'compute.regionInstanceGroupManagers',
  scope: 'regions',
  listKind: 'regionInstanceGroupManagerList',
  aggregated: false,
};

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers */
export interface ManagerRecord extends ResourceRecord {
  description?: string;
  baseInstanceName: string;
  /** The first has what the others leave. */
  versions: Version[];
  targetSize: number;
  updatePolicy: UpdatePolicy;
  instanceLifecyclePolicy: {
    onFailedHealthCheck?: 'DEFAULT_ACTION' | 'REPAIR' | 'DO_NOTHING';
    onRepair?: { allowChangingZone?: 'NO' | undefined };
    defaultActionOnFailure: 'REPAIR' | 'DO_NOTHING';
    forceUpdateOnRepair: 'YES' | 'NO';
  };
  autoHealingPolicies?: { initialDelaySec?: number }[];
  /** Of regional groups: where their instances are. */
  distributionPolicy?: { zones: { zone: string }[]; targetShape: 'EVEN' };
  listManagedInstancesResults: 'PAGELESS' | 'PAGINATED';
  members: Member[];
  errors: MemberError[];
  /** It is being deleted: it makes no more instances. */
  leaving?: boolean;
  /** The simulated load, in instances that it keeps busy; see autoscalers/load.ts. */
  work?: number;
}

export interface FixedOrPercent {
  fixed?: number;
  percent?: number;
}

export interface Version {
  name?: string;
  instanceTemplate: string;
  targetSize?: FixedOrPercent;
}

export interface UpdatePolicy {
  type: 'PROACTIVE' | 'OPPORTUNISTIC';
  minimalAction: UpdateAction;
  mostDisruptiveAllowedAction?: UpdateAction;
  maxSurge: FixedOrPercent;
  maxUnavailable: FixedOrPercent;
  replacementMethod: 'SUBSTITUTE' | 'RECREATE';
  instanceRedistributionType?: 'PROACTIVE' | 'NONE';
}

export type UpdateAction = 'NONE' | 'REFRESH' | 'RESTART' | 'REPLACE';

export type CurrentAction = 'NONE' | 'CREATING' | 'RECREATING' | 'DELETING' | 'RESTARTING';

/** An instance of a managed group, there or about to be. */
export interface Member {
  name: string;
  /** `zones/Z` */
  scope: Scope;
  /** Of the instance, once it was made. */
  id?: string;
  version: { instanceTemplate: string; name?: string };
  action: CurrentAction;
  /**
   * How far the action is: `oldId` is the instance that has to go before it is made anew,
   * `begun` that the operation which stops or deletes it is under way.
   */
  phase?: { oldId?: string; begun?: true };
  /** What became of the last attempt to make it, and when it is tried again. */
  failure?: { code: string; message: string; retryAt: number };
}

export interface MemberError {
  action: CurrentAction;
  instance: string;
  version: Member['version'];
  code: string;
  message: string;
  timestamp: string;
}

export const AUTOSCALERS: Kind = {
  collection: 'autoscalers',
  singular: 'autoscaler',
  api: 'compute.autoscalers',
  scope: 'zones',
};

export const REGION_AUTOSCALERS: Kind = {
  ...AUTOSCALERS,
  api: 'compute.regionAutoscalers',
  scope: 'regions',
  listKind: 'regionAutoscalerList',
  aggregated: false,
};

/** https://cloud.google.com/compute/docs/reference/rest/v1/autoscalers */
export interface AutoscalerRecord extends ResourceRecord {
  description?: string;
  target: string;
  autoscalingPolicy: AutoscalingPolicy;
  recommendedSize?: number;
  /** What it would have recommended, newest last, as far back as it has to look. */
  history: { at: number; size: number }[];
  /** When it has to look again, though nothing happens; milliseconds since 1970. */
  due?: number;
}

export interface AutoscalingPolicy {
  minNumReplicas: number;
  maxNumReplicas: number;
  coolDownPeriodSec: number;
  stabilizationPeriodSec?: number;
  mode: 'ON' | 'OFF' | 'ONLY_SCALE_OUT';
  cpuUtilization: { utilizationTarget: number; predictiveMethod?: 'NONE' };
  scaleInControl?: { maxScaledInReplicas?: FixedOrPercent; timeWindowSec?: number };
}

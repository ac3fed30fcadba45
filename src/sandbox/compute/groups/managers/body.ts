import * as z from 'zod';
import { type ApiError, notImplemented } from '../../../wire/errors.ts';
import { int32, oneOf, refused, text } from '../../body.ts';
import { findZone, zonesOf } from '../../catalogue/zones.ts';
import { invalidField, notFound, requiredField } from '../../errors.ts';
import { given } from '../../given.ts';
import { isName, requireName } from '../../names.ts';
import { placeName } from '../../place.ts';
import type { Scope } from '../../records.ts';
import { nameOf, parseReference, pathOf, ROOT, urlOf } from '../../references.ts';
import { type ComputeState, collectionOf } from '../../state.ts';
import {
  type ManagerRecord,
  TEMPLATES,
  type TemplateRecord,
  type UpdatePolicy,
  type Version,
} from '../kinds.ts';

/*
 * Managed instance groups as clients send them.
 * https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers
 */

export const fixedOrPercent = z.object({ fixed: int32.optional(), percent: int32.optional() });
const action = oneOf('NONE', 'REFRESH', 'RESTART', 'REPLACE');

export const namedPorts = z.array(z.object({ name: text, port: int32 }));

const updatePolicy = z.object({
  type: oneOf('PROACTIVE', 'OPPORTUNISTIC'),
  minimalAction: action,
  mostDisruptiveAllowedAction: action,
  maxSurge: fixedOrPercent.optional(),
  maxUnavailable: fixedOrPercent.optional(),
  replacementMethod: oneOf('SUBSTITUTE', 'RECREATE'),
  instanceRedistributionType: oneOf('PROACTIVE', 'NONE'),
});

export const managerChange = z.object({
  name: text.optional(),
  description: text.optional(),
  fingerprint: text.optional(),
  baseInstanceName: text.optional(),
  instanceTemplate: text.optional(),
  versions: z
    .array(
      z.object({
        name: text.optional(),
        instanceTemplate: text.optional(),
        targetSize: fixedOrPercent.optional(),
      }),
    )
    .optional(),
  targetSize: int32.optional(),
  namedPorts: namedPorts.optional(),
  autoHealingPolicies: z
    .array(z.object({ healthCheck: text.optional(), initialDelaySec: int32.optional() }))
    .optional(),
  updatePolicy: updatePolicy.optional(),
  instanceLifecyclePolicy: z
    .object({
      defaultActionOnFailure: oneOf('REPAIR', 'DO_NOTHING'),
      forceUpdateOnRepair: oneOf('YES', 'NO'),
      onFailedHealthCheck: oneOf('DEFAULT_ACTION', 'REPAIR', 'DO_NOTHING'),
      onRepair: z.object({ allowChangingZone: oneOf('NO') }).optional(),
    })
    .optional(),
  distributionPolicy: z
    .object({ zones: z.array(z.object({ zone: text })).optional(), targetShape: text.optional() })
    .optional(),
  targetPools: z.array(text).optional(),
  listManagedInstancesResults: oneOf('PAGELESS', 'PAGINATED'),
  ...refused(
    'allInstancesConfig',
    'instanceFlexibilityPolicy',
    'resourcePolicies',
    'standbyPolicy',
    'statefulPolicy',
    'targetStoppedSize',
    'targetSuspendedSize',
  ),
  // As it is if nobody says anything.
  targetSizePolicy: z.object({ mode: oneOf('INDIVIDUAL') }).optional(),
});
export type ManagerChange = z.infer<typeof managerChange>;

export const managerBody = managerChange.extend({ name: text });

export function refuseMissing(state: ComputeState, body: ManagerChange): void {
  const [pool] = body.targetPools ?? [];
  if (pool !== undefined) throw missing(state, pool);
  for (const { healthCheck } of body.autoHealingPolicies ?? []) {
    if (healthCheck !== undefined) throw missing(state, healthCheck);
  }
}

/** There are no such resources in the sandbox, so it is none of them. */
function missing(state: ComputeState, url: string): ApiError {
  const reference = parseReference(url, state.projectId);
  return notFound(reference === undefined ? url : pathOf(reference));
}

/** The template that is named, which has to be there. */
export function readTemplate(state: ComputeState, field: string, url: string): string {
  const templates = collectionOf<TemplateRecord>(state, TEMPLATES);
  const reference = isName(url)
    ? { project: '', scope: 'global', collection: 'instanceTemplates', name: url }
    : parseReference(url, state.projectId);
  if (reference?.collection !== 'instanceTemplates') {
    throw invalidField(field, url, 'The URL is malformed.');
  }
  return templates.url(templates.require(reference.scope, reference.name));
}

/** `versions`, or the one version that `instanceTemplate` is short for. */
export function readVersions(
  state: ComputeState,
  { instanceTemplate, versions }: ManagerChange,
): Version[] | undefined {
  if (versions === undefined || versions.length === 0) {
    if (!instanceTemplate) return undefined;
    const url = readTemplate(state, 'resource.instanceTemplate', instanceTemplate);
    return [{ instanceTemplate: url }];
  }
  const read = versions.map(({ name, instanceTemplate: url, targetSize }, index): Version => {
    const field = `resource.versions[${index}].instanceTemplate`;
    if (!url) throw requiredField(field);
    return {
      ...given({ name: name || undefined, targetSize: readAmount(targetSize) }),
      instanceTemplate: readTemplate(state, field, url),
    };
  });
  const rest = read.filter(({ targetSize }) => targetSize === undefined);
  if (rest.length !== 1) {
    const why = 'Exactly one version must leave the targetSize field unset.';
    throw invalidField('resource.versions', '', why);
  }
  return [...rest, ...read.filter(({ targetSize }) => targetSize !== undefined)];
}

type Amount = { fixed?: number; percent?: number };

function readAmount(amount: z.infer<typeof fixedOrPercent> | undefined): Amount | undefined {
  if (amount?.fixed !== undefined) return { fixed: amount.fixed };
  return amount?.percent === undefined ? undefined : { percent: amount.percent };
}

/** What is said of how updates are done, over what was so before. */
export function readUpdatePolicy(
  before: UpdatePolicy,
  wanted: ManagerChange['updatePolicy'] = {},
): UpdatePolicy {
  const { maxSurge, maxUnavailable, ...rest } = wanted;
  const policy: UpdatePolicy = {
    ...before,
    ...given(rest),
    ...given({ maxSurge: readAmount(maxSurge), maxUnavailable: readAmount(maxUnavailable) }),
  };
  const isNone = ({ fixed = 0, percent = 0 }: Amount) => fixed === 0 && percent === 0;
  if (isNone(policy.maxSurge) && isNone(policy.maxUnavailable)) {
    const why = 'At least one of maxSurge and maxUnavailable must be greater than 0.';
    throw invalidField('resource.updatePolicy', '', why);
  }
  if (policy.replacementMethod === 'RECREATE' && !isNone(policy.maxSurge)) {
    const why = 'Must be 0 when replacementMethod is RECREATE.';
    const { fixed, percent } = policy.maxSurge;
    throw invalidField('resource.updatePolicy.maxSurge', `${fixed ?? percent}`, why);
  }
  return policy;
}

/** @param zones how many the group is in */
export const usualUpdatePolicy = (zones: number): UpdatePolicy => ({
  type: 'OPPORTUNISTIC',
  minimalAction: 'REPLACE',
  maxSurge: { fixed: zones },
  maxUnavailable: { fixed: zones },
  replacementMethod: 'SUBSTITUTE',
  ...(zones > 1 ? { instanceRedistributionType: 'PROACTIVE' as const } : {}),
});

/** https://cloud.google.com/compute/docs/instance-groups/creating-groups-of-managed-instances */
const MOST = 1000;

export function readSize(field: string, size: number): number {
  if (size >= 0 && size <= MOST) return size;
  throw invalidField(field, String(size), `Must be between 0 and ${MOST}, inclusive.`);
}

export function readBaseName(text: string): string {
  if (isName(text) && text.length <= 58) return text;
  if (text.includes('#')) throw notImplemented('numbered baseInstanceName');
  const why = "Must be a match of regex '[a-z](([-a-z0-9]{0,57})|([-a-z0-9]{0,52}-#{1,10}))'";
  throw invalidField('resource.baseInstanceName', text, why);
}

/** Where the instances of a regional group are: three zones of the region, unless it is said. */
export function readDistribution(
  state: ComputeState,
  scope: Scope,
  wanted: ManagerChange['distributionPolicy'] = {},
): NonNullable<ManagerRecord['distributionPolicy']> {
  const region = placeName(scope);
  const shape = wanted.targetShape ?? 'EVEN';
  if (shape !== 'EVEN') throw notImplemented(`distributionPolicy.targetShape ${shape}`);
  const names =
    wanted.zones === undefined || wanted.zones.length === 0
      ? zonesOf(region)
          .slice(0, 3)
          .map(({ name }) => name)
      : wanted.zones.map(({ zone }) => nameOf(zone));
  for (const name of names) {
    if (findZone(name)?.region === region) continue;
    const why = `Zone must be in region '${region}'.`;
    throw invalidField('resource.distributionPolicy.zones', name, why);
  }
  const root = `${ROOT}projects/${state.projectId}/zones/`;
  return { zones: names.map((name) => ({ zone: root + name })), targetShape: 'EVEN' };
}

/** Names of ports: https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroups */
export function readNamedPorts(
  wanted: z.infer<typeof namedPorts> = [],
): { name: string; port: number }[] {
  for (const [index, { name, port }] of wanted.entries()) {
    const field = `resource.namedPorts[${index}]`;
    requireName(`${field}.name`, name);
    if (port < 1 || port > 65_535) {
      throw invalidField(`${field}.port`, String(port), 'Must be between 1 and 65535, inclusive.');
    }
  }
  return wanted.map(({ name, port }) => ({ name, port }));
}

/** The URL of the group that goes with a manager. */
export const groupUrl = (state: ComputeState, { scope, name }: ManagerRecord): string =>
  urlOf({ project: state.projectId, scope, collection: 'instanceGroups', name });

import { projectQuotas, type QuotaLimit, regionQuotas } from '../catalogue/quotas.ts';
import { quotaExceeded } from '../errors.ts';
import { FailsLater } from '../operations/failing.ts';
import { placeName, regionOf } from '../place.ts';
import type { Scope } from '../records.ts';
import type { ComputeState } from '../state.ts';
import { ALL_CPUS, allCpus, countOf, projectUsage, regionUsage, type Usage } from './usage.ts';

/**
 * Quotas: how much a project may have. GCP answers with an operation to what goes over one,
 * and the operation fails with QUOTA_EXCEEDED.
 * https://cloud.google.com/compute/resource-usage
 */
export interface Quota extends QuotaLimit {
  usage: number;
}

/** As `regions.get` shows them. */
export const quotasOfRegion = (state: ComputeState, region: string): Quota[] =>
  withUsage(state, regionQuotas(), regionUsage(state, region));

/** As `projects.get` shows them. */
export const quotasOfProject = (state: ComputeState): Quota[] =>
  withUsage(state, projectQuotas(), projectUsage(state));

const withUsage = (state: ComputeState, limits: readonly QuotaLimit[], usage: Usage): Quota[] =>
  limits.map(({ metric, limit }) => ({
    metric,
    limit: state.unlimitedQuota ? UNLIMITED : limit,
    usage: usage.get(metric) ?? 0,
  }));

/** What is shown of a limit that there is not (`--unlimited-quota`). */
const UNLIMITED = 1_000_000_000;

/**
 * Inside a change, before its first write: refuses what would go over a quota.
 *
 * @param more what the change is about to add in the region of a zone
 * @param cpus what it is about to add to the vCPUs of all regions
 */
export function requireQuota(state: ComputeState, zone: Scope, more: Usage, cpus = 0): void {
  const region = regionOf(placeName(zone));
  require(state, regionQuotas(), more, () => regionUsage(state, region), ` in region ${region}`);
  if (cpus === 0) return;
  const allOf = () => new Map([[ALL_CPUS, allCpus(state)]]);
  require(state, projectQuotas(), new Map([[ALL_CPUS, cpus]]), allOf, ' globally');
}

/** The same for one more resource of a kind that is counted, such as a firewall rule. */
export function requireOneMore(state: ComputeState, collection: string, scope: Scope): void {
  if (state.unlimitedQuota) return;
  const counted = countOf(state, collection, scope);
  if (counted === undefined) return;
  const { metric, usage, isGlobal } = counted;
  const limits = isGlobal ? projectQuotas() : regionQuotas();
  const where = isGlobal ? ' globally' : ` in region ${regionName(scope)}`;
  require(state, limits, new Map([[metric, 1]]), () => new Map([[metric, usage]]), where);
}

const regionName = (scope: Scope): string =>
  scope.startsWith('zones/') ? regionOf(placeName(scope)) : placeName(scope);

function require(
  { unlimitedQuota }: ComputeState,
  limits: readonly QuotaLimit[],
  more: Usage,
  usageNow: () => Usage,
  where: string,
): void {
  const asked = limits.filter(({ metric }) => (more.get(metric) ?? 0) > 0);
  if (asked.length === 0 || unlimitedQuota) return;
  const usage = usageNow();
  for (const { metric, limit } of asked) {
    const wanted = (usage.get(metric) ?? 0) + (more.get(metric) ?? 0);
    if (wanted > limit) throw new FailsLater(quotaExceeded(metric, limit, where));
  }
}

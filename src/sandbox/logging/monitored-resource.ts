import type { AuditRecord } from '../audit/record.ts';
import { auditedName, serviceOf } from './method-names.ts';

export interface MonitoredResource {
  type: string;
  labels: Record<string, string>;
}

/**
 * What kind of thing an entry is about, as Cloud Logging sorts entries. The numeric ids that GCP
 * has in the labels are not known here.
 *
 * https://docs.cloud.google.com/logging/docs/api/v2/resource-list
 */
export function monitoredResource(record: AuditRecord, projectId: string): MonitoredResource {
  const { resource, method } = record;
  const project = { project_id: projectId };
  const bucket = /^projects\/_\/buckets\/([^/]+)/.exec(resource)?.[1];
  if (bucket !== undefined) {
    return { type: 'gcs_bucket', labels: { ...project, bucket_name: bucket } };
  }
  const account = /\/serviceAccounts\/([^/]+)/.exec(resource)?.[1];
  if (account !== undefined) {
    return { type: 'service_account', labels: { ...project, email_id: account } };
  }
  const role = /\/roles\/([^/]+)$/.exec(resource)?.[1];
  if (role !== undefined) return { type: 'iam_role', labels: { ...project, role_name: role } };
  const compute = COMPUTE.exec(resource)?.groups;
  const type = TYPES[compute?.['collection'] ?? ''];
  if (compute !== undefined && type !== undefined) {
    const { zone, region, name = '' } = compute;
    const place = zone ? { zone } : region ? { region } : {};
    return { type: `gce_${type}`, labels: { ...project, ...place, [`${type}_name`]: name } };
  }
  if (/^projects\/[^/]+$/.test(resource) && method.startsWith('cloudresourcemanager.')) {
    return { type: 'project', labels: project };
  }
  const labels = { ...project, service: serviceOf(method), method: auditedName(method) };
  return { type: 'audited_resource', labels };
}

const COMPUTE =
  /^projects\/[^/]+\/(?:zones\/(?<zone>[^/]+)|regions\/(?<region>[^/]+)|global)\/(?<collection>\w+)\/(?<name>[^/]+)$/;

/** Without `gce_`; what is not here is an `audited_resource`. */
const TYPES: Readonly<Record<string, string>> = {
  addresses: 'reserved_address',
  autoscalers: 'autoscaler',
  disks: 'disk',
  firewalls: 'firewall_rule',
  images: 'image',
  instanceGroupManagers: 'instance_group_manager',
  instanceGroups: 'instance_group',
  instances: 'instance',
  instanceTemplates: 'instance_template',
  networks: 'network',
  routers: 'router',
  routes: 'route',
  snapshots: 'snapshot',
  subnetworks: 'subnetwork',
};

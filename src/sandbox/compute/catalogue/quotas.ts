/**
 * How much a new project may have: in every region, and altogether. Going over one is 403
 * `quotaExceeded` on GCP.
 *
 * The project's are those of a project made for a training (`gcloud compute project-info
 * describe`, published in 2023); the regions' those of projects as new
 * (`gcloud compute regions describe`). More comes with use and on request.
 *
 * https://cloud.google.com/compute/resource-usage
 */
export interface QuotaLimit {
  /** As `Quota.metric` has it. */
  metric: string;
  limit: number;
}

const PROJECT = `
SNAPSHOTS 1000, NETWORKS 5, FIREWALLS 100, IMAGES 100, STATIC_ADDRESSES 8, ROUTES 200,
FORWARDING_RULES 15, TARGET_POOLS 50, HEALTH_CHECKS 50, IN_USE_ADDRESSES 4, TARGET_INSTANCES 50,
TARGET_HTTP_PROXIES 10, URL_MAPS 10, BACKEND_SERVICES 50, INSTANCE_TEMPLATES 100,
TARGET_VPN_GATEWAYS 5, VPN_TUNNELS 10, BACKEND_BUCKETS 3, ROUTERS 10, TARGET_SSL_PROXIES 10,
TARGET_HTTPS_PROXIES 10, SSL_CERTIFICATES 10, SUBNETWORKS 100, TARGET_TCP_PROXIES 10,
CPUS_ALL_REGIONS 12, SECURITY_POLICIES 0, SECURITY_POLICY_RULES 0, XPN_SERVICE_PROJECTS 1000,
PACKET_MIRRORINGS 20, NETWORK_ENDPOINT_GROUPS 100, INTERCONNECTS 6, SSL_POLICIES 10,
GLOBAL_INTERNAL_ADDRESSES 5000, VPN_GATEWAYS 5, MACHINE_IMAGES 100,
SECURITY_POLICY_CEVAL_RULES 0, GPUS_ALL_REGIONS 0, EXTERNAL_VPN_GATEWAYS 5,
PUBLIC_ADVERTISED_PREFIXES 1, PUBLIC_DELEGATED_PREFIXES 10, STATIC_BYOIP_ADDRESSES 128,
NETWORK_FIREWALL_POLICIES 10, INTERNAL_TRAFFIC_DIRECTOR_FORWARDING_RULES 15,
GLOBAL_EXTERNAL_MANAGED_FORWARDING_RULES 15, GLOBAL_INTERNAL_MANAGED_BACKEND_SERVICES 50,
GLOBAL_EXTERNAL_MANAGED_BACKEND_SERVICES 50, GLOBAL_EXTERNAL_PROXY_LB_BACKEND_SERVICES 50,
GLOBAL_INTERNAL_TRAFFIC_DIRECTOR_BACKEND_SERVICES 100`;

const REGION = `
CPUS 24, DISKS_TOTAL_GB 4096, STATIC_ADDRESSES 8, IN_USE_ADDRESSES 8, SSD_TOTAL_GB 500,
LOCAL_SSD_TOTAL_GB 6000, INSTANCE_GROUPS 100, INSTANCE_GROUP_MANAGERS 50, INSTANCES 24,
AUTOSCALERS 50, REGIONAL_AUTOSCALERS 20, REGIONAL_INSTANCE_GROUP_MANAGERS 20,
PREEMPTIBLE_CPUS 0, NVIDIA_T4_GPUS 1, NVIDIA_L4_GPUS 1, NVIDIA_A100_GPUS 0,
NVIDIA_A100_80GB_GPUS 0, NVIDIA_V100_GPUS 1, NVIDIA_P100_GPUS 1, NVIDIA_P4_GPUS 1,
PREEMPTIBLE_LOCAL_SSD_GB 0, COMMITTED_CPUS 0, INTERNAL_ADDRESSES 200, RESOURCE_POLICIES 100,
N2_CPUS 24, N2D_CPUS 24, C2_CPUS 24, C2D_CPUS 24, C3_CPUS 24, T2D_CPUS 24, T2A_CPUS 24,
A2_CPUS 12, M1_CPUS 0, M2_CPUS 0, M3_CPUS 0`;

/** What all regions together may hold. */
export function projectQuotas(): readonly QuotaLimit[] {
  project ??= parse(PROJECT);
  return project;
}

/** What each region may hold. */
export function regionQuotas(): readonly QuotaLimit[] {
  region ??= parse(REGION);
  return region;
}

let project: readonly QuotaLimit[] | undefined;
let region: readonly QuotaLimit[] | undefined;

function parse(text: string): QuotaLimit[] {
  return text
    .trim()
    .split(/,\s*/)
    .map((entry) => {
      const [metric = '', limit = ''] = entry.split(' ');
      return { metric, limit: Number(limit) };
    });
}

/**
 * Which of a region's quotas the vCPUs of a machine series count against; E2, N1 and those
 * without one of their own share `CPUS`. Spot machines count against the same, because new
 * projects have no `PREEMPTIBLE_CPUS`.
 */
export function cpuQuotaMetric(series: string): string {
  const own = `${series.toUpperCase()}_CPUS`;
  return regionQuotas().some(({ metric }) => metric === own) ? own : 'CPUS';
}

/** Which of a region's quotas the size of a disk counts against. */
export function diskQuotaMetric(diskType: string): string | undefined {
  if (diskType === 'local-ssd') return 'LOCAL_SSD_TOTAL_GB';
  if (diskType === 'pd-standard') return 'DISKS_TOTAL_GB';
  return diskType.startsWith('pd-') ? 'SSD_TOTAL_GB' : undefined;
}

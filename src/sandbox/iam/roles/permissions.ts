/**
 * Every permission that there is here: those of the services that the sandbox has. A
 * permission is `service.resource.verb`; a line below holds a resource and its verbs.
 *
 * https://docs.cloud.google.com/iam/docs/permissions-reference
 */
const TAGS = 'createTagBinding deleteTagBinding listEffectiveTags listTagBindings';
const POLICY = 'getIamPolicy setIamPolicy';

const VERBS: Readonly<Record<string, string>> = {
  'compute.acceleratorTypes': 'get list',
  'compute.addresses': `create createInternal delete deleteInternal get list setLabels use useInternal ${TAGS}`,
  'compute.autoscalers': 'create delete get list update',
  'compute.diskTypes': 'get list',
  'compute.disks': `addResourcePolicies create createSnapshot delete get list removeResourcePolicies resize setLabels startAsyncReplication stopAsyncReplication stopGroupAsyncReplication update use useReadOnly ${POLICY} ${TAGS}`,
  'compute.firewalls': `create delete get list update ${TAGS}`,
  'compute.globalAddresses': `create createInternal delete deleteInternal get list setLabels use ${TAGS}`,
  'compute.globalOperations': `delete get list ${POLICY}`,
  'compute.images': `create delete deprecate get getFromFamily list setLabels update useReadOnly ${POLICY} ${TAGS}`,
  'compute.instanceGroupManagers': `create delete get list update use ${TAGS}`,
  'compute.instanceGroups': `create delete get list update use ${TAGS}`,
  'compute.instanceTemplates': `create delete get list useReadOnly ${POLICY}`,
  'compute.instances': [
    'addAccessConfig addNetworkInterface addResourcePolicies attachDisk create delete',
    'deleteAccessConfig deleteNetworkInterface detachDisk get getEffectiveFirewalls',
    'getGuestAttributes getScreenshot getSerialPortOutput getShieldedInstanceIdentity',
    'getShieldedVmIdentity list listReferrers osAdminLogin osLogin pscInterfaceCreate',
    'removeResourcePolicies reset resume sendDiagnosticInterrupt setDeletionProtection',
    'setDiskAutoDelete setLabels setMachineResources setMachineType setMetadata',
    'setMinCpuPlatform setName setScheduling setSecurityPolicy setServiceAccount',
    'setShieldedInstanceIntegrityPolicy setShieldedVmIntegrityPolicy setTags',
    'simulateMaintenanceEvent start startWithEncryptionKey stop suspend update',
    'updateAccessConfig updateDisplayDevice updateNetworkInterface updateSecurity',
    `updateShieldedInstanceConfig updateShieldedVmConfig use useReadOnly ${POLICY} ${TAGS}`,
  ].join(' '),
  'compute.machineTypes': 'get list',
  'compute.networks': `access addPeering create delete get getEffectiveFirewalls getRegionEffectiveFirewalls list listPeeringRoutes mirror removePeering setFirewallPolicy switchToCustomMode update updatePeering updatePolicy use useExternalIp ${TAGS}`,
  'compute.projects':
    'get setCloudArmorTier setCommonInstanceMetadata setDefaultNetworkTier setDefaultServiceAccount setManagedProtectionTier setUsageExportBucket',
  'compute.regionOperations': `delete get list ${POLICY}`,
  'compute.regions': 'get list',
  'compute.resourcePolicies': `create delete get list update use useReadOnly ${POLICY}`,
  'compute.routers': `create delete deleteRoutePolicy get getRoutePolicy list listBgpRoutes listRoutePolicies update updateRoutePolicy use ${TAGS}`,
  'compute.routes': `create delete get list ${TAGS}`,
  'compute.snapshots': `create delete get list setLabels useReadOnly ${POLICY} ${TAGS}`,
  'compute.subnetworks': `create delete expandIpCidrRange get list mirror setPrivateIpGoogleAccess update use useExternalIp usePeerMigration ${POLICY} ${TAGS}`,
  'compute.zoneOperations': `delete get list ${POLICY}`,
  'compute.zones': 'get list',
  'iam.roles': 'create delete get list undelete update',
  'iam.serviceAccountKeys': 'create delete disable enable get list',
  'iam.serviceAccounts': `actAs create delete disable enable get getAccessToken getOpenIdToken implicitDelegation list signBlob signJwt undelete update ${POLICY} ${TAGS}`,
  'iam.googleapis.com/workloadIdentityPoolProviders': 'create delete get list undelete update',
  'iam.googleapis.com/workloadIdentityPools': 'create delete get list undelete update',
  'logging.buckets': 'copyLogEntries create createTagBinding delete get list undelete update write',
  'logging.exclusions': 'create delete get list update',
  'logging.locations': 'get list',
  'logging.logEntries': 'create download list route',
  'logging.logMetrics': 'create delete get list update',
  'logging.logServiceIndexes': 'list',
  'logging.logServices': 'list',
  'logging.logs': 'delete list',
  'logging.operations': 'cancel get list',
  'logging.privateLogEntries': 'list',
  'logging.queries': 'create delete get list listShared share update',
  'logging.sinks': 'create delete get list update',
  'logging.usage': 'get',
  'logging.views':
    'access create delete get list listLogs listResourceKeys listResourceValues update',
  'orgpolicy.constraints': 'list',
  'orgpolicy.customConstraints': 'create delete get list update',
  'orgpolicy.policies': 'create delete list update',
  'orgpolicy.policy': 'get set',
  'resourcemanager.projects':
    'create createBillingAssignment delete deleteBillingAssignment get getIamPolicy list move setIamPolicy undelete update updateLiens',
  'storage.anywhereCaches': 'create disable get list pause resume update',
  'storage.bucketOperations': 'cancel get list',
  'storage.buckets': `create delete enableObjectRetention exemptFromIpFilter get getIpFilter getObjectInsights list relocate restore setIpFilter update ${POLICY} ${TAGS}`,
  'storage.folders': 'create delete get list rename',
  'storage.hmacKeys': 'create delete get list update',
  'storage.managedFolders': `create delete get list ${POLICY}`,
  'storage.multipartUploads': 'abort create list listParts',
  'storage.objects': `create createContext delete deleteContext get list move overrideUnlockedRetention restore setRetention update updateContext ${POLICY}`,
};

/** In the order of their names. */
export const PERMISSIONS: readonly string[] = Object.entries(VERBS)
  .flatMap(([resource, verbs]) => verbs.split(' ').map((verb) => `${resource}.${verb}`))
  .sort();

const known: ReadonlySet<string> = new Set(PERMISSIONS);

export const isPermission = (name: string): boolean => known.has(name);

/** True for what can be a permission on something that Google has and the sandbox has not. */
export function isElsewhere(name: string): boolean {
  const [, resource = ''] = /^([\w.]{3,100}(?:\/\w{1,100})?)\.\w{2,100}$/.exec(name) ?? [];
  return resource.includes('.') && !Object.hasOwn(VERBS, resource);
}

/**
 * The permissions that patterns name.
 *
 * @param patterns such as `compute.instances.get|list`, `compute.*.get*` or `!storage.*`, which
 *   takes away from what stands before it; the last dot separates verbs, `*` is any run of letters
 * @throws Error for a pattern that names nothing: a slip of the pen in a table of roles
 */
export function permissionsMatching(patterns: readonly string[]): ReadonlySet<string> {
  const chosen = new Set<string>();
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!');
    const matches = regExpOf(negative ? pattern.slice(1) : pattern);
    let any = false;
    for (const permission of PERMISSIONS) {
      if (!matches.test(permission)) continue;
      any = true;
      if (negative) chosen.delete(permission);
      else chosen.add(permission);
    }
    if (!any) throw new Error(`no permission is called ${pattern}`);
  }
  return chosen;
}

/** Patterns are written in this folder; none comes from a request. */
function regExpOf(pattern: string): RegExp {
  const dot = pattern.lastIndexOf('.');
  const part = (text: string) => text.replaceAll('.', '\\.').replaceAll('*', '[\\w./]*');
  return new RegExp(`^${part(pattern.slice(0, dot))}\\.(?:${part(pattern.slice(dot + 1))})$`);
}

import { type RoleTable, SEE_PROJECT } from './role.ts';

const SEE_PLACES = ['compute.projects.get', 'compute.regions.get|list', 'compute.zones.get|list'];
const SEE_OPERATIONS = ['compute.*Operations.get|list'];

/**
 * Compute Engine's roles.
 *
 * https://docs.cloud.google.com/compute/docs/access/iam
 */
export const computeRoles: RoleTable = {
  'compute.admin': {
    title: 'Compute Admin',
    description: 'Full control of all Compute Engine resources.',
    patterns: ['compute.*.*', SEE_PROJECT],
  },
  'compute.viewer': {
    title: 'Compute Viewer',
    description: 'Read-only access to Compute Engine: get and list, without reading data in them.',
    patterns: ['compute.*.get*|list*', SEE_PROJECT],
  },
  'compute.instanceAdmin.v1': {
    title: 'Compute Instance Admin (v1)',
    description:
      'Full control of instances, instance groups, disks, snapshots and images; read access to networks.',
    patterns: [
      ...['compute.acceleratorTypes.*', 'compute.diskTypes.*', 'compute.machineTypes.*'],
      'compute.addresses.createInternal|deleteInternal|get|list*|use|useInternal',
      ...['compute.globalAddresses.get|list*|use', 'compute.autoscalers.*', 'compute.disks.*'],
      ...['compute.images.*', 'compute.instanceGroupManagers.*', 'compute.instanceGroups.*'],
      ...['compute.instanceTemplates.*', 'compute.instances.*', 'compute.snapshots.*'],
      ...['compute.resourcePolicies.*', 'compute.firewalls.get|list*', 'compute.routes.get|list*'],
      'compute.routers.get|getRoutePolicy|list*',
      'compute.networks.get|list|listEffectiveTags|listTagBindings|use|useExternalIp',
      'compute.subnetworks.get|list*|use|useExternalIp',
      ...['compute.projects.setCommonInstanceMetadata', ...SEE_PLACES, ...SEE_OPERATIONS],
      SEE_PROJECT,
    ],
  },
  'compute.imageUser': {
    title: 'Compute Image User',
    description: 'Read and use images.',
    patterns: ['compute.images.get|getFromFamily|list|useReadOnly', SEE_PROJECT],
  },
  'compute.networkAdmin': {
    title: 'Compute Network Admin',
    description: 'Full control of networking, without firewall rules and certificates.',
    patterns: [
      ...['compute.addresses.*', 'compute.globalAddresses.*', 'compute.networks.*'],
      ...['compute.subnetworks.*', 'compute.routers.*', 'compute.routes.*'],
      ...['compute.firewalls.get|list*', 'compute.autoscalers.get|list'],
      ...['compute.acceleratorTypes.*', 'compute.machineTypes.*'],
      'compute.instances.get|getGuestAttributes|getScreenshot|getSerialPortOutput|list*|updateSecurity|use',
      'compute.instanceGroups.get|list*|update|use',
      'compute.instanceGroupManagers.get|list*|update|use',
      ...[...SEE_PLACES, ...SEE_OPERATIONS, SEE_PROJECT],
    ],
  },
  'compute.networkUser': {
    title: 'Compute Network User',
    description: 'Use networks, subnetworks and internal addresses.',
    patterns: [
      'compute.addresses.createInternal|deleteInternal|get|list|useInternal',
      ...['compute.firewalls.get|list', 'compute.routers.get|list', 'compute.routes.get|list'],
      'compute.networks.access|get|getEffectiveFirewalls|getRegionEffectiveFirewalls|list|listPeeringRoutes|use|useExternalIp',
      'compute.subnetworks.get|list|use|useExternalIp',
      ...[...SEE_PLACES, SEE_PROJECT],
    ],
  },
  'compute.networkViewer': {
    title: 'Compute Network Viewer',
    description: 'Read-only access to networking.',
    patterns: [
      ...['compute.acceleratorTypes.*', 'compute.machineTypes.*', 'compute.autoscalers.get|list'],
      ...['compute.addresses.get|list', 'compute.globalAddresses.get|list'],
      ...['compute.firewalls.get|list', 'compute.routers.get|list', 'compute.routes.get|list'],
      ...['compute.instanceGroupManagers.get|list', 'compute.instanceGroups.get|list'],
      'compute.instances.get|getGuestAttributes|getScreenshot|getSerialPortOutput|list*',
      'compute.networks.get|getEffectiveFirewalls|getRegionEffectiveFirewalls|list|listPeeringRoutes',
      ...['compute.subnetworks.get|list', ...SEE_PLACES, SEE_PROJECT],
    ],
  },
  'compute.osAdminLogin': {
    title: 'Compute OS Admin Login',
    description: 'Log in to instances as an administrator.',
    patterns: [
      'compute.instances.get|list|osAdminLogin|osLogin',
      ...['compute.projects.get', SEE_PROJECT],
    ],
  },
  'compute.osLogin': {
    title: 'Compute OS Login',
    description: 'Log in to instances as a standard user.',
    patterns: ['compute.instances.get|list|osLogin', 'compute.projects.get', SEE_PROJECT],
  },
  'compute.securityAdmin': {
    title: 'Compute Security Admin',
    description: 'Full control of firewall rules and of what protects instances.',
    patterns: [
      'compute.firewalls.*',
      'compute.instances.getEffectiveFirewalls|list|setShielded*|updateSecurity|updateShielded*',
      'compute.networks.get|getEffectiveFirewalls|getRegionEffectiveFirewalls|list|listEffectiveTags|listTagBindings|updatePolicy',
      ...['compute.routers.get|getRoutePolicy|list|listBgpRoutes|listRoutePolicies'],
      ...['compute.routes.get|list*', 'compute.subnetworks.get|list*'],
      ...[...SEE_PLACES, ...SEE_OPERATIONS, SEE_PROJECT],
    ],
  },
  'compute.storageAdmin': {
    title: 'Compute Storage Admin',
    description: 'Full control of disks, images and snapshots.',
    patterns: [
      ...['compute.diskTypes.*', 'compute.disks.*', 'compute.images.*', 'compute.snapshots.*'],
      ...['compute.resourcePolicies.*', ...SEE_PLACES, ...SEE_OPERATIONS, SEE_PROJECT],
    ],
  },
};

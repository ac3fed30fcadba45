/**
 * Every method of Compute Engine's v1 API that belongs to a project: what its collection is
 * called, where it is, and the methods' names. Where a method lies follows from its name
 * (`list`, `insert`; `get`, `delete`, `patch`, `update`; else `COLLECTION/NAME/METHOD`), or is
 * said behind it: `getFromFamily=GET:global/images/family/NAME`. Lines that begin with a space
 * belong to the one before.
 *
 * https://compute.googleapis.com/$discovery/rest?version=v1, revision of autumn 2026
 */
export const METHODS = `
acceleratorTypes zones/*/acceleratorTypes aggregatedList get list
addresses regions/*/addresses aggregatedList delete get insert list move setLabels
  testIamPermissions
advice - calendarMode=POST:regions/*/advice/calendarMode
autoscalers zones/*/autoscalers aggregatedList delete get insert list
  patch=PATCH:zones/*/autoscalers testIamPermissions update=PUT:zones/*/autoscalers
backendBuckets global/backendBuckets addSignedUrlKey aggregatedList delete deleteSignedUrlKey
  get getIamPolicy insert list listUsable patch setEdgeSecurityPolicy setIamPolicy
  testIamPermissions update
backendServices global/backendServices addSignedUrlKey aggregatedList delete deleteSignedUrlKey
  get getEffectiveSecurityPolicies getHealth getIamPolicy insert list listUsable patch
  setEdgeSecurityPolicy setIamPolicy setSecurityPolicy testIamPermissions update
crossSiteNetworks global/crossSiteNetworks delete get insert list patch
diskTypes zones/*/diskTypes aggregatedList get list
disks zones/*/disks addResourcePolicies aggregatedList bulkInsert bulkSetLabels createSnapshot
  delete get getIamPolicy insert list removeResourcePolicies resize setIamPolicy setLabels
  startAsyncReplication stopAsyncReplication stopGroupAsyncReplication testIamPermissions
  update=PATCH:zones/*/disks/* updateKmsKey
externalVpnGateways global/externalVpnGateways delete get insert list setLabels
  testIamPermissions
firewalls global/firewalls delete get insert list patch testIamPermissions update
forwardingRules regions/*/forwardingRules aggregatedList delete get insert list patch setLabels
  setTarget
futureReservations zones/*/futureReservations aggregatedList cancel delete get insert list
  update=PATCH:zones/*/futureReservations/*
globalAddresses global/addresses delete get insert list move setLabels testIamPermissions
globalForwardingRules global/forwardingRules delete get insert list patch setLabels setTarget
globalNetworkEndpointGroups global/networkEndpointGroups attachNetworkEndpoints delete
  detachNetworkEndpoints get insert list listNetworkEndpoints
globalOperations global/operations aggregatedList delete get list wait
globalPublicDelegatedPrefixes global/publicDelegatedPrefixes delete get insert list patch
globalVmExtensionPolicies global/vmExtensionPolicies aggregatedList get insert list
  delete=POST:global/vmExtensionPolicies/*/delete
  update=PATCH:global/vmExtensionPolicies/*
healthChecks global/healthChecks aggregatedList delete get insert list patch testIamPermissions
  update
httpHealthChecks global/httpHealthChecks delete get insert list patch testIamPermissions update
httpsHealthChecks global/httpsHealthChecks delete get insert list patch testIamPermissions
  update
imageFamilyViews zones/*/imageFamilyViews get
images global/images delete deprecate get getFromFamily=GET:global/images/family/* getIamPolicy
  insert list patch setIamPolicy setLabels testIamPermissions
instanceGroupManagerResizeRequests zones/*/instanceGroupManagers/*/resizeRequests cancel delete
  get insert list
instanceGroupManagers zones/*/instanceGroupManagers abandonInstances aggregatedList
  applyUpdatesToInstances createInstances delete deleteInstances deletePerInstanceConfigs get
  insert list listErrors listManagedInstances listPerInstanceConfigs patch
  patchPerInstanceConfigs recreateInstances resize resumeInstances setInstanceTemplate
  setTargetPools startInstances stopInstances suspendInstances updatePerInstanceConfigs
instanceGroups zones/*/instanceGroups addInstances aggregatedList delete get insert list
  listInstances removeInstances setNamedPorts testIamPermissions
instanceSettings zones/*/instanceSettings get=GET:zones/*/instanceSettings
  patch=PATCH:zones/*/instanceSettings
instanceTemplates global/instanceTemplates aggregatedList delete get getIamPolicy insert list
  setIamPolicy testIamPermissions
instances zones/*/instances addAccessConfig addNetworkInterface addResourcePolicies
  aggregatedList attachDisk bulkInsert delete deleteAccessConfig deleteNetworkInterface
  detachDisk get getEffectiveFirewalls getGuestAttributes getIamPolicy
  getScreenshot=GET:zones/*/instances/*/screenshot
  getSerialPortOutput=GET:zones/*/instances/*/serialPort getShieldedInstanceIdentity insert list
  listReferrers=GET:zones/*/instances/*/referrers performMaintenance removeResourcePolicies
  reportHostAsFaulty reset resume sendDiagnosticInterrupt setDeletionProtection
  setDiskAutoDelete setIamPolicy setLabels setMachineResources setMachineType setMetadata
  setMinCpuPlatform setName setScheduling setSecurityPolicy setServiceAccount
  setShieldedInstanceIntegrityPolicy=PATCH:zones/*/instances/*/setShieldedInstanceIntegrityPolicy
  setTags simulateMaintenanceEvent start startWithEncryptionKey stop suspend testIamPermissions
  update updateAccessConfig updateDisplayDevice=PATCH:zones/*/instances/*/updateDisplayDevice
  updateNetworkInterface=PATCH:zones/*/instances/*/updateNetworkInterface
  updateShieldedInstanceConfig=PATCH:zones/*/instances/*/updateShieldedInstanceConfig
instantSnapshotGroups zones/*/instantSnapshotGroups delete get getIamPolicy insert list
  setIamPolicy testIamPermissions
instantSnapshots zones/*/instantSnapshots aggregatedList delete get getIamPolicy insert list
  setIamPolicy setLabels testIamPermissions
interconnectAttachmentGroups global/interconnectAttachmentGroups delete get getIamPolicy
  getOperationalStatus insert list patch setIamPolicy testIamPermissions
interconnectAttachments regions/*/interconnectAttachments aggregatedList delete get insert list
  patch setLabels
interconnectGroups global/interconnectGroups createMembers delete get getIamPolicy
  getOperationalStatus insert list patch setIamPolicy testIamPermissions
interconnectLocations global/interconnectLocations get list
interconnectRemoteLocations global/interconnectRemoteLocations get list
interconnects global/interconnects delete get getDiagnostics getMacsecConfig insert list patch
  setLabels
licenseCodes global/licenseCodes get getIamPolicy setIamPolicy testIamPermissions
licenses global/licenses delete get getIamPolicy insert list setIamPolicy testIamPermissions
  update=PATCH:global/licenses/*
machineImages global/machineImages delete get getIamPolicy insert list setIamPolicy setLabels
  testIamPermissions
machineTypes zones/*/machineTypes aggregatedList get list
networkAttachments regions/*/networkAttachments aggregatedList delete get getIamPolicy insert
  list patch setIamPolicy testIamPermissions
networkEdgeSecurityServices regions/*/networkEdgeSecurityServices aggregatedList delete get
  insert patch
networkEndpointGroups zones/*/networkEndpointGroups aggregatedList attachNetworkEndpoints delete
  detachNetworkEndpoints get insert list listNetworkEndpoints testIamPermissions
networkFirewallPolicies global/firewallPolicies addAssociation addPacketMirroringRule addRule
  aggregatedList cloneRules delete get getAssociation getIamPolicy getPacketMirroringRule
  getRule insert list patch patchPacketMirroringRule patchRule removeAssociation
  removePacketMirroringRule removeRule setIamPolicy testIamPermissions
networkProfiles global/networkProfiles get list
networks global/networks addPeering cancelRequestRemovePeering delete get getEffectiveFirewalls
  insert list listPeeringRoutes patch removePeering requestRemovePeering switchToCustomMode
  updatePeering=PATCH:global/networks/*/updatePeering
nodeGroups zones/*/nodeGroups addNodes aggregatedList delete deleteNodes get getIamPolicy insert
  list listNodes patch performMaintenance setIamPolicy setNodeTemplate simulateMaintenanceEvent
  testIamPermissions
nodeTemplates regions/*/nodeTemplates aggregatedList delete get getIamPolicy insert list
  setIamPolicy testIamPermissions
nodeTypes zones/*/nodeTypes aggregatedList get list
packetMirrorings regions/*/packetMirrorings aggregatedList delete get insert list patch
  testIamPermissions
previewFeatures global/previewFeatures get list update=PATCH:global/previewFeatures/*
projects - disableXpnHost disableXpnResource enableXpnHost enableXpnResource get=GET: getXpnHost
  getXpnResources listXpnHosts moveDisk moveInstance setCloudArmorTier setCommonInstanceMetadata
  setDefaultNetworkTier setUsageExportBucket
publicAdvertisedPrefixes global/publicAdvertisedPrefixes announce delete get insert list patch
  withdraw
publicDelegatedPrefixes regions/*/publicDelegatedPrefixes aggregatedList announce delete get
  insert list patch withdraw
regionAutoscalers regions/*/autoscalers delete get insert list patch=PATCH:regions/*/autoscalers
  testIamPermissions update=PUT:regions/*/autoscalers
regionBackendBuckets regions/*/backendBuckets delete get getIamPolicy insert list listUsable
  patch setIamPolicy testIamPermissions
regionBackendServices regions/*/backendServices delete get getHealth getIamPolicy insert list
  listUsable patch setIamPolicy setSecurityPolicy testIamPermissions update
regionCommitments regions/*/commitments aggregatedList get insert list
  update=PATCH:regions/*/commitments/*
regionCompositeHealthChecks regions/*/compositeHealthChecks aggregatedList delete get getHealth
  insert list patch testIamPermissions
regionDiskTypes regions/*/diskTypes get list
regionDisks regions/*/disks addResourcePolicies bulkInsert createSnapshot delete get
  getIamPolicy insert list removeResourcePolicies resize setIamPolicy setLabels
  startAsyncReplication stopAsyncReplication stopGroupAsyncReplication testIamPermissions
  update=PATCH:regions/*/disks/* updateKmsKey
regionHealthAggregationPolicies regions/*/healthAggregationPolicies aggregatedList delete get
  insert list patch testIamPermissions
regionHealthCheckServices regions/*/healthCheckServices aggregatedList delete get insert list
  patch testIamPermissions
regionHealthChecks regions/*/healthChecks delete get insert list patch testIamPermissions update
regionHealthSources regions/*/healthSources aggregatedList delete get getHealth insert list
  patch testIamPermissions
regionInstanceGroupManagerResizeRequests regions/*/instanceGroupManagers/*/resizeRequests cancel
  delete get insert list
regionInstanceGroupManagers regions/*/instanceGroupManagers abandonInstances
  applyUpdatesToInstances createInstances delete deleteInstances deletePerInstanceConfigs get
  insert list listErrors listManagedInstances listPerInstanceConfigs patch
  patchPerInstanceConfigs recreateInstances resize resumeInstances setInstanceTemplate
  setTargetPools startInstances stopInstances suspendInstances updatePerInstanceConfigs
regionInstanceGroups regions/*/instanceGroups get list listInstances setNamedPorts
  testIamPermissions
regionInstanceTemplates regions/*/instanceTemplates delete get insert list
regionInstances - bulkInsert=POST:regions/*/instances/bulkInsert
regionInstantSnapshotGroups regions/*/instantSnapshotGroups delete get getIamPolicy insert list
  setIamPolicy testIamPermissions
regionInstantSnapshots regions/*/instantSnapshots delete get getIamPolicy insert list
  setIamPolicy setLabels testIamPermissions
regionNetworkEndpointGroups regions/*/networkEndpointGroups attachNetworkEndpoints delete
  detachNetworkEndpoints get insert list listNetworkEndpoints
regionNetworkFirewallPolicies regions/*/firewallPolicies addAssociation addRule cloneRules
  delete get getAssociation getEffectiveFirewalls getIamPolicy getRule insert list patch
  patchRule removeAssociation removeRule setIamPolicy testIamPermissions
regionNotificationEndpoints regions/*/notificationEndpoints aggregatedList delete get insert
  list testIamPermissions
regionOperations regions/*/operations delete get list wait
regionSecurityPolicies regions/*/securityPolicies addRule delete get getRule insert list patch
  patchRule removeRule setLabels
regionSnapshotSettings regions/*/snapshotSettings get=GET:regions/*/snapshotSettings
  patch=PATCH:regions/*/snapshotSettings
regionSnapshots regions/*/snapshots delete get getIamPolicy insert list setIamPolicy setLabels
  testIamPermissions updateKmsKey
regionSslCertificates regions/*/sslCertificates delete get insert list
regionSslPolicies regions/*/sslPolicies delete get insert list listAvailableFeatures patch
regionTargetHttpProxies regions/*/targetHttpProxies delete get insert list setUrlMap
regionTargetHttpsProxies regions/*/targetHttpsProxies delete get insert list patch
  setSslCertificates setUrlMap
regionTargetTcpProxies regions/*/targetTcpProxies delete get insert list
regionUrlMaps regions/*/urlMaps delete get insert list patch update validate
regionZones regions/*/zones list
regions regions get list
reliabilityRisks global/reliabilityRisks get list
reservationBlocks zones/*/reservations/*/reservationBlocks get
  getIamPolicy=GET:zones/*/reservations/*/reservationBlocks/*/getIamPolicy list
  performMaintenance setIamPolicy=POST:zones/*/reservations/*/reservationBlocks/*/setIamPolicy
  testIamPermissions=POST:zones/*/reservations/*/reservationBlocks/*/testIamPermissions
reservations zones/*/reservations aggregatedList delete get getIamPolicy insert list
  performMaintenance resize setIamPolicy testIamPermissions update=PATCH:zones/*/reservations/*
resourcePolicies regions/*/resourcePolicies aggregatedList delete get getIamPolicy insert list
  patch setIamPolicy testIamPermissions
rolloutPlans global/rolloutPlans delete get insert list
rollouts global/rollouts advance cancel=PATCH:global/rollouts/* delete get list pause resume
routers regions/*/routers aggregatedList delete deleteNamedSet deleteRoutePolicy get getNamedSet
  getNatIpInfo getNatMappingInfo getRoutePolicy getRouterStatus insert list listBgpRoutes
  listNamedSets listRoutePolicies patch patchNamedSet patchRoutePolicy preview update
  updateNamedSet updateRoutePolicy
routes global/routes delete get insert list testIamPermissions
securityPolicies global/securityPolicies addRule aggregatedList delete get getRule insert list
  listPreconfiguredExpressionSets patch patchRule removeRule setLabels
serviceAttachments regions/*/serviceAttachments aggregatedList delete get getIamPolicy insert
  list patch setIamPolicy testIamPermissions
snapshotSettings global/snapshotSettings get=GET:global/snapshotSettings
  patch=PATCH:global/snapshotSettings
snapshots global/snapshots delete get getIamPolicy insert list setIamPolicy setLabels
  testIamPermissions updateKmsKey
sslCertificates global/sslCertificates aggregatedList delete get insert list
sslPolicies global/sslPolicies aggregatedList delete get insert list listAvailableFeatures patch
storagePoolTypes zones/*/storagePoolTypes aggregatedList get list
storagePools zones/*/storagePools aggregatedList delete get getIamPolicy insert list listDisks
  setIamPolicy testIamPermissions update=PATCH:zones/*/storagePools/*
subnetworks regions/*/subnetworks aggregatedList delete expandIpCidrRange get getIamPolicy
  insert list listUsable=GET:aggregated/subnetworks/listUsable patch setIamPolicy
  setPrivateIpGoogleAccess testIamPermissions
targetGrpcProxies global/targetGrpcProxies delete get insert list patch
targetHttpProxies global/targetHttpProxies aggregatedList delete get insert list patch
  setUrlMap=POST:targetHttpProxies/*/setUrlMap
targetHttpsProxies global/targetHttpsProxies aggregatedList delete get insert list patch
  setCertificateMap setQuicOverride
  setSslCertificates=POST:targetHttpsProxies/*/setSslCertificates setSslPolicy
  setUrlMap=POST:targetHttpsProxies/*/setUrlMap
targetInstances zones/*/targetInstances aggregatedList delete get insert list setSecurityPolicy
  testIamPermissions
targetPools regions/*/targetPools addHealthCheck addInstance aggregatedList delete get getHealth
  insert list removeHealthCheck removeInstance setBackup setSecurityPolicy testIamPermissions
targetSslProxies global/targetSslProxies delete get insert list setBackendService
  setCertificateMap setProxyHeader setSslCertificates setSslPolicy testIamPermissions
targetTcpProxies global/targetTcpProxies aggregatedList delete get insert list setBackendService
  setProxyHeader testIamPermissions
targetVpnGateways regions/*/targetVpnGateways aggregatedList delete get insert list setLabels
urlMaps global/urlMaps aggregatedList delete get insert invalidateCache list patch
  testIamPermissions update validate
vpnGateways regions/*/vpnGateways aggregatedList delete get getStatus insert list setLabels
  testIamPermissions
vpnTunnels regions/*/vpnTunnels aggregatedList delete get insert list setLabels
wireGroups global/crossSiteNetworks/*/wireGroups delete get insert list patch
zoneOperations zones/*/operations delete get list wait
zoneVmExtensionPolicies zones/*/vmExtensionPolicies delete get insert list
  update=PATCH:zones/*/vmExtensionPolicies/*
zones zones get list
`;

import { expect, test } from 'vitest';
import type { Reply } from '../support.ts';
import { done, HERE, type Person, REGION, startHeld } from './access-support.ts';
import { vm, ZONE } from './instance-support.ts';

/*
 * Who may do what, written down from Google's documentation and not from what the sandbox does:
 * https://docs.cloud.google.com/compute/docs/access/iam
 * https://docs.cloud.google.com/iam/docs/roles-permissions/compute
 */

const HERE_ZONE = `${HERE}/zones/${ZONE}`;
const COMPUTE_ACCOUNT = '100000000001-compute@developer.gserviceaccount.com';
const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

/** Whom a row of the table speaks of, in its order. */
const PEOPLE = {
  own: ['roles/owner'],
  edit: ['roles/editor'],
  view: ['roles/viewer'],
  cview: ['roles/compute.viewer'],
  inst: ['roles/compute.instanceAdmin.v1'],
  'inst+sa': ['roles/compute.instanceAdmin.v1', 'roles/iam.serviceAccountUser'],
  net: ['roles/compute.networkAdmin'],
  stor: ['roles/compute.storageAdmin'],
  one: ['projects/cloudlab-sandbox/roles/starter'],
};
type Name = keyof typeof PEOPLE;

const inside = { network: 'global/networks/default' };
const account = { serviceAccounts: [{ email: COMPUTE_ACCOUNT, scopes: SCOPES }] };
const web = `${HERE_ZONE}/instances/web`;
const data = `${HERE_ZONE}/disks/data`;

/**
 * `y` may, `n` is refused with 403, `a` may all but act as the service account. Names are made
 * anew for each (`#`), so that nobody finds taken what another was allowed to make.
 */
const TABLE: [what: string, row: string, method: string, path: string, body?: object][] = [
  //                                 own edit view cview inst inst+sa net stor one
  ['instances.list', 'y y y y y y y n n', 'GET', `${HERE_ZONE}/instances`],
  ['instances.aggregatedList', 'y y y y y y y n n', 'GET', `${HERE}/aggregated/instances`],
  ['instances.get', 'y y y y y y y n n', 'GET', web],
  ['instances.getSerialPortOutput', 'y y y y y y y n n', 'GET', `${web}/serialPort`],
  ['instances.start', 'y y n n y y n n y', 'POST', `${web}/start`],
  ['instances.stop', 'y y n n y y n n n', 'POST', `${HERE_ZONE}/instances/missing/stop`],
  ['instances.delete', 'y y n n y y n n n', 'DELETE', `${HERE_ZONE}/instances/missing`],
  ['instances.setLabels', 'y y n n y y n n n', 'POST', `${web}/setLabels`, {}],
  ['instances.setMetadata', 'y y n n a y n n n', 'POST', `${web}/setMetadata`, {}],
  ['instances.attachDisk', 'y y n n a y n n n', 'POST', `${web}/attachDisk`, { source: 'data' }],
  ['instances.getIamPolicy', 'y y y y y y n n n', 'GET', `${web}/getIamPolicy`],
  ['instances.setIamPolicy', 'y n n n y y n n n', 'POST', `${web}/setIamPolicy`, {}],
  [
    'instances.insert, inside, without a service account',
    'y y n n y y n n n',
    ...(['POST', `${HERE_ZONE}/instances`, vm('#', { networkInterfaces: [inside] })] as const),
  ],
  [
    'instances.insert, with an address and a service account',
    'y y n n a y n n n',
    ...(['POST', `${HERE_ZONE}/instances`, vm('#', account)] as const),
  ],
  [
    'instanceTemplates.insert, with a service account',
    'y y n n a y n n n',
    'POST',
    `${HERE}/global/instanceTemplates`,
    { name: '#', properties: { ...vm('#', account), machineType: 'e2-micro' } },
  ],
  ['disks.insert', 'y y n n y y n y n', 'POST', `${HERE_ZONE}/disks`, { name: '#' }],
  ['disks.resize', 'y y n n y y n y n', 'POST', `${data}/resize`, { sizeGb: '500' }],
  ['disks.createSnapshot', 'y y n n y y n y n', 'POST', `${data}/createSnapshot`, { name: '#' }],
  [
    'snapshots.insert',
    'y y n n y y n y n',
    ...(['POST', `${HERE}/global/snapshots`] as const),
    { name: '#', sourceDisk: `zones/${ZONE}/disks/data` },
  ],
  [
    'images.insert',
    'y y n n y y n y n',
    ...(['POST', `${HERE}/global/images?forceCreate=true`] as const),
    { name: '#', sourceDisk: `zones/${ZONE}/disks/data` },
  ],
  ['images.list', 'y y y y y y n y n', 'GET', `${HERE}/global/images`],
  [
    'networks.insert',
    'y y n n n n y n n',
    ...(['POST', `${HERE}/global/networks`] as const),
    { name: '#', autoCreateSubnetworks: false },
  ],
  [
    'firewalls.insert',
    'y y n n n n n n n',
    ...(['POST', `${HERE}/global/firewalls`] as const),
    { name: '#', allowed: [{ IPProtocol: 'tcp' }] },
  ],
  [
    'routes.insert',
    'y y n n n n y n n',
    ...(['POST', `${HERE}/global/routes`] as const),
    { name: '#', ...inside, destRange: '10.77.0.0/16', nextHopIp: '10.178.0.2' },
  ],
  [
    'addresses.insert',
    'y y n n n n y n n',
    ...(['POST', `${HERE}/regions/${REGION}/addresses`] as const),
    { name: '#' },
  ],
  [
    'addresses.insert, internal',
    'y y n n y y y n n',
    ...(['POST', `${HERE}/regions/${REGION}/addresses`] as const),
    { name: '#', addressType: 'INTERNAL', subnetwork: `regions/${REGION}/subnetworks/default` },
  ],
  [
    'addresses.delete, internal',
    'y y n n y y y n n',
    ...(['DELETE', `${HERE}/regions/${REGION}/addresses/inner-#`] as const),
  ],
  [
    'addresses.delete',
    'y y n n n n y n n',
    'DELETE',
    `${HERE}/regions/${REGION}/addresses/outer-#`,
  ],
  ['networks.list', 'y y y y y y y n n', 'GET', `${HERE}/global/networks`],
  ['machineTypes.list', 'y y y y y y y n n', 'GET', `${HERE_ZONE}/machineTypes`],
  ['zones.get', 'y y y y y y y y n', 'GET', HERE_ZONE],
  ['projects.get', 'y y y y y y y y n', 'GET', HERE],
  [
    'projects.setDefaultNetworkTier',
    'y y n n n n n n n',
    'POST',
    `${HERE}/setDefaultNetworkTier`,
    { networkTier: 'PREMIUM' },
  ],
  ['zoneOperations.list', 'y y y y y y y y n', 'GET', `${HERE_ZONE}/operations`],
];

/** What became of a request, as the table says it. */
function outcome({ status, json }: Reply): string {
  if (status === 403 && json.error.errors[0].reason === 'forbidden') return 'n';
  if (status === 400 && json.error.errors[0].reason === 'serviceAccountAccessDenied') return 'a';
  return status === 401 || status === 403 ? `${status}` : 'y';
}

test('everybody may do what his roles allow, and nothing else', async () => {
  const { owner, person, http } = await startHeld({ unlimitedQuota: true });
  const people = new Map<Name, Person>();
  await owner.ask('POST', '/v1/projects/cloudlab-sandbox/roles', {
    roleId: 'starter',
    role: { title: 'Starter', includedPermissions: ['compute.instances.start'] },
  });
  for (const [name, roles] of Object.entries(PEOPLE)) {
    const id = `matrix-${name.replace('+', '-')}`;
    people.set(name as Name, name === 'own' ? owner : await person(id, roles));
  }
  await done(owner, await owner.ask('POST', `${HERE_ZONE}/instances`, vm('web', account)));
  await done(owner, await owner.ask('POST', `${HERE_ZONE}/disks`, { name: 'data', sizeGb: '10' }));
  const addresses = `${HERE}/regions/${REGION}/addresses`;
  for (const at of [...people].keys()) {
    const inner = { name: `inner-${at}`, addressType: 'INTERNAL' };
    await done(owner, await owner.ask('POST', addresses, { name: `outer-${at}` }));
    await done(owner, await owner.ask('POST', addresses, inner));
  }

  const found: string[] = [];
  for (const [index, [what, , method, path, body]] of TABLE.entries()) {
    const row: string[] = [];
    for (const [at, someone] of [...people.values()].entries()) {
      const own = body && JSON.parse(JSON.stringify(body).replaceAll('#', `n${index}-${at}`));
      row.push(outcome(await someone.ask(method, path.replace('#', `${at}`), own)));
    }
    expect((await http.call(method, path)).status, what).toBe(401);
    found.push(`${what}: ${row.join(' ')}`);
  }
  expect(found).toEqual(TABLE.map(([what, row]) => `${what}: ${row}`));
}, 120_000);

import { expect, it } from 'vitest';
import type { InstanceRecord } from '../../../src/sandbox/compute/instances/kind.ts';
import { metadataTree } from '../../../src/sandbox/compute/machines/metadata-tree.ts';
import { answerMetadata } from '../../../src/sandbox/wire/metadata-server.ts';

const root = 'https://www.googleapis.com/compute/v1/projects/cloudlab-sandbox';
const account = '100000000001-compute@developer.gserviceaccount.com';

const instance: InstanceRecord = {
  id: '1234567890123456789',
  name: 'web-1',
  scope: 'zones/asia-northeast3-a',
  creationTimestamp: '2026-11-20T16:00:00.000-08:00',
  status: 'RUNNING',
  machineType: `${root}/zones/asia-northeast3-a/machineTypes/e2-micro`,
  cpuPlatform: 'Intel Broadwell',
  canIpForward: false,
  tags: { items: ['http-server'] },
  metadata: { items: [{ key: 'startup-script', value: 'echo 안녕' }] },
  networkInterfaces: [
    {
      name: 'nic0',
      network: `${root}/global/networks/default`,
      subnetwork: `${root}/regions/asia-northeast3/subnetworks/default`,
      networkIP: '10.178.0.2',
      stackType: 'IPV4_ONLY',
      accessConfigs: [
        {
          type: 'ONE_TO_ONE_NAT',
          name: 'External NAT',
          natIP: '34.64.1.2',
          networkTier: 'PREMIUM',
        },
      ],
    },
  ],
  disks: [],
  serviceAccounts: [{ email: account, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
  scheduling: {
    onHostMaintenance: 'MIGRATE',
    automaticRestart: true,
    preemptible: false,
    provisioningModel: 'STANDARD',
  },
  deletionProtection: false,
};

function ask(path: string, headers: Record<string, string> = { 'Metadata-Flavor': 'Google' }) {
  const tree = () =>
    metadataTree({
      projectId: 'cloudlab-sandbox',
      projectNumber: '100000000001',
      instance,
      projectAttributes: { 'ssh-keys': 'me:ssh-ed25519 AAAA' },
      networks: [
        { mac: '42:01:0a:b2:00:02', gateway: '10.178.0.1', mtu: 1460, subnetMask: '255.255.240.0' },
      ],
      image: undefined,
      preempted: false,
      token: () => ({ access_token: 'ya29.secret', expires_in: 3599, token_type: 'Bearer' }),
    });
  const answer = answerMetadata(tree, {
    method: 'GET',
    url: `http://metadata.google.internal${path}`,
    headers: Object.entries(headers),
  });
  return { ...answer, text: Buffer.from(answer.body).toString() };
}

it.each([
  ['/computeMetadata/v1/instance/zone', 'projects/100000000001/zones/asia-northeast3-a'],
  ['/computeMetadata/v1/instance/id', '1234567890123456789'],
  ['/computeMetadata/v1/instance/hostname', 'web-1.asia-northeast3-a.c.cloudlab-sandbox.internal'],
  ['/computeMetadata/v1/instance/machine-type', 'projects/100000000001/machineTypes/e2-micro'],
  ['/computeMetadata/v1/instance/tags', '["http-server"]'],
  ['/computeMetadata/v1/instance/attributes/', 'startup-script\n'],
  ['/computeMetadata/v1/instance/attributes/startup-script', 'echo 안녕'],
  ['/computeMetadata/v1/instance/network-interfaces/0/access-configs/0/external-ip', '34.64.1.2'],
  ['/computeMetadata/v1/instance/service-accounts/', `${account}/\ndefault/\n`],
  ['/computeMetadata/v1/instance/service-accounts/default/email', account],
  ['/computeMetadata/v1/project/project-id', 'cloudlab-sandbox'],
  ['/computeMetadata/v1/', 'instance/\nproject/\n'],
])('%s is %j', (path, text) => {
  const answer = ask(path);
  expect([answer.status, answer.text]).toEqual([200, text]);
  expect(answer.headers).toContainEqual(['Metadata-Flavor', 'Google']);
});

it('gives a token, and keeps it out of everything else', () => {
  const path = '/computeMetadata/v1/instance/service-accounts/default';
  expect(JSON.parse(ask(`${path}/token`).text)).toMatchObject({ token_type: 'Bearer' });
  expect(ask(`${path}/`).text).toContain('token\n');
  const all = ask('/computeMetadata/v1/?recursive=true');
  expect(all.text).not.toContain('secret');
  const { instance: shown } = JSON.parse(all.text);
  expect(shown.networkInterfaces[0].accessConfigs[0].externalIp).toBe('34.64.1.2');
  expect(shown.attributes['startup-script']).toBe('echo 안녕');
  expect(shown.serviceAccounts.default.scopes).toHaveLength(1);
});

it.each([
  ['without the header', {}],
  ['with another flavor', { 'Metadata-Flavor': 'Amazon' }],
  ['through a proxy', { 'Metadata-Flavor': 'Google', 'X-Forwarded-For': '203.0.113.9' }],
])('answers nothing %s', (_how, headers) => {
  expect(ask('/computeMetadata/v1/instance/id', headers as Record<string, string>).status).toBe(
    403,
  );
});

it.each([
  '/computeMetadata/v1/instance/nothing',
  '/computeMetadata/v1/instance/id/',
  '/computeMetadata/v1/instance/disks/0/mode',
  '/computeMetadata/v1/__proto__/constructor',
  '/computeMetadata/v2/instance/id',
])('%s is 404', (path) => expect(ask(path).status).toBe(404));

it('sends a folder without its slash to the one with it', () => {
  const answer = ask('/computeMetadata/v1/instance');
  expect(answer.status).toBe(301);
  const location = 'http://metadata.google.internal/computeMetadata/v1/instance/';
  expect(answer.headers).toContainEqual(['Location', location]);
});

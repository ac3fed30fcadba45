import { expect, test } from 'vitest';
import { startGcloud } from './gcloud.ts';

/*
 * `gcloud compute`, unmodified: what a course on virtual machines does, and the clean-up
 * after it. Every call takes a second, so calls that do not wait for each other run together.
 */

const ROOT = 'https://www.googleapis.com/compute/v1/projects/cloudlab-sandbox';
const SEOUL = 'zones/asia-northeast3-a';

/** gcloud with what it prints, as a table without the spaces that align it. */
async function compute(context: Parameters<typeof startGcloud>[0]) {
  const { sandbox, gcloud } = await startGcloud(context);
  const gc = (line: string, ...more: string[]) => gcloud('compute', ...line.split(' '), ...more);
  const table = async (line: string) =>
    (await gc(line))
      .trim()
      .split('\n')
      .map((row) => row.trim().replaceAll(/ {2,}/g, ' | '));
  /** A call that has to fail: its exit code and what it says. */
  const failing = async (line: string) => {
    const error = await gc(line).then(
      () => undefined,
      (thrown: Error & { code: number; stderr: string }) => thrown,
    );
    return `${error?.code}: ${error?.stderr.replaceAll(/\s+/g, ' ').trim()}`;
  };
  return { sandbox, gc, table, failing };
}

const DEBIAN = '--image-family=debian-12 --image-project=debian-cloud';

test('gcloud compute: a machine, its disks and its end', { timeout: 300_000 }, async (context) => {
  const { gc, table, failing } = await compute(context);
  const [created] = await Promise.all([
    table(`instances create web-1 --machine-type=e2-micro ${DEBIAN} --tags=http`),
    gc('disks create data-1 --size=20GB --type=pd-balanced'),
  ]);
  expect(created[0]).toBe(
    'NAME | ZONE | MACHINE_TYPE | PREEMPTIBLE | INTERNAL_IP | EXTERNAL_IP | STATUS',
  );
  expect(created[1]).toMatch(
    /^web-1 \| asia-northeast3-a \| e2-micro \| 10\.178\.0\.\d+ \| [\d.]+ \| RUNNING$/,
  );
  await Promise.all([
    gc('instances add-tags web-1 --tags=https'),
    gc('instances add-labels web-1 --labels=env=dev,team=seoul'),
    gc('instances add-metadata web-1 --metadata=greeting=안녕'),
    gc('instances attach-disk web-1 --disk=data-1 --device-name=data'),
  ]);
  await Promise.all([
    gc('instances remove-tags web-1 --tags=http'),
    gc('instances remove-labels web-1 --labels=team'),
  ]);
  const described = JSON.parse(await gc('instances describe web-1 --format=json'));
  expect(described).toMatchObject({
    status: 'RUNNING',
    selfLink: `${ROOT}/${SEOUL}/instances/web-1`,
    machineType: `${ROOT}/${SEOUL}/machineTypes/e2-micro`,
    tags: { items: ['https'] },
    labels: { env: 'dev' },
    metadata: { items: [{ key: 'greeting', value: '안녕' }] },
    disks: [
      { boot: true, autoDelete: true },
      { deviceName: 'data', boot: false },
    ],
  });
  expect(described.labels.team).toBeUndefined();

  const refusals = await Promise.all([
    failing('instances set-machine-type web-1 --machine-type=e2-small'),
    failing('disks delete data-1'),
    failing('instances describe nope'),
    failing('instances create Bad_Name'),
    failing(`instances create web-1 ${DEBIAN}`),
    failing('instances create web-2 --machine-type=e2-nonsense'),
  ]);
  expect(refusals[0]).toContain('Instance is starting or running.');
  expect(refusals[1]).toContain('is already being used by');
  expect(refusals[2]).toBe(
    '1: ERROR: (gcloud.compute.instances.describe) Could not fetch resource: - The resource ' +
      `'projects/cloudlab-sandbox/${SEOUL}/instances/nope' was not found`,
  );
  expect(refusals[3]).toContain('Must be a match of regex');
  expect(refusals[4]).toContain('already exists');
  expect(refusals[5]).toContain("does not exist in zone 'asia-northeast3-a'");

  await gc('instances stop web-1');
  expect(await table('instances list')).toContainEqual(
    expect.stringMatching(/^web-1 \| asia-northeast3-a \| e2-micro \| [\d.]+ \| TERMINATED$/),
  );
  await gc('instances set-machine-type web-1 --machine-type=e2-small');
  await gc('instances start web-1');
  await gc('instances reset web-1');
  await gc('instances suspend web-1');
  await gc('instances resume web-1');
  const [serial] = await Promise.all([
    gc('instances get-serial-port-output web-1'),
    gc('instances detach-disk web-1 --disk=data-1'),
  ]);
  expect(serial).toBeDefined();

  await gc('disks snapshot data-1 --snapshot-names=snap-1');
  const [snapshots] = await Promise.all([
    table('snapshots list'),
    gc('disks create data-2 --source-snapshot=snap-1'),
    gc('images create mine --source-disk=data-1 --family=own'),
  ]);
  expect(snapshots[1]).toBe('snap-1 | 20 | asia-northeast3-a/disks/data-1 | READY');
  const [own, debian] = await Promise.all([
    gc('images describe-from-family own --format=value(name,diskSizeGb)'),
    gc('images describe-from-family debian-12 --project=debian-cloud --format=value(family)'),
    gc('disks resize data-2 --size=30'),
  ]);
  expect([own.trim(), debian.trim()]).toEqual(['mine\t20', 'debian-12']);
  expect(await table('disks list --filter=name~^data')).toEqual([
    'NAME | LOCATION | LOCATION_SCOPE | SIZE_GB | TYPE | STATUS',
    'data-1 | asia-northeast3-a | zone | 20 | pd-balanced | READY',
    'data-2 | asia-northeast3-a | zone | 30 | pd-standard | READY',
  ]);

  const [operations] = await Promise.all([
    gc('operations list --filter=targetLink~web-1 --format=value(operationType)'),
    gc('snapshots delete snap-1'),
    gc('images delete mine'),
    gc('disks delete data-1 data-2'),
  ]);
  expect(operations.trim().split('\n')).toEqual(
    expect.arrayContaining(['insert', 'stop', 'start', 'reset', 'suspend', 'resume']),
  );
  await gc('instances delete web-1');
  const [left, disks, last] = await Promise.all([
    gc('instances list'),
    gc('disks list'),
    gc(
      'operations list --format=value(name)',
      `--filter=operationType=delete AND targetLink:${SEOUL}/instances/web-1`,
    ),
  ]);
  expect([left, disks]).toEqual(['', '']);
  const describe = `operations describe ${last.trim()} --zone=asia-northeast3-a --format=value(status)`;
  expect(await gc(describe)).toBe('DONE\n');
});

test('gcloud compute: networks, rules, addresses, NAT', { timeout: 300_000 }, async (context) => {
  const { gc, table, failing } = await compute(context);
  const [networks, rules] = await Promise.all([
    table('networks list'),
    table('firewall-rules list --format=table(name,direction,priority)'),
    gc('networks create vpc-1 --subnet-mode=custom'),
    gc('addresses create ip-1'),
  ]);
  expect(networks[1]).toBe('default | AUTO | REGIONAL');
  expect(rules.slice(1)).toEqual([
    'default-allow-icmp | INGRESS | 65534',
    'default-allow-internal | INGRESS | 65534',
    'default-allow-rdp | INGRESS | 65534',
    'default-allow-ssh | INGRESS | 65534',
  ]);
  await gc('networks subnets create sub-1 --network=vpc-1 --range=10.1.0.0/24');
  const [overlap] = await Promise.all([
    failing('networks subnets create sub-2 --network=vpc-1 --range=10.1.0.0/25'),
    gc('firewall-rules create allow-ssh --network=vpc-1 --allow=tcp:22 --target-tags=ssh'),
    gc('routers create r-1 --network=vpc-1'),
    gc(
      `instances create in-vpc --network=vpc-1 --subnet=sub-1 --address=ip-1 --machine-type=e2-micro ${DEBIAN}`,
    ),
  ]);
  expect(overlap).toContain('conflicts with existing subnetwork');
  await gc(
    'routers nats create n-1 --router=r-1 --auto-allocate-nat-external-ips --nat-all-subnet-ip-ranges',
  );
  const [subnets, nats, addresses, routes, used] = await Promise.all([
    table('networks subnets list --network=vpc-1'),
    table('routers nats list --router=r-1'),
    table('addresses list'),
    table('routes list --filter=network=vpc-1 --format=table(destRange,nextHopGateway.basename())'),
    failing('networks delete vpc-1'),
    gc('firewall-rules update allow-ssh --priority=900'),
  ]);
  expect(subnets[1]).toBe('sub-1 | asia-northeast3 | vpc-1 | 10.1.0.0/24 | IPV4_ONLY');
  expect(nats[1]).toBe('n-1 | AUTO_ONLY | ALL_SUBNETWORKS_ALL_IP_RANGES | ENDPOINT_TYPE_VM');
  expect(addresses[1]).toMatch(/^ip-1 \| [\d.]+ \| EXTERNAL \| asia-northeast3 \| IN_USE$/);
  expect(routes).toContain('0.0.0.0/0 | default-internet-gateway');
  expect(used).toContain('is already being used by');

  await gc('instances delete in-vpc');
  await Promise.all([
    gc('addresses delete ip-1'),
    gc('routers nats delete n-1 --router=r-1'),
    gc('firewall-rules delete allow-ssh'),
  ]);
  await gc('routers delete r-1');
  await gc('networks subnets delete sub-1');
  await gc('networks delete vpc-1');
  expect(await table('networks list --format=value(name)')).toEqual(['default']);
});

test('gcloud compute: templates and managed groups', { timeout: 300_000 }, async (context) => {
  const { gc, table, failing } = await compute(context);
  await Promise.all([
    gc(`instance-templates create web --machine-type=e2-micro ${DEBIAN}`),
    gc(`instance-templates create next --machine-type=e2-small ${DEBIAN}`),
  ]);
  const group = 'instance-groups managed';
  await gc(`${group} create web --template=web --size=2 --base-instance-name=web`);
  await gc(`${group} wait-until web --stable --timeout=60`);
  const [list, members, refused] = await Promise.all([
    table(`${group} list`),
    table(`${group} list-instances web`),
    failing('instance-templates delete web'),
  ]);
  expect(list[1]).toBe('web | asia-northeast3-a | zone | web | 2 | 2 | web | no');
  expect(members).toHaveLength(3);
  for (const row of members.slice(1)) {
    expect(row).toMatch(/^web-\w{4} \| asia-northeast3-a \| RUNNING \| NONE \| web$/);
  }
  expect(refused).toContain('is already being used by');

  await gc(`${group} resize web --size=3`);
  await gc(`${group} rolling-action start-update web --version=template=next`);
  await gc(`${group} wait-until web --version-target-reached --timeout=60`);
  await gc(`${group} wait-until web --stable --timeout=60`);
  const updated = await table(
    `${group} list-instances web --format=value(version.instanceTemplate.basename())`,
  );
  expect(updated).toEqual(['next', 'next', 'next']);
  await gc(`${group} rolling-action restart web`);
  await gc(`${group} wait-until web --stable --timeout=60`);

  await gc(
    `${group} set-autoscaling web --max-num-replicas=5 --min-num-replicas=2 --target-cpu-utilization=0.6`,
  );
  const described = JSON.parse(await gc(`${group} describe web --format=json`));
  expect(described.autoscaler).toMatchObject({ autoscalingPolicy: { maxNumReplicas: 5 } });
  await gc(`${group} stop-autoscaling web`);
  await gc(`${group} delete web`);
  await gc('instance-templates delete web next');
  expect(await gc('instances list')).toBe('');
});

test('gcloud compute: what there is', { timeout: 300_000 }, async (context) => {
  const { gc, table } = await compute(context);
  const [types, zones, regions, seoul, images] = await Promise.all([
    table('machine-types list --filter=name=e2-micro --zones=asia-northeast3-a'),
    table('zones list --filter=region~asia-northeast3 --format=value(name)'),
    gc('regions list --format=value(name)'),
    gc('regions describe asia-northeast3 --format=json'),
    gc('images list --filter=family=(debian-12,ubuntu-2404-lts-amd64) --format=value(family)'),
  ]);
  expect(types[1]).toBe('e2-micro | asia-northeast3-a | 2 | 1.00');
  expect(zones).toEqual(['a', 'b', 'c'].map((letter) => `asia-northeast3-${letter}`));
  expect(regions.trim().split('\n').length).toBeGreaterThan(35);
  expect(JSON.parse(seoul).quotas).toContainEqual({ limit: 24, metric: 'CPUS', usage: 0 });
  expect(images.trim().split('\n').sort()).toEqual(['debian-12', 'ubuntu-2404-lts-amd64']);
  await gc('project-info add-metadata --metadata=team=seoul');
  const project = JSON.parse(await gc('project-info describe --format=json'));
  expect(project).toMatchObject({
    commonInstanceMetadata: { items: [{ key: 'team', value: 'seoul' }] },
    defaultServiceAccount: '100000000001-compute@developer.gserviceaccount.com',
  });
});

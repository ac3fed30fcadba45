import { expect, test } from 'vitest';
import { startGcloud } from './gcloud.ts';

/*
 * `gcloud compute` on networks, unmodified: one sequence, because every call takes a second
 * or two. Instances are left to the tests of instances.
 */
test('a session with gcloud compute networks', { timeout: 400_000 }, async (context) => {
  const { gcloud } = await startGcloud(context);
  const compute = (line: string) => gcloud('compute', ...line.split(' '));
  const json = async (line: string) => JSON.parse(await compute(`${line} --format=json`));
  const region = '--region asia-northeast3';

  await compute('networks create vpc --subnet-mode=custom --bgp-routing-mode=regional');
  await compute(`networks subnets create web --network vpc --range 10.5.0.0/24 ${region}`);
  await expect(
    compute(`networks subnets create web-2 --network vpc --range 10.5.0.0/25 ${region}`),
  ).rejects.toThrow(/conflicts with existing subnetwork 'web' in region 'asia-northeast3'/);
  await compute(`networks subnets update web --enable-private-ip-google-access ${region}`);
  await compute(`networks subnets update web --add-secondary-ranges pods=10.6.0.0/20 ${region}`);
  await compute(`networks subnets expand-ip-range web --prefix-length 23 ${region}`);
  expect(await json(`networks subnets describe web ${region}`)).toMatchObject({
    ...{ ipCidrRange: '10.5.0.0/23', privateIpGoogleAccess: true },
    secondaryIpRanges: [{ rangeName: 'pods', ipCidrRange: '10.6.0.0/20' }],
  });
  const networks = await json('networks list');
  expect(networks.map((one: { name: string }) => one.name)).toEqual(['default', 'vpc']);
  expect(await compute('networks list')).toMatch(/vpc +CUSTOM +REGIONAL/);

  await compute(
    'firewall-rules create allow-web --network vpc --allow tcp:80,tcp:443,icmp --target-tags web --priority 900',
  );
  await compute('firewall-rules update allow-web --source-ranges 10.0.0.0/8 --disabled');
  expect(await json('firewall-rules describe allow-web')).toMatchObject({
    ...{ priority: 900, disabled: true, sourceRanges: ['10.0.0.0/8'], targetTags: ['web'] },
    allowed: [
      { IPProtocol: 'tcp', ports: ['80'] },
      { IPProtocol: 'tcp', ports: ['443'] },
      { IPProtocol: 'icmp' },
    ],
  });
  expect(await compute('firewall-rules list --filter network=vpc')).toContain('allow-web');

  await compute(
    'routes create back --network vpc --destination-range 203.0.113.0/24 --next-hop-gateway default-internet-gateway',
  );
  expect(await json('routes list --filter network:vpc')).toHaveLength(4);

  await compute(`addresses create ip-1 ${region}`);
  await compute(`addresses create inside --subnet web --addresses 10.5.0.9 ${region}`);
  expect(await compute('addresses list')).toMatch(/inside +10\.5\.0\.9 +INTERNAL/);
  await compute(`routers create r --network vpc ${region}`);
  await compute(
    `routers nats create nat --router r --nat-all-subnet-ip-ranges --nat-external-ip-pool ip-1 ${region}`,
  );
  expect(await json(`routers nats describe nat --router r ${region}`)).toMatchObject({
    natIpAllocateOption: 'MANUAL_ONLY',
  });
  await compute(`routers get-status r ${region}`);

  await compute('networks peerings create p --network vpc --peer-network default');
  expect(await compute('networks peerings list')).toContain('INACTIVE');
  await compute('networks peerings delete p --network vpc');

  await expect(compute('networks delete vpc')).rejects.toThrow(/already being used by/);
  await compute(`routers delete r ${region}`);
  await compute(`addresses delete ip-1 inside ${region}`);
  await compute('routes delete back');
  await compute('firewall-rules delete allow-web');
  await compute(`networks subnets delete web ${region}`);
  await compute('networks delete vpc');
  await compute('networks create auto --subnet-mode=auto');
  await compute('networks update auto --switch-to-custom-subnet-mode');
  expect(await json('networks describe auto')).toMatchObject({ autoCreateSubnetworks: false });
});

import { Agent, request } from 'node:http';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { encoded, NASTY, word } from '../fuzz-requests.ts';
import { start } from '../support.ts';
import { type Compute, compute, vm, ZONE } from './instance-support.ts';

/*
 * Whatever is sent to whichever method of Compute Engine: an answer that is not the server's
 * fault, nothing in the log, nothing of it in what all objects inherit. The requests name what
 * exists, mostly, and their bodies have the fields that the API has, with values of any kind.
 */

const REGION = 'asia-northeast3';
const HANG_MS = 20_000;
/** What an operation finds in use that was free when it began is left, and the operation says so. */
const LEFT = /^delete .* is already being used by /;

test('no request to Compute Engine is the server’s undoing', { timeout: 120_000 }, async () => {
  const logged: string[] = [];
  const sandbox = await start({ unlimitedQuota: true, log: (line) => logged.push(line) });
  const gce = compute(sandbox);
  await fill(gce);
  const send = speaker(sandbox);
  const routes = (await sandbox.routes()).filter(
    ({ method, path }) =>
      /^(\/compute\/v1|\/_cloudlab\/compute)\//.test(path) &&
      !path.endsWith('*') &&
      ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method),
  );
  const requests = fc.constantFrom(...routes).chain(({ method, path }) =>
    fc
      .tuple(
        fc.tuple(
          ...path
            .split(/(:\w+)/)
            .map((piece, at) => (at % 2 ? partOf(piece.slice(1), path) : fc.constant(piece))),
        ),
        fc.array(parameter, { maxLength: 4 }),
        body,
      )
      .map(([parts, query, content]) => ({
        method,
        path: `${parts.join('')}${query.length > 0 ? `?${query.join('&')}` : ''}`,
        body: method === 'GET' ? '' : content,
      })),
  );
  const statuses = new Map<number, number>();
  let calls = 0;
  await fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      if (calls++ % 100 === 0) await fill(gce);
      const { status, text } = await send(sent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      expect(status < 500 || status === 501, `${status}: ${text}`).toBe(true);
      // What is the sandbox's own tells its problems otherwise (reach-route.ts).
      const answer = status >= 400 ? JSON.parse(text) : undefined;
      if (sent.path.startsWith('/compute/')) expect(answer?.error.code ?? status).toBe(status);
      expect(logged.filter((line) => !LEFT.test(line))).toEqual([]);
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }),
    { numRuns: 3000, interruptAfterTimeLimit: 60_000, endOnFailure: true },
  );
  // Requests that are all refused alike would show nothing.
  expect(statuses.get(200), [...statuses].join()).toBeGreaterThan(100);
  for (const kind of ['instances', 'disks', 'instanceGroupManagers', 'subnetworks', 'operations']) {
    expect((await gce.get(`${gce.project}/aggregated/${kind}`)).status).toBe(200);
  }
});

/** One of everything, called `there`; what there is already is refused. */
async function fill(gce: Compute): Promise<void> {
  const [zone, region, all] = [
    gce.base,
    `${gce.project}/regions/${REGION}`,
    `${gce.project}/global`,
  ];
  const name = 'there';
  const wanted: [string, object][] = [
    [`${all}/networks`, { name, autoCreateSubnetworks: false }],
    [
      `${region}/subnetworks`,
      { name, network: `global/networks/${name}`, ipCidrRange: '10.7.0.0/24' },
    ],
    [
      `${all}/firewalls`,
      { name, network: `global/networks/${name}`, allowed: [{ IPProtocol: 'tcp' }] },
    ],
    [`${region}/addresses`, { name }],
    [`${region}/routers`, { name, network: `global/networks/${name}` }],
    [`${zone}/disks`, { name, sizeGb: '10' }],
    [`${zone}/instances`, vm(name)],
    [`${zone}/disks/${name}/createSnapshot`, { name }],
    [`${all}/images`, { name, sourceDisk: `zones/${ZONE}/disks/${name}` }],
    [
      `${all}/routes`,
      {
        name,
        network: `global/networks/${name}`,
        destRange: '192.0.2.0/24',
        nextHopGateway: 'global/gateways/default-internet-gateway',
        priority: 900,
      },
    ],
    [`${all}/instanceTemplates`, { name, properties: { ...vm(name), machineType: 'e2-micro' } }],
    [`${zone}/instanceGroups`, { name: 'group' }],
    [
      `${zone}/instanceGroupManagers`,
      {
        name,
        baseInstanceName: name,
        targetSize: 1,
        instanceTemplate: `global/instanceTemplates/${name}`,
      },
    ],
    [
      `${zone}/autoscalers`,
      {
        name,
        target: `zones/${ZONE}/instanceGroupManagers/${name}`,
        autoscalingPolicy: { maxNumReplicas: 2 },
      },
    ],
  ];
  for (const [path, content] of wanted) {
    const made = await gce.post(path, content);
    if (made.status === 200) await gce.done(made);
  }
}

const partOf = (name: string, path: string) => {
  const known: Record<string, string> = {
    project: 'cloudlab-sandbox',
    zone: ZONE,
    region: REGION,
    family: 'debian-12',
    name: path.includes('/instanceGroups/') ? 'group' : 'there',
  };
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(known[name] ?? 'there') },
    { weight: 1, arbitrary: word.map(encoded) },
    { weight: 1, arbitrary: fc.constantFrom('%2e%2e', '%00', '%ff', '%2F', '-', '1', 'default') },
  );
};

const QUERY: Record<string, string[]> = {
  filter: [
    'name=there',
    'name eq .*(a+)+b',
    'name eq [',
    'labels.a:*',
    '__proto__.x=1',
    'constructor.name=Object',
    `${'('.repeat(3000)}a=b`,
    '(a=b) AND NOT (c!=d OR e>1)',
    'status=(RUNNING OR',
    'creationTimestamp>2020',
    `name eq ${'(a|b|ab)*'.repeat(30)}c`,
  ],
  orderBy: ['name', 'creationTimestamp desc', 'name asc,status', '__proto__', ','],
  maxResults: ['1', '0', '500', '501', '-1', '1e3'],
  pageToken: ['x', 'CgV0aGVyZQ', ''],
  requestId: ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6', '00000000-0000-0000-0000-000000000000', 'x'],
  fields: ['name', 'items(name,labels/__proto__)', '*', 'a('.repeat(5000), 'items/*/x,kind'],
  start: ['0', '-1', '99999999999999999999'],
  port: ['1', '5', 'x'],
  size: ['0', '1', '-1', '1000000'],
  returnPartialSuccess: ['true'],
  includeAllScopes: ['true'],
  autoscaler: ['there'],
  disk: ['there', '__proto__'],
  deviceName: ['there', 'persistent-disk-0', '__proto__'],
  autoDelete: ['true', 'x'],
  accessConfig: ['External NAT', '__proto__'],
  networkInterface: ['nic0', 'nic9', '__proto__'],
  natIp: ['1.2.3.4'],
  deletionProtection: ['true', 'false'],
  discardLocalSsd: ['true'],
  sourceImage: ['global/images/there'],
  from: ['there', '203.0.113.10', '__proto__'],
  to: ['there', 'google-apis', '300.1.1.1'],
};
const parameter = fc
  .constantFrom(...Object.keys(QUERY))
  .chain((name) =>
    fc
      .oneof(
        { weight: 4, arbitrary: fc.constantFrom(...(QUERY[name] ?? [])) },
        { weight: 1, arbitrary: word },
      )
      .map((value) => `${name}=${encoded(value)}`),
  );

const KEYS = [
  ...['name', 'description', 'labels', 'labelFingerprint', 'fingerprint', 'items', 'key', 'value'],
  ...[
    'network',
    'subnetwork',
    'ipCidrRange',
    'secondaryIpRanges',
    'rangeName',
    'networkInterfaces',
  ],
  ...['networkIP', 'accessConfigs', 'natIP', 'type', 'allowed', 'denied', 'IPProtocol', 'ports'],
  ...['sourceRanges', 'sourceTags', 'targetTags', 'sourceServiceAccounts', 'priority', 'direction'],
  ...[
    'disks',
    'boot',
    'source',
    'initializeParams',
    'sourceImage',
    'diskSizeGb',
    'sizeGb',
    'diskType',
  ],
  ...[
    'autoDelete',
    'deviceName',
    'machineType',
    'metadata',
    'tags',
    'scheduling',
    'maxRunDuration',
  ],
  ...[
    'seconds',
    'nanos',
    'serviceAccounts',
    'email',
    'scopes',
    'properties',
    'targetSize',
    'target',
  ],
  ...[
    'baseInstanceName',
    'instanceTemplate',
    'versions',
    'updatePolicy',
    'maxSurge',
    'fixed',
    'percent',
  ],
  ...[
    'autoscalingPolicy',
    'maxNumReplicas',
    'minNumReplicas',
    'cpuUtilization',
    'utilizationTarget',
  ],
  ...['namedPorts', 'port', 'instances', 'instance', 'nats', 'natIps', 'subnetworks', 'address'],
  ...['natIpAllocateOption', 'sourceSubnetworkIpRangesToNat', 'nextHopIp', 'nextHopInstance'],
  ...['nextHopGateway', 'destRange', 'networkPeering', 'autoCreateSubnetworks', 'routingConfig'],
  ...[
    'sourceDisk',
    'sourceSnapshot',
    'state',
    'deleted',
    'replacement',
    'networkTier',
    'work',
    'group',
  ],
  ...['__proto__', 'constructor', 'toString', 'polluted'],
];
const VALUES: unknown[] = [
  ...['there', 'global/networks/there', 'global/networks/default', `zones/${ZONE}/disks/there`],
  ...[
    `zones/${ZONE}/instances/there`,
    'global/instanceTemplates/there',
    '10.7.0.0/20',
    '10.9.0.0/24',
  ],
  ...['0.0.0.0/0', '10.7.0.9', 'tcp', '80', '1-65535', '70000', '5-1', 'default', '10', 'e2-micro'],
  ...[`regions/${REGION}/subnetworks/there`, `zones/${ZONE}/machineTypes/e2-micro`, 'https://x/y'],
  ...[
    'ONE_TO_ONE_NAT',
    'INGRESS',
    'EGRESS',
    'AUTO_ONLY',
    'ALL_SUBNETWORKS_ALL_IP_RANGES',
    'PREMIUM',
  ],
  ...['projects/debian-cloud/global/images/family/debian-12', 'PERSISTENT', 'DEPRECATED', 'a=b'],
  ...[null, true, false, -1, 0, 1, 1.5, 1e308, 2 ** 53, '', [], {}, [null], [{}], [[]]],
  ...NASTY,
];
const { value, object } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 2, arbitrary: tie('object') },
  ),
  object: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), {
    maxKeys: 6,
    noNullPrototype: true,
  }),
}));
const NAMED = { name: 'made', network: 'global/networks/there' };
const body = fc.oneof(
  { weight: 8, arbitrary: object.map((one) => JSON.stringify({ ...NAMED, ...(one as object) })) },
  {
    weight: 4,
    arbitrary: object.map((one) => JSON.stringify({ ...vm('made'), ...(one as object) })),
  },
  { weight: 3, arbitrary: object.map((one) => JSON.stringify(one)) },
  { weight: 2, arbitrary: value.map((one) => JSON.stringify(one)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{"name":"cut',
      '{"labels":{"__proto__":{"polluted":"x"},"constructor":{"prototype":{"polluted":"x"}}}}',
      '{"__proto__":{"polluted":true},"name":"made"}',
      '{"metadata":{"items":[{"key":"__proto__","value":"x"},{"key":"constructor","value":"x"}]}}',
      `{"items":[${Array.from({ length: 3000 }, (_, at) => `{"key":"k${at}","value":"x"}`).join()}]}`,
      `{"items":[{"key":"a","value":"${'x'.repeat(300_000)}"}]}`,
      `{"name":"made","labels":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
      '['.repeat(10_000) + ']'.repeat(10_000),
    ),
  },
);

function speaker({ port }: Sandbox) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  onTestFinished(() => agent.destroy());
  return ({ method, path, body: content }: { method: string; path: string; body: string }) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const call = request(
        {
          ...{ agent, host: '127.0.0.1', port, method, timeout: HANG_MS },
          path: path.slice(0, 15_000),
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(content),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(chunks).toString(),
            });
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error(`no answer within ${HANG_MS} ms`)));
      call.on('error', reject);
      call.end(content);
    });
}

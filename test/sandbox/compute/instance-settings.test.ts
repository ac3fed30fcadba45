import { describe, expect, it } from 'vitest';
import { startCompute, ZONE } from './instance-support.ts';

// biome-ignore lint/suspicious/noExplicitAny: instances as they are answered
type Shown = any;

const e2 = (type: string) => ({ machineType: `zones/${ZONE}/machineTypes/${type}` });

describe('what several people change needs the fingerprint of what they saw', () => {
  it.each([
    [
      'setLabels',
      'labelFingerprint',
      'Labels fingerprint either invalid or resource labels have changed',
      { labels: { env: 'prod' } },
      (one: Shown) => [one.labels, one.labelFingerprint],
      { env: 'prod' },
    ],
    [
      'setMetadata',
      'fingerprint',
      'Supplied fingerprint does not match current metadata fingerprint.',
      { items: [{ key: 'a', value: '가' }] },
      (one: Shown) => [one.metadata.items, one.metadata.fingerprint],
      [{ key: 'a', value: '가' }],
    ],
    [
      'setTags',
      'fingerprint',
      'Supplied fingerprint does not match current tags fingerprint.',
      { items: ['web'] },
      (one: Shown) => [one.tags.items, one.tags.fingerprint],
      ['web'],
    ],
  ])('%s', async (action, field, message, body, read, wanted) => {
    const gce = await startCompute();
    const [before, fingerprint] = read(await gce.running('web-1'));
    expect(before).toBeUndefined();
    await gce.done(await gce.act('web-1', action, { ...body, [field]: fingerprint }));
    const [after, next] = read(await gce.instance('web-1'));
    expect(after).toEqual(wanted);
    expect(next).not.toBe(fingerprint);
    for (const stale of [{ [field]: fingerprint }, {}]) {
      const { json } = await gce.act('web-1', action, { ...body, ...stale });
      expect(json.error).toMatchObject({
        code: 412,
        message,
        errors: [{ reason: 'conditionNotMet' }],
      });
    }
    await gce.done(await gce.act('web-1', action, { [field]: next }));
    expect(read(await gce.instance('web-1'))).toEqual([
      action === 'setLabels' ? {} : undefined,
      fingerprint,
    ]);
  });
});

describe('what needs a stopped instance', () => {
  it.each([
    ['setMachineType', e2('e2-small'), 'Instance is starting or running.'],
    [
      'setServiceAccount',
      { email: 'robot-1@cloudlab-sandbox.iam.gserviceaccount.com', scopes: [] },
      'The instance must be stopped before the service account can be changed.',
    ],
    [
      'setMinCpuPlatform',
      { minCpuPlatform: 'Intel Broadwell' },
      'The instance must be stopped before the minimum CPU platform can be changed.',
    ],
  ])('%s', async (action, body, message) => {
    const gce = await startCompute();
    const accounts = '/v1/projects/cloudlab-sandbox/serviceAccounts';
    await gce.post(accounts, { accountId: 'robot-1' });
    await gce.running('web-1', e2('n1-standard-1'));
    expect((await gce.act('web-1', action, body)).json.error).toMatchObject({ code: 400, message });
    await gce.done(await gce.act('web-1', 'stop'));
    await gce.done(await gce.act('web-1', action, body));
    const changed = await gce.instance('web-1');
    if (action === 'setMachineType') expect(changed.machineType).toMatch(/e2-small$/);
    if (action === 'setServiceAccount') expect(changed.serviceAccounts).toEqual([body]);
    if (action === 'setMinCpuPlatform') expect(changed.minCpuPlatform).toBe('Intel Broadwell');
  });

  it('and a machine type of its zone', async () => {
    const gce = await startCompute();
    await gce.running('web-1');
    await gce.done(await gce.act('web-1', 'stop'));
    const { json } = await gce.act('web-1', 'setMachineType', e2('e2-giant'));
    expect(json.error.message).toMatch(/'e2-giant' does not exist in zone/);
  });
});

describe('disks of an instance', () => {
  it('are attached, kept from others, and detached', async () => {
    const gce = await startCompute();
    await gce.running('web-1');
    await gce.running('web-2');
    await gce.done(await gce.post(`${gce.base}/disks`, { name: 'data', sizeGb: '10' }));
    const source = `projects/cloudlab-sandbox/zones/${ZONE}/disks/data`;
    await gce.done(await gce.act('web-1', 'attachDisk', { source, deviceName: 'data' }));
    expect((await gce.instance('web-1')).disks[1]).toMatchObject({
      deviceName: 'data',
      index: 1,
      boot: false,
      mode: 'READ_WRITE',
      kind: 'compute#attachedDisk',
    });
    const inUse = {
      code: 400,
      message: `The disk resource '${source}' is already being used by 'projects/cloudlab-sandbox/zones/${ZONE}/instances/web-1'`,
      errors: [{ reason: 'resourceInUseByAnotherResource' }],
    };
    expect((await gce.act('web-2', 'attachDisk', { source })).json.error).toMatchObject(inUse);
    expect((await gce.delete(`${gce.base}/disks/data`)).json.error).toMatchObject(inUse);
    await gce.done(await gce.act('web-1', 'setDiskAutoDelete?deviceName=data&autoDelete=true'));
    expect((await gce.instance('web-1')).disks[1].autoDelete).toBe(true);

    const wrong = await gce.act('web-1', 'detachDisk?deviceName=nothing');
    expect(wrong.json.error.message).toMatch(/No attached disk found with device name 'nothing'/);
    const boot = await gce.act('web-1', 'detachDisk?deviceName=persistent-disk-0');
    expect(boot.json.error).toMatchObject({ code: 400 });
    await gce.done(await gce.act('web-1', 'detachDisk?deviceName=data'));
    expect((await gce.instance('web-1')).disks).toHaveLength(1);
    await gce.done(await gce.act('web-2', 'attachDisk', { source, mode: 'READ_ONLY' }));
    await gce.done(await gce.act('web-1', 'attachDisk', { source, mode: 'READ_ONLY' }));
    expect((await gce.disk('data')).json.users).toHaveLength(2);
    await gce.done(await gce.delete(`${gce.base}/instances/web-1`));
    expect((await gce.disk('data')).json.users).toHaveLength(1);
  });

  it('are of its zone', async () => {
    const gce = await startCompute();
    await gce.running('web-1');
    const { json } = await gce.act('web-1', 'attachDisk', {
      source: 'projects/cloudlab-sandbox/zones/us-central1-a/disks/data',
    });
    expect(json.error.message).toMatch(/Disk must be in the same zone as the instance/);
  });
});

describe('the external address', () => {
  it('goes and comes with its access config', async () => {
    const gce = await startCompute();
    await gce.running('web-1');
    const config = async () => (await gce.instance('web-1')).networkInterfaces[0].accessConfigs;
    const second = await gce.act('web-1', 'addAccessConfig?networkInterface=nic0', {});
    expect(second.json.error.message).toMatch(/At most one access config/);
    const query = 'networkInterface=nic0&accessConfig=External%20NAT';
    await gce.done(await gce.act('web-1', `deleteAccessConfig?${query}`));
    expect(await config()).toBeUndefined();
    expect((await gce.act('web-1', `deleteAccessConfig?${query}`)).status).toBe(400);
    const more = { type: 'ONE_TO_ONE_NAT', name: 'external-nat' };
    await gce.done(await gce.act('web-1', 'addAccessConfig?networkInterface=nic0', more));
    expect(await config()).toMatchObject([{ ...more, natIP: expect.stringMatching(/^\d/) }]);
    expect((await gce.act('web-1', 'addAccessConfig?networkInterface=nic7', {})).status).toBe(400);
  });
});

it('update changes what it is sent, by whoever saw the whole instance', async () => {
  const gce = await startCompute();
  const seen = await gce.running('web-1');
  const path = `${gce.base}/instances/web-1`;
  await gce.done(await gce.put(path, { ...seen, labels: { a: 'b' }, canIpForward: true }));
  expect(await gce.instance('web-1')).toMatchObject({ labels: { a: 'b' }, canIpForward: true });
  expect((await gce.put(path, { ...seen, labels: {} })).status).toBe(412);
  const now = await gce.instance('web-1');
  expect((await gce.put(path, { ...now, disks: [] })).status).toBe(501);
});

it('the serial port is empty where nothing runs', async () => {
  const gce = await startCompute();
  await gce.running('web-1');
  const { json } = await gce.get(`${gce.base}/instances/web-1/serialPort?port=1&start=0`);
  expect(json).toMatchObject({ kind: 'compute#serialPortOutput', contents: '', next: '0' });
  expect((await gce.get(`${gce.base}/instances/web-1/serialPort?port=9`)).status).toBe(400);
});

it('what the sandbox has not is 501 by its name', async () => {
  const gce = await startCompute();
  await gce.running('web-1');
  const { json } = await gce.get(`${gce.base}/instances/web-1/screenshot`);
  expect(json.error).toMatchObject({
    code: 501,
    message: expect.stringContaining('compute.instances.getScreenshot'),
  });
});

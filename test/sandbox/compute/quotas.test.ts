import { describe, expect, it } from 'vitest';
import { startCompute, vm, ZONE } from './instance-support.ts';

const type = (name: string, zone = ZONE) => ({ machineType: `zones/${zone}/machineTypes/${name}` });

describe('quotas of a new project', () => {
  it('let the operation fail that would go over one, and nothing is made', async () => {
    const gce = await startCompute();
    const operation = await gce.done(await gce.insert(vm('big', type('e2-standard-32'))));
    expect(operation).toMatchObject({
      status: 'DONE',
      error: {
        errors: [
          {
            code: 'QUOTA_EXCEEDED',
            message: "Quota 'CPUS' exceeded.  Limit: 24.0 in region asia-northeast3.",
          },
        ],
      },
      httpErrorStatusCode: 403,
      httpErrorMessage: 'FORBIDDEN',
    });
    expect((await gce.get(`${gce.base}/instances/big`)).status).toBe(404);
    expect((await gce.disk('big')).status).toBe(404);
    expect(await gce.done(await gce.insert(vm('big')))).not.toHaveProperty('error');
  });

  it('hold for all regions together', async () => {
    const gce = await startCompute();
    await gce.running('a', type('e2-standard-8'));
    const elsewhere = vm('b', type('e2-standard-8', 'us-central1-a'), 'us-central1-a');
    const operation = await gce.done(
      await gce.post(`${gce.project}/zones/us-central1-a/instances`, elsewhere),
    );
    expect(operation.error.errors[0].message).toBe(
      "Quota 'CPUS_ALL_REGIONS' exceeded.  Limit: 12.0 globally.",
    );
  });

  it('do not count vCPUs of stopped instances, until they start', async () => {
    const gce = await startCompute();
    await gce.running('a', type('e2-standard-8'));
    await gce.done(await gce.act('a', 'stop'));
    await gce.running('b', type('e2-standard-8'));
    const operation = await gce.done(await gce.act('a', 'start'));
    expect(operation.error.errors[0].code).toBe('QUOTA_EXCEEDED');
    expect((await gce.instance('a')).status).toBe('TERMINATED');
    await gce.done(await gce.delete(`${gce.base}/instances/b`));
    expect(await gce.done(await gce.act('a', 'start'))).not.toHaveProperty('error');
  });

  it('count disks by their kind, new ones and grown ones', async () => {
    const gce = await startCompute();
    const disk = { name: 'data', sizeGb: '4000' };
    await gce.done(await gce.post(`${gce.base}/disks`, disk));
    const failed = async (path: string, body: object) =>
      (await gce.done(await gce.post(`${gce.base}/${path}`, body))).error.errors[0].message;
    expect(await failed('disks', { name: 'more', sizeGb: '100' })).toMatch(
      /^Quota 'DISKS_TOTAL_GB' exceeded\. {2}Limit: 4096\.0 in region/,
    );
    expect(await failed('disks/data/resize', { sizeGb: '4097' })).toMatch(/DISKS_TOTAL_GB/);
    const ssd = { name: 'ssd', sizeGb: '501', type: `zones/${ZONE}/diskTypes/pd-ssd` };
    expect(await failed('disks', ssd)).toMatch(/SSD_TOTAL_GB/);
  });

  it('count networks, and other things that there may be so many of', async () => {
    const gce = await startCompute();
    const make = (n: number) =>
      gce
        .post(`${gce.project}/global/networks`, { name: `n${n}`, autoCreateSubnetworks: false })
        .then(gce.done);
    for (const n of [1, 2, 3, 4]) expect(await make(n)).not.toHaveProperty('error');
    expect((await make(5)).error.errors).toMatchObject([
      { message: "Quota 'NETWORKS' exceeded.  Limit: 5.0 globally." },
    ]);
    expect((await gce.get(`${gce.project}/global/networks`)).json.items).toHaveLength(5);
  });

  it('are shown with what is used, by regions and the project', async () => {
    const gce = await startCompute();
    await gce.running('a');
    const region = (await gce.get(`${gce.project}/regions/asia-northeast3`)).json;
    expect(region.quotas).toEqual(
      expect.arrayContaining([
        { metric: 'CPUS', limit: 24, usage: 2 },
        { metric: 'INSTANCES', limit: 24, usage: 1 },
        { metric: 'IN_USE_ADDRESSES', limit: 8, usage: 1 },
        { metric: 'DISKS_TOTAL_GB', limit: 4096, usage: 10 },
      ]),
    );
    const project = (await gce.get(gce.project)).json;
    expect(project.quotas).toEqual(
      expect.arrayContaining([
        { metric: 'CPUS_ALL_REGIONS', limit: 12, usage: 2 },
        { metric: 'NETWORKS', limit: 5, usage: 1 },
      ]),
    );
  });

  it('can be lifted', async () => {
    const gce = await startCompute({ unlimitedQuota: true });
    expect((await gce.running('big', type('e2-standard-32'))).status).toBe('RUNNING');
  });
});

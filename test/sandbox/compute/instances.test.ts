import { describe, expect, it } from 'vitest';
import { startCompute, vm, ZONE } from './instance-support.ts';

const ROOT = 'https://www.googleapis.com/compute/v1/';

describe('an instance', () => {
  it('is made, runs, stops, starts and is gone, with its boot disk', async () => {
    const gce = await startCompute();
    const inserted = await gce.insert(vm('web-1'));
    expect(inserted.json).toMatchObject({
      kind: 'compute#operation',
      operationType: 'insert',
      status: 'RUNNING',
      progress: 0,
    });
    expect(await gce.done(inserted)).toMatchObject({ status: 'DONE', progress: 100 });
    const running = await gce.instance('web-1');
    expect(running).toMatchObject({
      kind: 'compute#instance',
      status: 'RUNNING',
      machineType: expect.stringMatching(
        `^${ROOT}projects/.*/zones/${ZONE}/machineTypes/e2-micro$`,
      ),
      zone: expect.stringMatching(`/zones/${ZONE}$`),
      disks: [{ boot: true, autoDelete: true, diskSizeGb: '10', deviceName: 'persistent-disk-0' }],
      networkInterfaces: [
        {
          name: 'nic0',
          networkIP: expect.stringMatching(/^10\.178\./),
          accessConfigs: [{ natIP: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/) }],
        },
      ],
      scheduling: { provisioningModel: 'STANDARD', onHostMaintenance: 'MIGRATE' },
      lastStartTimestamp: expect.any(String),
    });
    expect((await gce.disk('web-1')).json).toMatchObject({
      status: 'READY',
      users: [running.selfLink],
      sourceImage: expect.stringContaining('projects/debian-cloud/global/images/debian-12'),
    });

    expect(await gce.done(await gce.act('web-1', 'stop'))).toMatchObject({ status: 'DONE' });
    const stopped = await gce.instance('web-1');
    expect(stopped.status).toBe('TERMINATED');
    expect(stopped.networkInterfaces[0].accessConfigs[0].natIP).toBeUndefined();
    expect(stopped.networkInterfaces[0].networkIP).toBe(running.networkInterfaces[0].networkIP);

    await gce.done(await gce.act('web-1', 'start'));
    const again = await gce.instance('web-1');
    expect(again.status).toBe('RUNNING');
    expect(again.networkInterfaces[0].accessConfigs[0].natIP).not.toBe(
      running.networkInterfaces[0].accessConfigs[0].natIP,
    );

    await gce.done(await gce.delete(`${gce.base}/instances/web-1`));
    expect((await gce.get(`${gce.base}/instances/web-1`)).status).toBe(404);
    expect((await gce.disk('web-1')).status).toBe(404);
    expect((await gce.delete(`${gce.base}/instances/web-1`)).json.error).toMatchObject({
      code: 404,
      errors: [{ reason: 'notFound' }],
    });
  });
});

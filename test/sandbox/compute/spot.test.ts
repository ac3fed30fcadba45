import { describe, expect, it } from 'vitest';
import { startAtPace, vm } from './instance-support.ts';

const operations = async (
  gce: Awaited<ReturnType<typeof startAtPace>>,
  type: string,
): Promise<{ status: string; targetLink: string }[]> =>
  (await gce.get(`${gce.base}/operations?filter=operationType%3D${type}`)).json.items ?? [];

describe('a Spot VM', () => {
  it('is preempted by a maintenance event: told, then stopped', async () => {
    const gce = await startAtPace();
    await gce.insert(vm('spot-1', { scheduling: { provisioningModel: 'SPOT' } }));
    await gce.advance(10);
    await gce.act('spot-1', 'simulateMaintenanceEvent');
    const told = await gce.instance('spot-1');
    expect(told.status).toBe('STOPPING');
    expect(told.preempted).toBeUndefined();
    expect(await operations(gce, 'compute.instances.preempted')).toMatchObject([
      {
        status: 'RUNNING',
        user: 'system',
        statusMessage: 'Instance was preempted.',
        targetLink: expect.stringMatching(/instances\/spot-1$/),
      },
    ]);
    await gce.advance(30);
    expect((await gce.instance('spot-1')).status).toBe('TERMINATED');
    await gce.act('spot-1', 'start');
    await gce.advance(10);
    expect((await gce.instance('spot-1')).status).toBe('RUNNING');
  });

  it('is deleted with its disk, if that is what was asked for', async () => {
    const gce = await startAtPace();
    const scheduling = { provisioningModel: 'SPOT', instanceTerminationAction: 'DELETE' };
    await gce.insert(vm('spot-1', { scheduling }));
    await gce.advance(10);
    await gce.act('spot-1', 'simulateMaintenanceEvent');
    await gce.advance(30);
    expect((await gce.get(`${gce.base}/instances/spot-1`)).status).toBe(404);
    expect((await gce.disk('spot-1')).status).toBe(404);
  });

  it('has no end by itself; a preemptible one lives a day, others as long as they may', async () => {
    const gce = await startAtPace();
    await gce.insert(vm('spot', { scheduling: { provisioningModel: 'SPOT' } }));
    await gce.insert(vm('old', { scheduling: { preemptible: true } }));
    await gce.insert(
      vm('limited', {
        scheduling: { maxRunDuration: { seconds: 3600 }, instanceTerminationAction: 'DELETE' },
      }),
    );
    await gce.advance(10);
    expect((await gce.instance('old')).scheduling).toMatchObject({
      preemptible: true,
      provisioningModel: 'STANDARD',
      automaticRestart: false,
    });
    const statuses = async () => {
      const { items } = (await gce.get(`${gce.base}/instances`)).json;
      return items.map(({ name, status }: { name: string; status: string }) => `${name} ${status}`);
    };
    await gce.advance(3599);
    expect(await statuses()).toEqual(['limited RUNNING', 'old RUNNING', 'spot RUNNING']);
    await gce.advance(1);
    await gce.advance(30);
    expect(await statuses()).toEqual(['old RUNNING', 'spot RUNNING']);
    await gce.advance(86_400);
    await gce.advance(30);
    expect(await statuses()).toEqual(['old TERMINATED', 'spot RUNNING']);
    expect(await operations(gce, 'compute.instances.preempted')).toHaveLength(1);
  });

  it('others migrate and go on', async () => {
    const gce = await startAtPace();
    await gce.insert(vm('web-1'));
    await gce.advance(10);
    await gce.act('web-1', 'simulateMaintenanceEvent');
    await gce.advance(60);
    expect((await gce.instance('web-1')).status).toBe('RUNNING');
  });
});

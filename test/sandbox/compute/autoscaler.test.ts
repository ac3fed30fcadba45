import { expect, test, vi } from 'vitest';
import { groupsSandbox, P, ZONE } from './groups-support.ts';

const TARGET = `${ZONE}/instanceGroupManagers/web`;

async function scaled(policy: object) {
  const it = await groupsSandbox();
  const { http, done, create, manager } = it;
  await create({ targetSize: 1 });
  await done(
    http.post(`${P}/${ZONE}/autoscalers`, {
      name: 'web',
      target: TARGET,
      autoscalingPolicy: { minNumReplicas: 1, maxNumReplicas: 5, ...policy },
    }),
  );
  const load = (work: number) => http.post('/_cloudlab/compute/load', { group: TARGET, work });
  const sized = async (size: number) => {
    for (let tries = 0; tries < 400; tries += 1) {
      const { targetSize, status } = await manager();
      if (targetSize === size && status.isStable) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`not ${size}: ${JSON.stringify(await manager())}`);
  };
  const autoscaler = async () => (await http.get(`${P}/${ZONE}/autoscalers/web`)).json;
  return { ...it, load, sized, autoscaler };
}

test('load makes a group grow as far as it takes, and shrink once it is over', async () => {
  const { http, done, load, sized, autoscaler, manager } = await scaled({
    cpuUtilization: { utilizationTarget: 0.6 },
    coolDownPeriodSec: 15,
    stabilizationPeriodSec: 60,
  });
  await sized(1);
  // 1.5 machines busy, each to be busy for 0.6: three, in two steps, for one does no more than it has.
  expect((await load(1.5)).status).toBe(200);
  await sized(3);
  expect(await autoscaler()).toMatchObject({ status: 'ACTIVE', recommendedSize: 3 });
  expect((await manager()).status.autoscaler).toMatch(/autoscalers\/web$/);
  await load(100);
  await sized(5);
  await vi.waitFor(async () => {
    const [detail] = (await autoscaler()).statusDetails;
    expect(detail.type).toBe('CAPPED_AT_MAX_NUM_REPLICAS');
  }, 10_000);
  await load(0);
  await sized(1);

  const refused = await http.delete(`${P}/${TARGET}`);
  expect(refused.json.error.errors[0].reason).toBe('resourceInUseByAnotherResource');
  await done(http.delete(`${P}/${ZONE}/autoscalers/web`));
  await done(http.delete(`${P}/${TARGET}`));
});

test('modes: off recommends only, scale-out only never shrinks', async () => {
  const { http, done, load, sized, autoscaler, manager } = await scaled({
    mode: 'OFF',
    coolDownPeriodSec: 0,
    stabilizationPeriodSec: 0,
  });
  await sized(1);
  await load(0.9);
  await vi.waitFor(async () => expect((await autoscaler()).recommendedSize).toBe(2), 10_000);
  expect((await manager()).targetSize).toBe(1);
  const path = `${P}/${ZONE}/autoscalers`;
  const patch = (autoscalingPolicy: object) =>
    done(http.patch(`${path}?autoscaler=web`, { autoscalingPolicy }));
  await patch({ mode: 'ONLY_SCALE_OUT' });
  await sized(2);
  await load(0);
  await patch({ maxNumReplicas: 4 });
  expect((await autoscaler()).autoscalingPolicy).toMatchObject({
    mode: 'ONLY_SCALE_OUT',
    maxNumReplicas: 4,
    minNumReplicas: 1,
  });
  expect((await manager()).targetSize).toBe(2);
  const second = await http.post(path, {
    name: 'other',
    target: TARGET,
    autoscalingPolicy: { maxNumReplicas: 2 },
  });
  expect(second.status).toBe(400);
  const upside = await http.patch(`${path}?autoscaler=web`, {
    autoscalingPolicy: { maxNumReplicas: 0 },
  });
  expect(upside.status).toBe(400);
});

test('a group does not shrink before the stabilization period is over', async () => {
  const { http, done, load, sized, autoscaler } = await scaled({
    coolDownPeriodSec: 0,
    stabilizationPeriodSec: 1_000_000,
  });
  await sized(1);
  await load(1.7);
  await sized(3);
  await load(0);
  // It has looked once it answers what would change nothing.
  const patch = (stabilizationPeriodSec: number) =>
    done(
      http.patch(`${P}/${ZONE}/autoscalers?autoscaler=web`, {
        autoscalingPolicy: { stabilizationPeriodSec },
      }),
    );
  await patch(999_999);
  await sized(3);
  expect((await autoscaler()).recommendedSize).toBe(3);
  await patch(0);
  await sized(1);
});

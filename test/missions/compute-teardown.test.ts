import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/cloud/resource.ts';
import { importMission } from '../../src/missions/catalogue.ts';
import { Ledger } from '../../src/missions/ledger.ts';
import { tearDown } from '../../src/missions/teardown.ts';
import { expectNoMachines, madeInCompute } from '../support/compute.ts';
import { openStage } from '../support/stage.ts';

const run = 'testrun2';
const labels = { 'cloudlab-run': run };
const zone = 'asia-northeast3-a';
const region = 'asia-northeast3';
const disk = { kind: 'disk', name: 'vm', zone, type: 'pd-balanced', sizeGb: 10 } as const;
const e2Micro = { machineType: 'e2-micro', ephemeralAddress: false };
const vm = { kind: 'instance', name: 'vm', zone, ...e2Micro } as const;
const address = { kind: 'address', name: 'vm-ip', region } as const;
const firewall = { kind: 'firewall', name: 'vm-web', network: 'default' } as const;

describe('the teardown of a run that was killed', () => {
  it('waits for what is still being made, and then removes it', async () => {
    const { target, ledger, insertVm } = await openRun([disk, vm]);
    await insertVm({ autoDelete: true });
    const result = await tearDown(target, ledger);
    expect(result).toMatchObject({ searched: true, survivors: [] });
    expect(result.removed).toEqual([vm]);
    await expectNoMachines(target.origins[0]);
  });

  it('removes a disk that its VM, on its way out, still holds', async () => {
    const { target, ledger, insertVm, done } = await openRun([disk]);
    await done(await insertVm({ autoDelete: false }));
    const { compute, project } = target;
    await compute.instances.delete({ project, zone, instance: 'vm' });
    const result = await tearDown(target, ledger);
    expect(result).toMatchObject({ removed: [disk], survivors: [] });
    await expectNoMachines(target.origins[0]);
  });

  it('takes the VM before its disk and its address, and the firewall rule', async () => {
    const { target, ledger, insertVm, done } = await openRun([firewall, address, disk, vm]);
    const { compute, project } = target;
    const description = `cloudlab-run=${run}`;
    const addressResource = { name: 'vm-ip', description };
    const [reserved] = await compute.addresses.insert({ project, region, addressResource });
    await done(reserved);
    const [{ address: natIP }] = await compute.addresses.get({ project, region, address: 'vm-ip' });
    const firewallResource = {
      ...{ name: 'vm-web', description, network: 'global/networks/default' },
      allowed: [{ IPProtocol: 'tcp', ports: ['80'] }],
    };
    const [ruled] = await compute.firewalls.insert({ project, firewallResource });
    await done(ruled);
    await done(await insertVm({ autoDelete: false, natIP: natIP ?? '' }));
    const result = await tearDown(target, ledger);
    expect(result.removed).toEqual([vm, disk, address, firewall]);
    await expectNoMachines(target.origins[0]);
  });

  it('leaves alone what has the same name and is somebody else’s', async () => {
    const { target, ledger, insertVm, done } = await openRun([disk, vm]);
    await done(await insertVm({ autoDelete: true, labels: { 'cloudlab-run': 'another' } }));
    const result = await tearDown(target, ledger);
    expect(result).toMatchObject({ removed: [], survivors: [] });
    expect(await madeInCompute(target.origins[0])).toEqual(['vm', 'vm']);
  });

  it('finds what carries the run’s mark and stands in no ledger', async () => {
    const { target, ledger, insertVm, done } = await openRun([]);
    await done(await insertVm({ autoDelete: true }));
    const { survivors } = await tearDown(target, ledger);
    expect(survivors.map(({ resource }) => resource)).toEqual([vm, disk]);
  });
});

/** A run whose process has intended these and is gone, and the means to do what it did last. */
async function openRun(intended: readonly Resource[]) {
  const stage = await openStage(await importMission('create-vm'), run);
  const { target } = stage;
  const ledger = Ledger.begin(stage.home, stage.host, {
    ...{ id: run, mission: 'create-vm', target: target.record, services: ['compute'] },
  });
  for (const one of intended) ledger.intend(one);
  const { compute, project } = target;
  const insertVm = async (how: {
    autoDelete: boolean;
    natIP?: string;
    labels?: Record<string, string>;
  }) => {
    const accessConfigs = how.natIP === undefined ? [] : [{ natIP: how.natIP }];
    const [started] = await compute.instances.insert({
      project,
      zone,
      instanceResource: {
        name: 'vm',
        machineType: `zones/${zone}/machineTypes/e2-micro`,
        labels: how.labels ?? labels,
        disks: [
          {
            boot: true,
            autoDelete: how.autoDelete,
            initializeParams: {
              diskType: `zones/${zone}/diskTypes/pd-balanced`,
              sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
              labels: how.labels ?? labels,
            },
          },
        ],
        networkInterfaces: [{ network: 'global/networks/default', accessConfigs }],
      },
    });
    return started;
  };
  const done = async ({ latestResponse }: { latestResponse?: unknown }) => {
    const { untilDone } = await import('../../src/cloud/compute/operations.ts');
    await untilDone(compute, project, latestResponse as never);
  };
  return { target, ledger, insertVm, done };
}

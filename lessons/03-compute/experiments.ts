import { defineExperiments, type Lab } from '../../src/tutor/experiment.ts';
import { createDisk, createVm } from '../../src/tutor/experiment-vm.ts';

/** The VM's addresses inside and outside. */
async function addressesOf({ compute, project, zone }: Lab, vm: string) {
  const [{ networkInterfaces }] = await compute.instances.get({ project, zone, instance: vm });
  const nic = networkInterfaces?.[0];
  return { internal: nic?.networkIP ?? '', external: nic?.accessConfigs?.[0]?.natIP ?? '' };
}

export default defineExperiments({
  'stop-start': {
    services: ['compute'],
    async run(lab) {
      const { compute, project, zone, name, step, saw, done } = lab;
      const vm = name('web');
      await step({ en: 'create a VM', ko: 'VM 만들기' }, () => createVm(lab, vm));
      const evening = await addressesOf(lab, vm);
      saw('networkIP', evening.internal);
      saw('natIP', evening.external);
      await step({ en: 'stop it', ko: '중지하기' }, async () => {
        const [started] = await compute.instances.stop({ project, zone, instance: vm });
        await done(started);
      });
      await step({ en: 'start it', ko: '다시 시작하기' }, async () => {
        const [started] = await compute.instances.start({ project, zone, instance: vm });
        await done(started);
      });
      const morning = await addressesOf(lab, vm);
      saw('networkIP', morning.internal);
      saw('natIP', morning.external);
      const inside = morning.internal === evening.internal;
      const outside = morning.external === evening.external;
      if (inside && outside) return 'both';
      if (inside) return 'internal';
      return outside ? 'external' : 'neither';
    },
  },

  leftovers: {
    services: ['compute'],
    async run(lab) {
      const { compute, project, region, zone, name, step, saw, done } = lab;
      const vm = name('web');
      const disk = name('data');
      const address = name('ip');
      const reserved = await step({ en: 'reserve an address', ko: '주소 예약하기' }, async () => {
        const [started] = await compute.addresses.insert({
          project,
          region,
          addressResource: { name: address },
        });
        await done(started);
        const [found] = await compute.addresses.get({ project, region, address });
        return found.address ?? '';
      });
      await step({ en: 'create a VM with it', ko: '그 주소로 VM 만들기' }, () =>
        createVm(lab, vm, { address: reserved }),
      );
      await step({ en: 'create a disk and attach it', ko: '디스크를 만들어 붙이기' }, async () => {
        await createDisk(lab, zone, disk);
        const [attached] = await compute.instances.attachDisk({
          project,
          zone,
          instance: vm,
          attachedDiskResource: { source: `projects/${project}/zones/${zone}/disks/${disk}` },
        });
        await done(attached);
      });
      await step({ en: 'delete the VM', ko: 'VM 지우기' }, async () => {
        const [started] = await compute.instances.delete({ project, zone, instance: vm });
        await done(started);
      });
      const [disks] = await compute.disks.list({ project, zone });
      const [addresses] = await compute.addresses.list({ project, region });
      for (const left of disks) saw('disks', left.name ?? '');
      for (const left of addresses) saw('addresses', left.name ?? '');
      const boot = disks.some((left) => left.name === vm);
      const data = disks.some((left) => left.name === disk);
      if (boot && data) return 'all';
      if (data && addresses.length > 0) return 'disk-and-address';
      return addresses.length > 0 ? 'address' : 'nothing';
    },
  },

  'wrong-tag': {
    services: ['compute'],
    async run(lab) {
      const { compute, project, name, step, saw, done, reach } = lab;
      const vm = name('shop');
      await step({ en: 'create a VM with the tag shop', ko: 'shop 태그를 단 VM 만들기' }, () =>
        createVm(lab, vm, { tags: ['shop'] }),
      );
      await step(
        { en: 'allow tcp:8080 to the tag web', ko: 'web 태그에 tcp:8080 허용하기' },
        async () => {
          const [started] = await compute.firewalls.insert({
            project,
            firewallResource: {
              name: name('allow-8080'),
              network: 'global/networks/default',
              direction: 'INGRESS',
              sourceRanges: ['0.0.0.0/0'],
              targetTags: ['web'],
              allowed: [{ IPProtocol: 'tcp', ports: ['8080'] }],
            },
          });
          await done(started);
        },
      );
      const answer = await step({ en: 'ask from the internet', ko: '인터넷에서 열어 보기' }, () =>
        reach('internet', vm, 8080),
      );
      saw('allowed', answer.allowed);
      saw('reason', answer.reason);
      return answer.allowed ? 'reached' : 'dropped';
    },
  },
});

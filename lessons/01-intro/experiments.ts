import { defineExperiments } from '../../src/tutor/experiment.ts';
import { createDisk, createVm } from '../../src/tutor/experiment-vm.ts';

export default defineExperiments({
  'disk-of-another-zone': {
    services: ['compute'],
    async run(lab) {
      const { compute, project, region, zone, name, step, saw, done } = lab;
      const elsewhere = `${region}-b`;
      const vm = name('shop');
      const disk = name('photos');
      await step({ en: `create a disk in ${elsewhere}`, ko: `${elsewhere}에 디스크 만들기` }, () =>
        createDisk(lab, elsewhere, disk),
      );
      await step({ en: `create a VM in ${zone}`, ko: `${zone}에 VM 만들기` }, () =>
        createVm(lab, vm, { address: 'none' }),
      );
      return step({ en: 'attach the disk to the VM', ko: 'VM에 디스크 붙이기' }, async () => {
        try {
          const [started] = await compute.instances.attachDisk({
            project,
            zone,
            instance: vm,
            attachedDiskResource: {
              source: `projects/${project}/zones/${elsewhere}/disks/${disk}`,
            },
          });
          await done(started);
        } catch (error) {
          saw('error.message', error instanceof Error ? error.message : String(error));
          return 'refused';
        }
        const [found] = await compute.instances.get({ project, zone, instance: vm });
        const sources = (found.disks ?? []).map(({ source }) => source ?? '');
        saw('disks', sources.join(', '));
        return sources.some((source) => source.includes(elsewhere)) ? 'attached' : 'copied';
      });
    },
  },
});

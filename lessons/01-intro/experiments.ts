import { defineExperiments } from '../../src/tutor/experiment.ts';

export default defineExperiments({
  'disk-of-another-zone': {
    services: ['compute'],
    async run({ compute, project, region, zone, name, step, saw, done }) {
      const elsewhere = `${region}-b`;
      const vm = name('shop');
      const disk = name('photos');
      await step(
        { en: `create a disk in ${elsewhere}`, ko: `${elsewhere}에 디스크 만들기` },
        async () => {
          const [started] = await compute.disks.insert({
            project,
            zone: elsewhere,
            diskResource: {
              name: disk,
              sizeGb: 10,
              type: `zones/${elsewhere}/diskTypes/pd-balanced`,
            },
          });
          await done(started);
        },
      );
      await step({ en: `create a VM in ${zone}`, ko: `${zone}에 VM 만들기` }, async () => {
        const [started] = await compute.instances.insert({
          project,
          zone,
          instanceResource: {
            name: vm,
            machineType: `zones/${zone}/machineTypes/e2-micro`,
            disks: [
              {
                boot: true,
                autoDelete: true,
                initializeParams: {
                  sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
                },
              },
            ],
            networkInterfaces: [{ network: 'global/networks/default' }],
          },
        });
        await done(started);
      });
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

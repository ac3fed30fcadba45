import { defineExperiments } from '../../src/tutor/experiment.ts';
import { createDisk, createVm } from '../../src/tutor/experiment-vm.ts';

const day = 24 * 60 * 60;

export default defineExperiments({
  /** A boot disk that is to stay, a data disk that is to go, and an address that is only lent. */
  'odd-settings': {
    services: ['compute'],
    async run(lab) {
      const { compute, project, zone, name, step, saw, done } = lab;
      const vm = name('odd');
      const boot = `${vm}-boot`;
      const data = `${vm}-data`;
      await step({ en: 'create the data disk', ko: '데이터 디스크 만들기' }, () =>
        createDisk(lab, zone, data),
      );
      await step({ en: 'create the VM with both disks', ko: '디스크 둘을 붙여 VM 만들기' }, () =>
        createVm(lab, vm, {
          bootDisk: { name: boot, autoDelete: false },
          dataDisk: { name: data, autoDelete: true },
        }),
      );
      await step({ en: 'delete the VM', ko: 'VM 지우기' }, async () => {
        const [started] = await compute.instances.delete({ project, zone, instance: vm });
        await done(started);
      });
      const [left] = await step({ en: 'list the disks', ko: '디스크 목록 보기' }, () =>
        compute.disks.list({ project, zone }),
      );
      const names = left.map((disk) => disk.name);
      saw('disks', names.join(', '));
      const kept = [boot, data].filter((disk) => names.includes(disk));
      if (kept.length === 0) return 'neither';
      if (kept.length === 2) return 'both';
      return kept[0] === boot ? 'boot' : 'data';
    },
  },

  /** Four objects, deleted in a bucket with default settings, looked for five days later. */
  saturday: {
    services: ['storage'],
    async run({ storage, name, step, saw, advance }) {
      const bucket = storage.bucket(name('course'));
      await step(
        { en: 'create a bucket with default settings', ko: '기본 설정으로 버킷 만들기' },
        () => bucket.create(),
      );
      await step({ en: 'upload four objects', ko: '객체 네 개 올리기' }, async () => {
        for (const number of [1, 2, 3, 4]) {
          await bucket.file(`images/${number}.jpg`).save('a photo', { resumable: false });
        }
      });
      await step({ en: 'delete all four', ko: '넷 다 지우기' }, async () => {
        for (const number of [1, 2, 3, 4]) await bucket.file(`images/${number}.jpg`).delete();
      });
      await step({ en: 'let five days pass', ko: '닷새 보내기' }, () => advance(5 * day));
      const [listed] = await bucket.getFiles();
      const [kept] = await bucket.getFiles({ softDeleted: true });
      saw('live', listed.length);
      saw('softDeleted', kept.length);
      if (listed.length > 0) return 'live';
      return kept.length > 0 ? 'billed' : 'nothing';
    },
  },
});

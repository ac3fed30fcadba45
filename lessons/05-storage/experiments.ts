import { defineExperiments } from '../../src/tutor/experiment.ts';

export default defineExperiments({
  /** Which of two deleted objects is kept, when soft delete is switched off between them. */
  'late-switch': {
    services: ['storage'],
    async run({ storage, name, step, saw }) {
      const bucket = storage.bucket(name('lab'));
      await step(
        { en: 'create a bucket with default settings', ko: '기본 설정으로 버킷 만들기' },
        () => bucket.create(),
      );
      await step({ en: 'upload a.bin and b.bin', ko: 'a.bin과 b.bin 올리기' }, async () => {
        await bucket.file('a.bin').save('a');
        await bucket.file('b.bin').save('b');
      });
      await step({ en: 'delete a.bin', ko: 'a.bin 지우기' }, () => bucket.file('a.bin').delete());
      await step({ en: 'switch soft delete off', ko: '소프트 삭제 끄기' }, () =>
        bucket.setMetadata({ softDeletePolicy: { retentionDurationSeconds: 0 } }),
      );
      await step({ en: 'delete b.bin', ko: 'b.bin 지우기' }, () => bucket.file('b.bin').delete());
      const [kept] = await step(
        { en: 'list what is soft-deleted', ko: '소프트 삭제된 것의 목록 보기' },
        () => bucket.getFiles({ softDeleted: true }),
      );
      const names = kept.map((file) => file.name);
      saw('items[].name', names.join(', ') || '-');
      for (const file of kept) saw('hardDeleteTime', String(file.metadata.hardDeleteTime));
      if (names.length === 0) return 'nothing';
      if (names.length > 1) return 'both';
      return names[0] === 'a.bin' ? 'only-a' : 'only-b';
    },
  },

  /** What becomes of two writers who both ask for the generation that they read. */
  'two-saves': {
    services: ['storage'],
    async run({ storage, name, step, saw }) {
      const bucket = storage.bucket(name('lab'));
      const file = bucket.file('state.json');
      await step(
        { en: 'create a bucket with state.json', ko: 'state.json이 든 버킷 만들기' },
        async () => {
          await bucket.create();
          await file.save('start');
        },
      );
      const generation = await step(
        { en: 'let both jobs read the same generation', ko: '두 작업이 같은 세대를 읽기' },
        async () => Number((await file.getMetadata())[0].generation),
      );
      saw('generation', generation);
      const upload = (content: string) =>
        file
          .save(content, { resumable: false, preconditionOpts: { ifGenerationMatch: generation } })
          .then(
            () => 200,
            (error: { code?: number }) => error.code ?? 0,
          );
      const first = await step(
        { en: 'upload for the first job', ko: '첫 번째 작업이 올리기' },
        () => upload('start first'),
      );
      saw('status', first);
      const second = await step(
        { en: 'upload for the second job', ko: '두 번째 작업이 올리기' },
        () => upload('start second'),
      );
      saw('status', second);
      const content = String((await bucket.file('state.json').download())[0]);
      saw('content', content);
      if (first !== 200 && second !== 200) return 'both-refused';
      if (content.includes('first') && content.includes('second')) return 'merged';
      return second === 200 ? 'last-stays' : 'second-refused';
    },
  },
});

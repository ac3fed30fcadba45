import { defineExperiments } from '../../src/tutor/experiment.ts';

export default defineExperiments({
  /** What "only if nothing is there yet" is worth once somebody has deleted what was there. */
  'version-again': {
    services: ['storage'],
    async run({ storage, name, step, saw }) {
      const bucket = storage.bucket(name('registry'));
      const file = bucket.file('late/v3/model.json');
      const register = (content: string) =>
        file.save(content, { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } }).then(
          () => 200,
          (error: { code?: number }) => error.code ?? 0,
        );
      await step(
        {
          en: 'create a bucket and register v3 with ifGenerationMatch=0',
          ko: '버킷을 만들고 ifGenerationMatch=0으로 v3 등록하기',
        },
        async () => {
          await bucket.create();
          saw('status', await register('{"trained": "Monday"}'));
        },
      );
      await step({ en: 'delete the object of v3', ko: 'v3의 객체 지우기' }, () => file.delete());
      const status = await step(
        {
          en: 'register another model as v3, same flag',
          ko: '같은 플래그로 다른 모델을 v3로 등록하기',
        },
        () => register('{"trained": "Friday"}'),
      );
      saw('status', status);
      const [bytes] = await step({ en: 'read v3', ko: 'v3 읽기' }, async () =>
        file.download().catch(() => [Buffer.from('')] as const),
      );
      const content = bytes.toString();
      saw('v3', content === '' ? '-' : content);
      if (status !== 200) return content === '' ? 'refused' : 'restored';
      return content.includes('Friday') ? 'replaced' : 'restored';
    },
  },
});

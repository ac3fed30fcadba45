import { defineExperiments } from '../../src/tutor/experiment.ts';

export default defineExperiments({
  'two-objects': {
    services: ['storage'],
    async run({ storage, name, step, saw }) {
      const bucket = storage.bucket(name('wallet'));
      const [kim, lee] = [bucket.file('kim'), bucket.file('lee')];
      const read = async (file: typeof kim) => Number((await file.download())[0].toString());
      await step(
        { en: 'create a bucket with kim 1000, lee 0', ko: '버킷에 kim 1000, lee 0 적기' },
        async () => {
          await bucket.create();
          await kim.save('1000');
          await lee.save('0');
        },
      );
      const seen = await step({ en: 'read both balances', ko: '두 잔액 읽기' }, async () => {
        const [metadata] = await lee.getMetadata();
        return {
          kim: await read(kim),
          lee: await read(lee),
          generation: metadata.generation as string,
        };
      });
      await step({ en: 'write kim: minus 100', ko: 'kim에서 100 빼서 쓰기' }, () =>
        kim.save(String(seen.kim - 100)),
      );
      await step(
        { en: 'let another program put 50 into lee', ko: '다른 프로그램이 lee에 50 넣기' },
        () => lee.save('50'),
      );
      await step(
        { en: 'write lee, if it is unchanged', ko: 'lee가 그대로일 때만 100 더해 쓰기' },
        async () => {
          try {
            await lee.save(String(seen.lee + 100), {
              preconditionOpts: { ifGenerationMatch: seen.generation },
            });
          } catch (problem) {
            saw('lee', `${(problem as { code?: number }).code}`);
          }
        },
      );
      const total = (await read(kim)) + (await read(lee));
      saw('kim + lee', total);
      return `total-${total}`;
    },
  },
});

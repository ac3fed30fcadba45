import { defineExperiments } from '../../src/tutor/experiment.ts';

export default defineExperiments({
  'two-adders': {
    services: ['storage'],
    async run({ storage, name, step, saw }) {
      const bucket = storage.bucket(name('visitors'));
      const count = bucket.file('count');
      const read = async () => Number((await count.download())[0].toString());
      await step(
        { en: 'create a bucket with the count 7', ko: '버킷을 만들고 7을 적기' },
        async () => {
          await bucket.create();
          await count.save('7');
        },
      );
      const [first, second] = await step(
        { en: 'let both replicas read', ko: '두 복제본이 모두 읽기' },
        async () => [await read(), await read()] as const,
      );
      let refused = false;
      await step(
        { en: 'let both write what they read plus one', ko: '둘 다 읽은 값에 1을 더해 쓰기' },
        async () => {
          await count.save(String(first + 1));
          await count.save(String(second + 1)).catch(() => {
            refused = true;
          });
        },
      );
      const now = await read();
      saw('count', now);
      if (refused) return 'refused';
      return { 8: 'eight', 9: 'nine' }[now] ?? 'damaged';
    },
  },
});

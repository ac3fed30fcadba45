import { defineExperiments, type Lab } from '../../src/tutor/experiment.ts';

export default defineExperiments({
  /** What a link that was signed for uploading one object lets its holder do again. */
  'upload-link': {
    services: ['storage'],
    async run(lab) {
      const { storage, name, step, saw, fetch, now } = lab;
      const bucket = storage.bucket(name('photos'));
      await step({ en: 'create a bucket', ko: '버킷 만들기' }, () => bucket.create());
      const signer = await step(
        {
          en: 'make a service account with a key that signs',
          ko: '서명할 키를 가진 서비스 계정 만들기',
        },
        () => signingClient(lab),
      );
      const [link] = await step(
        { en: 'sign: PUT, one key, five minutes', ko: '서명하기: PUT, 키 하나, 5분' },
        () =>
          signer
            .bucket(bucket.name)
            .file('inbox/7f3a.jpg')
            .getSignedUrl({
              version: 'v4',
              action: 'write',
              expires: now().getTime() + 5 * 60_000,
            }),
      );
      const put = async (body: string) => (await fetch(link, { method: 'PUT', body })).status;
      saw(
        'status',
        await step({ en: 'PUT the first photo', ko: '첫 사진을 PUT' }, () => put('first')),
      );
      const again = await step(
        { en: 'PUT another photo with the same link', ko: '같은 링크로 다른 사진을 PUT' },
        () => put('second'),
      );
      saw('status', again);
      const read = await step(
        { en: 'GET the photo with the same link', ko: '같은 링크로 사진을 GET' },
        async () => (await fetch(link)).status,
      );
      saw('status', read);
      const content = String((await bucket.file('inbox/7f3a.jpg').download())[0]);
      saw('content', content);
      const replaced = again === 200 && content === 'second';
      if (replaced) return read === 200 ? 'both' : 'put-only';
      return read === 200 ? 'get-only' : 'neither';
    },
  },
});

/** A client of Cloud Storage that signs with the key of a new service account. */
async function signingClient({ storage, project, fetch }: Lab): Promise<Lab['storage']> {
  const accounts = `${storage.apiEndpoint}/v1/projects/${project}/serviceAccounts`;
  const post = async (url: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const { text } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return JSON.parse(text) as { email: string; privateKeyData: string };
  };
  const { email } = await post(accounts, { accountId: 'signer' });
  const { privateKeyData } = await post(`${accounts}/${email}/keys`, {});
  const credentials = JSON.parse(Buffer.from(privateKeyData, 'base64').toString());
  const Storage = storage.constructor as new (options: object) => Lab['storage'];
  return new Storage({ apiEndpoint: storage.apiEndpoint, projectId: project, credentials });
}

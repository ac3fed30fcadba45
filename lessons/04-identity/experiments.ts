import { createHash, createSign } from 'node:crypto';
import { defineExperiments, type Lab } from '../../src/tutor/experiment.ts';

/** What a JSON key file holds, as far as signing needs it. */
interface Key {
  readonly client_email: string;
  readonly private_key: string;
}

/** Asks the IAM API; there is no client of it among the lab's. */
async function iam(lab: Lab, path: string, init: RequestInit): Promise<Record<string, string>> {
  const url = `${lab.storage.apiEndpoint}/v1/projects/${lab.project}/serviceAccounts${path}`;
  const { status, text } = await lab.fetch(url, {
    ...init,
    headers: { 'content-type': 'application/json' },
  });
  if (status !== 200) throw new Error(`IAM answered ${status}: ${text}`);
  return JSON.parse(text);
}

const createAccount = (lab: Lab, accountId: string) =>
  iam(lab, '', { method: 'POST', body: JSON.stringify({ accountId }) });

async function createKey(lab: Lab, email: string): Promise<Key> {
  const { privateKeyData } = await iam(lab, `/${email}/keys`, { method: 'POST', body: '{}' });
  return JSON.parse(Buffer.from(privateKeyData ?? '', 'base64').toString('utf8'));
}

/**
 * A link to read one object, as `gcloud storage sign-url` makes it: V4, with the key itself.
 *
 * @param now the time at which it is signed; it holds for an hour
 */
function signedLink(endpoint: string, key: Key, bucket: string, object: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/auto/storage/goog4_request`;
  const query = new URLSearchParams({
    'X-Goog-Algorithm': 'GOOG4-RSA-SHA256',
    'X-Goog-Credential': `${key.client_email}/${scope}`,
    'X-Goog-Date': time,
    'X-Goog-Expires': '3600',
    'X-Goog-SignedHeaders': 'host',
  });
  const path = `/${bucket}/${object}`;
  const request = [
    'GET',
    path,
    `${query}`,
    `host:${new URL(endpoint).host}`,
    '',
    'host',
    'UNSIGNED-PAYLOAD',
  ];
  const digest = createHash('sha256').update(request.join('\n')).digest('hex');
  const signature = createSign('RSA-SHA256')
    .update(['GOOG4-RSA-SHA256', time, scope, digest].join('\n'))
    .sign(key.private_key, 'hex');
  return `${endpoint}${path}?${query}&X-Goog-Signature=${signature}`;
}

/** A bucket with these objects, and an account with a key. */
async function prepare(lab: Lab, objects: readonly string[]) {
  const { storage, name, step } = lab;
  const bucket = storage.bucket(name('lab'));
  await step({ en: 'create a bucket and fill it', ko: '버킷을 만들고 채우기' }, async () => {
    await bucket.create();
    for (const object of objects) await bucket.file(object).save(`this is ${object}`);
  });
  const account = name('signer');
  const key = await step(
    { en: 'create an account and a key', ko: '계정과 키 만들기' },
    async () => {
      const { email } = await createAccount(lab, account);
      return createKey(lab, email ?? '');
    },
  );
  const [{ timeCreated = '' }] = await bucket.file(objects[0] ?? '').getMetadata();
  const link = signedLink(
    storage.apiEndpoint,
    key,
    bucket.name,
    objects[0] ?? '',
    // The sandbox's own clock, and not this machine's.
    new Date(timeCreated),
  );
  return { account, key, link };
}

export default defineExperiments({
  'edited-link': {
    services: ['storage'],
    async run(lab) {
      const { step, saw, fetch } = lab;
      const { link } = await prepare(lab, ['a.csv', 'b.csv']);
      const open = (text: { en: string; ko: string }, url: string) =>
        step(text, async () => {
          const { status } = await fetch(url);
          saw('status', status);
          return status;
        });
      const before = await open({ en: 'open the link to a.csv', ko: 'a.csv의 링크 열기' }, link);
      if (before !== 200) throw new Error(`the link itself was refused: ${before}`);
      const edited = await open(
        { en: 'change it to b.csv and open it', ko: 'b.csv로 고쳐서 열기' },
        link.replace('/a.csv', '/b.csv'),
      );
      const after = await open(
        { en: 'open the first link again', ko: '처음 링크 다시 열기' },
        link,
      );
      if (edited === 200) return 'reads';
      return after === 200 ? 'refused' : 'burnt';
    },
  },

  'same-name': {
    services: ['storage'],
    async run(lab) {
      const { step, saw, fetch } = lab;
      const { account, key, link } = await prepare(lab, ['a.csv']);
      saw('status', (await fetch(link)).status);
      await step({ en: 'delete the account', ko: '계정 지우기' }, () =>
        iam(lab, `/${key.client_email}`, { method: 'DELETE' }),
      );
      await step({ en: 'create it again', ko: '같은 이름으로 다시 만들기' }, () =>
        createAccount(lab, account),
      );
      const { status } = await step({ en: 'open the link', ko: '링크 열기' }, () => fetch(link));
      saw('status', status);
      return status === 200 ? 'opens' : 'refused';
    },
  },
});

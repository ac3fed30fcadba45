import { createHash, createSign } from 'node:crypto';
import { defineExperiments, type Lab } from '../../src/tutor/experiment.ts';

/** What a JSON key file holds, as far as signing needs it. */
interface Key {
  readonly client_email: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly token_uri: string;
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
  return { account, key, link, bucket: bucket.name };
}

/**
 * Exchanges a JWT that the key signs for an access token, as Google's libraries do.
 *
 * @returns the token, or what stands in its place where there is none
 */
async function drawToken(
  { fetch, now: time }: Lab,
  key: Key,
): Promise<{ status: number; token: string }> {
  const now = Math.floor(time().getTime() / 1000);
  const claims = {
    iss: key.client_email,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    aud: key.token_uri,
    iat: now,
    exp: now + 600,
  };
  const text = [{ alg: 'RS256', typ: 'JWT', kid: key.private_key_id }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createSign('RSA-SHA256').update(text).sign(key.private_key, 'base64url');
  const { status, text: answer } = await fetch(key.token_uri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${text}.${signature}`,
    }).toString(),
  });
  return { status, token: JSON.parse(answer)['access_token'] ?? '' };
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

  'key-and-token': {
    services: ['storage'],
    async run(lab) {
      const { storage, step, saw, fetch } = lab;
      const { key, bucket } = await prepare(lab, ['a.csv']);
      await step({ en: 'let the account read', ko: '계정에 읽기 역할 주기' }, async () => {
        const { iam: policies } = storage.bucket(bucket);
        const [policy] = await policies.getPolicy({ requestedPolicyVersion: 3 });
        const members = [`serviceAccount:${key.client_email}`];
        policy.bindings.push({ role: 'roles/storage.objectViewer', members });
        await policies.setPolicy(policy);
      });
      const { token } = await step({ en: 'draw a token from the key', ko: '키로 토큰 받기' }, () =>
        drawToken(lab, key),
      );
      await step({ en: 'delete the key', ko: '키 지우기' }, () =>
        iam(lab, `/${key.client_email}/keys/${key.private_key_id}`, { method: 'DELETE' }),
      );
      const read = await step({ en: 'read with the token', ko: '토큰으로 읽기' }, () =>
        fetch(`${storage.apiEndpoint}/storage/v1/b/${bucket}/o/a.csv?alt=media`, {
          headers: { authorization: `Bearer ${token}` },
        }),
      );
      saw('status', read.status);
      const again = await step(
        { en: 'draw another token from the key', ko: '키로 토큰을 또 받기' },
        () => drawToken(lab, key),
      );
      saw('status', again.status);
      if (read.status !== 200) return 'both-end';
      return again.status === 200 ? 'both-go-on' : 'token-goes-on';
    },
  },
});

import { createSign } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import type { Curl } from './curl.ts';
import { lookAround, workInVm } from './in-the-vm.ts';
import { write } from './programs.ts';
import type { Deed } from './sitting.ts';

/** What somebody does for each task of a mission whose only tool is curl. */
export const byCurl = {
  'create-bucket': createBucket,
  'create-vm': createVm,
  'vm-shell': vmShell,
  'least-privilege': leastPrivilege,
  'python-storage': programs,
  'node-storage': programs,
} as const;

/** `b` of `gs://b`. */
const named = (url: string | undefined) => String(url).replace('gs://', '');

function createBucket(curl: Curl): readonly Deed[] {
  return [
    [1, async (_, { bucket, place }) => makeBucket(curl, named(bucket), place)],
    [1, async (_, { bucket, file = '' }) => upload(curl, named(bucket), basename(file), file)],
    [
      1,
      async (_, { bucket, folder = '' }) => {
        for (const one of readdirSync(folder, { recursive: true }) as string[]) {
          const path = join(folder, one);
          if (statSync(path).isDirectory()) continue;
          await upload(curl, named(bucket), `${basename(folder)}/${one}`, path);
        }
      },
    ],
    [1, async (_, { bucket }) => empty(curl, named(bucket))],
    [1, async (_, { bucket }) => remove(curl, `/storage/v1/b/${named(bucket)}`)],
  ];
}

function programs(curl: Curl): readonly Deed[] {
  return [
    [
      1,
      async (_, { bucket, place, file = '', object = '' }) => {
        await makeBucket(curl, named(bucket), place);
        await upload(curl, named(bucket), object, file);
      },
    ],
    [1, write],
    [1, write],
    [
      1,
      async (_, { bucket }) => {
        await empty(curl, named(bucket));
        await remove(curl, `/storage/v1/b/${named(bucket)}`);
      },
    ],
  ];
}

function makeBucket(curl: Curl, name: string, location?: string, token?: string) {
  const json = {
    name,
    location,
    iamConfiguration: {
      uniformBucketLevelAccess: { enabled: true },
      publicAccessPrevention: 'enforced',
    },
    softDeletePolicy: { retentionDurationSeconds: 0 },
  };
  return curl.get(`/storage/v1/b?project=${curl.project}`, { json, token });
}

function upload(curl: Curl, bucket: string, object: string, file: string) {
  return curl.get(uploadUrl(bucket, object), { file });
}

const uploadUrl = (bucket: string, object: string) =>
  `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(object)}`;

async function empty(curl: Curl, bucket: string, token?: string): Promise<void> {
  const { items } = await curl.get(`/storage/v1/b/${bucket}/o`, { token });
  for (const { name } of items) {
    await remove(curl, `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`, token);
  }
}

function remove(curl: Curl, path: string, token?: string) {
  return curl.get(path, { method: 'DELETE', token });
}

function createVm(curl: Curl): readonly Deed[] {
  const instance = ({ zone, VM }: { readonly [name: string]: string }) =>
    `zones/${zone}/instances/${VM}`;
  return [
    [
      1,
      async (_, { address: name, region }) =>
        curl.compute(`regions/${region}/addresses`, { json: { name } }),
    ],
    [
      1,
      async (_, given) => {
        const { zone, region, address } = given;
        const [sizeGb = '', type = ''] = String(given['boot disk']).split(' GB, ');
        const { address: natIP } = await curl.compute(`regions/${region}/addresses/${address}`);
        const initializeParams = {
          ...{ diskSizeGb: sizeGb, diskType: `zones/${zone}/diskTypes/${type}` },
          sourceImage: `projects/debian-cloud/global/images/family/${given['image']}`,
        };
        await insertVm(curl, given, { initializeParams }, { natIP });
      },
    ],
    [1, async (_, given) => curl.compute(`${instance(given)}/stop`, { method: 'POST' })],
    [1, async (_, given) => curl.compute(instance(given), { method: 'DELETE' })],
    [
      1,
      async (_, { address, region }) =>
        curl.compute(`regions/${region}/addresses/${address}`, { method: 'DELETE' }),
    ],
  ];
}

function insertVm(
  curl: Curl,
  { zone, VM: name, 'machine type': type }: { readonly [name: string]: string },
  disk: object,
  access: object,
  more: object = {},
) {
  const json = {
    name,
    machineType: `zones/${zone}/machineTypes/${type}`,
    disks: [{ boot: true, autoDelete: true, ...disk }],
    networkInterfaces: [
      {
        network: 'global/networks/default',
        accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT', ...access }],
      },
    ],
    ...more,
  };
  return curl.compute(`zones/${zone}/instances`, { json });
}

function vmShell(curl: Curl): readonly Deed[] {
  return [
    [
      1,
      async (_, given) => {
        const sourceImage = `projects/debian-cloud/global/images/family/${given['image']}`;
        const metadata = {
          items: ['startup-script', 'ssh-keys'].map((key) => {
            const file = String(given[key.replace('-script', ' script')]);
            return { key, value: readFileSync(file, 'utf8') };
          }),
        };
        const tags = { items: [given['network tag']] };
        await insertVm(curl, given, { initializeParams: { sourceImage } }, {}, { metadata, tags });
      },
    ],
    [1, lookAround],
    [6, workInVm],
    [
      1,
      async (_, given) => {
        const json = {
          name: given['firewall rule'],
          network: 'global/networks/default',
          sourceRanges: ['0.0.0.0/0'],
          targetTags: [given['network tag']],
          allowed: [{ IPProtocol: 'tcp', ports: ['80'] }],
        };
        await curl.compute('global/firewalls', { json });
      },
    ],
    [
      1,
      async (_, given) => {
        const method = 'DELETE';
        await curl.compute(`zones/${given['zone']}/instances/${given['VM']}`, { method });
        await curl.compute(`global/firewalls/${given['firewall rule']}`, { method });
      },
    ],
  ];
}

function leastPrivilege(curl: Curl): readonly Deed[] {
  const { token } = curl;
  const accounts = `/v1/projects/${curl.project}/serviceAccounts`;
  const policyOf = (bucket: string | undefined) => `/storage/v1/b/${named(bucket)}/iam`;
  const creator = 'roles/storage.objectCreator';
  return [
    [1, async (_, { bucket, place }) => makeBucket(curl, named(bucket), place, token)],
    [1, async (_, { account: accountId }) => curl.get(accounts, { json: { accountId }, token })],
    [
      1,
      async (_, given) => {
        const path = `${accounts}/${given['email address']}/keys`;
        const { privateKeyData } = await curl.get(path, { json: {}, token });
        writeFileSync(String(given['key file']), privateKeyData, {
          encoding: 'base64',
          mode: 0o600,
        });
      },
    ],
    [
      1,
      async (_, given) => {
        const { bucket, file = '' } = given;
        const account = await tokenOf(curl, String(given['key file']));
        const url = uploadUrl(named(bucket), basename(file));
        const { status, json } = await curl.ask(url, { file, token: account });
        expect(status).toBe(403);
        expect(json.error?.message ?? json).toContain('storage.objects.create');
      },
    ],
    [
      1,
      async (_, { bucket, 'email address': email }) => {
        const policy = await curl.get(policyOf(bucket), { token });
        policy.bindings.push({ role: creator, members: [`serviceAccount:${email}`] });
        await curl.get(policyOf(bucket), { method: 'PUT', json: policy, token });
      },
    ],
    [
      1,
      async (_, given) => {
        const { bucket, file = '' } = given;
        const account = await tokenOf(curl, String(given['key file']));
        await curl.get(uploadUrl(named(bucket), basename(file)), { file, token: account });
      },
    ],
    [
      1,
      async (_, given) => {
        const [bucket, object] = named(given['object']).split('/');
        const account = await tokenOf(curl, String(given['key file']));
        const path = `/storage/v1/b/${bucket}/o/${object}?alt=media`;
        expect(await curl.ask(path, { token: account })).toMatchObject({ status: 403 });
      },
    ],
    [
      1,
      async (_, { bucket, 'email address': email, you, file = '' }) => {
        const role = 'roles/iam.serviceAccountTokenCreator';
        const json = { policy: { bindings: [{ role, members: [you] }] } };
        await curl.get(`${accounts}/${email}:setIamPolicy`, { json, token });
        const account = await actAs(curl, email, token);
        await curl.get(uploadUrl(named(bucket), basename(file)), { file, token: account });
      },
    ],
    [
      1,
      async (_, given) => {
        const path = `${accounts}/${given['email address']}/keys?keyTypes=USER_MANAGED`;
        for (const { name } of (await curl.get(path, { token })).keys) {
          await remove(curl, `/v1/${name}`, token);
        }
        rmSync(String(given['key file']));
      },
    ],
    [
      1,
      async (_, { bucket, 'email address': email, file = '' }) => {
        const policy = await curl.get(policyOf(bucket), { token });
        const bindings = policy.bindings.filter((one: { role: string }) => one.role !== creator);
        const json = { ...policy, bindings };
        await curl.get(policyOf(bucket), { method: 'PUT', json, token });
        const account = await actAs(curl, email, token);
        const url = uploadUrl(named(bucket), basename(file));
        expect(await curl.ask(url, { file, token: account })).toMatchObject({ status: 403 });
      },
    ],
    [
      1,
      async (_, { bucket, 'email address': email }) => {
        await empty(curl, named(bucket), token);
        await remove(curl, `/storage/v1/b/${named(bucket)}`, token);
        await remove(curl, `${accounts}/${email}`, token);
      },
    ],
  ];
}

/** Signs a JWT with a key file, and exchanges it: RFC 7523. */
async function tokenOf(curl: Curl, keyFile: string): Promise<string> {
  const key = JSON.parse(readFileSync(keyFile, 'utf8'));
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: key.client_email, aud: key.token_uri, iat, exp: iat + 3600 },
    scope: 'https://www.googleapis.com/auth/cloud-platform',
  };
  const header = { alg: 'RS256', typ: 'JWT', kid: key.private_key_id };
  const signed = `${encode(header)}.${encode(claims)}`;
  const signature = createSign('sha256').update(signed).sign(key.private_key, 'base64url');
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: `${signed}.${signature}`,
  };
  return (await curl.get(key.token_uri, { form })).access_token;
}

async function actAs(curl: Curl, email: string | undefined, token: string): Promise<string> {
  const path = `/v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
  const json = { scope: ['https://www.googleapis.com/auth/cloud-platform'] };
  return (await curl.get(path, { json, token })).accessToken;
}

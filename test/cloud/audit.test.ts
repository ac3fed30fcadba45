import { expect, it, onTestFinished, vi } from 'vitest';
import { type AuditFilter, readAudit } from '../../src/cloud/audit.ts';
import { apiMethodOf, auditMethodOf } from '../../src/cloud/audit-methods.ts';
import { gcpAudit, type Post, postAuthenticated } from '../../src/cloud/gcp-audit.ts';
import { ownUserAgent, toolOf } from '../../src/cloud/user-agent.ts';
import { auditedName } from '../../src/sandbox/logging/method-names.ts';
import { client, start } from '../sandbox/support.ts';

const beginning = new Date(0);

it('names methods as the sandbox and GCP do, both ways', async () => {
  const methods = new Set<string>();
  const sandbox = await start();
  for (const { apiMethod } of await sandbox.routes())
    if (apiMethod !== undefined) methods.add(apiMethod);
  expect(methods.size).toBeGreaterThan(200);
  for (const method of methods) {
    expect(auditMethodOf(method)).toBe(auditedName(method).replace(/^v1\./, ''));
    // Whatever shares a name with another is found by the other's.
    expect(auditMethodOf(apiMethodOf(auditedName(method)))).toBe(auditMethodOf(method));
  }
  expect(apiMethodOf('storage.objects.create')).toBe('storage.objects.insert');
  expect(apiMethodOf('beta.compute.instances.insert')).toBe('compute.instances.insert');
  expect(apiMethodOf('google.iam.admin.v1.CreateServiceAccountKey')).toBe(
    'iam.projects.serviceAccounts.keys.create',
  );
  expect(apiMethodOf('google.new.Thing')).toBe('google.new.Thing');
});

it('reads what was done, as missions ask for it', async () => {
  const sandbox = await start();
  const { bucket, upload, get, delete: remove } = client(sandbox);
  await bucket('photos-1');
  await upload('photos-1', 'cat.jpg', 'x');
  await upload('photos-1', 'cat.jpg.bak', 'x');
  await get('/storage/v1/b/photos-1/o/cat.jpg?alt=media');
  await remove('/storage/v1/b/photos-1/o/cat.jpg');
  await remove('/storage/v1/b/photos-1/o/cat.jpg');
  const object = 'projects/_/buckets/photos-1/objects/cat.jpg';

  // The same question, answered by the sandbox as it is, and as if it were GCP.
  const audits = [
    (filter: AuditFilter) =>
      readAudit(post(sandbox.url), sandbox.projectId, filter, 'receiveTimestamp'),
    gcpAudit('', sandbox.projectId, { now: () => new Date() }, asGcp(sandbox.url)),
  ];
  for (const audit of audits) {
    const all = await audit({ since: beginning, resourcePrefix: object });
    expect(all.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'storage.objects.insert 200',
      'storage.objects.insert 200',
      'storage.objects.get 200',
      expect.stringMatching(/^storage.objects.delete 20[04]$/),
      'storage.objects.delete 404',
    ]);
    expect(all[0]).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      method: 'storage.objects.insert',
      resource: object,
      principal: 'owner',
      userAgent: 'node',
      status: 200,
    });
    const methods = ['storage.objects.insert', 'storage.buckets.insert'];
    const made = await audit({ since: beginning, methods });
    expect(made.map(({ resource }) => resource.split('/').at(-1))).toEqual([
      'photos-1',
      'cat.jpg',
      'cat.jpg.bak',
    ]);
    expect(await audit({ since: beginning, methods: ['storage.objects.list'] })).toEqual([]);
    expect(await audit({ since: new Date(Date.now() + 60_000) })).toEqual([]);
  }
});

it('reads more than a page holds, and asks by the clock of GCP where this one is wrong', async () => {
  const page = (from: number, nextPageToken?: string) => ({
    entries: Array.from({ length: 2 }, (_, at) => ({
      timestamp: new Date(from + at).toISOString(),
      protoPayload: { methodName: 'v1.compute.instances.insert', resourceName: 'r' },
    })),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
  });
  const asked: string[] = [];
  const answers: Post = async (_url, body) => {
    const { filter, pageToken } = body as { filter: string; pageToken?: string };
    asked.push(/timestamp>="([^"]+)"/.exec(filter)?.[1] ?? '');
    const data = pageToken === undefined ? page(0, 'more') : page(2);
    return { data, date: new Date('2026-01-01T01:00:00Z') };
  };
  const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
  const audit = gcpAudit('https://x', 'p', clock, answers);
  const since = new Date('2025-12-31T23:30:00Z');
  const entries = await audit({ since });
  expect(entries.map(({ method }) => method)).toEqual(Array(4).fill('compute.instances.insert'));
  // Once to learn that the clock is an hour behind, then right: with some seconds to spare.
  expect([...new Set(asked)]).toEqual(['2025-12-31T23:29:55.000Z', '2026-01-01T00:29:55.000Z']);
  asked.length = 0;
  await audit({ since });
  expect([...new Set(asked)]).toEqual(['2026-01-01T00:29:55.000Z']);
});

it('asks with Application Default Credentials on GCP', async () => {
  const sandbox = await start({ auth: 'enforce' });
  vi.stubEnv('GCE_METADATA_HOST', new URL(sandbox.url).host);
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
  onTestFinished(() => void vi.unstubAllEnvs());
  const clock = { now: () => new Date() };
  const audit = gcpAudit(sandbox.url, sandbox.projectId, clock, postAuthenticated());
  await audit({ since: beginning });
  expect(await audit({ since: beginning, methods: ['logging.entries.list'] })).toMatchObject([
    { principal: 'learner@example.com', userAgent: expect.stringContaining(ownUserAgent) },
  ]);
});

it.each([
  [
    'google-cloud-sdk gcloud/528.0.0 command/gcloud.storage.cp invocation-id/x python/3.11.9',
    'gcloud',
  ],
  ['apitools Python/3.9.2 gsutil/5.30 (linux) analytics/disabled interactive/True', 'gsutil'],
  ['gcloud-python/2.18.2 gl-python/3.11.2 grpc/1.66 gccl/2.18.2', 'Python'],
  ['python-requests/2.32.3', 'Python'],
  ['Python-urllib/3.11', 'Python'],
  ['gcloud-node-storage/7.22.0-CJS', 'Node'],
  ['node', 'Node'],
  [`${ownUserAgent} gcloud-node-storage/7.22.0-CJS`, 'cloudlab'],
  ['curl/8.5.0', 'curl'],
  ['Terraform/1.9.5 (+https://www.terraform.io) terraform-provider-google/6.1.0', 'Terraform'],
  ['aws-cli/2.17.0 md/awscrt#0.20.11 ua/2.0 os/linux', 'aws'],
  ['Boto3/1.35.0 md/Botocore#1.35.0', 'aws'],
  ['gcloud-golang-storage/1.43.0', 'Go'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'web page'],
  ['MyProgram/1.2 (something)', 'MyProgram'],
  ['', ''],
])('knows the tool of %j', (userAgent, tool) => {
  expect(toolOf(userAgent)).toBe(tool);
});

const post =
  (url: string) =>
  async (body: object): Promise<unknown> => {
    const answer = await fetch(`${url}/v2/entries:list`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.json();
  };

/** A sandbox as GCP would answer: without the labels that only a sandbox gives to entries. */
function asGcp(url: string): Post {
  return async (_url, body) => {
    const data = (await post(url)(body)) as { entries?: object[] };
    const entries = data.entries?.map((entry) => ({ ...entry, labels: {} }));
    return { data: { ...data, entries }, date: new Date() };
  };
}

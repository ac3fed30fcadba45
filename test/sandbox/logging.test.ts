import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client, manualClock, start, tempDir } from './support.ts';

const PROJECT = 'cloudlab-sandbox';

/** What entries.list answers to somebody who shows a token, or to who does not. */
async function list(sandbox: Sandbox, body: object = {}, token?: string) {
  const answer = await client(sandbox).call('POST', '/v2/entries:list', {
    body: JSON.stringify({ resourceNames: [`projects/${PROJECT}`], ...body }),
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  return answer;
}

/** Entries in one line each: what was done to what, by whom, and what came of it. */
async function lines(sandbox: Sandbox, filter = 'NOT protoPayload.serviceName:logging') {
  const { json } = await list(sandbox, { filter, pageSize: 1000 });
  return (json.entries ?? []).map(
    // biome-ignore lint/suspicious/noExplicitAny: an entry as it came
    ({ protoPayload: { methodName, resourceName, authenticationInfo, status } }: any) =>
      [methodName, resourceName, authenticationInfo.principalEmail, status.code ?? 'ok'].join(' '),
  );
}

it('writes down what was done to what, whichever way it was asked for', async () => {
  const sandbox = await start();
  const { bucket, upload, get, post, put, call, url } = client(sandbox);
  const object = 'projects/_/buckets/photos-1/objects';
  const done: string[] = [];
  const does = async (act: () => Promise<{ status: number }>, ...entries: string[]) => {
    expect((await act()).status).toBeLessThan(500);
    done.push(...entries);
  };

  await does(
    () => bucket('photos-1'),
    'storage.buckets.create projects/_/buckets/photos-1 owner ok',
  );
  await does(
    () => upload('photos-1', 'a/b.txt', 'x'),
    `storage.objects.create ${object}/a/b.txt owner ok`,
  );
  await does(
    () => call('PUT', '/photos-1/%20%2F.txt', { body: 'x' }),
    `storage.objects.create ${object}/ /.txt owner ok`,
  );
  await does(() => get('/photos-1/a/b.txt'), `storage.objects.get ${object}/a/b.txt owner ok`);
  await does(
    () => get('/storage/v1/b/photos-1/o/nothing'),
    `storage.objects.get ${object}/nothing owner 5`,
  );
  await does(
    () => post('/storage/v1/b/photos-1/o/a%2Fb.txt/rewriteTo/b/photos-1/o/copy', {}),
    `storage.objects.create ${object}/copy owner ok`,
  );
  await does(
    () => put('/storage/v1/b/photos-1/iam', { bindings: [] }),
    'storage.setIamPermissions projects/_/buckets/photos-1 owner ok',
  );
  await does(
    () => post(`/v1/projects/${PROJECT}/serviceAccounts`, { accountId: 'robot-1' }),
    `google.iam.admin.v1.CreateServiceAccount projects/${PROJECT} owner ok`,
  );
  const zone = `projects/${PROJECT}/zones/asia-northeast3-a`;
  await does(
    () => post(`/compute/v1/${zone}/disks`, { name: 'disk-1', sizeGb: '10' }),
    `v1.compute.disks.insert ${zone}/disks/disk-1 owner ok`,
  );

  // Several requests that are one upload, and one that deletes several objects.
  await does(async () => {
    const opened = await call(
      'POST',
      '/upload/storage/v1/b/photos-1/o?uploadType=resumable&name=big',
    );
    const session = (opened.headers.get('location') ?? '').slice(url.length);
    const part = (range: string, body: string | Buffer) =>
      call('PUT', session, { body: body as string, headers: { 'content-range': range } });
    await part('bytes 0-262143/*', Buffer.alloc(262_144));
    return part('bytes 262144-262145/262146', 'xy');
  }, `storage.objects.create ${object}/big owner ok`);
  await does(async () => {
    const initiated = await call('POST', '/photos-1/parts?uploads');
    const id = /<UploadId>([^<]+)/.exec(initiated.text)?.[1];
    const { headers } = await call('PUT', `/photos-1/parts?partNumber=1&uploadId=${id}`, {
      body: 'x',
    });
    const parts = `<Part><PartNumber>1</PartNumber><ETag>${headers.get('etag')}</ETag></Part>`;
    return call('POST', `/photos-1/parts?uploadId=${id}`, {
      body: `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`,
    });
  }, `storage.objects.create ${object}/parts owner ok`);
  await does(
    async () => {
      const body =
        '<Delete><Object><Key>big</Key></Object><Object><Key>parts</Key></Object></Delete>';
      const md5 = createHash('md5').update(body).digest('base64');
      return call('POST', '/photos-1?delete', { body, headers: { 'content-md5': md5 } });
    },
    `storage.objects.delete ${object}/big owner ok`,
    `storage.objects.delete ${object}/parts owner ok`,
  );
  await does(
    () =>
      call('POST', '/batch/storage/v1', {
        headers: { 'content-type': 'multipart/mixed; boundary=b' },
        body: ['a%2Fb.txt', 'copy']
          .map((name) => `--b\r\n\r\nDELETE /storage/v1/b/photos-1/o/${name} HTTP/1.1\r\n\r\n`)
          .concat('--b--')
          .join(''),
      }),
    `storage.objects.delete ${object}/a/b.txt owner ok`,
    `storage.objects.delete ${object}/copy owner ok`,
  );
  // Nothing of the API: no entry.
  await get('/_cloudlab/status');
  await get('/storage/v1/no/such/path');

  const last = (await lines(sandbox)).slice(0, -4);
  expect(last).toEqual(done.slice(0, -4));
  // Calls of a batch run at the same time.
  expect((await lines(sandbox)).slice(-4).toSorted()).toEqual(done.slice(-4).toSorted());
  // What an upload is gone on with lets anybody in who knows it.
  expect((await list(sandbox, { pageSize: 1000 })).text).not.toMatch(/upload_?id/i);
});

it('shows an entry as GCP does', async () => {
  const clock = manualClock('2026-01-02T03:04:05.678Z');
  const sandbox = await start({ clock: clock.now });
  await client(sandbox).call('POST', `/storage/v1/b?project=${PROJECT}`, {
    body: '{"name":"photos-1"}',
    headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.5.0' },
  });
  const { json } = await list(sandbox);
  expect(json.entries[0]).toEqual({
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      status: {},
      authenticationInfo: { principalEmail: 'owner' },
      requestMetadata: {
        callerIp: '127.0.0.1',
        callerSuppliedUserAgent: 'curl/8.5.0',
        requestAttributes: { time: '2026-01-02T03:04:05.678Z', auth: {} },
        destinationAttributes: {},
      },
      serviceName: 'storage.googleapis.com',
      methodName: 'storage.buckets.create',
      authorizationInfo: [
        {
          resource: 'projects/_/buckets/photos-1',
          permission: 'storage.buckets.create',
          granted: true,
          permissionType: 'ADMIN_WRITE',
          resourceAttributes: {},
        },
      ],
      resourceName: 'projects/_/buckets/photos-1',
    },
    insertId: expect.stringMatching(/^[a-z0-9]+$/),
    resource: { type: 'gcs_bucket', labels: { project_id: PROJECT, bucket_name: 'photos-1' } },
    timestamp: '2026-01-02T03:04:05.678Z',
    receiveTimestamp: '2026-01-02T03:04:05.678Z',
    severity: 'NOTICE',
    labels: { api_method: 'storage.buckets.insert', http_status: '200' },
    logName: `projects/${PROJECT}/logs/cloudaudit.googleapis.com%2Factivity`,
  });
});

it('dates entries by the sandbox, and keeps the real time beside', async () => {
  const clock = manualClock();
  const sandbox = await start({ clock: clock.now, controlToken: 'control' });
  const control = { authorization: 'Bearer control', 'content-type': 'application/json' };
  const body = JSON.stringify({ advanceSeconds: 86_400 });
  await client(sandbox).call('POST', '/_cloudlab/clock', { body, headers: control });
  await client(sandbox).bucket('photos-1');
  const { json } = await list(sandbox);
  expect(json.entries[0]).toMatchObject({
    timestamp: '2026-01-03T03:04:05.678Z',
    receiveTimestamp: '2026-01-02T03:04:05.678Z',
  });
});

it('tells who was refused, and for want of which permission, and gives no secret away', async () => {
  const sandbox = await start({ auth: 'enforce', controlToken: 'control' });
  const { call } = client(sandbox);
  const control = { authorization: 'Bearer control' };
  const given = await call('POST', '/_cloudlab/token', { headers: control });
  const learner: string = given.json.accessToken;
  const as = (token: string | undefined, method: string, path: string, body?: object) =>
    call(method, path, {
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  await as(learner, 'POST', `/storage/v1/b?project=${PROJECT}`, { name: 'photos-1' });
  await as(learner, 'POST', `/v1/projects/${PROJECT}/serviceAccounts`, { accountId: 'robot-1' });
  const robot = `robot-1@${PROJECT}.iam.gserviceaccount.com`;
  const account = `/v1/projects/-/serviceAccounts/${robot}`;
  await as(learner, 'POST', `${account}:setIamPolicy`, {
    policy: {
      bindings: [
        {
          role: 'roles/iam.serviceAccountTokenCreator',
          members: ['user:learner@example.com'],
        },
      ],
    },
  });
  const impersonated = await as(learner, 'POST', `${account}:generateAccessToken`, {
    scope: ['https://www.googleapis.com/auth/cloud-platform'],
  });
  const token: string = impersonated.json.accessToken;
  expect(await as(token, 'GET', '/storage/v1/b/photos-1')).toMatchObject({ status: 403 });
  expect(await as(undefined, 'GET', '/storage/v1/b/photos-1')).toMatchObject({ status: 401 });
  expect(await as('made-up', 'GET', '/storage/v1/b/photos-1')).toMatchObject({ status: 401 });

  const asked = { filter: 'protoPayload.methodName="storage.buckets.get"' };
  const { text, json } = await list(sandbox, asked, learner);
  expect(json.entries).toMatchObject([
    {
      severity: 'ERROR',
      protoPayload: {
        authenticationInfo: {
          principalEmail: robot,
          serviceAccountDelegationInfo: [
            { firstPartyPrincipal: { principalEmail: 'learner@example.com' } },
          ],
        },
        status: { code: 7, message: 'PERMISSION_DENIED' },
        authorizationInfo: [{ permission: 'storage.buckets.get' }],
        resourceName: 'projects/_/buckets/photos-1',
      },
    },
    { protoPayload: { authenticationInfo: {}, status: { code: 16 } } },
    { protoPayload: { authenticationInfo: {}, status: { code: 16 } } },
  ]);
  expect(json.entries[0].protoPayload.authorizationInfo[0]).not.toHaveProperty('granted');
  const all = await list(sandbox, { pageSize: 1000 }, learner);
  for (const secret of [learner, token, 'made-up', 'control']) {
    expect(all.text).not.toContain(secret);
    expect(text).not.toContain(secret);
  }

  // Who may read logs, and which.
  expect((await list(sandbox)).status).toBe(401);
  const refused = await list(sandbox, {}, token);
  expect(refused.json.error).toEqual({
    code: 403,
    message: 'Permission denied for all log views',
    status: 'PERMISSION_DENIED',
  });
  await as(learner, 'POST', `/v1/projects/${PROJECT}:setIamPolicy`, {
    policy: {
      bindings: [
        { role: 'roles/owner', members: ['user:learner@example.com'] },
        { role: 'roles/logging.viewer', members: [`serviceAccount:${robot}`] },
      ],
    },
  });
  const seen = await list(sandbox, { pageSize: 1000 }, token);
  const logs = (answer: typeof seen) => [
    ...new Set(
      answer.json.entries.map(({ logName }: { logName: string }) => logName.split('%2F')[1]),
    ),
  ];
  expect(logs(seen)).toEqual(['activity']);
  expect(logs(all).toSorted()).toEqual(['activity', 'data_access']);
});

it('pages through what a query asks for, from either end', async () => {
  const clock = manualClock();
  const sandbox = await start({ clock: clock.now });
  const names = ['b-1', 'b-2', 'b-3', 'b-4', 'b-5'].map((name) => `bucket-${name}`);
  for (const name of names) {
    await client(sandbox).bucket(name);
    clock.advance(1000);
  }
  for (const orderBy of ['timestamp asc', 'timestamp desc', '']) {
    const found: string[] = [];
    let pageToken: string | undefined;
    for (let page = 0; page === 0 || pageToken !== undefined; page += 1) {
      const filter = 'protoPayload.methodName="storage.buckets.create"';
      const { json } = await list(sandbox, { filter, orderBy, pageSize: 2, pageToken });
      for (const entry of json.entries) found.push(entry.resource.labels.bucket_name);
      pageToken = json.nextPageToken;
    }
    expect(found).toEqual(orderBy.endsWith('desc') ? names.toReversed() : names);
  }
  const logs = await client(sandbox).get(`/v2/projects/${PROJECT}/logs`);
  expect(logs.json.logNames.map((name: string) => name.split('/').at(-1))).toEqual([
    'cloudaudit.googleapis.com%2Factivity',
    'cloudaudit.googleapis.com%2Fdata_access',
  ]);
});

it.each<[body: object, status: number, message: RegExp]>([
  [{ resourceNames: [] }, 400, /No resource names/],
  [{ resourceNames: ['nonsense'] }, 400, /Invalid resource name/],
  [{ resourceNames: ['projects/other'] }, 403, /Permission denied for all log views/],
  [{ resourceNames: ['organizations/1'] }, 403, /Permission denied for all log views/],
  [{ filter: 'a = ' }, 400, /^Unparseable filter: syntax error at line 1, column 5, token ""$/],
  [{ filter: 'a =~ "("' }, 400, /^Unparseable filter: regular expression/],
  [{ filter: 'timestamp > yesterday' }, 400, /no timestamp/],
  [{ filter: 'SEARCH("x")' }, 501, /SEARCH\(\)/],
  [{ orderBy: 'severity' }, 400, /order_by/],
  [{ pageSize: -1 }, 400, /page_size/],
  [{ pageToken: 'x' }, 400, /page token/],
  [{ filter: 7 }, 400, /'filter'/],
])('refuses %j', async (body, status, message) => {
  const sandbox = await start();
  const answer = await list(sandbox, body);
  expect(answer.status).toBe(status);
  expect(answer.json.error.message).toMatch(message);
});

it('keeps changes over a restart, and nothing over a reset', async () => {
  const dataDir = await tempDir();
  const clock = manualClock();
  const first = await start({ dataDir, clock: clock.now });
  await client(first).bucket('photos-1');
  await client(first).get('/storage/v1/b/photos-1');
  await first.close();

  clock.advance(1000);
  const second = await start({ dataDir, clock: clock.now, controlToken: 'control' });
  await client(second).bucket('photos-2');
  const names = (one: string) => `storage.buckets.create projects/_/buckets/${one} owner ok`;
  expect(await lines(second)).toEqual([names('photos-1'), names('photos-2')]);
  await client(second).call('POST', '/_cloudlab/reset', {
    headers: { authorization: 'Bearer control' },
  });
  expect(await lines(second)).toEqual([]);
  await client(second).bucket('photos-3');
  await second.close();

  clock.advance(1000);
  const third = await start({ dataDir, clock: clock.now });
  expect(await lines(third)).toEqual([names('photos-3')]);
});

it('writes down what somebody does who does not wait for the answer', async () => {
  const sandbox = await start();
  const { bucket, upload } = client(sandbox);
  await bucket('photos-3');
  await upload('photos-3', 'film.mp4', 'x'.repeat(32 * 1024 * 1024));
  const stop = new AbortController();
  const answer = await fetch(`${sandbox.url}/storage/v1/b/photos-3/o/film.mp4?alt=media`, stop);
  await answer.body?.getReader().read();
  stop.abort();
  const watched = async () => (await lines(sandbox)).at(-1);
  await expect
    .poll(watched)
    .toBe('storage.objects.get projects/_/buckets/photos-3/objects/film.mp4 owner 1');
});

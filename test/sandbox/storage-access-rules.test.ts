import { expect, test } from 'vitest';
import { brief, UNIFORM } from './access-support.ts';
import { bearer } from './iam-support.ts';
import { type Algorithm, type Signer, signText, signUrlV2, signUrlV4 } from './signing.ts';
import {
  account,
  BUCKET,
  enforcing,
  grant,
  PROJECT,
  type Sender,
  sender,
} from './storage-access-support.ts';
import { start } from './support.ts';

const B = `/storage/v1/b/${BUCKET}`;
const object = (name: string) => `${B}/o/${encodeURIComponent(name)}`;
const upload = (name: string, more = '') =>
  `/upload${B}/o?uploadType=media&name=${encodeURIComponent(name)}${more}`;

const says = (who: string, permission: string, thing: string) =>
  `${who} does not have ${permission} access to the Google Cloud ${thing}. ` +
  `Permission '${permission}' denied on resource (or it may not exist).`;
const refused = (who: string, permission: string) =>
  says(who, permission, permission.includes('objects.list') ? 'Storage bucket' : 'Storage object');

/** A sandbox that enforces, and a bucket in it with an object. */
async function prepare(settings: object = UNIFORM) {
  const known = await enforcing();
  await make(known.learner, BUCKET, settings);
  await known.learner.send('POST', upload('cat'), 'meow');
  const reader = { role: 'roles/storage.objectViewer' };
  return {
    ...known,
    grantAll: (member: string) => grant(known.learner, BUCKET, { ...reader, members: [member] }),
  };
}

async function make(learner: Sender, name: string, settings: object = UNIFORM): Promise<void> {
  const path = `/storage/v1/b?project=${PROJECT}`;
  const reply = await learner.send('POST', path, { name, ...settings });
  expect(reply.status, reply.text).toBe(200);
}

test('a refusal names the permission, in the words of each API', async () => {
  const { sandbox, nobody, learner } = await prepare();
  const stranger = await account(sandbox, learner, 'stranger');
  const message = refused('Anonymous caller', 'storage.objects.get');
  const anonymous = await nobody.send('GET', object('cat'));
  expect(anonymous.headers['www-authenticate']).toBe('Bearer realm="https://accounts.google.com/"');
  expect(anonymous.json).toEqual({
    error: {
      code: 401,
      message,
      errors: [
        {
          message,
          domain: 'global',
          reason: 'required',
          locationType: 'header',
          location: 'Authorization',
        },
      ],
    },
  });
  const theirs = refused(stranger.email, 'storage.objects.get');
  const known = await stranger.send('GET', object('cat'));
  expect(known.json.error).toEqual({
    code: 403,
    message: theirs,
    errors: [{ message: theirs, domain: 'global', reason: 'forbidden' }],
  });
  const bytes = await stranger.send('GET', `${object('cat')}?alt=media`);
  expect([bytes.status, bytes.text]).toEqual([403, theirs]);
  const xml = await nobody.send('GET', `/${BUCKET}/cat`, undefined, { accept: 'text/html' });
  expect(xml.status).toBe(403);
  expect(xml.text.replaceAll('&#39;', "'")).toBe(
    "<?xml version='1.0' encoding='UTF-8'?><Error><Code>AccessDenied</Code>" +
      `<Message>Access denied.</Message><Details>${message}</Details></Error>`,
  );
  const list = await stranger.send('GET', `/storage/v1/b?project=${PROJECT}`);
  const buckets = says(stranger.email, 'storage.buckets.list', 'project');
  expect(list.json.error.message).toBe(buckets);
  const wrong = await sender(sandbox, '', bearer('ya29.nonsense')).send('GET', object('cat'));
  expect([wrong.status, wrong.json.error.message]).toEqual([401, 'Invalid Credentials']);
});

test('a bucket that is not there is missed by everybody, an object by who may list', async () => {
  const { sandbox, nobody, learner, grantAll } = await prepare();
  const lister = await account(sandbox, learner, 'may-list');
  const reader = await account(sandbox, learner, 'may-read');
  await grantAll(lister.member);
  const legacy = { role: 'roles/storage.legacyObjectReader', members: [reader.member, 'allUsers'] };
  await grant(learner, BUCKET, legacy);
  for (const who of [nobody, reader, lister]) {
    const gone = await who.send('GET', '/storage/v1/b/nowhere/o/cat');
    expect([gone.status, gone.json.error.message]).toEqual([
      404,
      'The specified bucket does not exist.',
    ]);
    expect((await who.send('GET', '/nowhere/cat')).text).toContain('<Code>NoSuchBucket</Code>');
    for (const path of ['/storage/v1/b//o/cat', '//cat', '///cat']) {
      expect((await who.send('GET', path)).status, path).toBe(400);
    }
  }
  const missing = async (who: Sender) => {
    const { status, json } = await who.send('GET', object('dog'));
    return [status, json.error.message];
  };
  expect(await missing(lister)).toEqual([404, `No such object: ${BUCKET}/dog`]);
  expect(await missing(reader)).toEqual([403, refused(reader.email, 'storage.objects.list')]);
  expect(await missing(nobody)).toEqual([401, refused('Anonymous caller', 'storage.objects.list')]);
  const old = await nobody.send('GET', `${object('cat')}?generation=1`);
  expect(old.status).toBe(401);
  expect((await nobody.send('GET', `/${BUCKET}/dog`)).text).toContain('<Code>AccessDenied</Code>');
  expect((await reader.send('GET', object('cat'))).status).toBe(200);
});

test('a bucket with ACLs tells its owner, too, that an object is not there', async () => {
  const { learner } = await prepare({});
  for (const method of ['GET', 'DELETE', 'PATCH']) {
    const { status, json } = await learner.send(method, object('dog'), '{}');
    expect([method, status, json.error.message]).toEqual([
      method,
      404,
      `No such object: ${BUCKET}/dog`,
    ]);
  }
});

test('what is public is read by everybody, until prevention forbids it', async () => {
  const { sandbox, nobody, learner } = await prepare({});
  const stranger = await account(sandbox, learner, 'stranger');
  const open = async (who: Sender, name: string) => {
    const paths = [object(name), `${object(name)}?alt=media`, `/${BUCKET}/${name}`];
    const replies = await Promise.all(paths.map((path) => who.send('GET', path)));
    return replies.map(({ status }) => status);
  };
  const [shut, ajar] = [
    [401, 401, 403],
    [200, 200, 200],
  ];
  await learner.send('POST', upload('signed-in', '&predefinedAcl=authenticatedRead'), 'x');
  expect(await open(nobody, 'cat')).toEqual(shut);
  expect(await open(nobody, 'signed-in')).toEqual(shut);
  expect(await open(stranger, 'signed-in')).toEqual(ajar);
  // An ACL opens one object, the default ACL those to come, the policy all.
  const everybody = { entity: 'allUsers', role: 'READER' };
  await learner.send('POST', `${object('cat')}/acl`, everybody);
  expect(await open(nobody, 'cat')).toEqual(ajar);
  expect((await nobody.send('GET', `${B}/o`)).status).toBe(401);
  await learner.send('POST', `${B}/defaultObjectAcl`, everybody);
  await learner.send('POST', upload('later'), 'x');
  expect(await open(nobody, 'later')).toEqual(ajar);
  expect(await open(nobody, 'signed-in')).toEqual(shut);
  await grant(learner, BUCKET, { role: 'roles/storage.objectViewer', members: ['allUsers'] });
  expect(await open(nobody, 'signed-in')).toEqual(ajar);
  expect((await nobody.send('GET', `/${BUCKET}`)).status).toBe(200);
  expect((await nobody.send('POST', upload('new'), 'x')).status).toBe(401);

  const role = { title: 'Settings', includedPermissions: ['storage.buckets.update'] };
  await learner.send('POST', `/v1/projects/${PROJECT}/roles`, { roleId: 'settings', role });
  const settings = { role: `projects/${PROJECT}/roles/settings`, members: [stranger.member] };
  await grant(learner, BUCKET, settings);
  const prevention = { iamConfiguration: { publicAccessPrevention: 'enforced' } };
  expect((await learner.send('PATCH', B, prevention)).status).toBe(200);
  for (const name of ['cat', 'later', 'signed-in']) expect(await open(nobody, name)).toEqual(shut);
  expect(await open(stranger, 'signed-in')).toEqual([403, 403, 403]);
  expect(await open(learner, 'signed-in')).toEqual(ajar);
  // Who may change the bucket and not its policy ends that in no way, nor by leaving it out.
  const end = { iamConfiguration: { publicAccessPrevention: 'inherited' } };
  for (const [verb, body] of [
    ['PATCH', end],
    ['PUT', end],
    ['PUT', {}],
  ] as const) {
    const { status, json } = await stranger.send(verb, B, body);
    expect([status, json.error?.message], verb).toEqual([
      403,
      expect.stringContaining("Permission 'storage.buckets.setIamPolicy' denied"),
    ]);
  }
  expect((await stranger.send('PUT', B, prevention)).status).toBe(200);
  // Uniform access leaves the policy alone in charge.
  const back = {
    iamConfiguration: { publicAccessPrevention: 'inherited', ...UNIFORM.iamConfiguration },
  };
  await learner.send('PATCH', B, back);
  expect(await open(nobody, 'later')).toEqual(ajar);
  const { json: policy } = await learner.send('GET', `${B}/iam`);
  const kept = policy.bindings.filter(
    ({ members }: { members: string[] }) => !members.includes('allUsers'),
  );
  await learner.send('PUT', `${B}/iam`, { bindings: kept });
  expect(await open(nobody, 'later')).toEqual(shut);
});

test('a condition on names holds a role to a folder', async () => {
  const { sandbox, learner } = await prepare();
  const folder = await account(sandbox, learner, 'of-a-folder');
  const expression = `resource.name.startsWith('projects/_/buckets/${BUCKET}/objects/mine/')`;
  const condition = { title: 'mine', expression };
  await grant(learner, BUCKET, {
    ...{ role: 'roles/storage.objectAdmin', members: [folder.member], condition },
  });
  await learner.send('POST', upload('theirs'), 'x');
  const status = async (method: string, path: string, body?: string) =>
    (await folder.send(method, path, body)).status;
  expect(await status('POST', upload('mine/a'), 'x')).toBe(200);
  expect(await status('POST', upload('mine/a'), 'y')).toBe(200);
  expect(await status('GET', object('mine/a'))).toBe(200);
  expect(await status('GET', `/${BUCKET}/mine/a`)).toBe(200);
  expect(await status('POST', upload('theirs/a'), 'x')).toBe(403);
  expect(await status('GET', object('theirs'))).toBe(403);
  const copy = (from: string, to: string) =>
    status('POST', `${object(from)}/rewriteTo/b/${BUCKET}/o/${encodeURIComponent(to)}`, '{}');
  expect(await copy('mine/a', 'mine/b')).toBe(200);
  expect(await copy('mine/a', 'theirs')).toBe(403);
  expect(await copy('theirs', 'mine/c')).toBe(403);
  // A listing is one of the bucket, whatever prefix it has.
  expect(await status('GET', `${B}/o?prefix=mine/`)).toBe(403);
  expect(await status('DELETE', object('mine/a'))).toBe(204);
  const body =
    '<Delete><Object><Key>mine/b</Key></Object><Object><Key>theirs</Key></Object></Delete>';
  const deleted = await folder.send('POST', `/${BUCKET}?delete`, body);
  expect(deleted.text).toContain('<Deleted><Key>mine/b</Key></Deleted>');
  expect(deleted.text).toContain('<Error><Key>theirs</Key><Code>AccessDenied</Code>');
  expect((await learner.send('GET', object('theirs'))).status).toBe(200);
});

test('who writes an object owns it, where there are ACLs', async () => {
  const { sandbox, learner } = await prepare({});
  const writer = await account(sandbox, learner, 'a-writer');
  await grant(learner, BUCKET, { role: 'roles/storage.objectCreator', members: [writer.member] });
  expect((await writer.send('POST', upload('own'), 'x')).status).toBe(200);
  const { json } = await writer.send('GET', `${object('own')}?projection=full`);
  expect(json.owner).toEqual({ entity: `user-${writer.email}` });
  expect(brief(json.acl)).toContain(`user-${writer.email}:OWNER`);
  expect((await writer.send('GET', object('cat'))).status).toBe(403);
  // An owner may share his object; he needs more to replace it.
  const friend = await account(sandbox, learner, 'a-friend');
  const shared = { entity: `user-${friend.email}`, role: 'READER' };
  expect((await writer.send('POST', `${object('own')}/acl`, shared)).status).toBe(200);
  const seen = await friend.send('GET', `${object('own')}?projection=full`);
  expect([seen.status, seen.json.owner, seen.json.acl]).toEqual([200, undefined, undefined]);
  const again = await writer.send('POST', upload('own'), 'y');
  expect(again.json.error.message).toBe(refused(writer.email, 'storage.objects.delete'));
  const never = await writer.send('POST', upload('own', '&ifGenerationMatch=0'), 'y');
  expect(never.status).toBe(412);
  const away = await learner.send('DELETE', `${object('own')}/acl/user-${writer.email}`);
  expect(away.status).toBe(403);
});

test('each generation of an object has an ACL of its own', async () => {
  const { sandbox, nobody, learner } = await prepare({ versioning: { enabled: true } });
  const writer = await account(sandbox, learner, 'a-writer');
  await grant(learner, BUCKET, { role: 'roles/storage.objectCreator', members: [writer.member] });
  const put = async (query: string) =>
    (await learner.send('POST', upload('two', query), 'x')).json.generation as string;
  const shown = await put('&predefinedAcl=publicRead');
  const hidden = await put('&predefinedAcl=private');
  const read = async (generation: string) =>
    (await nobody.send('GET', `${object('two')}?generation=${generation}`)).status;
  expect([await read(shown), await read(hidden)]).toEqual([200, 401]);
  const compose = async (...generations: string[]) => {
    const sourceObjects = generations.map((generation) => ({ name: 'two', generation }));
    return (await writer.send('POST', `${object('joined')}/compose`, { sourceObjects })).status;
  };
  expect(await compose(shown, hidden)).toBe(403);
  expect(await compose(shown, shown)).toBe(200);
});

test('a deleted bucket is still its project’s', async () => {
  const { sandbox, nobody, learner } = await enforcing();
  await make(learner, BUCKET);
  const { generation } = (await learner.send('GET', B)).json;
  expect((await learner.send('DELETE', B)).status).toBe(204);
  const stranger = await account(sandbox, learner, 'stranger');
  const deleted = `${B}?softDeleted=true&generation=${generation}`;
  const restore = `${B}/restore?generation=${generation}`;
  expect((await nobody.send('GET', deleted)).status).toBe(401);
  expect((await stranger.send('GET', deleted)).status).toBe(403);
  expect((await stranger.send('POST', restore)).status).toBe(403);
  expect((await learner.send('GET', deleted)).status).toBe(200);
  expect((await learner.send('POST', restore)).status).toBe(200);
});

test('the address of an upload session is all that its requests need', async () => {
  const { sandbox, nobody, learner } = await prepare({});
  const writer = await account(sandbox, learner, 'a-writer');
  await grant(learner, BUCKET, { role: 'roles/storage.objectCreator', members: [writer.member] });
  const open = async (name: string) => {
    const path = `/upload${B}/o?uploadType=resumable&name=${name}`;
    const { headers } = await writer.send('POST', path, {});
    return new URL(headers['location'] ?? '');
  };
  const first = await open('big');
  const second = await open('big');
  const put = ({ pathname, search }: URL) => nobody.send('PUT', `${pathname}${search}`, 'x');
  const done = await put(first);
  expect([done.status, done.json.name]).toEqual([200, 'big']);
  const { json } = await learner.send('GET', `${object('big')}?projection=full`);
  expect(json.owner.entity).toBe(`user-${writer.email}`);
  // Begun before there was an object to replace, which its sender may not do.
  const late = await put(second);
  expect(late.json.error.message).toBe(refused(writer.email, 'storage.objects.delete'));
  expect((await nobody.send('POST', `/upload${B}/o?uploadType=resumable&name=x`, {})).status).toBe(
    401,
  );
});

test('each call of a batch is its own sender’s, or that of the batch', async () => {
  const { sandbox, nobody, learner, learnerToken, grantAll } = await prepare();
  const reader = await account(sandbox, learner, 'may-read');
  await grantAll(reader.member);
  const calls = ['', '', `\r\nAuthorization: Bearer ${learnerToken}`].map(
    (own, at) =>
      '--edge\r\nContent-Type: application/http\r\n\r\n' +
      `${at === 1 ? 'DELETE' : 'GET'} ${at === 2 ? `${B}/iam` : object('cat')} HTTP/1.1${own}\r\n\r\n\r\n`,
  );
  const headers = { 'content-type': 'multipart/mixed; boundary=edge' };
  const send = (who: Sender) =>
    who.send('POST', '/batch/storage/v1', `${calls.join('')}--edge--`, headers);
  const statuses = async (who: Sender) =>
    [...(await send(who)).text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(await statuses(reader)).toEqual(['200', '403', '200']);
  expect(await statuses(nobody)).toEqual(['401', '401', '200']);
});

test('a token is good for what its scopes say', async () => {
  const { sandbox, learner, grantAll } = await prepare();
  const { withScope, member } = await account(sandbox, learner, 'all-there-is');
  await grant(learner, BUCKET, { role: 'roles/storage.admin', members: [member] });
  await grantAll(member);
  const auth = 'https://www.googleapis.com/auth/';
  const status = async (scope: string) => {
    const who = await withScope(auth + scope);
    const replies = [
      await who.send('GET', object('cat')),
      await who.send('GET', `/${BUCKET}`),
      await who.send('POST', upload('dog'), 'woof'),
      await who.send('PUT', `/${BUCKET}/dog`, 'woof'),
      await who.send('PATCH', B, { labels: {} }),
    ];
    return replies.map(({ status }) => status);
  };
  expect(await status('cloud-platform')).toEqual([200, 200, 200, 200, 200]);
  expect(await status('devstorage.full_control')).toEqual([200, 200, 200, 200, 200]);
  expect(await status('devstorage.read_write')).toEqual([200, 200, 200, 200, 403]);
  expect(await status('devstorage.read_only')).toEqual([200, 200, 403, 403, 403]);
  expect(await status('compute')).toEqual([403, 403, 403, 403, 403]);
  const narrow = await withScope(`${auth}devstorage.read_only`);
  const { json, headers } = await narrow.send('POST', upload('dog'), 'woof');
  expect(json.error).toMatchObject({ code: 403, message: 'Provided scope(s) are not authorized' });
  expect(headers['www-authenticate']).toContain('error=insufficient_scope');
});

test('a signature is its account’s, which needs the permission once everybody does', async () => {
  const { sandbox, nobody, learner, grantAll } = await prepare();
  const { email, member, file } = await account(sandbox, learner, 'a-signer');
  const keys = `/storage/v1/projects/${PROJECT}/hmacKeys?serviceAccountEmail=${email}`;
  const { json: made } = await learner.send('POST', keys);
  const signers: [Algorithm, Signer][] = [
    ['GOOG4-RSA-SHA256', { id: email, secret: file.private_key }],
    ['GOOG4-HMAC-SHA256', { id: made.metadata.accessId, secret: made.secret }],
    ['AWS4-HMAC-SHA256', { id: made.metadata.accessId, secret: made.secret }],
  ];
  const ask = { method: 'GET', path: `/${BUCKET}/cat` };
  const answers = async () => {
    const urls = signers.map(([algorithm, signer]) =>
      signUrlV4(sandbox, { algorithm, signer, time: new Date() }, ask),
    );
    const soon = Math.floor(Date.now() / 1000) + 60;
    urls.push(signUrlV2({ id: email, secret: file.private_key }, 'GoogleAccessId', soon, ask));
    return Promise.all(urls.map(({ path }) => nobody.send('GET', path)));
  };
  for (const { status, text } of await answers()) {
    expect(status).toBe(403);
    expect(text).toContain(`${email} does not have storage.objects.get access`);
  }
  await grantAll(member);
  for (const { status, text } of await answers()) expect([status, text]).toEqual([200, 'meow']);
});

test('a signature gives a VM no more than its account has, whoever else is the owner', async () => {
  const sandbox = await start();
  const anybody = sender(sandbox, '');
  await make(anybody, BUCKET, UNIFORM);
  await anybody.send('POST', upload('cat'), 'meow');
  const { email, file } = await account(sandbox, anybody, 'a-signer');
  const signer = { id: email, secret: file.private_key };
  const signed = { algorithm: 'GOOG4-RSA-SHA256', signer, time: new Date() } as const;
  const { path } = signUrlV4(sandbox, signed, { method: 'GET', path: `/${BUCKET}/cat` });
  expect((await anybody.send('GET', path)).text).toBe('meow');
  const machine = { 'x-cloudlab-machine': '10.178.0.2' };
  expect((await anybody.send('GET', path, undefined, machine)).status).toBe(403);
});

test('a form is the request of who signed its policy', async () => {
  const { sandbox, nobody, learner } = await prepare();
  const { email, member, file } = await account(sandbox, learner, 'form-signer');
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const about = {
    key: 'from-a-form',
    'x-goog-algorithm': 'GOOG4-RSA-SHA256',
    'x-goog-credential': `${email}/${day}/auto/storage/goog4_request`,
    'x-goog-date': time,
  };
  const conditions = Object.entries({ ...about, bucket: BUCKET }).map(([key, value]) => ({
    [key]: value,
  }));
  const expiration = new Date(Date.now() + 60_000).toISOString();
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64');
  const signer = { id: email, secret: file.private_key };
  const signature = signText('GOOG4-RSA-SHA256', signer, day, policy);
  const fields = { ...about, policy, 'x-goog-signature': signature };
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = 'Content-Disposition: form-data; name="file"; filename="f"';
  const body = `${parts.join('')}--edge\r\n${head}\r\n\r\nx\r\n--edge--\r\n`;
  const headers = { 'content-type': 'multipart/form-data; boundary=edge' };
  const post = () => nobody.send('POST', `/${BUCKET}`, body, headers);
  const first = await post();
  expect(first.status).toBe(403);
  expect(first.text).toContain(`${email} does not have storage.objects.create access`);
  await grant(learner, BUCKET, { role: 'roles/storage.objectCreator', members: [member] });
  expect((await post()).status).toBe(204);
  // It is there now, and to create is not to replace.
  expect((await post()).text).toContain('storage.objects.delete');
});

test('as long as nobody has to, who shows nothing is the owner, and a token holds whom it names', async () => {
  const { sandbox, nobody, learner } = await enforcing({ auth: 'open' });
  await make(nobody, BUCKET);
  await nobody.send('POST', upload('cat'), 'meow');
  const stranger = await account(sandbox, learner, 'stranger');
  const google = sender(sandbox, '', bearer('ya29.of-google'));
  const asked = ['storage.objects.get', 'storage.objects.list', 'storage.buckets.delete'];
  const path = `${B}/iam/testPermissions?${asked.map((one) => `permissions=${one}`).join('&')}`;
  const told = async (who: Sender) => (await who.send('GET', path)).json.permissions;
  expect(await told(nobody)).toEqual(asked);
  expect(await told(google)).toEqual(asked);
  expect(await told(learner)).toEqual(asked);
  expect(await told(stranger)).toBeUndefined();
  await grant(nobody, BUCKET, { role: 'roles/storage.objectViewer', members: [stranger.member] });
  expect(await told(stranger)).toEqual(asked.slice(0, 2));
  expect((await stranger.send('DELETE', object('cat'))).status).toBe(403);
  expect((await google.send('DELETE', object('cat'))).status).toBe(204);
});

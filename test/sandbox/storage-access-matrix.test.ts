import { expect, test } from 'vitest';
import { UNIFORM } from './access-support.ts';
import { bearer } from './iam-support.ts';
import { ACL_CASES, type At, CASES, type Case } from './storage-access-cases.ts';
import {
  account,
  BUCKET,
  enforcing,
  grant,
  PROJECT,
  type Sender,
  sender,
} from './storage-access-support.ts';

/*
 * Who may do what. The tables below are written down from Google's pages: which permissions a
 * method requires, and which a role has.
 *
 * https://docs.cloud.google.com/storage/docs/access-control/iam-json
 * https://docs.cloud.google.com/storage/docs/access-control/iam-xml
 * https://docs.cloud.google.com/storage/docs/access-control/iam-roles
 */
type Name = keyof typeof CASES;

const ALWAYS: Name[] = ['buckets.testIamPermissions'];
const READ: Name[] = [
  ...(['objects.get', 'objects.get of the bytes', 'objects.get by download'] as const),
  ...(['XML: GET object', 'XML: HEAD object'] as const),
];
const LIST: Name[] = ['objects.list', 'buckets.getStorageLayout', 'XML: GET bucket'];
const CREATE: Name[] = [
  ...(['objects.insert', 'objects.insert, resumable'] as const),
  ...(['XML: PUT object', 'XML: POST object, resumable'] as const),
];
const REPLACE: Name[] = ['objects.insert over another', 'XML: PUT object over another'];
const DELETE: Name[] = ['objects.delete', 'XML: DELETE object'];
const COPY: Name[] = [
  ...(['objects.copy', 'objects.rewrite', 'objects.compose', 'XML: PUT object, a copy'] as const),
];
const COPY_OVER: Name[] = ['objects.rewrite over another'];
const CHANGE: Name[] = ['objects.patch', 'objects.update'];
const PARTS: Name[] = [
  ...([
    'XML: POST object?uploads',
    'XML: PUT object?uploadId',
    'XML: GET object?uploadId',
  ] as const),
  ...(['XML: POST object?uploadId', 'XML: DELETE object?uploadId'] as const),
];
const UPLOADS: Name[] = ['XML: GET bucket?uploads'];
const FOLDERS: Name[] = ['managedFolders.list'];
const SEE_BUCKET: Name[] = [
  ...(['buckets.get', 'notifications.list', 'notifications.get'] as const),
  ...(['XML: HEAD bucket', 'XML: GET bucket?versioning'] as const),
];
const CHANGE_BUCKET: Name[] = [
  ...(['buckets.patch', 'buckets.lockRetentionPolicy'] as const),
  ...(['notifications.insert', 'notifications.delete', 'XML: PUT bucket?versioning'] as const),
];
const POLICY: Name[] = [
  ...(['buckets.getIamPolicy', 'buckets.setIamPolicy', 'buckets.patch of its ACL'] as const),
];
const DELETE_BUCKET: Name[] = ['buckets.delete', 'XML: DELETE bucket'];
const LIST_BUCKETS: Name[] = ['buckets.list', 'XML: GET service'];
const CREATE_BUCKET: Name[] = ['buckets.insert', 'XML: PUT bucket'];
const SEE_KEYS: Name[] = ['hmacKeys.list', 'hmacKeys.get'];
const CHANGE_KEYS: Name[] = ['hmacKeys.create', 'hmacKeys.update', 'hmacKeys.delete'];
const SEE_PROJECT: Name[] = ['serviceAccount.get'];

const VIEWER = [READ, LIST, FOLDERS];
const CREATOR = [CREATE, PARTS];
const USER: Name[][] = [
  ...[...VIEWER, ...CREATOR, REPLACE, DELETE, COPY, COPY_OVER, CHANGE, UPLOADS],
  ['objects.move', 'objects.restore'],
];
const ADMIN = [...USER, SEE_BUCKET, CHANGE_BUCKET, POLICY, DELETE_BUCKET];
const READER = [SEE_BUCKET, LIST, UPLOADS, FOLDERS];
const WRITER: Name[][] = [...READER, ...CREATOR, REPLACE, DELETE, ['objects.restore']];
const EVERYTHING = Object.keys(CASES) as Name[];

/** By a role on the bucket: what can be done in it. */
const ON_BUCKET: Record<string, Name[][]> = {
  objectViewer: VIEWER,
  objectCreator: CREATOR,
  objectUser: USER,
  objectAdmin: USER,
  admin: ADMIN,
  bucketViewer: [SEE_BUCKET],
  legacyBucketReader: READER,
  legacyBucketWriter: WRITER,
  legacyBucketOwner: [...WRITER, CHANGE_BUCKET, POLICY],
  legacyObjectReader: [READ],
  legacyObjectOwner: [READ, CHANGE],
};

/**
 * By a role on the project, as far as that is another thing. The bucket's own policy gives what
 * the legacy roles give to those who have a basic role.
 */
const ON_PROJECT: Record<string, Name[][]> = {
  'roles/viewer': [...READER, READ, LIST_BUCKETS, SEE_KEYS, SEE_PROJECT],
  'roles/editor': [EVERYTHING],
  'roles/storage.objectViewer': [...VIEWER, SEE_PROJECT],
  'roles/storage.objectCreator': [...CREATOR, SEE_PROJECT],
  'roles/storage.admin': [...ADMIN, LIST_BUCKETS, CREATE_BUCKET, SEE_PROJECT],
  'roles/storage.hmacKeyAdmin': [SEE_KEYS, CHANGE_KEYS, SEE_PROJECT],
};

test('each role allows what Google says it does, and nothing else', {
  timeout: 120_000,
}, async () => {
  const { sandbox, nobody, learner } = await enforcing();
  await makeBucket(learner, UNIFORM);
  const things = await makeThings(learner, 'docs');
  const found: Record<string, string[]> = {};
  const expected: Record<string, string[]> = {};
  const examine = async (title: string, who: Sender, allowed: Name[][]) => {
    found[title] = await allowedTo(who, CASES, things);
    const names = new Set([ALWAYS, ...allowed].flat());
    expected[title] = EVERYTHING.filter((name) => names.has(name));
  };
  await examine('nobody', nobody, []);
  await examine('learner', learner, [EVERYTHING]);
  await examine('no role', await account(sandbox, learner, 'no-role'), []);
  for (const [role, allowed] of Object.entries(ON_BUCKET)) {
    const who = await account(sandbox, learner, `b-${role.toLowerCase()}`);
    await grant(learner, BUCKET, { role: `roles/storage.${role}`, members: [who.member] });
    await examine(`${role} on the bucket`, who, allowed);
  }
  for (const [role, allowed] of Object.entries(ON_PROJECT)) {
    const who = await account(sandbox, learner, `p-${role.replace(/\W/g, '-').toLowerCase()}`);
    await grantOnProject(learner, role, who.member);
    await examine(`${role} on the project`, who, allowed);
  }
  expect(found).toEqual(expected);
});

test('what only buckets with ACLs have goes by their permissions', async () => {
  const { sandbox, nobody, learner } = await enforcing();
  await makeBucket(learner, {});
  const things = await makeThings(learner, 'docs');
  const roles = ['objectUser', 'objectAdmin', 'admin', 'legacyBucketReader', 'legacyBucketOwner'];
  const found: Record<string, string[]> = { nobody: await allowedTo(nobody, ACL_CASES, things) };
  for (const role of roles) {
    const who = await account(sandbox, learner, `b-${role.toLowerCase()}`);
    await grant(learner, BUCKET, { role: `roles/storage.${role}`, members: [who.member] });
    found[role] = await allowedTo(who, ACL_CASES, things);
  }
  found['learner'] = await allowedTo(learner, ACL_CASES, things);
  const ofObjects = [
    ...['objectAccessControls.list', 'objectAccessControls.insert', 'objects.patch of its ACL'],
    'XML: GET object?acl',
  ];
  const all = Object.keys(ACL_CASES);
  expect(found).toEqual({
    nobody: [],
    objectUser: [],
    objectAdmin: ofObjects,
    admin: all,
    legacyBucketReader: [],
    legacyBucketOwner: all.filter((name) => !ofObjects.includes(name)),
    learner: all,
  });
});

test('every request asks, also where nobody has to say who he is', async () => {
  const { sandbox, nobody } = await enforcing({ auth: 'open' });
  await makeBucket(nobody, {});
  const things = await makeThings(nobody, 'docs');
  let at = await things();
  const silent: string[] = [];
  const log = async (query: string) => {
    const { json } = await sender(sandbox, '', bearer('control')).send(
      ...(['GET', `/_cloudlab/log?${query}`] as const),
    );
    return json;
  };
  let { last } = await log('');
  for (const [name, { send, uses }] of Object.entries<Case>({ ...CASES, ...ACL_CASES })) {
    ({ last } = await log(`after=${last}`));
    await send(nobody, at);
    const { entries, last: behind } = await log(`after=${last}`);
    last = behind;
    if (uses) at = await things(uses, at);
    const about = entries.filter(({ resource }: { resource: string }) =>
      resource.startsWith('projects/'),
    );
    if (entries.length !== 1 || about.length !== 1 || entries[0].checks.length === 0)
      silent.push(name);
  }
  expect(silent).toEqual([
    // Asks what it may, and needs nothing for that.
    'buckets.testIamPermissions',
    // Parts of an upload, of which only the last request is told.
    ...['objects.insert, resumable', 'XML: POST object, resumable'],
    ...['XML: POST object?uploads', 'XML: PUT object?uploadId'],
  ]);
});

async function makeBucket(learner: Sender, settings: object): Promise<void> {
  const path = `/storage/v1/b?project=${PROJECT}`;
  expect((await learner.send('POST', path, { name: BUCKET, ...settings })).status).toBe(200);
}

async function grantOnProject(learner: Sender, role: string, member: string): Promise<void> {
  const call = (verb: string, body: object) =>
    learner.send('POST', `/v1/projects/${PROJECT}:${verb}IamPolicy`, body);
  const { json: policy } = await call('get', {});
  const bindings = [...policy.bindings, { role, members: [member] }];
  const reply = await call('set', { policy: { ...policy, bindings } });
  expect(reply.status, reply.text).toBe(200);
}

type Make = (which?: keyof At, at?: At) => Promise<At>;

/** Makes what cases are about: all of it, or one thing anew. */
async function makeThings(owner: Sender, folder: string): Promise<Make> {
  let count = 0;
  const put = async (name: string) => {
    const reply = await owner.send('PUT', `/${BUCKET}/${name}`, 'x');
    expect(reply.status, reply.text).toBe(200);
    return String(reply.headers['x-goog-generation']);
  };
  const make = {
    free: async (name: string) => name,
    object: async (name: string) => {
      await put(name);
      return name;
    },
    deleted: async (name: string) => {
      const generation = await put(name);
      await owner.send('DELETE', `/${BUCKET}/${name}`);
      return { name, generation };
    },
    upload: async (name: string) => {
      const { text } = await owner.send('POST', `/${BUCKET}/${name}?uploads`, '');
      return { name, id: /<UploadId>(.*?)</.exec(text)?.[1] ?? '' };
    },
  };
  await put(`${folder}/source`);
  return async (which, at) => {
    count++;
    const name = (kind: keyof At) => `${folder}/${kind}-${count}`;
    const again = async <K extends keyof At>(kind: K): Promise<At[K]> =>
      at && kind !== which ? at[kind] : ((await make[kind](name(kind))) as At[K]);
    return {
      free: name('free'),
      object: await again('object'),
      deleted: await again('deleted'),
      upload: await again('upload'),
    };
  };
}

/** The names of the cases that somebody is allowed; everything else is refused in due form. */
async function allowedTo(
  who: Sender,
  cases: Record<string, Case>,
  things: Make,
): Promise<string[]> {
  const allowed: string[] = [];
  let at = await things();
  for (const [name, { send, allowed: status, uses }] of Object.entries(cases)) {
    const reply = await send(who, at);
    const isXml = name.startsWith('XML');
    const refused = who.member === 'allUsers' && !isXml ? 401 : 403;
    expect([status, refused], `${who.member}: ${name}: ${reply.text}`).toContain(reply.status);
    if (reply.status === status) {
      allowed.push(name);
      if (uses) at = await things(uses, at);
    } else if (!name.includes('HEAD')) {
      const denied = `Permission 'storage\\.\\w+\\.\\w+' denied on resource`;
      expect(reply.text.replaceAll('&#39;', "'"), name).toMatch(
        new RegExp(name === 'serviceAccount.get' ? 'resourcemanager.projects.get' : denied),
      );
    }
  }
  return allowed;
}

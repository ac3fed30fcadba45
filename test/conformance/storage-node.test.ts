import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { type GetFilesResponse, Storage } from '@google-cloud/storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { start } from '../sandbox/support.ts';

/*
 * The official Node client, unmodified, in both ways it can be pointed here: with
 * `apiEndpoint` it asks below /storage/v1, with STORAGE_EMULATOR_HOST at the root.
 */
describe.each(['apiEndpoint', 'STORAGE_EMULATOR_HOST'])('with %s', (form) => {
  let sandbox: Sandbox;
  let storage: Storage;

  beforeEach(async () => {
    sandbox = await start();
    const { projectId, url } = sandbox;
    if (form === 'apiEndpoint') {
      storage = new Storage({ projectId, apiEndpoint: url, useAuthWithCustomEndpoint: false });
    } else {
      process.env['STORAGE_EMULATOR_HOST'] = url;
      storage = new Storage({ projectId });
    }
  });

  afterEach(() => {
    delete process.env['STORAGE_EMULATOR_HOST'];
  });

  test('a bucket from creation to deletion', async () => {
    const [bucket] = await storage.createBucket('lesson-one', {
      location: 'asia-northeast3',
      labels: { course: 'storage' },
    });
    expect(bucket.metadata).toMatchObject({
      kind: 'storage#bucket',
      location: 'ASIA-NORTHEAST3',
      locationType: 'region',
      storageClass: 'STANDARD',
      softDeletePolicy: { retentionDurationSeconds: '604800' },
      iamConfiguration: { publicAccessPrevention: 'inherited' },
    });
    await expect(storage.createBucket('lesson-one')).rejects.toMatchObject({ code: 409 });

    await bucket.setLabels({ week: '2' });
    const [metadata] = await bucket.getMetadata();
    expect(metadata.labels).toEqual({ course: 'storage', week: '2' });
    expect(metadata.metageneration).toBe('2');

    const [buckets] = await storage.getBuckets();
    expect(buckets.map(({ name }) => name)).toEqual(['lesson-one']);
    await bucket.delete();
    expect(await bucket.exists()).toEqual([false]);
  });

  test('small, empty and large objects come back byte for byte, validated by the client', async () => {
    const [bucket] = await storage.createBucket('bytes');
    const bodies = {
      'empty.bin': Buffer.alloc(0),
      'small.txt': Buffer.from('안녕, cloud'),
      'path/to a/large ☁.bin': randomBytes(9 * 1024 * 1024 + 17),
    };
    for (const resumable of [false, true]) {
      for (const [name, body] of Object.entries(bodies)) {
        const file = bucket.file(name);
        await file.save(body, { resumable, validation: 'md5', metadata: { metadata: { a: 'b' } } });
        const [downloaded] = await file.download({ validation: 'md5' });
        expect(downloaded.equals(body)).toBe(true);
        const [metadata] = await file.getMetadata();
        expect(metadata).toMatchObject({ size: String(body.length), metadata: { a: 'b' } });
      }
    }
  });

  test('a chunked resumable upload of unknown length', async () => {
    const [bucket] = await storage.createBucket('chunks');
    const body = randomBytes(1024 * 1024 + 5);
    const file = bucket.file('stream.bin');
    const source = Readable.from([body.subarray(0, 300_000), body.subarray(300_000)]);
    await pipeline(source, file.createWriteStream({ resumable: true, chunkSize: 256 * 1024 }));
    const [downloaded] = await file.download();
    expect(downloaded.equals(body)).toBe(true);
  });

  test('ranges and gzip', async () => {
    const [bucket] = await storage.createBucket('ranges');
    const file = bucket.file('digits');
    await file.save('0123456789');
    const [part] = await file.download({ start: 2, end: 4 });
    expect(part.toString()).toBe('234');

    const zipped = bucket.file('page.html');
    await zipped.save('<p>hello</p>'.repeat(100), { gzip: true });
    const [page] = await zipped.download();
    expect(page.toString()).toBe('<p>hello</p>'.repeat(100));
    expect(Number(zipped.metadata.size)).toBe(gzipSync('<p>hello</p>'.repeat(100)).length);
  });

  test('customer-supplied encryption keys', async () => {
    const [bucket] = await storage.createBucket('keys');
    const [one, two] = [randomBytes(32), randomBytes(32)];
    const body = randomBytes(600 * 1024);
    for (const resumable of [false, true]) {
      const file = bucket.file(`secret-${resumable}`).setEncryptionKey(one);
      await file.save(body, { resumable, chunkSize: 256 * 1024, validation: 'crc32c' });
      const [downloaded] = await file.download();
      expect(downloaded.equals(body)).toBe(true);
      await expect(bucket.file(file.name).download()).rejects.toMatchObject({ code: 400 });
      await file.rotateEncryptionKey({ encryptionKey: two });
      const [rotated] = await bucket.file(file.name, { encryptionKey: two }).download();
      expect(rotated.equals(body)).toBe(true);
    }
  });

  test('listing with folders, pages and versions', async () => {
    const [bucket] = await storage.createBucket('tree', { versioning: { enabled: true } });
    for (const name of ['a.txt', 'logs/1', 'logs/2', 'z/deep/er', 'zz']) {
      await bucket.file(name).save(name, { resumable: false });
    }
    const [files, , response] = await bucket.getFiles({ delimiter: '/', autoPaginate: false });
    expect(files.map(({ name }) => name)).toEqual(['a.txt', 'zz']);
    expect((response as { prefixes: string[] }).prefixes).toEqual(['logs/', 'z/']);
    const names: string[] = [];
    let query: object | null = { maxResults: 2, autoPaginate: false };
    while (query) {
      const [page, next]: GetFilesResponse = await bucket.getFiles(query);
      names.push(...page.map(({ name }) => name));
      query = next;
    }
    expect(names).toEqual(['a.txt', 'logs/1', 'logs/2', 'z/deep/er', 'zz']);

    await bucket.file('zz').save('again', { resumable: false });
    const [versions] = await bucket.getFiles({ versions: true, prefix: 'zz' });
    expect(versions).toHaveLength(2);
    const [old] = await bucket
      .file('zz', { generation: Number(versions[0]?.metadata.generation) })
      .download();
    expect(old.toString()).toBe('zz');
  });

  test('copy, move, combine, metadata, preconditions and deletion', async () => {
    const [bucket] = await storage.createBucket('verbs');
    const file = bucket.file('one');
    await file.save('1', { resumable: false, contentType: 'text/plain' });
    await file.copy(bucket.file('two'));
    await bucket.file('two').move('three');
    await bucket.combine(['one', 'three'], 'both');
    const [both] = await bucket.file('both').download();
    expect(both.toString()).toBe('11');

    await file.setMetadata({ cacheControl: 'no-store', metadata: { owner: 'me' } });
    const [metadata] = await file.getMetadata();
    expect(metadata).toMatchObject({ cacheControl: 'no-store', metadata: { owner: 'me' } });

    const create = { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } };
    await expect(file.save('x', create)).rejects.toMatchObject({ code: 412 });
    await expect(bucket.delete()).rejects.toMatchObject({ code: 409 });
    await bucket.deleteFiles();
    expect(await file.exists()).toEqual([false]);
    await bucket.delete();
  });

  test('lifecycle rules and notification configurations', async () => {
    const [bucket] = await storage.createBucket('rules');
    await bucket.addLifecycleRule({
      action: { type: 'Delete' },
      condition: { age: 30, createdBefore: new Date('2026-02-03T04:05:06Z'), isLive: true },
    });
    await bucket.addLifecycleRule({
      action: { type: 'SetStorageClass', storageClass: 'COLDLINE' },
      condition: { numNewerVersions: 2, matchesPrefix: ['logs/'] },
    });
    const [metadata] = await bucket.getMetadata();
    expect(metadata.lifecycle?.rule).toEqual([
      {
        action: { type: 'Delete' },
        condition: { age: 30, createdBefore: '2026-02-03', isLive: true },
      },
      {
        action: { type: 'SetStorageClass', storageClass: 'COLDLINE' },
        condition: { numNewerVersions: 2, matchesPrefix: ['logs/'] },
      },
    ]);
    await bucket.setMetadata({ lifecycle: null });
    expect((await bucket.getMetadata())[0].lifecycle).toBeUndefined();

    const [created] = await bucket.createNotification('uploads', {
      eventTypes: ['OBJECT_FINALIZE'],
      objectNamePrefix: 'in/',
    });
    const [found] = await bucket.getNotifications();
    expect(found.map(({ id }) => id)).toEqual([created.id]);
    const [config] = await created.getMetadata();
    expect(config).toMatchObject({
      topic: `//pubsub.googleapis.com/projects/${sandbox.projectId}/topics/uploads`,
      payload_format: 'JSON_API_V1',
      event_types: ['OBJECT_FINALIZE'],
      object_name_prefix: 'in/',
    });
    await created.delete();
    expect(await created.exists()).toEqual([false]);
  });

  test('access control lists, made public and private again', async () => {
    const [bucket] = await storage.createBucket('lists', { predefinedAcl: 'private' });
    await bucket.acl.add({ entity: 'user-a@example.com', role: 'WRITER' });
    await bucket.acl.default.add({ entity: 'domain-example.com', role: 'READER' });
    const [entry] = await bucket.acl.get({ entity: 'user-a@example.com' });
    expect(entry).toMatchObject({ role: 'WRITER' });
    await bucket.acl.update({ entity: 'user-a@example.com', role: 'READER' });
    await bucket.acl.delete({ entity: 'user-a@example.com' });
    await expect(bucket.acl.get({ entity: 'user-a@example.com' })).rejects.toMatchObject({
      code: 404,
    });
    const file = bucket.file('page');
    await file.save('hello', { resumable: form === 'apiEndpoint', predefinedAcl: 'publicRead' });
    const entities = async () => {
      const [list] = await file.acl.get();
      return (list as { entity: string }[]).map(({ entity }) => entity);
    };
    expect(await entities()).toContain('allUsers');
    await file.makePrivate({ strict: true });
    expect(await entities()).toEqual(['user-owner@cloudlab-sandbox.example']);
    await file.makePublic();
    expect(await entities()).toContain('allUsers');
    await bucket.makePublic({ includeFiles: true });
    expect((await bucket.acl.get({ entity: 'allUsers' }))[0]).toMatchObject({ role: 'READER' });
    await bucket.makePrivate({ includeFiles: true, force: true });
    expect(await entities()).not.toContain('allUsers');
  });

  test("a bucket's policy, with and without uniform access", async () => {
    const [bucket] = await storage.createBucket('policies');
    const member = 'serviceAccount:sa@p.iam.gserviceaccount.com';
    const [policy] = await bucket.iam.getPolicy({ requestedPolicyVersion: 3 });
    policy.bindings.push({ role: 'roles/storage.objectViewer', members: [member] });
    const [changed] = await bucket.iam.setPolicy(policy);
    expect(changed.bindings.map(({ role }) => role)).toEqual([
      'roles/storage.legacyBucketOwner',
      'roles/storage.legacyBucketReader',
      'roles/storage.objectViewer',
    ]);
    await expect(bucket.iam.setPolicy(policy)).rejects.toMatchObject({ code: 412 });
    const [held] = await bucket.iam.testPermissions(['storage.objects.get', 'storage.buckets.get']);
    expect(held).toEqual({ 'storage.objects.get': true, 'storage.buckets.get': true });

    await bucket.setMetadata({
      iamConfiguration: {
        uniformBucketLevelAccess: { enabled: true },
        publicAccessPrevention: 'enforced',
      },
    });
    await expect(bucket.acl.get()).rejects.toMatchObject({ code: 400 });
    const [uniform] = await bucket.iam.getPolicy({ requestedPolicyVersion: 3 });
    const condition = { title: 'always', expression: 'true' };
    const conditional = { role: 'roles/storage.objectUser', members: [member], condition };
    const bindings = [...uniform.bindings, conditional];
    const [kept] = await bucket.iam.setPolicy({ ...uniform, bindings, version: 3 });
    expect(kept).toMatchObject({ version: 3, bindings: expect.arrayContaining([conditional]) });
    const everybody = [{ role: 'roles/storage.objectViewer', members: ['allUsers'] }];
    await expect(bucket.iam.setPolicy({ bindings: everybody })).rejects.toMatchObject({
      code: 412,
    });
    const [agent] = await storage.getServiceAccount();
    expect(agent.emailAddress).toMatch(/^service-\d+@gs-project-accounts\.iam\.gserviceaccount/);
    await bucket.enableRequesterPays();
    const [billed] = await storage
      .bucket('policies', { userProject: 'nobodys' })
      .exists()
      .catch(({ code }) => [code]);
    expect(billed).toBe(400);
  });
});

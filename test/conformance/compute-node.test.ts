import { randomUUID } from 'node:crypto';
import { DisksClient } from '@google-cloud/compute/build/src/v1/disks_client.js';
import { ImagesClient } from '@google-cloud/compute/build/src/v1/images_client.js';
import { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client.js';
import { SnapshotsClient } from '@google-cloud/compute/build/src/v1/snapshots_client.js';
import { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client.js';
import { PassThroughClient } from 'google-auth-library';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { start } from '../sandbox/support.ts';

/*
 * The official Node client, unmodified. Whatever is asked for goes through its protos: a
 * field of a wrong type, or one that it does not know, is an error there.
 */
const zone = 'asia-northeast3-a';
const debian = 'projects/debian-cloud/global/images/family/debian-12';

interface Operation {
  name?: string;
  status?: unknown;
  error?: object;
}

describe('@google-cloud/compute', () => {
  let sandbox: Sandbox;
  let project: string;
  let instances: InstancesClient;
  let disks: DisksClient;

  const options = () => ({
    fallback: true as const,
    protocol: 'http',
    apiEndpoint: '127.0.0.1',
    port: sandbox.port,
    authClient: new PassThroughClient() as never,
  });

  beforeEach(async () => {
    sandbox = await start();
    project = sandbox.projectId;
    instances = new InstancesClient(options());
    disks = new DisksClient(options());
  });

  /** Waits as the client's own samples do. */
  async function wait(response: { latestResponse?: unknown }): Promise<void> {
    const operations = new ZoneOperationsClient(options());
    let operation = response.latestResponse as Operation;
    while (operation.status !== 'DONE') {
      const [next] = await operations.wait({
        operation: operation.name ?? '',
        project,
        zone,
      });
      operation = next as Operation;
    }
    if (operation.error) throw Object.assign(new Error('failed'), { error: operation.error });
  }

  const instanceResource = (name: string) => ({
    name,
    machineType: `zones/${zone}/machineTypes/e2-micro`,
    disks: [
      { boot: true, autoDelete: true, initializeParams: { sourceImage: debian, diskSizeGb: '10' } },
    ],
    networkInterfaces: [
      { network: 'global/networks/default', accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] },
    ],
  });

  async function make(name: string) {
    const [response] = await instances.insert({
      project,
      zone,
      instanceResource: instanceResource(name),
      requestId: randomUUID(),
    });
    await wait(response);
    const [instance] = await instances.get({ project, zone, instance: name });
    return instance;
  }

  test('an instance from insertion to deletion', async () => {
    const instance = await make('web-1');
    expect(instance).toMatchObject({
      name: 'web-1',
      status: 'RUNNING',
      cpuPlatform: expect.any(String),
    });
    expect(instance.networkInterfaces?.[0]?.accessConfigs?.[0]?.natIP).toMatch(/^\d/);

    const listed: unknown[] = [];
    for await (const [scope, { instances: found = [] }] of instances.aggregatedListAsync({
      project,
    })) {
      for (const { name } of found ?? []) listed.push(`${scope} ${name}`);
    }
    expect(listed).toEqual([`zones/${zone} web-1`]);

    const request = { project, zone, instance: 'web-1' };
    await wait((await instances.stop(request))[0]);
    expect((await instances.get(request))[0]).toMatchObject({ status: 'TERMINATED' });
    await wait(
      (
        await instances.setMachineType({
          ...request,
          instancesSetMachineTypeRequestResource: {
            machineType: `zones/${zone}/machineTypes/e2-small`,
          },
        })
      )[0],
    );
    await wait((await instances.start(request))[0]);
    expect((await instances.get(request))[0].machineType).toMatch(/e2-small$/);
    await wait((await instances.delete(request))[0]);
    await expect(instances.get(request)).rejects.toMatchObject({ code: 404 });
    await expect(disks.get({ project, zone, disk: 'web-1' })).rejects.toMatchObject({ code: 404 });
  });

  test('labels, metadata and tags with their fingerprints', async () => {
    const { labelFingerprint, metadata, tags } = await make('web-1');
    const request = { project, zone, instance: 'web-1' };
    const changes = [
      instances.setLabels({
        ...request,
        instancesSetLabelsRequestResource: {
          labels: { env: 'dev' },
          labelFingerprint: labelFingerprint ?? '',
        },
      }),
      instances.setMetadata({
        ...request,
        metadataResource: {
          fingerprint: metadata?.fingerprint ?? '',
          items: [{ key: 'greeting', value: '안녕' }],
        },
      }),
      instances.setTags({
        ...request,
        tagsResource: { fingerprint: tags?.fingerprint ?? '', items: ['http-server'] },
      }),
    ];
    for (const change of changes) await wait((await change)[0]);
    expect((await instances.get(request))[0]).toMatchObject({
      labels: { env: 'dev' },
      metadata: { items: [{ key: 'greeting', value: '안녕' }] },
      tags: { items: ['http-server'] },
    });
    await expect(
      instances.setTags({
        ...request,
        tagsResource: { fingerprint: tags?.fingerprint ?? '', items: [] },
      }),
    ).rejects.toMatchObject({ code: 412 });
  });

  test('disks, snapshots and images', async () => {
    const [inserted] = await disks.insert({
      project,
      zone,
      diskResource: { name: 'data', sizeGb: '20', type: `zones/${zone}/diskTypes/pd-balanced` },
    });
    await wait(inserted);
    await make('web-1');
    const attachedDiskResource = { source: `zones/${zone}/disks/data`, deviceName: 'data' };
    await wait(
      (await instances.attachDisk({ project, zone, instance: 'web-1', attachedDiskResource }))[0],
    );
    await expect(disks.delete({ project, zone, disk: 'data' })).rejects.toMatchObject({
      code: 400,
    });
    const [resized] = await disks.resize({
      project,
      zone,
      disk: 'data',
      disksResizeRequestResource: { sizeGb: '30' },
    });
    await wait(resized);
    const [disk] = await disks.get({ project, zone, disk: 'data' });
    expect(disk).toMatchObject({ sizeGb: '30', users: [expect.stringMatching(/web-1$/)] });
    const [made] = await disks.createSnapshot({
      project,
      zone,
      disk: 'data',
      snapshotResource: { name: 'backup' },
    });
    await wait(made);
    const snapshots = new SnapshotsClient(options());
    const [snapshot] = await snapshots.get({ project, snapshot: 'backup' });
    expect(snapshot).toMatchObject({ status: 'READY', diskSizeGb: '30' });
    const images = new ImagesClient(options());
    const [image] = await images.getFromFamily({ project: 'debian-cloud', family: 'debian-12' });
    expect(image).toMatchObject({ family: 'debian-12', status: 'READY' });
  });

  test('errors as the API gives them', async () => {
    await expect(
      instances.insert({
        project,
        zone,
        instanceResource: {
          ...instanceResource('web-1'),
          machineType: `zones/${zone}/machineTypes/e2-nano`,
        },
      }),
    ).rejects.toMatchObject({
      code: 400,
      message: expect.stringContaining(
        `Machine type with name 'e2-nano' does not exist in zone '${zone}'.`,
      ),
    });
    const resource = instanceResource('web-1');
    const [response] = await instances.insert({
      project,
      zone,
      instanceResource: { ...resource, machineType: `zones/${zone}/machineTypes/e2-standard-32` },
    });
    await expect(wait(response)).rejects.toMatchObject({
      error: { errors: [{ code: 'QUOTA_EXCEEDED' }] },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { startCompute, ZONE } from './instance-support.ts';

const debian = 'projects/debian-cloud/global/images/family/debian-12';

describe('a disk', () => {
  it('has the usual size of its type, or that of its image', async () => {
    const gce = await startCompute();
    const make = (body: object) => gce.post(`${gce.base}/disks`, body).then(gce.done);
    await make({ name: 'blank' });
    await make({ name: 'ssd', type: `zones/${ZONE}/diskTypes/pd-ssd` });
    await make({ name: 'system', sourceImage: debian });
    const disks = (await gce.get(`${gce.base}/disks`)).json.items;
    expect(disks).toMatchObject([
      { name: 'blank', sizeGb: '500', type: expect.stringMatching(/pd-standard$/) },
      { name: 'ssd', sizeGb: '100' },
      { name: 'system', sizeGb: '10', sourceImageId: expect.any(String), status: 'READY' },
    ]);
    for (const disk of disks) expect(disk.content).toBeUndefined();
  });

  it('only grows', async () => {
    const gce = await startCompute();
    await gce.running('web-1');
    const resize = (sizeGb: string) => gce.post(`${gce.base}/disks/web-1/resize`, { sizeGb });
    expect((await resize('5')).json.error).toMatchObject({
      code: 400,
      message:
        "Invalid value for field 'sizeGb': '5'. New disk size '5' must be larger than existing size '10'.",
    });
    expect((await resize('65537')).status).toBe(400);
    await gce.done(await resize('20'));
    expect((await gce.disk('web-1')).json.sizeGb).toBe('20');
    expect((await gce.instance('web-1')).disks[0].diskSizeGb).toBe('20');
  });

  it.each([
    [{ name: 'a', sizeGb: '1' }, 400],
    [{ name: 'a', sizeGb: '99999999' }, 400],
    [{ name: 'a', sizeGb: 'ten' }, 400],
    [{ name: 'A' }, 400],
    [{ name: 'a', sourceSnapshot: 'global/snapshots/none' }, 404],
    [{ name: 'a', sourceImage: debian, sourceSnapshot: 'global/snapshots/none' }, 400],
    [{ name: 'a', type: 'zones/us-central1-a/diskTypes/pd-ssd' }, 400],
  ])('%j is refused', async (body, status) => {
    const gce = await startCompute();
    expect((await gce.post(`${gce.base}/disks`, body)).status).toBe(status);
  });
});

describe('copies of a disk', () => {
  it('are snapshots, images and disks of its size', async () => {
    const gce = await startCompute();
    await gce.running('web-1');
    await gce.done(await gce.post(`${gce.base}/disks/web-1/createSnapshot`, { name: 'snap-1' }));
    await gce.done(
      await gce.post(`${gce.project}/global/snapshots`, {
        name: 'snap-2',
        sourceDisk: `zones/${ZONE}/disks/web-1`,
      }),
    );
    for (const name of ['snap-1', 'snap-2']) {
      const { json } = await gce.get(`${gce.project}/global/snapshots/${name}`);
      expect(json).toMatchObject({
        kind: 'compute#snapshot',
        status: 'READY',
        diskSizeGb: '10',
        storageBytes: '540000000',
        sourceDisk: expect.stringMatching(/disks\/web-1$/),
      });
      expect(json.content).toBeUndefined();
    }
    const disk = { name: 'copy', sourceSnapshot: 'global/snapshots/snap-1', sizeGb: '20' };
    await gce.done(await gce.post(`${gce.base}/disks`, disk));
    expect((await gce.disk('copy')).json).toMatchObject({
      sizeGb: '20',
      sourceSnapshot: expect.stringMatching(/global\/snapshots\/snap-1$/),
      licenses: expect.any(Array),
    });
    const taken = await gce.post(`${gce.base}/disks/web-1/createSnapshot`, { name: 'snap-1' });
    expect(taken.json.error).toMatchObject({ code: 409, errors: [{ reason: 'alreadyExists' }] });
    await gce.done(await gce.delete(`${gce.project}/global/snapshots/snap-1`));
    expect((await gce.get(`${gce.project}/global/snapshots/snap-1`)).status).toBe(404);
  });

  it('an image is not made of a disk that is written to, unless it is forced', async () => {
    const gce = await startCompute();
    await gce.running('web-1');
    const make = (query: string) =>
      gce.post(`${gce.project}/global/images${query}`, {
        name: 'mine',
        sourceDisk: `zones/${ZONE}/disks/web-1`,
      });
    expect((await make('')).json.error).toMatchObject({
      code: 400,
      errors: [{ reason: 'resourceInUseByAnotherResource' }],
    });
    await gce.done(await make('?forceCreate=true'));
  });
});

describe('images', () => {
  it('of a family: the newest that is not deprecated', async () => {
    const gce = await startCompute();
    await gce.done(await gce.post(`${gce.base}/disks`, { name: 'root', sourceImage: debian }));
    for (const name of ['mine-1', 'mine-2']) {
      await gce.done(
        await gce.post(`${gce.project}/global/images`, {
          name,
          family: 'mine',
          sourceDisk: `zones/${ZONE}/disks/root`,
        }),
      );
    }
    const family = () => gce.get(`${gce.project}/global/images/family/mine`);
    expect((await family()).json).toMatchObject({ name: 'mine-2', kind: 'compute#image' });
    const deprecate = (state: string) =>
      gce.post(`${gce.project}/global/images/mine-2/deprecate`, { state }).then(gce.done);
    await deprecate('DEPRECATED');
    expect((await family()).json.name).toBe('mine-1');
    expect((await gce.get(`${gce.project}/global/images`)).json.items).toHaveLength(2);
    await deprecate('ACTIVE');
    expect((await family()).json.name).toBe('mine-2');
    const view = await gce.get(`${gce.project}/zones/${ZONE}/imageFamilyViews/mine`);
    expect(view.json.image.name).toBe('mine-2');
  });

  it('of Google are read in their projects, and cannot be changed', async () => {
    const gce = await startCompute();
    const path = '/compute/v1/projects/debian-cloud';
    const { json } = await gce.get(`${path}/global/images/family/debian-12`);
    expect(json).toMatchObject({ family: 'debian-12', status: 'READY', kind: 'compute#image' });
    expect(json.selfLink).toBe(
      `https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/${json.name}`,
    );
    expect((await gce.get(`${path}/global/images/${json.name}`)).json).toEqual(json);
    expect((await gce.get(`${path}/zones/${ZONE}/imageFamilyViews/debian-12`)).json.image).toEqual(
      json,
    );
    const list = (await gce.get(`${path}/global/images?maxResults=1`)).json;
    expect(list.items).toHaveLength(1);
    expect(list.nextPageToken).toEqual(expect.any(String));
    expect((await gce.get(`${path}/global/images/family/debian-1`)).status).toBe(404);
    expect((await gce.delete(`${path}/global/images/${json.name}`)).status).toBe(404);
  });
});

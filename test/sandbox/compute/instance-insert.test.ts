import { describe, expect, it } from 'vitest';
import { startCompute, vm, ZONE } from './instance-support.ts';

const image = { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' };
const boot = { boot: true, initializeParams: image };

describe('what cannot be inserted', () => {
  const bad: [
    why: string,
    more: object,
    status: number,
    reason: string,
    message: string | RegExp,
  ][] = [
    [
      'a name with a capital',
      { name: 'Web' },
      400,
      'invalid',
      /resource.name.*Must be a match of regex/,
    ],
    ['a name with a dash at its end', { name: 'web-' }, 400, 'invalid', /Must be a match of regex/],
    ['a name of 64 letters', { name: 'a'.repeat(64) }, 400, 'invalid', /Must be a match of regex/],
    ['a name in Korean', { name: '서버' }, 400, 'invalid', /Must be a match of regex/],
    [
      'no name',
      { name: undefined },
      400,
      'required',
      "Required field 'resource.name' not specified",
    ],
    [
      'no machine type',
      { machineType: undefined },
      400,
      'required',
      "Required field 'resource.machineType' not specified",
    ],
    [
      'an unknown machine type',
      { machineType: `zones/${ZONE}/machineTypes/e9-micro` },
      400,
      'invalid',
      `Invalid value for field 'resource.machineType': 'zones/${ZONE}/machineTypes/e9-micro'. Machine type with name 'e9-micro' does not exist in zone '${ZONE}'.`,
    ],
    [
      'a machine type that is not in this zone',
      { machineType: `zones/${ZONE}/machineTypes/h3-standard-88` },
      400,
      'invalid',
      new RegExp(`Machine type with name 'h3-standard-88' does not exist in zone '${ZONE}'`),
    ],
    [
      'a machine type of another zone',
      { machineType: 'zones/us-central1-a/machineTypes/e2-micro' },
      400,
      'invalid',
      /same zone/,
    ],
    [
      'an impossible custom type',
      { machineType: `zones/${ZONE}/machineTypes/n2-custom-3-1000` },
      400,
      'invalid',
      /multiple of 256/,
    ],
    ['no disk', { disks: [] }, 400, 'invalid', /No disks are specified/],
    [
      'no boot disk',
      { disks: [{ initializeParams: image }] },
      400,
      'invalid',
      /Boot disk must be the first disk/,
    ],
    ['two boot disks', { disks: [boot, boot] }, 400, 'invalid', /disks\[1\]\.boot/],
    [
      'an unknown image',
      {
        disks: [
          {
            boot: true,
            initializeParams: {
              sourceImage: 'projects/debian-cloud/global/images/family/debian-1',
            },
          },
        ],
      },
      400,
      'invalid',
      "Invalid value for field 'resource.disks[0].initializeParams.sourceImage': 'projects/debian-cloud/global/images/family/debian-1'. The referenced image resource cannot be found.",
    ],
    [
      'a disk smaller than its image',
      { disks: [{ boot: true, initializeParams: { ...image, diskSizeGb: '5' } }] },
      400,
      'invalid',
      "Invalid value for field 'resource.disks[0].initializeParams.diskSizeGb': '5'. Requested disk size cannot be smaller than the image size (10 GB)",
    ],
    [
      'an unknown disk type',
      {
        disks: [
          {
            boot: true,
            initializeParams: { ...image, diskType: `zones/${ZONE}/diskTypes/floppy` },
          },
        ],
      },
      404,
      'notFound',
      /diskTypes\/floppy' was not found/,
    ],
    [
      'a disk that is not there',
      { disks: [{ boot: true, source: `zones/${ZONE}/disks/nothing` }] },
      404,
      'notFound',
      /disks\/nothing' was not found/,
    ],
    [
      'a disk of another zone',
      { disks: [{ boot: true, source: 'zones/us-central1-a/disks/nothing' }] },
      400,
      'invalid',
      /Disk must be in the same zone as the instance/,
    ],
    [
      'no interface',
      { networkInterfaces: [] },
      400,
      'invalid',
      /At least one network interface is required/,
    ],
    [
      'a network that is not there',
      { networkInterfaces: [{ network: 'global/networks/nothing' }] },
      400,
      'invalid',
      /cannot be found/,
    ],
    [
      'labels with capitals',
      { labels: { Env: 'x' } },
      400,
      'invalid',
      /'resource\.labels': .* Label key 'Env' violates format constraints\. The key must start/,
    ],
    [
      'a tag that is no name',
      { tags: { items: ['HTTP'] } },
      400,
      'invalid',
      /resource.tags.items\[0\]/,
    ],
    [
      'a metadata key with a space',
      { metadata: { items: [{ key: 'a b', value: '' }] } },
      400,
      'invalid',
      /metadata.items\[0\].key/,
    ],
    [
      'a metadata value that is too long',
      { metadata: { items: [{ key: 'a', value: 'x'.repeat(262_145) }] } },
      400,
      'invalid',
      /Value size is too large/,
    ],
    [
      'a Spot VM that restarts by itself',
      { scheduling: { provisioningModel: 'SPOT', automaticRestart: true } },
      400,
      'invalid',
      /preemptible be false when AutomaticRestart is true/,
    ],
    [
      'a GPU',
      { guestAccelerators: [{ acceleratorType: 'x', acceleratorCount: 1 }] },
      501,
      'notImplemented',
      /guestAccelerators/,
    ],
    ['a description that is a number', { description: 1 }, 400, 'invalid', /resource.description/],
  ];
  it.each(bad)('%s', async (_why, more, status, reason, message) => {
    const gce = await startCompute();
    const { json } = await gce.insert(vm('web-1', more));
    expect(json.error).toMatchObject({
      code: status,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      errors: [{ reason, domain: 'global' }],
    });
    expect((await gce.get(`${gce.base}/instances`)).json.items).toBeUndefined();
    expect((await gce.get(`${gce.base}/disks`)).json.items).toBeUndefined();
  });

  it('anything in a zone that is not there', async () => {
    const gce = await startCompute();
    const { json } = await gce.post(`${gce.project}/zones/mars-1-a/instances`, vm('web-1'));
    expect(json.error.message).toBe("Invalid value for field 'zone': 'mars-1-a'. Unknown zone.");
  });
});

describe('an insertion', () => {
  it('of a name that is there is refused; repeated with its requestId it is the same', async () => {
    const gce = await startCompute();
    const id = '0d5a9a77-3c4b-4f0e-9a55-4a1b1b1c1d1e';
    const first = await gce.insert(vm('web-1'), `?requestId=${id}`);
    const again = await gce.insert(vm('web-1'), `?requestId=${id}`);
    expect(again.json.name).toBe(first.json.name);
    const other = await gce.insert(vm('web-1'));
    expect(other.json.error).toMatchObject({
      code: 409,
      message: `The resource 'projects/cloudlab-sandbox/zones/${ZONE}/instances/web-1' already exists`,
      errors: [{ reason: 'alreadyExists' }],
    });
    const badId = await gce.insert(vm('web-2'), '?requestId=no-uuid');
    expect(badId.status).toBe(400);
  });

  it.each([
    'projects/debian-cloud/zones/-/imageFamilyViews/debian-12',
    'https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/family/debian-12',
    'http://127.0.0.1:8080/compute/v1/projects/debian-cloud/global/images/family/debian-12',
  ])('takes the image %s', async (sourceImage) => {
    const gce = await startCompute();
    await gce.running('web-1', { disks: [{ boot: true, initializeParams: { sourceImage } }] });
    const { json } = await gce.disk('web-1');
    expect(json.sourceImage).toMatch(
      /^https:\/\/www\.googleapis\.com\/compute\/v1\/projects\/debian-cloud\/global\/images\/debian-12-/,
    );
    expect(json.content).toBeUndefined();
  });

  it('keeps and shows what was asked for', async () => {
    const gce = await startCompute();
    const shown = await gce.running('web-1', {
      machineType: `zones/${ZONE}/machineTypes/e2-custom-micro-2048`,
      description: '첫 서버',
      hostname: 'web.example.com',
      labels: { env: 'dev', 팀: '검색' },
      tags: { items: ['http-server', 'http-server'] },
      metadata: { items: [{ key: 'startup-script', value: 'echo 안녕' }] },
      canIpForward: true,
      deletionProtection: true,
      serviceAccounts: [
        { email: 'default', scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
      ],
      scheduling: { provisioningModel: 'SPOT', instanceTerminationAction: 'DELETE' },
      shieldedInstanceConfig: { enableSecureBoot: true },
      disks: [
        {
          ...boot,
          initializeParams: {
            ...image,
            diskName: 'root',
            diskSizeGb: 20,
            diskType: `zones/${ZONE}/diskTypes/pd-balanced`,
            labels: { a: 'b' },
          },
        },
        { initializeParams: { diskSizeGb: '30' }, deviceName: 'data', autoDelete: true },
      ],
    });
    expect(shown).toMatchObject({
      description: '첫 서버',
      hostname: 'web.example.com',
      labels: { env: 'dev', 팀: '검색' },
      labelFingerprint: expect.any(String),
      tags: { items: ['http-server'], fingerprint: expect.any(String) },
      metadata: {
        kind: 'compute#metadata',
        items: [{ key: 'startup-script', value: 'echo 안녕' }],
        fingerprint: expect.any(String),
      },
      canIpForward: true,
      deletionProtection: true,
      serviceAccounts: [{ email: '100000000001-compute@developer.gserviceaccount.com' }],
      scheduling: {
        provisioningModel: 'SPOT',
        preemptible: true,
        automaticRestart: false,
        onHostMaintenance: 'TERMINATE',
        instanceTerminationAction: 'DELETE',
      },
      shieldedInstanceConfig: { enableSecureBoot: true },
      disks: [
        { index: 0, deviceName: 'persistent-disk-0', autoDelete: false, diskSizeGb: '20' },
        { index: 1, deviceName: 'data', autoDelete: true, diskSizeGb: '30', boot: false },
      ],
    });
    expect((await gce.disk('root')).json).toMatchObject({
      type: expect.stringMatching(/diskTypes\/pd-balanced$/),
      labels: { a: 'b' },
      sizeGb: '20',
    });
    expect((await gce.disk('web-1-1')).json).toMatchObject({ sizeGb: '30' });
  });

  it('warns of a disk that is larger than its image', async () => {
    const gce = await startCompute();
    const disks = [{ boot: true, initializeParams: { ...image, diskSizeGb: '20' } }];
    const { json } = await gce.insert(vm('web-1', { disks }));
    expect(json.warnings).toEqual([
      {
        code: 'DISK_SIZE_LARGER_THAN_IMAGE_SIZE',
        message: expect.stringMatching(
          /^Disk size: '20 GB' is larger than image size: '10 GB'\. You might need to resize/,
        ),
      },
    ]);
    expect((await gce.insert(vm('web-2'))).json.warnings).toBeUndefined();
  });

  it('has disks that its machine type takes, and a system for its processor', async () => {
    const gce = await startCompute();
    const make = async (type: string, initializeParams: object) => {
      const machineType = `zones/us-central1-a/machineTypes/${type}`;
      const disks = [{ boot: true, initializeParams }];
      const { json } = await gce.post(
        `${gce.project}/zones/us-central1-a/instances`,
        vm('web-1', { machineType, disks }),
      );
      return json.error?.message;
    };
    expect(await make('c4-standard-2', { ...image, diskType: 'pd-ssd' })).toBe(
      '[pd-ssd, c4-standard-2] features are not compatible for creating instance.',
    );
    expect(await make('t2a-standard-1', image)).toBe(
      "Invalid resource usage: 'Requested boot disk architecture (X86_64) is not compatible with machine type architecture (ARM64).'.",
    );
    // Where nothing is said, it is a type that the machine takes.
    expect(await make('c4-standard-2', image)).toBeUndefined();
    const { json } = await gce.get(`${gce.project}/zones/us-central1-a/disks/web-1`);
    expect(json.type).toMatch(/hyperdisk-balanced$/);
  });

  it('uses a disk that is there, once', async () => {
    const gce = await startCompute();
    await gce.done(await gce.post(`${gce.base}/disks`, { name: 'root', ...image }));
    const disks = [{ boot: true, source: `zones/${ZONE}/disks/root` }];
    await gce.running('web-1', { disks });
    const second = await gce.insert(vm('web-2', { disks }));
    expect(second.json.error).toMatchObject({
      code: 400,
      errors: [{ reason: 'resourceInUseByAnotherResource' }],
      message: `The disk resource 'projects/cloudlab-sandbox/zones/${ZONE}/disks/root' is already being used by 'projects/cloudlab-sandbox/zones/${ZONE}/instances/web-1'`,
    });
    const third = await gce.insert(
      vm('web-3', { disks: [{ boot: true, initializeParams: { ...image, diskName: 'root' } }] }),
    );
    expect(third.json.error).toMatchObject({ code: 409, errors: [{ reason: 'alreadyExists' }] });
  });
});

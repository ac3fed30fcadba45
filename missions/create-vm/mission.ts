import { defineMission, fail, type Inspect, lastPart, pass } from '../../src/missions/define.ts';
import {
  createVm,
  deleteVm,
  getAddress,
  getDisk,
  getVm,
  releaseAddress,
  reserveAddress,
  stopVm,
} from './actions.ts';
import {
  createCommand,
  deleteFound,
  listCommands,
  makeAnew,
  onVm,
  releaseCommand,
  reserveCommand,
} from './commands.ts';
import { finishedOperations, listed, wasReleased } from './listings.ts';
import { vmNameProblem, zoneProblem } from './vm-name.ts';
import {
  addressOf,
  diskOf,
  diskSizeGb,
  diskType,
  imageFamily,
  instanceOf,
  machineType,
  prepareWorld,
  type World,
} from './world.ts';
import { wrong } from './wrong.ts';

export default defineMission<World>({
  id: 'create-vm',
  services: ['compute'],

  inputs: {
    name: { check: vmNameProblem },
    zone: { check: zoneProblem },
  },

  prepare: prepareWorld,

  creates: (world) => [addressOf(world), diskOf(world), instanceOf(world)],

  tasks: [
    {
      id: 'address',
      needs: [],
      given: ({ address, region }) => ({ address, region }),
      commands: (world) => [reserveCommand(world)],
      fixes: {
        'address-region': (world, found) => [...deleteFound(world, found), reserveCommand(world)],
      },
      solve: reserveAddress,
      async check(world, inspect) {
        const found = await getAddress(inspect, world);
        const wanted = `regions/${world.region}/addresses/${world.address}`;
        if (found === undefined) {
          const elsewhere = await listed(inspect.compute.addresses, inspect, world.address);
          const hint = elsewhere.length > 0 ? 'address-region' : 'address-missing';
          return fail(hint, wanted, elsewhere[0] ?? '404');
        }
        inspect.remember('address', String(found.id));
        return pass(`${found.address} status=${found.status} region=${world.region}`);
      },
    },
    {
      id: 'create',
      needs: ['address'],
      given: ({ vm, zone, address }) => ({
        vm,
        zone,
        machine: machineType,
        image: imageFamily,
        disk: `${diskSizeGb} GB, ${diskType}`,
        address,
      }),
      commands: (world) => [
        createCommand(world),
        onVm('describe', ' --format="value(status)"')(world),
      ],
      fixes: {
        'vm-zone': (world, found) => [...deleteFound(world, found), createCommand(world)],
        'vm-status': (world) => [onVm('start')(world)],
        'vm-machineType': (world) => [
          onVm('stop')(world),
          onVm('set-machine-type', ` --machine-type=${machineType}`)(world),
          onVm('start')(world),
        ],
        'vm-image': makeAnew,
        'vm-disk': makeAnew,
        'vm-address': makeAnew,
      },
      solve: (world, act) => createVm(world, act),
      check: checkCreated,
      async holds({ vm, zone }, inspect) {
        const found = await getVm(inspect, { vm, zone });
        const path = `zones/${zone}/instances/${vm}`;
        return found === undefined ? fail('vm-missing', path, '404') : pass(path);
      },
    },
    {
      id: 'stop',
      needs: ['create'],
      given: ({ vm, zone }) => ({ vm, zone }),
      commands: ({ vm, zone, region, address }) => [
        onVm('stop')({ vm, zone }),
        `gcloud compute disks list --filter="name=${vm}"`,
        `gcloud compute addresses describe ${address} --region=${region}`,
      ],
      fixes: {
        'vm-suspended': (world) => [onVm('resume')(world), onVm('stop')(world)],
        'vm-gone': (world) => [createCommand(world), onVm('stop')(world)],
      },
      solve: stopVm,
      check: checkStopped,
    },
    {
      id: 'delete',
      needs: ['stop'],
      removes: true,
      given: ({ vm, zone }) => ({ vm, zone }),
      commands: ({ vm, zone }) => [
        onVm('delete')({ vm, zone }),
        `gcloud compute operations list --zones=${zone} --filter="targetLink~/${vm}$"`,
      ],
      fixes: {
        'disk-left': ({ vm, zone }) => [`gcloud compute disks delete ${vm} --zone=${zone}`],
        'vm-never': (world) => [createCommand(world), onVm('stop')(world), onVm('delete')(world)],
      },
      solve: (world, act) => deleteVm(world, act),
      check: checkDeleted,
    },
    {
      id: 'release',
      needs: ['delete'],
      removes: true,
      given: ({ address, region }) => ({ address, region }),
      commands: (world) => [releaseCommand(world), ...listCommands],
      fixes: {
        'address-never': (world) => [reserveCommand(world), releaseCommand(world)],
        'something-left': deleteFound,
      },
      solve: releaseAddress,
      check: checkReleased,
    },
  ],

  wrong,
});

async function checkCreated(world: World, inspect: Inspect) {
  const { vm, zone } = world;
  const found = await getVm(inspect, world);
  if (found === undefined) {
    const elsewhere = await listed(inspect.compute.instances, inspect, vm);
    const hint = elsewhere.length > 0 ? 'vm-zone' : 'vm-missing';
    return fail(hint, `zones/${zone}/instances/${vm}`, elsewhere[0] ?? '404');
  }
  const disk = await getDisk(inspect, world);
  const address = await getAddress(inspect, world);
  const seen = {
    status: String(found.status),
    machineType: lastPart(found.machineType ?? ''),
    // Such as debian-12-bookworm-v20261103: the family is how it begins.
    image: familyOf(lastPart(disk?.sourceImage ?? '')),
    disk: `${lastPart(disk?.type ?? '')} ${disk?.sizeGb} GB`,
    address: String(found.networkInterfaces?.[0]?.accessConfigs?.[0]?.natIP),
  };
  const wanted = {
    status: 'RUNNING',
    machineType,
    image: imageFamily,
    disk: `${diskType} ${diskSizeGb} GB`,
    address: String(address?.address),
  };
  for (const name of Object.keys(wanted) as (keyof typeof wanted)[]) {
    if (seen[name] !== wanted[name]) {
      return fail(`vm-${name}`, `${name}=${wanted[name]}`, `${name}=${seen[name]}`);
    }
  }
  inspect.remember('vm', String(found.id));
  inspect.remember('disk', String(disk?.id));
  return pass(
    Object.entries(seen)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  );
}

function familyOf(image: string): string {
  return image.startsWith(`${imageFamily}-`) ? imageFamily : image;
}

/** What is billed while nothing runs: everything but the machine itself. */
async function checkStopped(world: World, inspect: Inspect) {
  const found = await getVm(inspect, world);
  if (found === undefined) {
    // Deleted since; that it was stopped before is in the operation log.
    const [stop] = await finishedOperations(inspect, world, 'stop', inspect.recall('vm'));
    if (stop !== undefined) return pass(`${stop}: DONE`);
    return fail('vm-gone', 'status=TERMINATED', '404');
  }
  const { status } = found;
  if (status !== 'TERMINATED') {
    const hint = status === 'SUSPENDED' ? 'vm-suspended' : 'vm-running';
    return fail(hint, 'status=TERMINATED', `status=${status}`);
  }
  const disk = await getDisk(inspect, world);
  const address = await getAddress(inspect, world);
  const price = (...things: Parameters<Inspect['monthly']>[0]) =>
    inspect.monthly(things) ?? 'no list price known';
  const [theVm, theDisk, theAddress] = [instanceOf(world), diskOf(world), addressOf(world)];
  return pass(
    [
      `status=${status}`,
      `disk ${disk?.sizeGb} GB status=${disk?.status}: ${price(theDisk)}`,
      `address ${address?.address} status=${address?.status}: ${price(theAddress)}`,
      `still billed per 730 h: ${price(theDisk, theAddress)}`,
      `running: ${price(theVm, theDisk, theAddress)}`,
    ].join('; '),
  );
}

async function checkDeleted(world: World, inspect: Inspect) {
  const { vm, zone } = world;
  const found = await getVm(inspect, world);
  if (found !== undefined) return fail('vm-left', `${vm}: 404`, `${vm}: status=${found.status}`);
  const disk = await getDisk(inspect, world);
  if (disk !== undefined) {
    return fail('disk-left', `disk ${vm}: 404`, `disk ${vm}: ${disk.sizeGb} GB ${disk.status}`);
  }
  const deletions = await finishedOperations(inspect, world, 'delete', inspect.recall('vm'));
  const [deletion] = deletions;
  if (deletion === undefined) return fail('vm-never', `delete ${vm}: DONE`, 'no such operation');
  const address = await getAddress(inspect, world);
  return pass(
    [
      `${deletion}: DONE`,
      `GET zones/${zone}/instances/${vm}: 404 notFound`,
      `GET zones/${zone}/disks/${vm}: 404 notFound`,
      `address status=${address?.status ?? '404'}`,
    ].join('; '),
  );
}

async function checkReleased(world: World, inspect: Inspect) {
  const { address, region } = world;
  const found = await getAddress(inspect, world);
  if (found !== undefined) {
    return fail('address-left', `${address}: 404`, `${address}: status=${found.status}`);
  }
  if (!(await wasReleased(inspect, world))) {
    return fail('address-never', `delete ${address}: DONE`, 'no such operation');
  }
  const { instances, disks, addresses } = inspect.compute;
  const left = [
    ...(await listed(instances, inspect, world.vm)),
    ...(await listed(disks, inspect, world.vm)),
    ...(await listed(addresses, inspect, address)),
  ];
  if (left.length > 0)
    return fail('something-left', 'instances=0 disks=0 addresses=0', left.join(', '));
  return pass(
    `GET regions/${region}/addresses/${address}: 404 notFound; in the lists: instances=0 disks=0 addresses=0`,
  );
}

import { once } from 'node:events';
import { expect, it } from 'vitest';
import { runProgram } from '../support/cli.ts';
import { sandboxProgram, zone } from './vm-program.ts';

/** What becomes of the files and the programs of a VM as its resources and its sandbox change. */

const disks = `/zones/${zone}/disks`;
const instances = `/zones/${zone}/instances`;

const bootFrom = (disk: string): object => ({
  disks: [{ boot: true, autoDelete: true, source: `zones/${zone}/disks/${disk}` }],
});

it('hands files on: with a disk that is kept, by snapshots and by images', async () => {
  const { create, ssh, api } = await sandboxProgram();
  await create('first');
  await api(
    'POST',
    `${instances}/first/setDiskAutoDelete?deviceName=persistent-disk-0&autoDelete=false`,
  );
  await ssh('first', '--', 'echo mine > note; echo ours | sudo tee /srv/note > /dev/null');
  await api('DELETE', `${instances}/first`);
  const read = (name: string) => ssh(name, '--', 'cat note /srv/note; hostname');

  await create('second', bootFrom('first'));
  expect(await read('second')).toMatchObject({ stdout: 'mine\nours\nsecond\n' });
  await api('POST', `${disks}/first/createSnapshot`, { name: 'moment' });
  await ssh('second', '--', 'echo later > note');

  await api('POST', disks, { name: 'third', sourceSnapshot: 'global/snapshots/moment' });
  await create('third', bootFrom('third'));
  expect(await read('third')).toMatchObject({ stdout: 'mine\nours\nthird\n' });

  await api('POST', `${instances}/second/stop`);
  await api('POST', '/global/images', { name: 'own', sourceDisk: `zones/${zone}/disks/first` });
  const initializeParams = { sourceImage: 'global/images/own' };
  await create('fourth', { disks: [{ boot: true, autoDelete: true, initializeParams }] });
  expect(await read('fourth')).toMatchObject({ stdout: 'later\nours\nfourth\n' });
});

it('keeps what runs through a suspension, and nothing of it through a reset', async () => {
  const { create, ssh, api } = await sandboxProgram();
  await create('web-1');
  await ssh('web-1', '--', 'nohup sleep 4321 > /dev/null 2>&1 &');
  const sleeps = async () => (await ssh('web-1', '--', 'pgrep -f "^sleep 4321"')).code;
  expect(await sleeps()).toBe(0);
  await api('POST', `${instances}/web-1/suspend`);
  const refused = await ssh('web-1', '--', 'true');
  expect(refused.stderr).toContain('web-1 is SUSPENDED');
  await api('POST', `${instances}/web-1/resume`);
  expect(await sleeps()).toBe(0);
  await api('POST', `${instances}/web-1/reset`);
  expect(await sleeps()).toBe(1);
});

it('shows inside what the resources say: machine type, host name, MTU', async () => {
  const { create, ssh, api } = await sandboxProgram();
  await api('POST', '/global/networks', { name: 'jumbo', autoCreateSubnetworks: true, mtu: 1500 });
  await api('POST', '/global/firewalls', {
    name: 'ssh',
    network: 'global/networks/jumbo',
    allowed: [{ IPProtocol: 'tcp', ports: ['22'] }],
  });
  await create('web-1', {
    hostname: 'www.example.com',
    networkInterfaces: [
      { network: 'global/networks/jumbo', accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] },
    ],
  });
  const look = 'hostname; hostname -f; cat /sys/class/net/ens4/mtu; nproc';
  expect((await ssh('web-1', '--', look)).stdout).toBe('www\nwww.example.com\n1500\n2\n');
  const machineType = `zones/${zone}/machineTypes/e2-standard-4`;
  await api('POST', `${instances}/web-1/stop`);
  await api('POST', `${instances}/web-1/setMachineType`, { machineType });
  await api('POST', `${instances}/web-1/start`);
  const size = 'nproc; grep -c ^processor /proc/cpuinfo; grep MemTotal /proc/meminfo';
  expect((await ssh('web-1', '--', size)).stdout).toMatch(/^4\n4\nMemTotal: +16\d{6} kB\n$/);
});

it('loses no finished command when the sandbox is killed, and boots its VMs again', async () => {
  const first = await sandboxProgram();
  await first.create('web-1');
  const work = 'echo kept > note; sudo apt-get update && sudo apt-get install -y nginx';
  expect((await first.ssh('web-1', '--', work)).code).toBe(0);
  first.child.kill('SIGKILL');
  await once(first.child, 'close');

  const second = await sandboxProgram(first.home);
  expect((await second.api('GET', `${instances}/web-1`)).status).toBe('RUNNING');
  const look = await second.ssh('web-1', '--', 'cat note; systemctl is-active nginx');
  expect(look).toMatchObject({ code: 0, stdout: 'kept\nactive\n' });

  const reset = await runProgram(['sandbox', 'reset', '--yes'], second);
  expect(reset.code).toBe(0);
  expect((await second.api('GET', instances)).items).toBeUndefined();
  expect((await second.ssh('web-1', '--', 'true')).code).not.toBe(0);
  await second.create('web-1');
  expect((await second.ssh('web-1', '--', 'cat note; true')).stdout).toBe('');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runProgram } from '../support/cli.ts';
import { requireTool, run } from './tools.ts';
import { sandboxProgram, zone } from './vm-program.ts';

/** `cloudlab ssh` and OpenSSH's clients, in VMs that were created through the API. */

const allowSsh = {
  name: 'let-me-in',
  network: 'global/networks/default',
  allowed: [{ IPProtocol: 'tcp', ports: ['22'] }],
};

it('logs in to a VM, as long as it runs and the network lets it', async () => {
  const { create, ssh, api } = await sandboxProgram();
  await create('web-1');
  expect(await ssh('web-1', '--user', 'kim', '--', 'echo 안녕 $USER; exit 42')).toMatchObject({
    code: 42,
    stdout: '안녕 kim\n',
  });
  expect((await ssh('web-1', '--', 'echo kept > note')).code).toBe(0);
  const known = await api('GET', '');
  expect(JSON.stringify(known.commonInstanceMetadata.items)).toMatch(/kim:ssh-ed25519 /);

  await api('DELETE', '/global/firewalls/default-allow-ssh');
  const blocked = await ssh('web-1', '--', 'true');
  expect([blocked.code, blocked.stderr]).toEqual([
    255,
    expect.stringContaining('firewall-rules create allow-ssh --network default'),
  ]);
  const denying = { ...allowSsh, name: 'keep-out', denied: allowSsh.allowed, allowed: undefined };
  await api('POST', '/global/firewalls', denying);
  expect((await ssh('web-1', '--', 'true')).stderr).toContain('keep-out');
  await api('POST', '/global/firewalls', { ...allowSsh, priority: 10 });
  expect((await ssh('web-1', '--', 'echo in')).stdout).toBe('in\n');

  await api('POST', `/zones/${zone}/instances/web-1/stop`);
  const stopped = await ssh('web-1', '--', 'true');
  expect([stopped.code, stopped.stderr]).toEqual([
    255,
    expect.stringContaining('gcloud compute instances start web-1'),
  ]);
  await api('POST', `/zones/${zone}/instances/web-1/start`);
  expect((await ssh('web-1', '--', 'read -r line < note; echo $line')).stdout).toBe('kept\n');

  await create('inner', { networkInterfaces: [{ network: 'global/networks/default' }] });
  const inner = await ssh('inner', '--', 'true');
  expect([inner.code, inner.stderr]).toEqual([
    255,
    expect.stringContaining('gcloud compute instances add-access-config inner'),
  ]);
});

it('tells where a page of a VM is found on this machine', async () => {
  const { home, url: sandbox, create, ssh, api } = await sandboxProgram();
  const ask = (port: string) =>
    runProgram(['network', 'reach', 'me', 'web-1', '--port', port], { home });
  await create('web-1');
  await api('POST', '/global/firewalls', {
    ...allowSsh,
    name: 'web',
    allowed: [{ IPProtocol: 'tcp', ports: ['80'] }],
  });
  expect((await ask('22')).stdout).toContain(`cloudlab ssh web-1 --zone ${zone}`);
  expect((await ask('80')).stdout).toContain('nothing in web-1 listens on port 80');
  await ssh('web-1', '--', 'sudo apt-get update && sudo apt-get install -y nginx');
  await ssh('web-1', '--', 'echo 안녕 | sudo tee /var/www/html/index.html');
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec((await ask('80')).stdout)?.[0] ?? '';
  expect(await (await fetch(url)).text()).toBe('안녕\n');
  const status = await runProgram(['sandbox', 'status'], { home });
  expect(status.stdout).toContain(`web-1 (${zone}) RUNNING, 80 → ${url}`);

  // The page is the VM's: what it asks the APIs for, the learner's browser does not get.
  const asked = async (origin: string) => {
    const path = '/compute/v1/projects/cloudlab-sandbox';
    return (await fetch(`${sandbox}${path}`, { headers: { origin } })).status;
  };
  const { origin, port } = new URL(url);
  expect(await asked(origin)).toBe(403);
  expect(await asked(`http://web.localhost:${port}`)).toBe(403);
  expect(await asked('http://localhost:5173')).toBe(200);
  await api('POST', `/zones/${zone}/instances/web-1/stop`);
  expect(await asked(origin)).toBe(403);
});

it('shows a disk in the running VM once it is attached, and no more once it is detached', async () => {
  const { create, ssh, api } = await sandboxProgram();
  await create('web-1');
  await api('POST', `/zones/${zone}/disks`, { name: 'data-1', sizeGb: '20' });
  expect((await ssh('web-1', '--', 'lsblk -d')).stdout).not.toContain('sdb');
  const source = `zones/${zone}/disks/data-1`;
  await api('POST', `/zones/${zone}/instances/web-1/attachDisk`, { source, deviceName: 'data' });
  expect((await ssh('web-1', '--', 'lsblk -d')).stdout).toMatch(/sdb .* 20G/);
  await api('POST', `/zones/${zone}/instances/web-1/detachDisk?deviceName=data`);
  expect((await ssh('web-1', '--', 'lsblk -d')).stdout).not.toContain('sdb');
});

it('leads OpenSSH there: ssh, scp and sftp with the settings of --config', async (context) => {
  await requireTool(context, 'ssh', 'openssh-client', '-V');
  const { home, create, ssh, api } = await sandboxProgram();
  await create('web-1');
  expect((await ssh('--config')).code).toBe(0);
  const config = join(home, 'ssh', 'config');
  const options = { cwd: home };
  expect((await run('ssh', ['-F', config, 'web-1', 'echo $HOME'], options)).stdout).toMatch(
    /^\/home\//,
  );
  await run('scp', ['-F', config, config, 'web-1:copy'], options);
  await run('scp', ['-O', '-F', config, 'web-1:copy', 'back'], options);
  expect(readFileSync(join(home, 'back'), 'utf8')).toBe(readFileSync(config, 'utf8'));

  const printed = await ssh('web-1', '--print', '--json', '--', 'echo', 'printed');
  const [program = '', ...words] = JSON.parse(printed.stdout).command as string[];
  expect((await run(program, words, options)).stdout).toBe('printed\n');

  await api('DELETE', '/global/firewalls/default-allow-ssh');
  const silent = run('ssh', ['-F', config, '-o', 'ConnectTimeout=1', 'web-1', 'true'], options);
  await expect(silent).rejects.toMatchObject({
    code: 255,
    stderr: expect.stringContaining('timed out'),
  });
  await api('POST', `/zones/${zone}/instances/web-1/stop`);
  await expect(run('ssh', ['-F', config, 'web-1', 'true'], options)).rejects.toMatchObject({
    stderr: expect.stringContaining('refused'),
  });
});

import { expect, it } from 'vitest';
import { type Machine, machine } from './support.ts';

/** What root does: users, packages, services and their files. */

async function done(vm: Machine, command: string): Promise<string> {
  const { code, stdout, stderr } = await vm.run(command);
  expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({
    command,
    code: 0,
    stderr: '',
  });
  return stdout;
}

it('lets users of the metadata use sudo, and nobody else', async () => {
  const vm = await machine();
  expect(await done(vm, 'sudo id -un; sudo -u www-data id -un')).toBe('root\nwww-data\n');
  await done(vm, 'sudo useradd -m -s /bin/bash bob');
  const bob = await vm.run('sudo -n id', { user: 'bob' });
  expect(bob).toEqual({ code: 1, stdout: '', stderr: 'sudo: a password is required\n' });
  await done(vm, 'echo "bob ALL=(root) NOPASSWD: /usr/bin/id" | sudo tee /etc/sudoers.d/bob');
  expect((await vm.run('sudo id -un', { user: 'bob' })).stdout).toBe('root\n');
  expect((await vm.run('sudo -n cat /etc/shadow', { user: 'bob' })).code).toBe(1);
});

it('opens a shell of root on the terminal', async () => {
  const vm = await machine();
  const screen = await vm.type('sudo -i\rid -un; pwd\rexit\rexit\r');
  expect(screen).toMatch(/root@web-1:~# /);
  expect(screen).toMatch(/\r\nroot\r\n\/root\r\n/);
});

it('makes, changes and removes users', async () => {
  const vm = await machine();
  await done(vm, 'sudo groupadd dev && sudo useradd -m -s /bin/bash -G dev carol');
  expect(await done(vm, 'id -nG carol; stat -c %U /home/carol')).toBe('carol dev\ncarol\n');
  await done(vm, 'sudo usermod -aG sudo carol');
  expect(await done(vm, 'id -nG carol')).toContain('sudo');
  const again = await vm.run('sudo useradd carol');
  expect(again).toMatchObject({ code: 9, stderr: "useradd: user 'carol' already exists\n" });
  await done(vm, 'sudo userdel -r carol');
  expect(await vm.run('id carol')).toMatchObject({ stderr: 'id: ‘carol’: no such user\n' });
});

it('installs and serves nginx, over restarts of the machine', async () => {
  const vm = await machine();
  const early = await vm.run('sudo apt-get install -y nginx');
  expect(early).toMatchObject({ code: 100, stderr: 'E: Unable to locate package nginx\n' });
  await done(vm, 'sudo apt-get update && sudo apt-get install -y nginx');
  expect(vm.requests.map((one) => new URL(one.url).hostname)).toContain('deb.debian.org');
  expect(vm.ports).toEqual([22, 80]);
  await done(vm, 'echo 안녕 | sudo tee /var/www/html/index.html; systemctl is-active nginx');
  const page = await vm.serve(80, '/');
  expect([page.status, Buffer.from(page.body).toString()]).toEqual([200, '안녕\n']);
  expect(await done(vm, 'curl -s http://10.178.0.2/')).toBe('안녕\n');
  expect(await done(vm, 'sudo tail -n 2 /var/log/nginx/access.log')).toMatch(
    /^203\.0\.113\.7 - - \[.*\] "GET \/ HTTP\/1\.1" 200 7 .*\n10\.178\.0\.2 /,
  );
  const restarted = await vm.restarted();
  try {
    expect(restarted.ports).toEqual([22, 80]);
    expect((await restarted.serve(80, '/')).status).toBe(200);
    await done(restarted, 'sudo apt-get purge -y nginx nginx-common');
    expect(restarted.ports).toEqual([22]);
    expect((await restarted.run('curl -s localhost')).code).toBe(7);
  } finally {
    await restarted.stop();
  }
});

it('fails as systemd does when the configuration is broken', async () => {
  const vm = await machine();
  await done(vm, 'sudo apt-get update && sudo apt-get install -y nginx');
  await done(vm, "sudo sed -i 's/index.htm /index.htm; oops /' /etc/nginx/sites-enabled/default");
  const test = await vm.run('sudo nginx -t');
  expect(test).toMatchObject({ code: 1 });
  expect(test.stderr).toMatch(
    /^nginx: \[emerg\] unknown directive "oops" in \/etc\/nginx\/sites-enabled\/default:\d+\n/,
  );
  const restart = await vm.run('sudo systemctl restart nginx');
  expect(restart).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Job for nginx.service failed because the control process'),
  });
  expect(vm.ports).toEqual([22]);
  expect(await vm.run('systemctl is-active nginx')).toMatchObject({ code: 3, stdout: 'failed\n' });
  expect(await done(vm, 'sudo journalctl -u nginx --no-pager')).toContain(
    'unknown directive "oops"',
  );
});

it('answers 404, 403 and 301 as nginx does', async () => {
  const vm = await machine();
  await done(vm, 'sudo apt-get update && sudo apt-get install -y nginx');
  await done(
    vm,
    'sudo mkdir /var/www/html/photos && sudo touch /var/www/html/secret && sudo chmod 600 /var/www/html/secret',
  );
  const answers = await Promise.all(
    [
      '/none',
      '/photos',
      '/photos/',
      '/secret',
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
    ].map(async (path) => (await vm.serve(80, path)).status),
  );
  expect(answers).toEqual([404, 301, 403, 403, 404, 404]);
  const page = await vm.serve(80, '/index.nginx-debian.html');
  const tag = page.headers.find(([name]) => name === 'ETag')?.[1] ?? '';
  const again = await vm.serve(80, '/', {
    headers: [
      ['Host', 'x'],
      ['If-None-Match', tag],
    ],
  });
  expect(again.status).toBe(304);
});

it('cannot install without a way out, and says why', async () => {
  const vm = await machine();
  vm.network = () => 'timeout';
  const update = await vm.run('sudo apt-get update');
  expect(update.code).toBe(0);
  expect(update.stderr).toContain('Could not connect to deb.debian.org:443');
  vm.network = () => 'unresolved';
  expect((await vm.run('sudo apt-get update')).stderr).toContain(
    "Temporary failure resolving 'deb.debian.org'",
  );
  expect((await vm.run('sudo apt-get install -y tree')).code).toBe(100);
});

it('asks before it installs more than was named', async () => {
  const vm = await machine();
  expect(await vm.run('sudo apt-get -qq update')).toMatchObject({ code: 0, stdout: '' });
  const no = await vm.run('sudo apt-get install nginx', { stdin: 'n\n' });
  expect(no).toMatchObject({ code: 1, stdout: expect.stringMatching(/\[Y\/n\] Abort\.\n$/) });
  expect(vm.ports).toEqual([22]);
  const alone = await vm.run('apt-get install -y tree');
  expect(alone).toMatchObject({ code: 100, stderr: expect.stringContaining('are you root?') });
});

it('runs a service of a learner’s own, and starts it again when it fails', async () => {
  const vm = await machine();
  await done(
    vm,
    `sudo tee /etc/systemd/system/hello.service <<'EOF'
[Unit]
Description=Hello
[Service]
ExecStart=/bin/bash -c 'echo hello from $USER; sleep 300'
User=alice
Restart=always
[Install]
WantedBy=multi-user.target
EOF
sudo systemctl daemon-reload && sudo systemctl enable --now hello && sleep 0.3`,
  );
  expect(await done(vm, 'systemctl is-active hello; systemctl is-enabled hello')).toBe(
    'active\nenabled\n',
  );
  expect(await done(vm, 'journalctl -u hello -o cat')).toContain('hello from alice');
  await done(vm, 'sudo kill -9 $(systemctl show -p MainPID --value hello); sleep 0.5');
  expect(await done(vm, 'systemctl is-active hello')).toBe('active\n');
  await done(vm, 'sudo systemctl stop hello');
  expect((await vm.run('pgrep -x sleep')).code).toBe(1);
});

it('notes logins and the startup script in the journal', async () => {
  const vm = await machine(
    {},
    { startupScript: '#!/bin/bash\necho 준비됨 > /tmp/ready; echo done; exit 3\n' },
  );
  const ready =
    'for i in $(seq 50); do journalctl -u google-startup-scripts | grep -q Finished && break; sleep 0.1; done';
  await done(vm, ready);
  expect(await done(vm, 'cat /tmp/ready; stat -c %U /tmp/ready')).toBe('준비됨\nroot\n');
  const journal = await done(vm, 'journalctl -u google-startup-scripts -o cat');
  expect(journal).toContain('startup-script: done\n');
  expect(journal).toContain('exit status 3');
  expect(vm.serial.join('')).toMatch(
    /google_metadata_script_runner\[\d+\]: startup-script: done\n/,
  );
  expect(vm.serial.join('')).toMatch(/Linux version 6\.1\.0-\d+-cloud-amd64[\s\S]*web-1 login: /);
  expect(await done(vm, 'journalctl -u ssh -o cat | tail -n 1')).toBe(
    'Accepted publickey for alice from 203.0.113.7 port 50122 ssh2\n',
  );
});

it('sleeps when nobody looks, and wakes as it was', async () => {
  const vm = await machine();
  await done(vm, 'sudo apt-get update && sudo apt-get install -y nginx');
  const facts =
    "systemctl show -p MainPID nginx; systemctl status nginx | grep -o 'since [^;]*'; pgrep -c nginx; journalctl -u nginx | wc -l; ps -eo lstart,pid,comm | grep -E 'nginx|sshd$|systemd$|init'";
  const before = await done(vm, facts);
  // Of more than two that idle, the third is not kept waiting.
  await machine();
  await machine();
  for (let wait = 3000; vm.begins === 1 && wait < 30_000; wait *= 2) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    expect((await vm.serve(80, '/')).status).toBe(200);
  }
  expect(vm.begins).toBe(2);
  expect(await done(vm, facts)).toBe(before);
  expect(vm.serial.join('').match(/web-1 login:/g)).toHaveLength(1);
}, 90_000);

it('keeps the root of Container-Optimized OS as it is, for root too', async () => {
  const vm = await machine({ imageFamily: 'cos-stable' });
  for (const line of [
    'sudo touch /usr/x',
    'sudo mkdir /opt/x',
    'sudo rm /usr/bin/ls',
    'sudo chmod 777 /usr',
    'echo 1 | sudo tee /x',
    'sudo mv /usr/bin/ls /tmp/ls',
  ]) {
    const { code, stderr } = await vm.run(line);
    expect(code, line).not.toBe(0);
    expect(stderr, line).toContain('Read-only file system');
  }
  await done(
    vm,
    'sudo touch /etc/x /var/x /tmp/x /mnt/stateful_partition/x && echo hi > ~/x && sudo useradd -m eve',
  );
});

it('locks passwords as root only, and says what is not there to unlock', async () => {
  const vm = await machine();
  expect(await vm.run('passwd -l alice')).toMatchObject({
    code: 1,
    stderr: 'passwd: Permission denied.\n',
  });
  await done(
    vm,
    'sudo useradd -m eve && sudo sed -i "s/^eve:!/eve:x/" /etc/shadow && sudo passwd -l eve',
  );
  expect((await vm.run('sudo grep ^eve: /etc/shadow')).stdout).toMatch(/^eve:!x:/);
  expect((await vm.run('sudo passwd -u eve')).code).toBe(3);
});

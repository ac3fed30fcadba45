import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../support/host.ts';
import { bootGuest, run } from './support.ts';

const from = { address: '203.0.113.7', port: 50_000 };

/** A file of the host that a guest must not see, by a name that no image has. */
function hostFile(): { folder: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'host-of-guests-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'secret');
  writeFileSync(file, 'the-host-s-secret');
  return { folder, file };
}

it('sees no file of the host, whichever way it goes there', async () => {
  const { folder, file } = hostFile();
  const machine = await bootGuest();
  const up = '../'.repeat(20);
  const ways = [
    `cat ${file}`,
    `cat ${up}${file.slice(1)}`,
    `ln -s ${file} l; cat l`,
    `ln -s ${folder} d; cat d/secret; ls d`,
    `cat /proc/self/root${file}`,
    `cat /proc/1/root${file}`,
    `cat /proc/self/cwd/${up}${file.slice(1)}`,
    `source ${file}; . ${file}`,
    `cat < ${file}`,
    `mapfile -t a < ${file}; echo "\${a[0]}"`,
    `echo "$(<${file})"`,
    `read x < ${file}; echo $x`,
    `cat <(cat ${file})`,
    `tar cf - ${folder} | tar tf -`,
    `find / -name 'host-of-guests-*'`,
    `grep -r the-host-s /tmp ${folder}`,
    `head -c 99 file://${file}; cat ${packageRoot}/package.json`,
    `awk '{print}' ${file}; awk 'BEGIN{while((getline l < "${file}")>0) print l; system("cat ${file}")}'`,
    `sed -n p ${file}; sed 'r ${file}' /etc/hostname`,
    `cat /proc/self/maps /proc/self/fd/* /proc/self/exe | head -c 0; ls /proc/self/fd`,
  ];
  for (const user of ['learner', 'root']) {
    for (const way of ways) {
      const { stdout, stderr } = await run(machine, way, { user });
      expect(`${stdout}${stderr}`, way).not.toContain('the-host-s-secret');
      expect(stdout, way).not.toContain('"cloudlab"');
    }
  }
  await expect(machine.guest.files('root').read(file)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(machine.guest.files('root').list(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('writes no file of the host', async () => {
  const { folder, file } = hostFile();
  const machine = await bootGuest();
  const tries = [
    `mkdir -p ${folder}; echo gone > ${file}; echo new > ${folder}/new`,
    `cp /etc/hostname ${folder}/copy; mv ${file} ${folder}/moved; rm -rf ${folder}`,
    `mkdir -p ${folder}; cd ${folder}; tee a b < /etc/hostname; touch c`,
  ];
  for (const one of tries) await run(machine, one, { user: 'root' });
  await machine.guest
    .files('root')
    .write(`${folder}/sftp`, Buffer.from('x'))
    .catch(() => {});
  expect(readdirSync(folder)).toEqual(['secret']);
});

it('knows nothing of the environment, the process and the machine of the host', async () => {
  process.env['CLOUDLAB_TEST_SECRET'] = 'secret-of-the-environment';
  onTestFinished(() => {
    delete process.env['CLOUDLAB_TEST_SECRET'];
  });
  const machine = await bootGuest();
  const looks = [
    'env; export -p; set; declare -p',
    'cat /proc/self/environ /proc/*/environ; cat /proc/*/cmdline',
    'printenv CLOUDLAB_TEST_SECRET; echo ${CLOUDLAB_TEST_SECRET}',
    'hostname; uname -a; cat /etc/hostname',
    'echo $$ $PPID $BASHPID $UID',
  ];
  for (const look of looks) {
    const { stdout, stderr } = await run(machine, look, { user: 'root' });
    const all = `${stdout}${stderr}`;
    expect(all, look).not.toContain('secret-of-the-environment');
    expect(all, look).not.toContain('worker.js');
    expect(all, look).not.toContain(process.cwd());
    if (hostname().length > 4) expect(all, look).not.toContain(hostname());
  }
});

it('reaches the network only through its machine', async () => {
  const server = createServer((_request, response) => response.end('the-host-s-server'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const machine = await bootGuest();
  for (const address of [
    '127.0.0.1',
    'localhost',
    '0.0.0.0',
    '2130706433',
    '127.1',
    '[::1]',
    '0x7f.1',
  ]) {
    const { stdout } = await run(
      machine,
      `curl -s -m 2 http://${address}:${port}/; wget -qO- http://${address}:${port}/`,
    );
    expect(stdout, address).not.toContain('the-host-s-server');
  }
  const { stdout } = await run(
    machine,
    `cat < /dev/tcp/127.0.0.1/${port}; exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3`,
  );
  expect(stdout).toBe('');
  // What leaves was asked of the machine's network, by the address of its interface.
  for (const request of machine.requests) expect(request.from).toBe('10.178.0.2');
});

it('runs no JavaScript, whatever a variable, function or file is called', async () => {
  const machine = await bootGuest();
  const tries = [
    '__proto__=x; constructor=y; echo ${__proto__} ${constructor} ${toString} ${hasOwnProperty}',
    'declare -A m; m[__proto__]=polluted; m[constructor]=z; echo ${m[__proto__]}; declare -A n; echo "<${n[polluted]}>"',
    'constructor() { echo f; }; constructor; __proto__() { echo g; }; __proto__',
    "alias constructor='echo a'; toString; valueOf; js-exec -c 'console.log(process.env)'; node -e 1",
    'echo \'{"__proto__":{"a":1}}\' | jq .a; awk \'BEGIN{constructor=1; a["__proto__"]=2; print a["__proto__"]}\'',
    'touch __proto__ constructor; ls; mkdir toString; cd toString; pwd',
    'echo \'${process.env}\' "\\`process.exit()\\`" \'import("node:fs")\'',
  ];
  for (const one of tries) {
    const { code } = await run(machine, one);
    expect(code, one).toBeLessThan(128);
  }
  expect(await run(machine, 'declare -A n; echo "<${n[polluted]}>"; echo fine')).toMatchObject({
    stdout: '<>\nfine\n',
  });
  expect(machine.power).toEqual([]);
});

it('answers hogs as a shell does, and goes on', async () => {
  const machine = await bootGuest();
  const ends: [string, RegExp][] = [
    ['a=x; while :; do a=$a$a; done', /Cannot allocate memory/],
    ['timeout 9 cat /dev/zero | wc -c', /^bash: pipeline: Cannot allocate memory\n$/],
    ['f() { f; }; f', /recursion|stack/],
    ['while :; do cat /dev/zero >> fill || break; done; rm fill', /No space left on device/],
    [
      'mkdir d; cd d; for i in $(seq 30000); do : > $i || break; done; cd; rm -r d',
      /No space left on device/,
    ],
    ['echo x > /dev/full', /No space left on device/],
    ["awk 'BEGIN{while(1){}}'", /iterations/],
  ];
  for (const [command, says] of ends) {
    const { stderr } = await run(machine, command);
    expect(stderr, command).toMatch(says);
    expect(stderr, command).not.toContain('executionLimits');
  }
  expect(
    await run(machine, 'yes | head -2; cat /dev/zero | head -c 3 | wc -c; echo ok'),
  ).toMatchObject({ code: 0, stdout: 'y\ny\n3\nok\n' });
  expect(machine.power).toEqual([]);
}, 60_000);

it('does not drown a client that reads nothing', async () => {
  const machine = await bootGuest();
  for (const command of ['yes', 'cat /dev/zero', 'while :; do echo more; done']) {
    const session = await machine.guest.openSession({ user: 'learner', command, from });
    let sent = 0;
    session.onOutput((_stream, bytes) => {
      sent += bytes.length;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(sent, command).toBeGreaterThan(0);
    expect(sent, command).toBeLessThan(1024 * 1024);
    session.close();
    await session.ended;
  }
  expect(await run(machine, 'ps -eo args | grep -c "^yes"')).toMatchObject({ stdout: '0\n' });
});

it('survives a fork bomb: others get their processes, the machine its turn', async () => {
  const machine = await bootGuest();
  const other = await bootGuest();
  await run(machine, ':(){ :|:& };:');
  expect(await run(other, 'echo calm')).toMatchObject({ stdout: 'calm\n' });
  const terminal = await run(machine, 'echo still here');
  expect(terminal).toMatchObject({ stdout: 'still here\n' });
  await run(machine, 'kill -9 -1', { user: 'root' });
}, 60_000);

it('bounds what a startup script prints and how long it takes of the thread', async () => {
  const machine = await bootGuest({
    startupScript:
      'while true; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done',
  });
  await expect.poll(() => machine.serial.length, { timeout: 20_000 }).toBe(1024 * 1024);
  expect(await run(machine, 'echo in')).toMatchObject({ stdout: 'in\n' });
}, 60_000);

it('a worker that is out of memory is a panic of its guest alone', async () => {
  const machine = await bootGuest();
  const other = await bootGuest();
  const hog =
    'v=aaaaaaaaaaaaaaaa; for i in $(seq 20); do v=$v$v; done; ' +
    'for i in $(seq 60); do eval "b$i=\\$(echo \\$v | tr a b)"; done; echo done';
  expect(await run(machine, hog)).toMatchObject({ signal: 'HUP', stdout: '' });
  expect(machine.power).toEqual(['panic: Out of memory: the kernel killed itself']);
  expect(await run(other, 'echo fine')).toMatchObject({ stdout: 'fine\n' });
}, 60_000);

it('a disk that does not boot is a panic, and no wait without end', async () => {
  const machine = await bootGuest();
  await run(machine, 'rm -rf /etc', { user: 'root' });
  await machine.guest.kill();
  await expect(bootGuest({ disk: machine.disk })).rejects.toThrow('/etc/machine-id');
});

it('patterns for programs cost no more than what they are tried on', async () => {
  const machine = await bootGuest();
  const name = 'a'.repeat(120);
  const lines = [
    `touch ${name}; find . -name '${'*a'.repeat(30)}*b' -o -iname '${'*A'.repeat(110)}'`,
    `cp /usr/bin/sleep ./${name}; ./${name} 9 & sleep 0.1; pgrep -f '(a|a)+$'; pgrep -fc 'a{100}'`,
    `dpkg -l '${'*'.repeat(60)}b' '${'*[a-z]'.repeat(20)}!' 2>&1`,
  ];
  const done = await run(machine, lines.join('\n'));
  expect(done.stdout).toContain(`./${name}\n`);
  expect(machine.power).toEqual([]);
});

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';
import { sandboxWithVm } from './ssh-support.ts';

it('makes a key pair, tells the project of it once, and runs the command', async () => {
  const { host, vms, home } = await sandboxWithVm();
  const run = (...args: string[]) => host().run('ssh', 'web-1', '--user', 'learner', ...args);
  expect(await run('--', 'echo', '안녕', '하세요')).toMatchObject({
    code: 0,
    stdout: '안녕 하세요\n',
    stderr: expect.stringContaining(join(home.ssh, 'id_ed25519')),
  });
  expect(await run('--', 'exit', '42')).toMatchObject({ code: 42, stdout: '', stderr: '' });
  expect(await run('--', 'nonsense')).toMatchObject({
    code: 127,
    stderr: 'nonsense: command not found\n',
  });
  expect(vms.fingerprint).toBe(1);
  expect(vms.items).toEqual([
    { key: 'other', value: 'stays' },
    {
      key: 'ssh-keys',
      value: expect.stringMatching(/^learner:ssh-ed25519 \S+ learner@test-machine$/),
    },
  ]);
  expect(statSync(join(home.ssh, 'id_ed25519')).mode & 0o777).toBe(0o600);
  expect(statSync(home.ssh).mode & 0o777).toBe(0o700);
});

it('adds its key to those of others, and tries again where somebody was faster', async () => {
  const { host, vms } = await sandboxWithVm();
  vms.items.push({ key: 'ssh-keys', value: 'kim:ssh-ed25519 AAAA kim@laptop\n' });
  vms.conflicts = 2;
  const outcome = await host().run('ssh', 'web-1', '--user', 'lee', '--', 'exit 0');
  expect(outcome.code).toBe(0);
  expect(vms.items.at(-1)?.value).toMatch(/^kim:ssh-ed25519 AAAA kim@laptop\nlee:ssh-ed25519 \S+ /);
  vms.conflicts = 100;
  const stuck = await host().run('ssh', 'web-1', '--user', 'park', '--', 'exit 0');
  expect(stuck).toMatchObject({ code: 3, stderr: expect.stringContaining('ssh-keys') });
});

it('uses the instance’s own metadata where that blocks the project’s keys', async () => {
  const { host, vms } = await sandboxWithVm();
  vms.blocksProjectKeys = true;
  const outcome = await host().run('ssh', 'web-1', '--user', 'lee', '--', 'exit 0');
  expect(outcome.code).toBe(0);
  expect(vms.items).toHaveLength(1);
  expect(vms.ownItems.at(-1)?.value).toMatch(/^lee:ssh-ed25519 /);
});

it('passes a pipe on, both ways, and what ends a command', async () => {
  const { host } = await sandboxWithVm();
  const piped = host();
  const running = piped.run('ssh', 'web-1', '--', 'cat');
  piped.stdin.end('한 줄\n'.repeat(50_000));
  expect(await running).toMatchObject({ code: 0, stdout: '한 줄\n'.repeat(50_000) });

  const shell = host();
  const inShell = shell.run('ssh', 'web-1');
  shell.stdin.end('echo one\nexit 9\n');
  expect(await inShell).toMatchObject({ code: 9, stdout: 'one\n' });

  const json = await host().run('ssh', 'web-1', '--json', '--', 'kill-me');
  expect(json.code).toBe(255);
  expect(JSON.parse(json.stdout)).toEqual({ code: 255, signal: 'KILL', stdout: '', stderr: '' });
  const nothing = await host().run('ssh', 'web-1', '--json');
  expect(nothing.code).toBe(2);
  expect(JSON.parse(nothing.stdout).error.what).toContain('-- <command>');
});

it('gives a terminal the VM’s terminal: keys, size, resizing, Ctrl-C', async () => {
  const { host, guest } = await sandboxWithVm();
  const person = host(66);
  const running = person.run('ssh', 'web-1', '--lang', 'ko');
  await expect.poll(() => guest.sessions.size).toBe(1);
  const [session] = guest.sessions;
  expect(session?.options.pty).toMatchObject({ columns: 66, rows: 24 });
  expect(session?.options.command).toBeUndefined();
  person.stdin.write('echo 한글\r');
  person.resize(40, 10);
  await expect.poll(() => [session?.columns, session?.rows]).toEqual([40, 10]);
  person.stdin.write('size\r');
  await expect.poll(async () => person.screen?.text()).toContain('40x10');
  person.stdin.write('\u0003');
  person.stdin.write('exit 3\r');
  const outcome = await running;
  expect(outcome.code).toBe(3);
  expect(outcome.screen).toContain('한글');
});

it('ends what it began when it is interrupted', async () => {
  const { host, guest } = await sandboxWithVm();
  const person = host();
  const running = person.run('ssh', 'web-1', '--', 'wait');
  await expect.poll(() => guest.sessions.size).toBe(1);
  await person.interruptOnceHeard();
  expect(await running).toMatchObject({ code: 130 });
  await expect.poll(() => guest.sessions.size).toBe(0);
});

it('says what is wrong before it connects', async () => {
  const { host, vms, zone } = await sandboxWithVm();
  const says = async (code: number, text: string, ...args: string[]) => {
    const outcome = await host().run('ssh', ...args);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr.replaceAll(/\s+/g, ' ')).toContain(text);
  };
  await says(2, 'cloudlab ssh web-1 --zone asia-northeast3-a', 'web-2');
  await says(
    2,
    'Did you mean: cloudlab ssh web-1 --zone asia-northeast3-a',
    'web-1',
    '--zone',
    'us-central1-a',
  );
  await says(2, 'It has: web-1', 'database');
  await says(2, 'not root', 'web-1', '--user', 'root');
  await says(2, '<vm>');

  vms.reach = { allowed: false, reason: 'no-external-address', hops: [] };
  await says(255, 'add-access-config web-1 --zone asia-northeast3-a', 'web-1');
  const deniedBy = (kind: 'firewall' | 'implied', name: string) => {
    const rule = { kind, name, direction: 'INGRESS', action: 'deny' };
    const hop = { hop: 'firewall', network: 'lab', allowed: false, rule };
    return { allowed: false, reason: 'ingress-denied', rule, hops: [hop] };
  };
  vms.reach = deniedBy('firewall', 'deny-all');
  await says(255, 'firewall-rules describe deny-all', 'web-1');
  vms.reach = deniedBy('implied', 'implied-deny-ingress');
  await says(255, 'firewall-rules create allow-ssh --network lab --allow tcp:22', 'web-1');
  vms.reach = { allowed: true, reason: 'allowed', hops: [] };

  const [vm] = vms.machines;
  if (vm === undefined) throw new Error('no VM');
  vms.machines = [vm, { ...vm, zone: 'us-central1-a' }];
  await says(2, 'asia-northeast3-a | us-central1-a', 'web-1');
  vms.machines = [{ name: 'web-1', zone, status: 'TERMINATED' }];
  await says(255, `instances start web-1 --zone ${zone}`, 'web-1');
  vms.machines = [{ name: 'web-1', zone, status: 'SUSPENDED' }];
  await says(255, `instances resume web-1 --zone ${zone}`, 'web-1');

  const none = new TestHost({ home: temporaryDirectory() });
  expect(await none.run('ssh', 'web-1')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('cloudlab sandbox start'),
  });
});

it('is in the built program, too, SSH and all', async () => {
  const { home } = await sandboxWithVm();
  const args = ['ssh', 'web-1', '--user', 'learner', '--', 'both'];
  const { code, stdout, stderr } = await runProgram(args, { home: home.path });
  expect({ code, stderr: code === 7 ? '' : stderr }).toEqual({ code: 7, stderr: '' });
  expect(stdout.match(/^out /gm)).toHaveLength(500);
  expect(stderr.match(/^err /gm)).toHaveLength(500);
});

it('does not talk to who has another host key than the sandbox says', async () => {
  const { host, vms } = await sandboxWithVm();
  const [vm] = vms.machines;
  if (vm?.ssh === undefined) throw new Error('no VM');
  vms.machines = [
    { ...vm, ssh: { ...vm.ssh, hostKey: vm.ssh.hostKey.replace(/.{8}$/, 'AAAAAAA=') } },
  ];
  expect(await host().run('ssh', 'web-1', '--', 'exit 0')).toMatchObject({
    code: 255,
    stderr: expect.stringContaining('host key'),
  });
});

it('waits for a VM that boots', async () => {
  const { host, vms } = await sandboxWithVm();
  const ready = vms.machines;
  vms.machines = [{ name: 'web-1', zone: 'asia-northeast3-a', status: 'STAGING' }];
  setTimeout(() => {
    vms.machines = ready;
  }, 100);
  expect(await host().run('ssh', 'web-1', '--', 'exit 0')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Waiting for web-1'),
  });
});

it('prints what OpenSSH needs for the same', async () => {
  const { host, port, home } = await sandboxWithVm();
  const printed = await host().run(
    'ssh',
    'web-1',
    '--user',
    'lee',
    '--print',
    '--json',
    '--',
    'df',
    '-h',
  );
  const { command } = JSON.parse(printed.stdout) as { command: string[] };
  expect(command).toEqual(
    expect.arrayContaining(['ssh', '-p', String(port), 'lee@127.0.0.1', '-h']),
  );
  const config = await host().run('ssh', '--config', '--user', 'lee');
  expect(config.stdout).toContain('Host web-1 web-1.asia-northeast3-a.cloudlab-sandbox\n');
  expect(config.stdout).toContain(`Port ${port}`);
  expect(readFileSync(join(home.ssh, 'config'), 'utf8')).toBe(config.stdout);
  expect(readFileSync(join(home.ssh, 'known_hosts'), 'utf8')).toMatch(
    /^web-1\.asia-northeast3-a\.cloudlab-sandbox ecdsa-sha2-nistp256 /,
  );
});

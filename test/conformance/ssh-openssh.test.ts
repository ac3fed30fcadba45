import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { home } from '../sandbox/ssh/stand-in-guest.ts';
import { openssh } from './openssh.ts';
import { requireTool } from './tools.ts';

/** OpenSSH's ssh, scp and sftp against the SSH server, with a guest of the tests' own. */

beforeEach((context) => requireTool(context, 'ssh', 'openssh-client', '-V'));

it('ssh: commands, exit codes, signals, pipes, the environment, Korean', async () => {
  const { run } = await openssh();
  expect(await run('ssh', ['vm', 'echo 안녕'])).toEqual({ code: 0, stdout: '안녕\n', stderr: '' });
  expect(await run('ssh', ['vm', 'exit 42'])).toMatchObject({ code: 42 });
  expect(await run('ssh', ['vm', 'kill-me'])).toMatchObject({ code: 255 });
  expect(await run('ssh', ['vm', 'cat'], '한 줄\n'.repeat(200_000))).toMatchObject({
    code: 0,
    stdout: '한 줄\n'.repeat(200_000),
  });
  expect(await run('ssh', ['vm', 'wc'], 'x'.repeat(3_000_000))).toMatchObject({
    stdout: '3000000\n',
  });
  expect((await run('ssh', ['vm', 'env'])).stdout).toContain('"LC_TEST":"ko_KR.UTF-8"');
});

it('ssh: both streams whole and in order, however much there is', async () => {
  const { run } = await openssh();
  const { code, stdout, stderr } = await run('ssh', ['vm', 'both']);
  const lines = (letter: string) =>
    Array.from({ length: 500 }, (_, n) => `${letter === 'o' ? 'out' : 'err'} ${n}`);
  expect(code).toBe(7);
  expect(stdout.match(/^out \d+/gm)).toEqual(lines('o'));
  expect(stderr.match(/^err \d+/gm)).toEqual(lines('e'));
  expect(stdout.length).toBeGreaterThan(4_500_000);
});

it('ssh: a terminal of a size, which may change', async () => {
  const { start, guest } = await openssh();
  const child = start('ssh', ['-tt', 'vm']);
  let seen = '';
  child.stdout?.on('data', (chunk) => {
    seen += chunk;
  });
  await expect.poll(() => seen).toContain('$ ');
  const [session] = guest.sessions;
  expect(session?.options.pty).toMatchObject({ columns: 80, rows: 24 });
  child.stdin?.write('echo 한글\r');
  await expect.poll(() => seen).toContain('한글\r\n$ ');
  child.stdin?.write('exit 5\r');
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(5);
});

it('ssh: what runs ends when the client goes away', async () => {
  const { start, guest } = await openssh();
  const child = start('ssh', ['vm', 'yes']);
  await expect.poll(() => guest.printed).toBeGreaterThan(100_000);
  child.kill('SIGKILL');
  await expect.poll(() => guest.sessions.size).toBe(0);
});

it('ssh: who reads nothing holds back who prints', async () => {
  const { start, guest } = await openssh();
  start('ssh', ['vm', 'yes']);
  let last = -1;
  await expect
    .poll(
      () => {
        const same = guest.printed > 0 && guest.printed === last;
        last = guest.printed;
        return same;
      },
      { interval: 300, timeout: 10_000 },
    )
    .toBe(true);
  expect(guest.printed).toBeLessThan(16 * 1024 * 1024);
});

it('ssh: no password, no forwarding, other keys refused as sshd refuses them', async () => {
  const { run, state, dir } = await openssh();
  const remote = await run('ssh', ['-R', '8080:localhost:80', 'vm', 'echo on']);
  expect(remote.stdout).toBe('on\n');
  expect(remote.stderr).toContain('remote port forwarding failed');
  state.keys = [];
  const refused = await run('ssh', ['vm', 'echo in']);
  expect(refused).toMatchObject({ code: 255, stdout: '' });
  expect(refused.stderr).toContain('learner@127.0.0.1: Permission denied (publickey).');
  await writeFile(join(dir, 'known'), '');
  expect((await run('ssh', ['vm', 'true'])).stderr).toContain('Host key verification failed');
});

it('ssh: a VM that no rule opens looks dead', async () => {
  const { run, state } = await openssh({ silenceMs: 60_000 });
  state.isAllowed = false;
  const { code, stderr } = await run('ssh', ['-o', 'ConnectTimeout=1', 'vm', 'true']);
  expect(code).toBe(255);
  expect(stderr).toContain('timed out');
});

it('sftp: everything it has a command for', async () => {
  const { run, guest, dir } = await openssh();
  await writeFile(join(dir, 'local'), '가'.repeat(100_000));
  const batch = `
    pwd
    mkdir work
    cd work
    put local first
    chmod 600 first
    rename first second
    ln -s second link
    get second back
    ls -la
    reget second back
    -mkdir none/deep
    rename second link
    rename link second
    put local more
    rm more
    rmdir ../work
  `;
  const { code, stdout, stderr } = await run('sftp', ['-b', '-', 'vm'], batch);
  expect(stdout).toContain(`Remote working directory: ${home}`);
  expect(stdout).toMatch(/-rw-------\s+1 learner\s+learner\s+300000 .* second/);
  expect(stdout).toMatch(/l.* link/);
  expect(stderr).toMatch(/mkdir.*: No such file/);
  expect(stderr).toMatch(/rmdir|remove.*: Failure/i);
  expect(code).toBe(1);
  expect(await readFile(join(dir, 'back'), 'utf8')).toBe('가'.repeat(100_000));
  expect(Buffer.from(guest.nodes.get(`${home}/work/second`)?.content ?? []).length).toBe(300_000);
  expect(guest.nodes.get(`${home}/work/second`)?.mode).toBe(0o600);
});

it.each([
  ['scp', []],
  ['scp -O', ['-O']],
])('%s: files and folders, there and back', async (_name, flags) => {
  const { run, guest, dir } = await openssh();
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) % 256));
  await mkdir(join(dir, 'tree', 'below'), { recursive: true });
  await writeFile(join(dir, 'tree', 'below', 'bytes'), bytes, { mode: 0o640 });
  await writeFile(join(dir, 'tree', 'empty'), '');
  const scp = (...args: string[]) => run('scp', [...flags, ...args]);
  expect(await scp('-rp', 'tree', 'vm:')).toMatchObject({ code: 0, stderr: '' });
  const sent = guest.nodes.get(`${home}/tree/below/bytes`);
  expect(Buffer.from(sent?.content ?? []).equals(bytes)).toBe(true);
  expect(sent?.mode).toBe(0o640);
  expect(await scp('-r', 'vm:tree', 'copy')).toMatchObject({ code: 0, stderr: '' });
  expect((await readFile(join(dir, 'copy', 'below', 'bytes'))).equals(bytes)).toBe(true);
  expect((await stat(join(dir, 'copy', 'empty'))).size).toBe(0);
  expect(await scp('tree/empty', 'vm:~/renamed')).toMatchObject({ code: 0 });
  expect(guest.nodes.has(`${home}/renamed`)).toBe(true);
  const missing = await scp('vm:nothing', '.');
  expect(missing.code).toBe(1);
  expect(missing.stderr).toMatch(/No such file/);
  const denied = await scp('tree/empty', 'vm:/etc/passwd');
  expect(denied.code).toBe(1);
  expect(denied.stderr).toMatch(/Permission denied/);
  expect(guest.nodes.has('/etc/passwd')).toBe(false);
});

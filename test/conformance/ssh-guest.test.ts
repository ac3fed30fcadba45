import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { Guest, GuestHost } from '../../src/sandbox/guest/contract.ts';
import { startGuest } from '../../src/sandbox/guest/start-guest.ts';
import { e2micro } from '../sandbox/guest/e2-micro.ts';
import { builtProgram } from '../support/built-program.ts';
import { openssh } from './openssh.ts';
import { requireTool } from './tools.ts';

/** OpenSSH's clients in a guest as it is, in its worker. */

beforeEach((context) => requireTool(context, 'ssh', 'openssh-client', '-V'));

async function guest(): Promise<Guest> {
  const host: GuestHost = {
    now: () => new Date('2026-01-02T03:04:05Z'),
    randomBytes: (size) => new Uint8Array(size),
    request: () => Promise.reject(Object.assign(new Error('timeout'), { fault: 'timeout' })),
    serial: () => undefined,
    persist: () => undefined,
    listening: () => undefined,
    power: () => undefined,
    log: () => undefined,
  };
  const started = await startGuest({
    machine: e2micro,
    users: [{ name: 'learner' }],
    files: () => [],
    program: join(builtProgram(), '..', 'guest', 'worker.js'),
    host,
  });
  onTestFinished(() => started.kill());
  return started;
}

it('ssh: commands, pipes, exit codes, Korean, who and where', async () => {
  const { run } = await openssh({}, await guest());
  const upper = 'while read -r line; do echo "<$line>"; done';
  expect(await run('ssh', ['vm', `echo 안녕 | { ${upper}; }; exit 42`])).toEqual({
    code: 42,
    stdout: '<안녕>\n',
    stderr: '',
  });
  expect(await run('ssh', ['vm', upper], '하나\n둘\n')).toMatchObject({
    code: 0,
    stdout: '<하나>\n<둘>\n',
  });
  expect((await run('ssh', ['vm', 'echo $USER $PWD'])).stdout).toBe('learner /home/learner\n');
  expect(await run('ssh', ['vm', 'no-such-command'])).toMatchObject({
    code: 127,
    stderr: expect.stringContaining('command not found'),
  });
});

it('ssh: a shell in a terminal, with an echo and Ctrl-C', async () => {
  const { start } = await openssh({}, await guest());
  const child = start('ssh', ['-tt', 'vm']);
  let seen = '';
  child.stdout?.on('data', (chunk) => {
    seen += chunk;
  });
  const shown = () => seen.replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '');
  await expect.poll(shown, { timeout: 10_000 }).toMatch(/\$ $/);
  child.stdin?.write('while true; do :; done\r');
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.stdin?.write('\u0003');
  await expect.poll(shown, { timeout: 10_000 }).toMatch(/\^C[^\n]*\n?[^\n]*\$ $/);
  child.stdin?.write('echo 한글 $((6*7))\r');
  await expect.poll(shown).toMatch(/\r\n한글 42\r\n/);
  child.stdin?.write('exit 5\r');
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(5);
});

it('ssh: what prints without end ends with its reader', async () => {
  const { run, start } = await openssh({}, await guest());
  const child = start('ssh', ['vm', 'while true; do echo y; done']);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill();
  expect(await run('ssh', ['vm', 'echo alive'])).toMatchObject({ stdout: 'alive\n' });
});

it.each([
  ['scp', []],
  ['scp -O', ['-O']],
])('%s: there and back, with the rights of the user', async (_name, flags) => {
  const vm = await guest();
  const { run, dir } = await openssh({}, vm);
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) % 256));
  await writeFile(join(dir, '자료.bin'), bytes, { mode: 0o640 });
  expect(await run('scp', [...flags, '-p', '자료.bin', 'vm:'])).toMatchObject({
    code: 0,
    stderr: '',
  });
  expect(await vm.files('learner').stat('자료.bin')).toMatchObject({
    mode: 0o640,
    size: 300_000,
    owner: 'learner',
  });
  expect(await run('scp', [...flags, 'vm:*.bin', 'back'])).toMatchObject({ code: 0, stderr: '' });
  expect((await readFile(join(dir, 'back'))).equals(bytes)).toBe(true);
  const denied = await run('scp', [...flags, '자료.bin', 'vm:/etc/passwd']);
  expect(denied.code).toBe(1);
  expect(denied.stderr).toMatch(/Permission denied/);
});

it('sftp: what one user may', async () => {
  const { run, dir } = await openssh({}, await guest());
  await writeFile(join(dir, 'local'), 'hello\n');
  const batch = `
    mkdir work
    put local work/first
    rename work/first work/second
    ln -s second work/link
    get work/link back
    ls -l work
    -mkdir /etc/mine
  `;
  const { code, stdout, stderr } = await run('sftp', ['-b', '-', 'vm'], batch);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toMatch(/Permission denied/);
  expect(stdout).toMatch(/-rw-r--r-- .* learner .* second/);
  expect(await readFile(join(dir, 'back'), 'utf8')).toBe('hello\n');
});

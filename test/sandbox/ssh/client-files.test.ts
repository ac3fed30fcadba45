import { expect, it } from 'vitest';
import { hostKeysOf } from '../../../src/cloud/ssh-host-keys.ts';
import { home } from './stand-in-guest.ts';
import { startSsh } from './support.ts';

it('uploads and downloads, with modes, and says what went wrong', async () => {
  const { login, guest } = await startSsh();
  const connection = await login();
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, n) => (n * 13) % 256));
  await connection.upload('data.bin', bytes, { mode: 0o600 });
  expect(guest.nodes.get(`${home}/data.bin`)?.mode).toBe(0o600);
  expect((await connection.download('data.bin')).equals(bytes)).toBe(true);
  await connection.upload('data.bin', '짧게');
  expect((await connection.download(`${home}/data.bin`)).toString()).toBe('짧게');
  await expect(connection.download('none')).rejects.toMatchObject({ code: 2 });
  await expect(connection.upload('/etc/passwd', 'x')).rejects.toMatchObject({ code: 3 });
});

it('bounds the time and the output of a command, and goes on', async () => {
  const { login } = await startSsh();
  const connection = await login();
  await expect(connection.run('wait', { timeoutMs: 100 })).rejects.toMatchObject({
    fault: 'timeout',
  });
  await expect(connection.run('yes', { maxBytes: 1000 })).rejects.toMatchObject({
    fault: 'too-long',
  });
  expect(await connection.run('wc', { input: '가나다' })).toMatchObject({ stdout: '9\n' });
  await connection.close();
  await expect(connection.run('exit 0')).rejects.toMatchObject({ fault: 'lost' });
});

it('believes the first key where none is known, and no other than the known ones', async () => {
  const { login, hostKey } = await startSsh();
  const first = await login({ hostKeys: 'first-use' });
  expect(first.hostKey).toBe(hostKey.publicKey);
  const [type = '', blob = ''] = hostKey.publicKey.split(' ');
  const attributes = [
    { namespace: 'hostkeys', key: 'ssh-ed25519', value: 'AAAAC3NzaC1lZDI1NTE5' },
    { namespace: 'hostkeys', key: type, value: blob },
    { namespace: 'other', key: 'x', value: 'y' },
  ];
  await login({ hostKeys: hostKeysOf(attributes) });
  await expect(
    login({ hostKeys: [`${type} ${blob.replace(/.{8}$/, 'AAAAAAA=')}`] }),
  ).rejects.toMatchObject({ fault: 'host-key' });
});

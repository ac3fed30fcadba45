import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { connectOnce } from '../../../src/cloud/ssh-client.ts';
import { makeSshKeyPair } from '../../../src/cloud/ssh-key-pair.ts';
import { startSsh } from './support.ts';

it('lets in who has the key of the user, and runs what is asked for', async () => {
  const { login, hostKey } = await startSsh();
  const connection = await login();
  expect(connection.hostKey).toBe(hostKey.publicKey);
  expect(await connection.run('echo 안녕하세요')).toEqual({
    code: 0,
    stdout: '안녕하세요\n',
    stderr: '',
  });
  expect(await connection.run('nonsense')).toMatchObject({
    code: 127,
    stderr: 'nonsense: command not found\n',
  });
  expect(await connection.run('exit 42')).toMatchObject({ code: 42 });
  expect(await connection.run('kill-me')).toMatchObject({ code: 255, signal: 'KILL' });
});

it('takes RSA and ECDSA keys, with SHA-2', async () => {
  const { default: ssh2 } = await import('ssh2');
  const { login, state } = await startSsh();
  const pems = [
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs1',
      format: 'pem',
    }),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({
      type: 'sec1',
      format: 'pem',
    }),
  ];
  for (const pem of pems) {
    const key = ssh2.utils.parseKey(pem);
    if (key instanceof Error) throw key;
    state.keys = [`learner:${key.type} ${key.getPublicSSH().toString('base64')} comment`];
    const connection = await login({ privateKey: pem.toString() });
    expect(await connection.run('exit 3')).toMatchObject({ code: 3 });
  }
});

it('refuses another key, another user, root, and whoever has no key any more', async () => {
  const { login, pair, state } = await startSsh();
  const other = await makeSshKeyPair('other');
  await expect(login({ privateKey: other.privateKey })).rejects.toMatchObject({ fault: 'denied' });
  await expect(login({ user: 'somebody' })).rejects.toMatchObject({ fault: 'denied' });
  state.keys = [`root:${pair.publicKey}`];
  await expect(login({ user: 'root' })).rejects.toMatchObject({ fault: 'denied' });
  state.keys = [];
  await expect(login()).rejects.toMatchObject({ fault: 'denied' });
});

it('verifies signatures: the public key alone is worth nothing', async () => {
  const { target, pair } = await startSsh();
  const { default: ssh2 } = await import('ssh2');
  const key = ssh2.utils.parseKey(pair.privateKey);
  if (key instanceof Error) throw key;
  key.sign = () => Buffer.alloc(64, 1);
  const client = new ssh2.Client();
  const failed = new Promise<Error>((resolve) => client.on('error', resolve));
  client.on('ready', () => expect.unreachable());
  const agent = new (class extends ssh2.BaseAgent {
    override getIdentities = (done: (error: undefined, keys: never[]) => void) =>
      done(undefined, [key as never]);
    override sign = (...values: unknown[]) =>
      (values.at(-1) as (error: undefined, signature: Buffer) => void)(
        undefined,
        Buffer.alloc(64, 1),
      );
  })();
  client.connect({ ...target, username: 'learner', privateKey: undefined, agent } as never);
  expect((await failed).message).toMatch(/authentication methods failed/);
});

it('takes a key of google-ssh until it expires by the sandbox’s clock', async () => {
  const { login, pair, state, clock } = await startSsh();
  const [type, blob] = pair.publicKey.split(' ');
  const about = JSON.stringify({ userName: 'me@x.com', expireOn: '2026-01-02T03:09:05+0000' });
  state.keys = [`learner:${type} ${blob} google-ssh ${about}`];
  await login();
  clock.advance(301_000);
  await expect(login()).rejects.toMatchObject({ fault: 'denied' });
});

it('hangs up after six failures, and after the time to log in', async () => {
  const { target, port } = await startSsh({ loginGraceMs: 300 });
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  let tries = 0;
  const closed = once(client, 'close');
  client.connect({
    ...target,
    username: 'learner',
    authHandler: () => {
      tries += 1;
      return { type: 'password', username: 'learner', password: 'x' };
    },
  } as never);
  await closed;
  expect(tries).toBe(6);

  const silent = connect(port, '127.0.0.1');
  silent.resume();
  await once(silent, 'close');
});

it('says nothing where the firewall does not allow it, and answers once it does', async () => {
  const { target, state, server, login } = await startSsh({ silenceMs: 60_000 });
  state.isAllowed = false;
  await expect(connectOnce(target, 300)).rejects.toMatchObject({ fault: 'timeout' });
  const waiting = login();
  await new Promise((resolve) => setTimeout(resolve, 50));
  state.isAllowed = true;
  server.recheck();
  const connection = await waiting;
  state.isAllowed = false;
  server.recheck();
  expect(await connection.run('echo still')).toMatchObject({ stdout: 'still\n' });
});

it('cuts off after a while who waits for the firewall', async () => {
  const { target, state } = await startSsh({ silenceMs: 100 });
  state.isAllowed = false;
  await expect(connectOnce(target, 10_000)).rejects.toMatchObject({ fault: 'lost' });
});

it('is gone when the VM stops, and back on the same port when it starts', async () => {
  const { server, vm, port, target, login } = await startSsh();
  const connection = await login();
  const running = connection.run('wait');
  const ended = expect(running).rejects.toMatchObject({ fault: 'lost' });
  await server.close(vm.id);
  await ended;
  await expect(connectOnce(target, 5000)).rejects.toMatchObject({ fault: 'refused' });
  expect(await server.open({ ...vm, preferredPort: port })).toEqual({ port });
  await login();
});

it('takes another port where the preferred one is taken', async () => {
  const { server, vm, port } = await startSsh();
  const other = await server.open({ ...vm, id: '2', preferredPort: port });
  expect(other.port).not.toBe(port);
});

it('refuses connections beyond its bounds', async () => {
  const { login, target } = await startSsh({ perVm: 2 });
  await login();
  await login();
  await expect(connectOnce(target, 5000)).rejects.toMatchObject({ fault: 'lost' });
});

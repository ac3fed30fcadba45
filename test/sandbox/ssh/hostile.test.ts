import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import type { Client, ClientChannel } from 'ssh2';
import { expect, it, onTestFinished } from 'vitest';
import { startSsh } from './support.ts';

/** Clients that lie, send garbage, flood or hang: each time somebody else is served afterwards. */

type Ssh = Awaited<ReturnType<typeof startSsh>>;

async function stillServes({ login, state }: Ssh): Promise<void> {
  const connection = await login();
  expect(await connection.run('echo alive')).toMatchObject({ stdout: 'alive\n' });
  expect(state.log).toEqual([]);
}

/** What ssh2 keeps to itself: the pieces that a client lies with. */
interface Insides {
  _protocol: Record<string, (...values: unknown[]) => void>;
  _sock: Socket;
}

const inside = (client: Client) => client as unknown as Insides;

const opened = (client: Client, command: string): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
  });

it('garbage instead of SSH, and garbage after its first line', async () => {
  const ssh = await startSsh({ startups: 1000, perVm: 1000 });
  const beginnings = ['', 'SSH-2.0-OpenSSH_9.2\r\n', 'SSH-1.5-old\r\n', 'GET / HTTP/1.1\r\n\r\n'];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...beginnings),
      fc.uint8Array({ maxLength: 3000 }),
      async (beginning, bytes) => {
        const socket = connect(ssh.port, '127.0.0.1');
        socket.on('error', () => undefined).resume();
        socket.end(Buffer.concat([Buffer.from(beginning), bytes]));
        await once(socket, 'close');
      },
    ),
    { numRuns: 60 },
  );
  await stillServes(ssh);
});

it.skipIf(process.platform !== 'linux')('two clients of one port, from two addresses', async () => {
  const ssh = await startSsh();
  const sock = connect({ port: ssh.port, host: '127.0.0.1' });
  await once(sock, 'connect');
  const localPort = sock.localPort ?? 0;
  // The same number, which another address of this machine has for itself.
  const other = connect({
    port: ssh.port,
    host: '127.0.0.1',
    localAddress: '127.0.0.2',
    localPort,
  });
  await once(other, 'connect');
  other.write('SSH-2.0-other\r\n');
  await once(other, 'data');
  const { Client: SshClient } = (await import('ssh2')).default;
  const client = new SshClient();
  onTestFinished(() => void client.destroy());
  const { user, privateKey } = ssh.target;
  client.connect({ sock, username: user, privateKey });
  await once(client, 'ready');
  other.destroy();
  await once(other, 'close');
  const channel = await opened(client, 'echo mine');
  const [text] = await once(channel, 'data');
  expect(String(text)).toBe('mine\n');
  await stillServes(ssh);
});

it('a line that never ends, as the first one', async () => {
  const ssh = await startSsh();
  const socket = connect(ssh.port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  const flood = setInterval(() => socket.write(Buffer.alloc(64 * 1024, 'a')), 1);
  onTestFinished(() => clearInterval(flood));
  await once(socket, 'close');
  await stillServes(ssh);
});

it('garbage within an encrypted connection', async () => {
  const ssh = await startSsh();
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 500 }),
      fc.boolean(),
      async (bytes, isPacket) => {
        const { client, closed } = await ssh.login();
        if (isPacket) {
          // A packet whose payload is garbage, properly encrypted.
          const { _protocol: protocol } = inside(client) as unknown as {
            _protocol: {
              _packetRW: {
                write: {
                  alloc(size: number): Buffer;
                  allocStart: number;
                  finalize(b: Buffer): Buffer;
                };
              };
              _cipher: { encrypt(packet: Buffer): void };
            };
          };
          const { write } = protocol._packetRW;
          const packet = write.alloc(bytes.length);
          packet.set(bytes, write.allocStart);
          protocol._cipher.encrypt(write.finalize(packet));
        } else {
          inside(client)._sock.write(bytes);
        }
        setTimeout(() => client.destroy(), 20);
        await closed;
      },
    ),
    { numRuns: 25 },
  );
  await stillServes(ssh);
});

it('more input than its window allows is not kept', async () => {
  const ssh = await startSsh();
  const { client, closed } = await ssh.login();
  const channel = await opened(client, 'wait');
  await new Promise((resolve) => setTimeout(resolve, 50));
  // The guest takes nothing from here on.
  const [session] = ssh.guest.sessions;
  if (session) session.write = () => new Promise(() => undefined) as never;
  const { id } = (channel as unknown as { outgoing: { id: number } }).outgoing;
  const chunk = Buffer.alloc(32 * 1024);
  const flood = setInterval(() => {
    for (let count = 0; count < 20; count += 1)
      inside(client)._protocol['channelData']?.(id, chunk);
  }, 1);
  onTestFinished(() => clearInterval(flood));
  await closed;
  await expect.poll(() => ssh.guest.sessions.size).toBe(0);
  await stillServes(ssh);
});

it('input without end for a command that does not read', async () => {
  const ssh = await startSsh({ inputBytes: 3_000_000 });
  const connection = await ssh.login();
  const flooded = await connection.run('ignore', { input: Buffer.alloc(8_000_000) });
  expect(flooded).toMatchObject({ signal: 'HUP', stderr: expect.stringContaining('3000000') });
  expect(ssh.guest.taken).toBeLessThanOrEqual(3_000_000);
  const enough = await connection.run('wc', { input: Buffer.alloc(3_000_000) });
  expect(enough.stdout).toBe('3000000\n');
  await stillServes(ssh);
});

it('a promise to take gigabytes, and nothing taken', async () => {
  const ssh = await startSsh();
  const { client } = await ssh.login();
  const channel = await opened(client, 'yes');
  const { id } = (channel as unknown as { outgoing: { id: number } }).outgoing;
  inside(client)._protocol['channelWindowAdjust']?.(id, 0x7fffffff);
  inside(client)._sock.pause();
  let last = -1;
  await expect
    .poll(
      () => {
        const isSame = ssh.guest.printed > 0 && last === ssh.guest.printed;
        last = ssh.guest.printed;
        return isSame;
      },
      { interval: 200, timeout: 10_000 },
    )
    .toBe(true);
  expect(ssh.guest.printed).toBeLessThan(16 * 1024 * 1024);
  await stillServes(ssh);
  client.destroy();
  await expect.poll(() => ssh.guest.sessions.size).toBe(0);
});

it('channels that take no bytes in a packet', async () => {
  const ssh = await startSsh();
  const { client, closed } = await ssh.login();
  const protocol = inside(client)._protocol as unknown as Record<
    string,
    (chan: number, window: number, packet: number) => void
  >;
  protocol['session']?.(7, 1_000_000, 0);
  await closed;
  await stillServes(ssh);
});

it('more channels, and more environment, than anybody needs', async () => {
  const ssh = await startSsh();
  const { client } = await ssh.login();
  const channels = await Promise.allSettled(
    Array.from({ length: 30 }, () => opened(client, 'wait')),
  );
  expect(channels.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect(ssh.guest.sessions.size).toBe(10);
  client.destroy();
  await expect.poll(() => ssh.guest.sessions.size).toBe(0);
  await stillServes(ssh);
});

it('requests that ask for answers which nobody reads', async () => {
  const ssh = await startSsh();
  const { client } = await ssh.login();
  const { _sock: socket, _protocol: protocol } = inside(client);
  socket.pause();
  // As long as the server reads on, it keeps the answers; what it leaves unread piles up here.
  let unread = 0;
  for (let round = 0; round < 400 && unread < 4 * 1024 * 1024; round += 1) {
    for (let count = 0; count < 1000; count += 1) protocol['ping']?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
    unread = socket.writableLength;
  }
  expect(unread).toBeGreaterThan(4 * 1024 * 1024);
  await stillServes(ssh);
  client.destroy();
});

it('wrong SFTP packets: lengths, types, handles, fields that go beyond', async () => {
  const ssh = await startSsh();
  const { client } = await ssh.login();
  const packetOf = (bytes: Uint8Array, length: number) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length >>> 0);
    return Buffer.concat([head, bytes]);
  };
  const hello = packetOf(Buffer.from([1, 0, 0, 0, 3]), 5);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 8 }),
      fc.option(fc.nat(0xffffffff), { nil: undefined }),
      async (packets, length) => {
        const channel = await new Promise<ClientChannel>((resolve, reject) => {
          client.subsys('sftp', (error, one) => (error ? reject(error) : resolve(one)));
        });
        channel.resume().on('error', () => undefined);
        channel.write(hello);
        for (const one of packets) channel.write(packetOf(one, length ?? one.length));
        channel.end();
        await once(channel, 'close');
      },
    ),
    { numRuns: 40 },
  );
  expect([...ssh.guest.nodes.keys()].filter((path) => path.startsWith('/etc/'))).toEqual([]);
  await stillServes(ssh);
});

it('a crowd that says nothing keeps nobody out for long', async () => {
  const ssh = await startSsh({ startups: 5, loginGraceMs: 400 });
  const crowd = Array.from({ length: 20 }, () => connect(ssh.port, '127.0.0.1'));
  for (const socket of crowd) socket.on('error', () => undefined).resume();
  onTestFinished(() => {
    for (const socket of crowd) socket.destroy();
  });
  await Promise.all(crowd.map((socket) => once(socket, 'close')));
  await stillServes(ssh);
});

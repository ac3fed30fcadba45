import { onTestFinished } from 'vitest';
import { connectOnce, type SshTarget } from '../../../src/cloud/ssh-client.ts';
import { makeSshKeyPair } from '../../../src/cloud/ssh-key-pair.ts';
import type { Guest } from '../../../src/sandbox/guest/contract.ts';
import { makeHostKey } from '../../../src/sandbox/ssh/host-key.ts';
import { SshServer } from '../../../src/sandbox/ssh/server.ts';
import type { SshLimits } from '../../../src/sandbox/ssh/vm.ts';
import { manualClock } from '../support.ts';
import { standInGuest } from './stand-in-guest.ts';

const hostKey = makeHostKey();

/**
 * An SSH server with one VM, whose user `learner` has a key; all gone after the test.
 *
 * @param real what runs in it instead of the stand-in
 */
export async function startSsh(limits: Partial<SshLimits> = {}, real?: Guest) {
  const clock = manualClock('2026-01-02T03:04:05Z');
  const pair = await makeSshKeyPair('learner@test');
  const guest = standInGuest();
  const state = { isAllowed: true, keys: [`learner:${pair.publicKey}`], log: [] as string[] };
  const server = new SshServer({ now: clock.now, log: (line) => state.log.push(line), limits });
  onTestFinished(() => server.closeAll());
  const vm = {
    id: '1',
    label: 'web-1',
    hostKey: hostKey.privateKey,
    sshKeys: () => state.keys,
    accepts: () => state.isAllowed,
    guest: async () => real ?? guest,
  };
  const { port } = await server.open(vm);
  const target: SshTarget = {
    host: '127.0.0.1',
    port,
    user: 'learner',
    privateKey: pair.privateKey,
    hostKeys: [hostKey.publicKey],
  };
  const login = async (more: Partial<SshTarget> = {}) => {
    const connection = await connectOnce({ ...target, ...more }, 10_000);
    onTestFinished(() => connection.close());
    return connection;
  };
  return { server, vm, port, target, pair, guest, state, clock, login, hostKey };
}

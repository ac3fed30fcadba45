import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { announceSandbox } from '../../src/cloud/running-sandbox.ts';
import { locateHome } from '../../src/home.ts';
import { startSsh } from '../sandbox/ssh/support.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';

interface StandInMachine {
  name: string;
  zone: string;
  status: string;
  ssh?: { host: string; port: number; hostKey: string };
}

/**
 * What `cloudlab ssh` sees of a sandbox, so that what a sandbox does rarely can be had: two
 * VMs of one name, metadata that changes meanwhile, a network that refuses.
 */
export async function sandboxWithVm() {
  const ssh = await startSsh();
  const home = locateHome(temporaryDirectory(), '/', '/');
  const zone = 'asia-northeast3-a';
  const address = { host: '127.0.0.1', port: ssh.port, hostKey: ssh.hostKey.publicKey };
  const state = {
    machines: [{ name: 'web-1', zone, status: 'RUNNING', ssh: address }] as StandInMachine[],
    reach: { allowed: true, reason: 'allowed', hops: [] } as object,
    fingerprint: 0,
    items: [{ key: 'other', value: 'stays' }] as { key: string; value: string }[],
    blocksProjectKeys: false,
    ownItems: [] as { key: string; value: string }[],
    /** How many changes come in between. */
    conflicts: 0,
  };
  const keysOf = (items: { key: string; value: string }[]) =>
    items.find(({ key }) => key === 'ssh-keys')?.value.split('\n') ?? [];
  ssh.vm.sshKeys = () => keysOf(state.blocksProjectKeys ? state.ownItems : state.items);

  const answer = (path: string, body: string): [number, unknown] => {
    const block = [{ key: 'block-project-ssh-keys', value: 'TRUE' }];
    const write = (items: 'items' | 'ownItems'): [number, unknown] => {
      const metadata = JSON.parse(body) as { fingerprint: string; items: typeof state.items };
      if (state.conflicts > 0) {
        state.conflicts -= 1;
        state.fingerprint += 1;
      }
      if (metadata.fingerprint !== String(state.fingerprint)) {
        return [412, { error: { message: 'Supplied fingerprint does not match' } }];
      }
      state[items] = metadata.items;
      state.fingerprint += 1;
      return [200, { selfLink: 'http://x/compute/v1/operations/1', status: 'DONE' }];
    };
    const fingerprint = String(state.fingerprint);
    if (path === '/_cloudlab/status') {
      return [
        200,
        {
          name: 'cloudlab-sandbox',
          instanceId: 'stand-in',
          projectId: 'cloudlab-sandbox',
          startedAt: '',
          time: '',
          aheadSeconds: 0,
          buckets: 0,
          objects: 0,
          bytes: 0,
        },
      ];
    }
    if (path === '/_cloudlab/compute/machines') return [200, { machines: state.machines }];
    if (path.startsWith('/_cloudlab/compute/reach?')) return [200, state.reach];
    const project = '/compute/v1/projects/cloudlab-sandbox';
    const items = [...state.ownItems, ...(state.blocksProjectKeys ? block : [])];
    switch (path) {
      case project:
        return [200, { commonInstanceMetadata: { fingerprint, items: state.items } }];
      case `${project}/setCommonInstanceMetadata`:
        return write('items');
      case `${project}/zones/${zone}/instances/web-1`:
        return [200, { metadata: { fingerprint, items } }];
      case `${project}/zones/${zone}/instances/web-1/setMetadata`:
        return write('ownItems');
      default:
        return [404, { error: { message: `no ${path}` } }];
    }
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const [status, json] = answer(request.url ?? '', body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  announceSandbox(home, {
    url,
    pid: process.pid,
    dataDir: '/nowhere',
    instanceId: 'stand-in',
    controlToken: 'x',
  });
  const host = (columns?: number) =>
    new TestHost({ home: home.path, ...(columns !== undefined && { columns }) });
  return { ...ssh, home, vms: state, host, zone };
}

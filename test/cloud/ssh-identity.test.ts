import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keyFile, openIdentity } from '../../src/cloud/ssh-identity.ts';
import { locateHome } from '../../src/home.ts';
import { temporaryDirectory } from '../support/directories.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

it.skipIf(process.platform === 'win32')(
  'keeps the key to this user, in a folder that was open to all',
  async () => {
    const path = temporaryDirectory();
    const home = locateHome(path, '/', path);
    mkdirSync(home.ssh);
    chmodSync(home.ssh, 0o777);
    const made = await openIdentity(home, 'a');
    expect([modeOf(home.ssh), modeOf(keyFile(home))]).toEqual([0o700, 0o600]);
    chmodSync(home.ssh, 0o755);
    chmodSync(keyFile(home), 0o644);
    expect(await openIdentity(home, 'b')).toEqual(made);
    expect([modeOf(home.ssh), modeOf(keyFile(home))]).toEqual([0o700, 0o600]);
  },
);

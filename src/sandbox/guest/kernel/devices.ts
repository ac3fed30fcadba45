import type { GuestFs } from '../fs/guest-fs.ts';
import type { Device } from '../fs/inode.ts';
import { SystemError } from './errors.ts';

/** One read of something endless. */
const PIECE = 1024 * 1024;
const ZEROS = new Uint8Array(PIECE);

/** /dev as far as programs meet it. */
export function mountDevices(fs: GuestFs, randomBytes: (size: number) => Uint8Array): void {
  const sink = () => {};
  const random = () => randomBytes(PIECE);
  const nothing = () => {
    throw new SystemError('ENXIO');
  };
  const devices: [string, Device][] = [
    ['null', { kind: 'c', numbers: [1, 3], read: () => '', write: sink }],
    ['zero', { kind: 'c', numbers: [1, 5], read: () => ZEROS, write: sink, endless: true }],
    ['full', { kind: 'c', numbers: [1, 7], read: () => ZEROS, write: full, endless: true }],
    ['random', { kind: 'c', numbers: [1, 8], read: random, write: sink, endless: true }],
    ['urandom', { kind: 'c', numbers: [1, 9], read: random, write: sink, endless: true }],
    ['tty', { kind: 'c', numbers: [5, 0], read: nothing, write: nothing }],
  ];
  for (const [name, device] of devices) fs.device(`/dev/${name}`, device, 0o666);
}

function full(): void {
  throw new SystemError('ENOSPC');
}

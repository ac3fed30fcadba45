import type { Userland } from '../kernel/userland.ts';

export const userland: Userland = {
  programs: [],
  *image() {
    yield { path: '/etc', folder: true };
    yield { path: '/root', folder: true, mode: 0o700 };
    yield { path: '/tmp', folder: true, mode: 0o1777 };
    yield { path: '/home', folder: true };
    yield { path: '/etc/passwd', content: 'root:x:0:0:root:/root:/bin/bash\n' };
    yield { path: '/etc/group', content: 'root:x:0:\n' };
    yield { path: '/etc/shadow', content: 'root:*:19700:0:99999:7:::\n', mode: 0o640 };
  },
  mount() {},
  async boot() {},
  async resume() {},
  busy: () => false,
  async shutdown() {},
};

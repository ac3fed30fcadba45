import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FileChange } from '../../../src/sandbox/guest/contract.ts';
import { GuestFs } from '../../../src/sandbox/guest/fs/guest-fs.ts';
import { ROOT } from '../../../src/sandbox/guest/kernel/credentials.ts';
import { SystemError } from '../../../src/sandbox/guest/kernel/errors.ts';

const ada = { uid: 1000, gid: 1000, groups: [1000, 50] };
const bob = { uid: 1001, gid: 1001, groups: [1001] };

function disk() {
  const fs = new GuestFs(() => 1000);
  fs.load([
    { path: '/etc', folder: true },
    { path: '/etc/secret', content: 'x', mode: 0o600 },
    { path: '/etc/staff', content: 'x', mode: 0o640, gid: 50 },
    { path: '/tmp', folder: true, mode: 0o1777 },
    { path: '/home/ada', folder: true, mode: 0o700, uid: 1000, gid: 1000 },
    { path: '/bin', link: 'usr/bin' },
    { path: '/usr/bin/ls', program: 'ls' },
    { path: '/loop', link: '/loop' },
  ]);
  return { fs, root: fs.as(ROOT), ada: fs.as(ada), bob: fs.as(bob) };
}

function codeOf(call: () => unknown): string {
  try {
    call();
    return 'fine';
  } catch (error) {
    if (error instanceof SystemError) return error.code;
    throw error;
  }
}

it('asks owner, group and others, and root for nothing', () => {
  const { ada, bob, root } = disk();
  expect(codeOf(() => ada.read('/etc/secret'))).toBe('EACCES');
  expect(codeOf(() => ada.read('/etc/staff'))).toBe('fine');
  expect(codeOf(() => bob.read('/etc/staff'))).toBe('EACCES');
  expect(codeOf(() => bob.list('/home/ada'))).toBe('EACCES');
  expect(codeOf(() => bob.stat('/home/ada/x'))).toBe('EACCES');
  expect(codeOf(() => ada.write('/etc/mine', ''))).toBe('EACCES');
  expect(codeOf(() => root.write('/etc/mine', ''))).toBe('fine');
  expect(root.may('x', '/etc/secret')).toBe(false);
});

it('lets nobody give files away, and only owners remove from /tmp', () => {
  const { ada, bob } = disk();
  ada.write('/tmp/hers', 'x');
  expect(codeOf(() => bob.unlink('/tmp/hers'))).toBe('EPERM');
  expect(codeOf(() => bob.rename('/tmp/hers', '/tmp/his'))).toBe('EPERM');
  expect(codeOf(() => bob.chmod('/tmp/hers', 0o777))).toBe('EPERM');
  expect(codeOf(() => ada.chown('/tmp/hers', 1001, -1))).toBe('EPERM');
  expect(codeOf(() => ada.chown('/tmp/hers', -1, 50))).toBe('fine');
  expect(codeOf(() => ada.unlink('/tmp/hers'))).toBe('fine');
});

it('takes setuid from what is written to or given to somebody', () => {
  const { ada, root } = disk();
  root.write('/tmp/tool', 'x');
  root.chown('/tmp/tool', 1000, 1000);
  root.chmod('/tmp/tool', 0o4755);
  ada.append('/tmp/tool', 'y');
  expect(root.stat('/tmp/tool').mode).toBe(0o755);
  root.chmod('/tmp/tool', 0o4755);
  root.chown('/tmp/tool', 0, 0);
  expect(root.stat('/tmp/tool').mode).toBe(0o755);
});

it('follows links, and not for ever', () => {
  const { root, ada } = disk();
  expect(root.realpath('/bin/ls')).toBe('/usr/bin/ls');
  expect(codeOf(() => root.read('/loop'))).toBe('ELOOP');
  root.symlink('../../../../../../etc/secret', '/tmp/out');
  expect(root.realpath('/tmp/out')).toBe('/etc/secret');
  expect(codeOf(() => ada.read('/tmp/out'))).toBe('EACCES');
  expect(codeOf(() => root.rename('/etc', '/etc/deeper'))).toBe('EINVAL');
});

it('is full at its bounds, and has room again after removing', () => {
  const { ada } = disk();
  const big = new Uint8Array(30 * 1024 * 1024);
  ada.write('/tmp/a', big);
  ada.write('/tmp/b', big);
  expect(codeOf(() => ada.write('/tmp/c', big))).toBe('ENOSPC');
  expect(codeOf(() => ada.append('/tmp/a', big))).toBe('ENOSPC');
  expect(ada.read('/tmp/a').length).toBe(big.length);
  ada.unlink('/tmp/a');
  expect(codeOf(() => ada.write('/tmp/c', big))).toBe('fine');
});

it('has an end of names too', () => {
  const { ada, fs } = disk();
  const { maxInodes } = fs.usage();
  const refused = codeOf(() => {
    for (let at = 0; at <= maxInodes; at++) ada.write(`/tmp/${at}`, '');
  });
  expect(refused).toBe('ENOSPC');
});

it('appends without changing what somebody read before', () => {
  const { ada } = disk();
  ada.write('/tmp/log', 'one\n');
  ada.append('/tmp/log', 'two\n');
  const before = ada.read('/tmp/log');
  const copy = before.slice();
  ada.append('/tmp/log', 'three\n');
  ada.write('/tmp/other', before);
  ada.append('/tmp/other', 'else\n');
  expect(before).toEqual(copy);
  expect(ada.readText('/tmp/log')).toBe('one\ntwo\nthree\n');
  expect(ada.readText('/tmp/other')).toBe('one\ntwo\nelse\n');
});

const name = fc.constantFrom('a', 'b', 'c', 'd');
const path = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map((names) => `/tmp/${names.join('/')}`);
const operation = fc.oneof(
  fc.record({ do: fc.constant('write' as const), path, text: fc.string() }),
  fc.record({ do: fc.constant('append' as const), path, text: fc.string() }),
  fc.record({ do: fc.constant('mkdir' as const), path }),
  fc.record({ do: fc.constant('remove' as const), path }),
  fc.record({ do: fc.constant('rename' as const), path, to: path }),
  fc.record({ do: fc.constant('symlink' as const), path, to: path }),
  fc.record({ do: fc.constant('chmod' as const), path, mode: fc.integer({ min: 0, max: 0o777 }) }),
  fc.record({ do: fc.constant('flush' as const) }),
);

it('a disk made of its changes is the disk, whatever was done to it', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const { fs, root } = disk();
      const kept = new Map<string, FileChange>();
      fs.onChanges = (changes) => {
        for (const change of changes) kept.set(change.path, change);
      };
      for (const one of operations) {
        codeOf(() => {
          if (one.do === 'write') root.write(one.path, one.text);
          else if (one.do === 'append') root.append(one.path, one.text);
          else if (one.do === 'mkdir') root.mkdir(one.path);
          else if (one.do === 'remove') root.removeAll(one.path);
          else if (one.do === 'rename') root.rename(one.path, one.to);
          else if (one.do === 'symlink') root.symlink(one.to, one.path);
          else if (one.do === 'chmod') root.chmod(one.path, one.mode);
          else fs.flush();
        });
      }
      fs.flush();
      const again = disk();
      again.fs.restore([...kept.values()].sort((a, b) => (a.path < b.path ? -1 : 1)));
      expect(treeOf(again.root)).toEqual(treeOf(root));
      // What is counted is what is there.
      for (const entry of root.list('/tmp')) root.removeAll(`/tmp/${entry}`);
      expect(fs.usage()).toMatchObject({ bytes: 0, inodes: 0 });
    }),
  );
});

function treeOf(view: ReturnType<GuestFs['as']>, at = '/tmp'): unknown {
  const { type, mode } = view.lstat(at);
  if (type === 'folder') {
    return { mode, entries: view.list(at).map((one) => [one, treeOf(view, `${at}/${one}`)]) };
  }
  return { mode, content: type === 'link' ? view.readlink(at) : view.readText(at) };
}

import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDirectory } from '../src/make-directory.ts';
import { temporaryDirectory } from './support/directories.ts';
import { TestHost } from './support/host.ts';

describe('makeDirectory', () => {
  it('makes what is missing, and leaves what is there', () => {
    const deep = join(temporaryDirectory(), 'a', 'b', 'c');
    makeDirectory(deep);
    makeDirectory(deep);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
  });

  it('fails where a file is in the way', () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, 'file'), '');
    expect(() => makeDirectory(join(root, 'file'))).toThrow('EEXIST');
    expect(() => makeDirectory(join(root, 'file', 'below'))).toThrow('ENOTDIR');
  });

  it.runIf(process.platform === 'linux')('ends where nothing can be made', () => {
    expect(() => makeDirectory('/proc/cloudlab/data')).toThrow('ENOENT');
  });
});

it('a home that cannot be made is told, whatever the file system says', async () => {
  const cwd = temporaryDirectory();
  const host = new TestHost({ home: '/proc/cloudlab/data', cwd });
  const { code, stderr } = await host.run('mission', 'create-bucket');
  expect(code).toBe(3);
  expect(stderr).toContain('/proc/cloudlab/data');
});

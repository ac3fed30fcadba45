import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from './support/host.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly engines?: { readonly node?: string };
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, LockedPackage>>;
};

it('names the native packages of every platform, or npm ci refuses it', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !resolves(path, name))
      .map((name) => `${path} wants ${name}`),
  );
  expect(missing).toEqual([]);
});

it('holds no download addresses', () => {
  const addresses = Object.values(packages).filter(({ resolved }) => resolved?.startsWith('http'));
  expect(addresses).toEqual([]);
});

it('holds nothing that has left Node 20 behind', () => {
  const tooNew = Object.entries(packages)
    .filter(([, { engines }]) => leavesNode20(engines?.node ?? '*'))
    .map(([path]) => path);
  expect(tooNew).toEqual([]);
});

/** A range that begins above 20 and names 20 nowhere else. */
function leavesNode20(range: string): boolean {
  return /(^|\s|\|)(>=|\^)\s*2[1-9]/.test(range) && !/(^|[^.\d])20\b/.test(range);
}

/** Node's own search: beside the package, then in each folder above. */
function resolves(path: string, name: string): boolean {
  for (
    let folder = path;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  ) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[candidate] !== undefined) return true;
    if (folder === '') return false;
  }
}

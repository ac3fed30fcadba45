import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, it } from 'vitest';
import { settingNames } from '../src/settings.ts';
import { packageRoot } from './support/host.ts';

/** The rules of the house (CONTRIBUTING.md): who may import whom. */

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Types vanish when the program is built; what is imported for its values stays. */
const importOfValues =
  /^(?:import|export)\s+(?!type\b)(?:[^;]*?from )?['"]([^'"]+)['"]|\bimport\(\s*['"`]([^'"`]+)['"`]/gm;

const anyImport =
  /^(?:import|export)\s+(?:[^;]*?from )?['"]([^'"]+)['"]|\bimport\(\s*['"`]([^'"`]+)['"`]/gm;

const sources = [...filesBelow('src'), ...filesBelow('missions'), ...filesBelow('lessons')].filter(
  (path) => path.endsWith('.ts'),
);
const imports = sources.flatMap((path) => importsOf(path));

it('the sandbox imports nothing else of the program', () => {
  const outward = imports.filter(
    ({ from, to }) => from.startsWith('src/sandbox/') && !to.startsWith('src/sandbox/'),
  );
  expect(outward).toEqual([]);
});

it('only commands, targets and the library start a sandbox', () => {
  const inward = imports.filter(
    ({ from, to }) => !from.startsWith('src/sandbox/') && to.startsWith('src/sandbox/'),
  );
  expect([...new Set(inward.map(({ from }) => from))]).toEqual([
    'src/cloud/open-sandbox.ts',
    'src/library/open-for-program.ts',
  ]);
});

/** What each part of the sandbox may import besides itself and the types at its root. */
const sandboxParts: Record<string, string[]> = {
  audit: ['disk', 'wire'],
  disk: [],
  wire: [],
  tls: [],
  faults: ['wire'],
  guest: [],
  iam: ['disk', 'wire'],
  logging: ['audit', 'wire'],
  ssh: ['guest'],
  storage: ['disk', 'wire'],
  compute: ['disk', 'wire', 'guest', 'ssh'],
};

it('services of the sandbox do not import each other: the server hands them what crosses', () => {
  const crossing = sources
    .flatMap((path) => importsOf(path, anyImport))
    .filter(({ from, to }) => {
      const [own, other] = [sandboxPart(from), sandboxPart(to)];
      if (own === undefined || own === other) return false;
      if (other !== undefined) return !sandboxParts[own]?.includes(other);
      return /^src\/sandbox\/(server|data|app|catch-up|control)\.ts$/.test(to);
    });
  expect(crossing).toEqual([]);
  const parts = new Set(sources.map(sandboxPart).filter((part) => part !== undefined));
  expect([...parts].toSorted()).toEqual(Object.keys(sandboxParts).toSorted());
});

it('missions see official clients and src/missions, and no sandbox', () => {
  const outward = imports.filter(
    ({ from, to }) =>
      from.startsWith('missions/') && !/^(src\/missions\/(define|seed)\.ts|missions\/)/.test(to),
  );
  expect(outward).toEqual([]);
});

it('lessons see what an experiment is, and nothing else of the program', () => {
  const outward = imports.filter(
    ({ from, to }) => from.startsWith('lessons/') && !/^src\/tutor\/experiment(-vm)?\.ts$/.test(to),
  );
  expect(outward).toEqual([]);
});

const layers = [
  [
    'src/errors.ts',
    'src/context.ts',
    'src/version.ts',
    'src/nearest.ts',
    'src/atomic-file.ts',
    'src/make-directory.ts',
  ],
  ['src/settings.ts', 'src/home.ts'],
  ['src/content/', 'src/cloud/', 'src/terminal/', 'src/i18n/'],
  ['src/tutor/', 'src/missions/', 'missions/', 'lessons/'],
  ['src/authoring/'],
  ['src/commands/', 'src/commands.ts', 'src/command-line.ts'],
  ['src/cli.ts'],
  ['src/main.ts', 'src/library.ts', 'src/library/'],
];

it('every file has its place in the house', () => {
  expect(sources.filter((path) => levelOf(path) < 0)).toEqual([]);
});

it('imports of values point downwards: main, cli, commands, tutor and missions, the rest', () => {
  const upward = imports.filter(({ from, to }) => levelOf(from) < levelOf(to));
  expect(upward).toEqual([]);
});

it('only the two ways in, main.ts and library.ts, touch process, the clock and chance', () => {
  const touching = sources.filter((path) => {
    const text = readFileSync(join(packageRoot, path), 'utf8');
    return /(?<![\w.'"`/-])process\.[a-z]|from 'node:process'|\bhostname\(\)|Date\.now\(\)|Math\.random\(\)/.test(
      text.replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, ''),
    );
  });
  expect(touching).toEqual(['src/library.ts', 'src/main.ts']);
});

it('.env.example names exactly the variables that are read', () => {
  const text = readFileSync(join(packageRoot, '.env.example'), 'utf8');
  const documented = [...text.matchAll(/^#?([A-Z_]+)=/gm)].map((match) => match[1]);
  expect(documented.toSorted()).toEqual(settingNames.toSorted());
});

/** `storage` for src/sandbox/storage/...; undefined for what is at the root of the sandbox, or outside. */
function sandboxPart(path: string): string | undefined {
  return /^src\/sandbox\/([^/]+)\//.exec(path)?.[1];
}

function levelOf(path: string): number {
  if (path.startsWith('src/sandbox/')) return 0;
  return layers.findIndex((layer) => layer.some((prefix) => path.startsWith(prefix)));
}

function importsOf(path: string, which = importOfValues): Import[] {
  const text = readFileSync(join(packageRoot, path), 'utf8');
  return [...text.matchAll(which)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((target) => target.startsWith('.'))
    .map((target) => ({
      from: path,
      to: relative(packageRoot, resolve(packageRoot, dirname(path), target))
        .split(sep)
        .join('/'),
    }));
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(packageRoot, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

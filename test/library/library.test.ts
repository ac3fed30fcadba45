import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Storage } from '@google-cloud/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/library.ts';
import { keptFolder } from '../conformance/tools.ts';
import { builtProgram } from '../support/built-program.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { packageRoot } from '../support/host.ts';

const run = promisify(execFile);

describe('startSandbox', () => {
  let temporary: string;
  const started: Sandbox[] = [];

  beforeEach(() => {
    temporary = temporaryDirectory();
    process.env['TMPDIR'] = temporary;
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.stop()));
    delete process.env['TMPDIR'];
  });

  const start = async (options?: SandboxOptions) => {
    const sandbox = await startSandbox(options);
    started.push(sandbox);
    return sandbox;
  };
  const bucketsOf = (one: Sandbox) => `${one.url}/storage/v1/b?project=${one.projectId}`;

  it('holds what it was seeded with, until it is reset', async () => {
    const sandbox = await start({
      seed: {
        buckets: {
          photos: {
            'a b/안녕.txt': '안녕',
            raw: new Uint8Array([0, 255, 10, 13]).subarray(1),
            'data.json': { content: '{}', contentType: 'application/json', metadata: { by: 'me' } },
          },
          empty: {},
        },
      },
    });
    const storage = new Storage({ apiEndpoint: sandbox.url, projectId: sandbox.projectId });
    const bucket = storage.bucket('photos');
    expect((await bucket.file('a b/안녕.txt').download())[0].toString()).toBe('안녕');
    expect([...(await bucket.file('raw').download())[0]]).toEqual([255, 10, 13]);
    const [{ contentType, metadata }] = await bucket.file('data.json').getMetadata();
    expect({ contentType, metadata }).toEqual({
      contentType: 'application/json',
      metadata: { by: 'me' },
    });
    // Again: what is there is replaced.
    await sandbox.seed({ buckets: { photos: { raw: 'new' } } });
    expect((await bucket.file('raw').download())[0].toString()).toBe('new');
    const { url } = sandbox;
    await sandbox.reset();
    expect(sandbox.url).toBe(url);
    expect((await storage.getBuckets())[0]).toEqual([]);
    const authorization = `Bearer ${sandbox.accessToken}`;
    expect((await fetch(bucketsOf(sandbox), { headers: { authorization } })).status).toBe(200);
  });

  it('with enforce answers nobody but who shows its token', async () => {
    const sandbox = await start({ auth: 'enforce', seed: { buckets: { mine: { a: 'b' } } } });
    expect((await fetch(bucketsOf(sandbox))).status).toBe(401);
    const authorization = `Bearer ${sandbox.accessToken}`;
    const answer = await fetch(bucketsOf(sandbox), { headers: { authorization } });
    expect(await answer.json()).toMatchObject({ items: [{ name: 'mine' }] });
    expect(sandbox.env).toMatchObject({ API_ENDPOINT_OVERRIDE: sandbox.url });
    expect(sandbox.env).not.toHaveProperty('STORAGE_EMULATOR_HOST');
  });

  it('moves its clock on, and says which wishes cannot be met', async () => {
    const sandbox = await start();
    const before = Date.now();
    const then = await sandbox.advanceClock(30 * 86_400);
    expect(then.getTime()).toBeGreaterThanOrEqual(before + 30 * 86_400_000);
    await expect(sandbox.advanceClock(-1)).rejects.toThrow(RangeError);
    await expect(sandbox.seed({ buckets: { Upper: {} } })).rejects.toThrow(/Invalid bucket name/);
    await expect(sandbox.seed({ buckets: { low: { a: 5 as never } } })).rejects.toThrow(TypeError);
    const { port } = sandbox;
    await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE', port });
  });

  it('several do not know of each other, and leave nothing behind', async () => {
    const [one, two] = await Promise.all([
      start({ seed: { buckets: { 'of-one': {} } } }),
      start({ dataDir: join(temporary, 'kept') }),
    ]);
    expect((await fetch(`${two?.url}/storage/v1/b/of-one`)).status).toBe(404);
    await Promise.all([one.stop(), one.stop(), two[Symbol.asyncDispose]()]);
    expect(readdirSync(temporary)).toEqual(['kept']);
    await expect(fetch(bucketsOf(one))).rejects.toThrow();
  });
});

/** A project in which this package is installed; `npm` would copy what is linked here. */
function project(): string {
  builtProgram();
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageRoot, join(folder, 'node_modules', 'cloudlab'));
  return folder;
}

const script = `
  const before = JSON.stringify(process.env);
  const sandbox = await startSandbox({ seed: { buckets: { photos: { a: 'b' } } } });
  const answer = await fetch(sandbox.url + '/storage/v1/b/photos/o/a?alt=media');
  const failed = await startSandbox({ port: sandbox.port }).catch(({ code }) => code);
  await sandbox.stop();
  console.log(await answer.text(), failed, JSON.stringify(process.env) === before);`;

describe('the installed package', () => {
  it.each([
    ['import', 'main.mjs', `import { startSandbox } from 'cloudlab';\n${script}`],
    [
      'require',
      'main.cjs',
      `const { startSandbox } = require('cloudlab');\n(async () => {${script}})();`,
    ],
  ])('is used by %s, prints nothing, and lets the process end', async (_how, file, text) => {
    const cwd = project();
    writeFileSync(join(cwd, file), text);
    const { stdout, stderr } = await run(process.execPath, [file], { cwd, timeout: 20_000 });
    expect({ stdout, stderr }).toEqual({ stdout: 'b PORT_IN_USE true\n', stderr: '' });
  });

  it('has types that need nothing else', async () => {
    const cwd = project();
    const text = `
      const options: SandboxOptions = { auth: 'enforce', seed: { buckets: { a: { b: 'c' } } } };
      export const url: Promise<string> = startSandbox(options).then((one: Sandbox) => one.url);
      // @ts-expect-error: no such mode
      startSandbox({ auth: 'strict' });`;
    const names = '{ type Sandbox, type SandboxOptions, startSandbox }';
    writeFileSync(join(cwd, 'main.mts'), `import ${names} from 'cloudlab';${text}`);
    writeFileSync(join(cwd, 'main.cts'), `import ${names} from 'cloudlab';${text}`);
    const tsc = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
    await run(process.execPath, [tsc, ...options, 'main.mts', 'main.cts'], { cwd });
  });

  const test = `
    let sandbox;
    beforeAll(async () => { sandbox = await startSandbox({ seed: { buckets: { photos: { a: 'b' } } } }); });
    afterAll(() => sandbox.stop());
    test('reads', async () => {
      const answer = await fetch(sandbox.url + '/storage/v1/b/photos/o/a?alt=media');
      expect(await answer.text()).toBe('b');
    });`;

  it('serves tests of vitest', async () => {
    const cwd = project();
    symlinkSync(join(packageRoot, 'node_modules', 'vitest'), join(cwd, 'node_modules', 'vitest'));
    const globals = "import { afterAll, beforeAll, expect, test } from 'vitest';";
    const library = "import { startSandbox } from 'cloudlab';";
    writeFileSync(join(cwd, 'a.test.mjs'), `${globals}\n${library}\n${test}`);
    const vitest = join(packageRoot, 'node_modules', 'vitest', 'vitest.mjs');
    const { stdout } = await run(process.execPath, [vitest, 'run', '--root', cwd], { cwd });
    expect(stdout).toMatch(/1 passed/);
  });

  it('serves tests of jest, without any setting', { timeout: 200_000 }, async (context) => {
    const jest = await keptFolder(context, 'jest-30', async (dir) => {
      writeFileSync(join(dir, 'package.json'), '{ "private": true }');
      const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'jest@30'];
      await run('npm', install, { cwd: dir, timeout: 180_000 });
    });
    const cwd = project();
    writeFileSync(join(cwd, 'package.json'), '{ "private": true }');
    writeFileSync(join(cwd, 'a.test.js'), `const { startSandbox } = require('cloudlab');\n${test}`);
    const program = join(jest, 'node_modules', 'jest', 'bin', 'jest.js');
    const { stderr } = await run(process.execPath, [program, '--rootDir', cwd], { cwd });
    expect(stderr).toMatch(/1 passed/);
  });
});

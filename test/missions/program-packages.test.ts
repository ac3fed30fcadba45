import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { loadMessages } from '../../src/i18n/messages.ts';
import { prepareRuntime } from '../../src/missions/program/prepare-runtime.ts';
import { runProgram } from '../../src/missions/program/run-program.ts';
import type { Settings } from '../../src/settings.ts';
import { Terminal } from '../../src/terminal/terminal.ts';
import { requireTool, run } from '../conformance/tools.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';
import { keptRuntime } from '../support/runtimes.ts';
import { realClock } from '../support/stage.ts';

/** A machine with these programs and no other; each a shell script. */
async function machineWith(
  programs: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
) {
  const home = temporaryDirectory();
  const bin = join(home, 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const host = { ...new TestHost({ home, variables: { PATH: bin, ...variables } }).host([]) };
  const options = { json: false, plain: false, noColour: true, verbose: false };
  const terminal = new Terminal(host.streams, {} as Settings, options);
  const say = await loadMessages('en');
  const folder = join(home, 'runtimes');
  return {
    host: { ...host, clock: realClock },
    folder,
    prepare: (language: 'python' | 'node', yes = true) =>
      prepareRuntime({ host, terminal, say }, language, folder, { yes }),
  };
}

/** What a Python says of itself when it is asked. */
const saying = (version: readonly number[], complete = true) =>
  `echo '${JSON.stringify({ path: '/usr/bin/python3', version, complete })}'`;

async function realPython(context: TestContext): Promise<string> {
  await requireTool(context, 'python3', 'Python');
  const { stdout } = await run('python3', ['-c', 'import sys; print(sys.executable)']);
  return stdout.trim();
}

describe.skipIf(process.platform === 'win32')('a machine', () => {
  test('without Python is told so, and where to get it', async () => {
    const { prepare } = await machineWith({});
    await expect(prepare('python')).rejects.toMatchObject({
      code: 'python-missing',
      exitCode: 3,
    });
  });

  test('whose python3 does nothing, as the stand-in of Windows, has none', async () => {
    const { prepare } = await machineWith({ python3: 'exit 9', python: ':' });
    await expect(prepare('python')).rejects.toMatchObject({ code: 'python-missing' });
  });

  test('whose Python is too old is told which one was found', async () => {
    const { prepare } = await machineWith({
      python3: saying([3, 9, 2]),
      python: saying([2, 7, 18]),
    });
    await expect(prepare('python')).rejects.toMatchObject({
      code: 'python-too-old',
      details: { found: '3.9.2', minimum: '3.10', path: '/usr/bin/python3' },
    });
  });

  test('whose Python cannot make virtual environments is told the package', async () => {
    const { prepare } = await machineWith({ python3: saying([3, 12, 1], false) });
    await expect(prepare('python')).rejects.toMatchObject({
      code: 'python-without-venv',
      details: { version: '3.12' },
    });
  });

  test('is asked before anything is downloaded; a pipe cannot be', async () => {
    const { prepare, folder } = await machineWith({ python3: saying([3, 12, 1]) });
    await expect(prepare('python', false)).rejects.toMatchObject({
      code: 'packages-need-consent',
      exitCode: 2,
    });
    expect(existsSync(folder)).toBe(false);
  });

  test('without npm is told so', async () => {
    const node = `exec '${process.execPath}' "$@"`;
    const { prepare } = await machineWith({ node });
    await expect(prepare('node')).rejects.toMatchObject({ code: 'npm-missing', exitCode: 3 });
  });

  test('without a network is told so, and what has been made is kept', {
    timeout: 120_000,
  }, async (context) => {
    const python = await realPython(context);
    const { prepare, folder } = await machineWith(
      { python3: `exec '${python}' "$@"` },
      // Nobody listens at the port of the discard protocol.
      {
        PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
        PIP_NO_CACHE_DIR: '1',
        PIP_CONFIG_FILE: '/dev/null',
      },
    );
    const unreachable = { code: 'packages-unreachable', exitCode: 3 };
    await expect(prepare('python')).rejects.toMatchObject(unreachable);
    // The environment is there, what belongs into it is not, and nobody holds the lock.
    const [name = '', ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(existsSync(join(folder, name, 'bin', 'python'))).toBe(true);
  });
});

test('packages are installed once, and programs find them', {
  timeout: 400_000,
}, async (context) => {
  const python = await realPython(context);
  const runtime = await keptRuntime(context, 'python');
  expect(runtime.interpreter).not.toBe(python);
  const folder = temporaryDirectory();
  const file = join(folder, 'program.py');
  writeFileSync(file, 'import google.cloud.storage as s; print(s.__version__)');
  const { host } = await machineWith({});
  const { output, errors } = await runProgram(
    host,
    runtime,
    { file, variables: {} },
    { home: join(folder, 'home') },
  );
  expect([output, errors]).toEqual(['3.17.1\n', '']);
});

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import type { Interrupt } from '../../src/context.ts';
import { type ProgramLimits, programLimits } from '../../src/missions/program/program.ts';
import { runProgram } from '../../src/missions/program/run-program.ts';
import { readFailure } from '../../src/missions/program/what-failed.ts';
import { requireTool, run } from '../conformance/tools.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { signalProcess } from '../support/host.ts';
import { realClock } from '../support/stage.ts';

/*
 * Programs as learners write them, run by a real Python: each bad one ends, and nothing of it
 * is left running.
 */

const secrets = {
  GOOGLE_APPLICATION_CREDENTIALS: '/secret/key.json',
  CLOUDSDK_AUTH_ACCESS_TOKEN: 'secret',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AZURE_CLIENT_SECRET: 'secret',
  GITHUB_TOKEN: 'secret',
  SSH_AUTH_SOCK: '/secret/agent',
  HTTPS_PROXY: 'http://user:secret@proxy:3128',
  PYTHONPATH: '/secret',
};

async function runPython(
  context: TestContext,
  code: string,
  limits: Partial<ProgramLimits> = {},
  variables: Record<string, string> = {},
) {
  await requireTool(context, 'python3', 'Python');
  const folder = temporaryDirectory();
  const file = join(folder, 'program.py');
  writeFileSync(file, code);
  const interrupts: ((interrupt: Interrupt) => void)[] = [];
  const host = {
    variables: { ...process.env, ...secrets },
    platform: process.platform,
    clock: realClock,
    random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
    signal: signalProcess,
    interrupts: {
      listen: (handler: (interrupt: Interrupt) => void) => {
        interrupts.push(handler);
        return () => {};
      },
    },
  };
  const interpreter = process.platform === 'win32' ? 'python' : await pathOf('python3');
  const runtime = {
    language: 'python',
    interpreter,
    options: ['-I'],
    variables: {},
    askingToEnd: 'SIGINT',
  } as const;
  const running = runProgram(
    host,
    runtime,
    { file, variables },
    {
      home: join(folder, 'home'),
      limits: { ...programLimits, milliseconds: 20_000, ...limits },
    },
  );
  return { running, folder, file, interrupts };
}

async function pathOf(program: string): Promise<string> {
  const { stdout } = await run(program, ['-c', 'import sys; print(sys.executable)']);
  return stdout.trim();
}

/** Whether a process that wrote its id into a file still runs. */
function runs(pidFile: string): boolean {
  try {
    const id = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

test('a program gets what it is told, a home of its own, and nothing else', async (context) => {
  const code = `
import json, os
print(json.dumps(dict(os.environ)))
print(os.getcwd())
open(os.path.expanduser('~/note'), 'w').write('mine')
`;
  const { running, folder } = await runPython(context, code, {}, { BUCKET: 'b' });
  const { ending, code: exit, output, errors } = await running;
  expect([ending, exit, errors]).toEqual(['exited', 0, '']);
  const [environment = '', cwd] = output.trim().split('\n');
  const told = JSON.parse(environment) as Record<string, string>;
  expect(told).toMatchObject({ BUCKET: 'b', HOME: join(folder, 'home') });
  expect(cwd).toBe(folder);
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(Object.keys(told).filter((name) => name in secrets)).toEqual([]);
  expect(existsSync(join(folder, 'home', 'note'))).toBe(true);
});

test('one that never ends is ended, and says where it was', async (context) => {
  const { running, file } = await runPython(context, 'import time\n\nwhile True: time.sleep(1)\n', {
    milliseconds: 1000,
  });
  const { ending, errors } = await running;
  expect(ending).toBe('time');
  if (process.platform !== 'win32') {
    expect(readFailure(errors, file)).toMatchObject({ line: 3, kind: 'KeyboardInterrupt' });
  }
});

test('one that does not want to end is ended as well', async (context) => {
  const code = `
import signal
for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(one, signal.SIG_IGN)
while True: pass
`;
  const { running } = await runPython(context, code, { milliseconds: 500 });
  expect((await running).ending).toBe('time');
});

test('one that prints without end is ended, and what it printed is bounded', async (context) => {
  const { running } = await runPython(context, "while True: print('again ' * 100)");
  const { ending, output } = await running;
  expect(ending).toBe('output');
  expect(output.length).toBeLessThanOrEqual(programLimits.outputBytes);
  expect(output.length).toBeGreaterThan(1000);
});

test('one that eats memory is refused it', async (context) => {
  context.skip(process.platform === 'win32', 'Windows does not bound it');
  const code = 'held = []\nwhile True: held.append(bytearray(10_000_000))\n';
  const { running } = await runPython(context, code);
  expect((await running).ending).toBe('memory');
});

test('forks without end are ended, all of them', async (context) => {
  context.skip(process.platform !== 'linux', 'processes are counted in /proc');
  const code = `
import os, time
time.sleep(0.3)
while True:
    os.fork()
    open(f'pid-{os.getpid()}', 'w').write(str(os.getpid()))
`;
  const { running, folder } = await runPython(context, code);
  expect((await running).ending).toBe('processes');
  const forked = readdirSync(folder).filter((name) => name.startsWith('pid-'));
  expect(forked.length).toBeGreaterThan(0);
  await expect.poll(() => forked.filter((name) => runs(join(folder, name)))).toEqual([]);
});

test('what leaves the process group does not outlive the program either', async (context) => {
  context.skip(process.platform !== 'linux', 'such processes are found in /proc');
  const code = `
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open('pid', 'w').write(str(os.getpid()))
        while True: time.sleep(1)
    sys.exit()
while not os.path.exists('pid'): time.sleep(0.01)
print('done')
`;
  const { running, folder } = await runPython(context, code);
  expect(await running).toMatchObject({ ending: 'exited', code: 0, output: 'done\n' });
  expect(existsSync(join(folder, 'pid'))).toBe(true);
  await expect.poll(() => runs(join(folder, 'pid'))).toBe(false);
});

test('Ctrl-C ends a program too', async (context) => {
  const { running, interrupts } = await runPython(context, 'while True: pass');
  const outcome = running.then(
    () => 'ended by itself',
    (error: Error) => error.name,
  );
  while (interrupts.length === 0) await realClock.sleep(10);
  for (const press of interrupts) press('SIGINT');
  expect(await outcome).toBe('Interrupted');
});

test('the line of the learner’s file is found in what Python says', async (context) => {
  const code = 'import json\n\ndef read():\n    return json.loads("{")\n\nread()\n';
  const { running, file } = await runPython(context, code);
  const { ending, code: exit, errors } = await running;
  expect([ending, exit]).toEqual(['exited', 1]);
  expect(readFailure(errors, file)).toEqual({
    line: 4,
    kind: 'JSONDecodeError',
    message: expect.stringMatching(/^Expecting property name/),
  });

  const wrong = await runPython(context, 'x = 1\nif x\n    print(x)\n');
  expect(readFailure((await wrong.running).errors, wrong.file)).toEqual({
    line: 2,
    kind: 'SyntaxError',
    message: expect.stringMatching(/./),
  });

  const missing = await runPython(context, 'import no_such_thing\n');
  expect(readFailure((await missing.running).errors, missing.file)).toEqual({
    line: 1,
    kind: 'ModuleNotFoundError',
    message: "No module named 'no_such_thing'",
  });
});

test('the line is found in what Node says', () => {
  const stack = `file:///home/me/mean.mjs:7
const a = sotrage;
          ^

ReferenceError: sotrage is not defined
    at main (file:///home/me/mean.mjs:7:11)
    at file:///home/me/mean.mjs:20:1

Node.js v20.19.0
`;
  expect(readFailure(stack, '/home/me/mean.mjs')).toEqual({
    line: 7,
    kind: 'ReferenceError',
    message: 'sotrage is not defined',
  });
});

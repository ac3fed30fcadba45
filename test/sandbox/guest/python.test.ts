import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../support/host.ts';
import { bootGuest, type Machine, openTerminal, run } from './support.ts';

/** Ubuntu's images bring python3 along. */
function ubuntu(): Promise<Machine> {
  return bootGuest({ imageFamily: 'ubuntu-2404-lts', users: ['learner', 'other'] });
}

function python(machine: Machine, text: string, user = 'learner') {
  return run(machine, `python3 - <<'END'\n${text}\nEND`, { user });
}

it('runs scripts, texts, modules and what comes from a pipe', async () => {
  const machine = await ubuntu();
  const script =
    "printf '#!/usr/bin/env python3\\nimport sys\\nprint(sys.argv, input())\\n' > a.py";
  const lines: [string, string, number][] = [
    [`${script}; chmod +x a.py; echo 안녕 | ./a.py 1 2`, "['./a.py', '1', '2'] 안녕\n", 0],
    ['cd /tmp; python3 -c "import os; print(os.getcwd())" x', '/tmp\n', 0],
    ['echo "[1]" | python3 -m json.tool --compact', '[1]\n', 0],
    ['echo "import sys; sys.exit(3)" | python3', '', 3],
    [
      'python3 --version; X=1 python3 -c "import os; print(os.environ[\'X\'])"',
      'Python 3.13.2\n1\n',
      0,
    ],
    ['for i in 1 2 3; do python3 -c "print($i * 2)" > $i & done; wait; cat 1 2 3', '2\n4\n6\n', 0],
  ];
  for (const [line, stdout, code] of lines) {
    expect(await run(machine, line), line).toMatchObject({ stdout, stderr: '', code });
  }
  const failed = await run(machine, 'python3 -c 1/0');
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toMatch(/^Traceback[\s\S]*ZeroDivisionError: division by zero\n$/);
  const missing = await run(machine, 'python3 nothing.py');
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.stderr).toContain('No such file or directory');
}, 30_000);

it('uses the files of the guest as the user who runs it', async () => {
  const machine = await ubuntu();
  const { stdout, stderr } = await python(
    machine,
    `import os, pathlib, shutil, tempfile, pwd
pathlib.Path('d/e').mkdir(parents=True)
with open('d/e/f', 'w') as f: f.write('first\\nsecond\\n')
with open('d/e/f', 'r+') as f: f.seek(6); f.write('SECOND')
with open('d/e/f', 'a') as f: f.write('third\\n'); f.flush(); os.system('cat d/e/f | tail -n 1')
os.symlink('f', 'd/e/l'); os.rename('d/e/f', 'd/e/g'); os.chmod('d/e/g', 0o640)
print(os.readlink('d/e/l'), sorted(os.listdir('d/e')), os.path.exists('d/e/l'))
with tempfile.TemporaryFile() as f: f.write(b'x' * 100000); f.seek(0); print(len(f.read()))
os.mkdir('gone'); shutil.rmtree('gone'); print(os.path.exists('gone'))
for path in '/etc/shadow', '/root/x':
  try: open(path, 'a')
  except PermissionError as error: print(error.strerror, error.filename)
print(os.access('/etc/shadow', os.R_OK), pwd.getpwuid(os.getuid()).pw_name, os.uname().nodename)`,
  );
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    'third',
    "f ['g', 'l'] False",
    '100000',
    'False',
    'Permission denied /etc/shadow',
    'Permission denied /root/x',
    'False learner web-1',
    '',
  ]);
  expect((await run(machine, 'stat -c %a:%U d/e/g; cat d/e/g')).stdout).toBe(
    '640:learner\nfirst\nSECOND\nthird\n',
  );
  expect(machine.disk.get('/home/learner/d/e/g')).toMatchObject({ node: { mode: 0o640 } });
  const full = await python(machine, "open('big', 'wb').write(bytes(100 * 1024 * 1024))");
  expect(full.stderr).toContain('OSError: [Errno 51] No space left on device');
}, 30_000);

it('has no way to the host', async () => {
  process.env['CLOUDLAB_TEST_SECRET'] = 'the-host-s-secret';
  const folder = mkdtempSync(join(tmpdir(), 'host-of-pythons-'));
  const file = join(folder, 'secret');
  writeFileSync(file, 'the-host-s-secret');
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.end('the-host-s-secret');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    delete process.env['CLOUDLAB_TEST_SECRET'];
    rmSync(folder, { recursive: true });
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const machine = await ubuntu();
  const tries = [
    `open('${file}').read()`,
    `open('${'../'.repeat(20)}${file.slice(1)}').read()`,
    `os.symlink('${file}', 'l'), open('l').read()`,
    `open('/proc/self/root${file}').read()`,
    `os.open('${file}', os.O_RDONLY)`,
    `__import__('posix').open('${file}', 0)`,
    `__import__('posix').listdir('${folder}')`,
    `os.listdir('${packageRoot}')`,
    `open('${packageRoot}/package.json').read()`,
    "__import__('js')",
    "__import__('pyodide')",
    "__import__('_ctypes')",
    "__import__('ctypes').CDLL(None)",
    "__import__('subprocess').run(['ls'])",
    "__import__('multiprocessing').Process(target=print).start()",
    'os.fork()',
    "os.execv('/bin/sh', ['sh'])",
    `__import__('socket').create_connection(('127.0.0.1', ${port}))`,
    `__import__('urllib.request').request.urlopen('http://127.0.0.1:${port}/')`,
    `__import__('_socket').socket().connect(('127.0.0.1', ${port}))`,
    "__import__('socket').socket().bind(('127.0.0.1', 8080))",
  ];
  const text = `import os
for attempt in ${JSON.stringify(tries)}:
  try: print('WENT THROUGH', attempt, eval(attempt))
  except (OSError, ImportError, AttributeError, NameError) as error: print('no', type(error).__name__)
print(open('/etc/hostname').read(), os.environ, os.listdir('/'), os.listdir('/proc'), os.uname())`;
  for (const user of ['learner', 'root']) {
    const { stdout, stderr } = await python(machine, text, user);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('WENT THROUGH');
    expect(stdout.match(/^no /gm)).toHaveLength(tries.length);
    for (const secret of ['the-host-s-secret', hostname(), packageRoot, 'host-of-pythons']) {
      expect(stdout).not.toContain(secret);
    }
  }
  for (const user of ['learner', 'root']) {
    await python(
      machine,
      `import os; os.makedirs('${folder}', exist_ok=True)
open('${file}', 'w').write('gone'); open('${folder}/new', 'w').write('new')`,
      user,
    );
  }
  expect(readdirSync(folder)).toEqual(['secret']);
  expect(asked).toBe(0);
  expect(machine.requests).toEqual([]);
}, 30_000);

it('holds those that take too much, and goes on', async () => {
  const machine = await ubuntu();
  const hog = await python(machine, 'x = []\nwhile True: x.append(bytearray(10_000_000))');
  expect(hog.stderr).toContain('MemoryError');
  const deep = await python(machine, 'def f(n): return f(n + 1)\nf(0)');
  expect(deep.stderr).toContain('RecursionError');
  const forever = await run(machine, 'timeout 1 python3 -c "while True: pass"');
  expect(forever.code).toBe(124);
  const session = 'python3 -c "while True: print(1)" > out; python3 -c "x = 10 ** 10 ** 10"';
  expect((await run(machine, `timeout -s KILL 1 sh -c '${session}'; echo up`)).stdout).toBe('up\n');
  expect((await python(machine, 'print(6 * 7)')).stdout).toBe('42\n');
  expect(machine.power).toEqual([]);
}, 60_000);

it('converses on a terminal, and heeds Ctrl-C and Ctrl-D', async () => {
  const machine = await ubuntu();
  const { type } = await openTerminal(machine);
  // What a program prints of a line is written once more when the line is edited.
  const asks = />>> .*>>> \x1b\[5G/;
  const goesOn = /\.\.\. .*\.\.\. \x1b\[5G/;
  await type('', '$ ');
  await type('python3\r', asks);
  await type("name = input('who? ')\r", /who\? .*who\? /);
  await type('민수\r', asks);
  await type("f'{name}님'\r", "'민수님'");
  await type('for i in range(2):\r', goesOn);
  await type('  print(i)\r', goesOn);
  await type('\r', /0\r\n1\r\n/);
  await type("while True: print('on', end='')\r", goesOn);
  await type('\r', 'onon');
  await type('\x03', 'KeyboardInterrupt');
  await type("import time; print('be' + 'gun'); time.sleep(1000)\r", 'begun');
  await type('\x03', 'KeyboardInterrupt');
  await type('', asks);
  await type('half\x03', 'KeyboardInterrupt');
  await type("print('still', 'here')\r", 'still here');
  await type('\x04', '$ ');
}, 60_000);

/** The threads of this process, and what each has computed, as Linux tells it. */
function threads(): Map<string, number> {
  const found = new Map<string, number>();
  for (const id of readdirSync('/proc/self/task')) {
    try {
      const fields = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ').at(-1);
      found.set(id, Number(fields?.split(' ')[11]));
    } catch {
      // It ended in the meantime.
    }
  }
  return found;
}

it.runIf(process.platform === 'linux')(
  'ends with its machine',
  async () => {
    const machine = await ubuntu();
    const before = threads();
    const session = await machine.guest.openSession({
      user: 'learner',
      command: 'python3 -c "print(1, flush=True)\nwhile True: pass"',
      from: { address: '203.0.113.7', port: 50_000 },
    });
    await new Promise<void>((resolve) => {
      session.onOutput((_stream, _bytes, done) => {
        done();
        resolve();
      });
    });
    const fresh = () => [...threads()].filter(([id]) => !before.has(id));
    // Hundredths of a second: nobody else begins with a loop.
    await expect.poll(() => fresh().some(([, used]) => used > 80), { timeout: 8000 }).toBe(true);
    const [loop] = fresh().find(([, used]) => used > 80) ?? [];
    await machine.guest.kill();
    await expect.poll(() => threads().has(loop ?? '')).toBe(false);
  },
  30_000,
);

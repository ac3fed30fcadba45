import { expect, it } from 'vitest';
import { bootGuest, openTerminal, run } from './support.ts';

it('gives the shell the name of its machine and the size of its terminal', async () => {
  const machine = await bootGuest();
  expect(await run(machine, 'echo $HOSTNAME; env | grep -c HOSTNAME')).toMatchObject({
    stdout: 'web-1\n0\n',
  });
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  await terminal.type('echo $COLUMNS/$LINES\r', '80/24\r\n');
  terminal.session.resize(100, 30);
  await terminal.type('echo $COLUMNS/$LINES\r', '100/30\r\n');
});

it('starts a command with the environment that env leaves it', async () => {
  const machine = await bootGuest();
  expect(await run(machine, 'env -i env')).toMatchObject({ stdout: '' });
  expect(await run(machine, 'env -i A=1 printenv')).toMatchObject({ stdout: 'A=1\n' });
  expect(await run(machine, `env -i bash -c 'echo "<$HOME>"; ls /etc/hostname'`)).toMatchObject({
    stdout: '<>\n/etc/hostname\n',
  });
});

it('says nothing but ^C when a loop is interrupted', async () => {
  const machine = await bootGuest();
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  for (const loop of [
    'while true; do :; done',
    'while true; do echo tick; done',
    'while true; do ls > /dev/null; done',
    'while true; do echo tick; sleep 0.05; done',
    'while true; do sleep 0.1; done',
    'while :; do x=$(echo 1); echo tick; done',
    'sleep 100 | cat',
    'for i in 1 2 3; do sleep 9; echo tick; done',
  ]) {
    await terminal.type(`${loop}\r`, '\r\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await terminal.type('\x03', '$ ');
  }
  expect(terminal.screen()).not.toContain('aborted');
});

it('leaves on a full disk what there was room for', async () => {
  const machine = await bootGuest();
  const dd = await run(
    machine,
    'dd if=/dev/zero of=big bs=1M count=100; ls -l big | cut -d" " -f5',
  );
  expect(dd.stderr).toMatch(/^dd: error writing 'big': No space left on device\n6\d\+1 records in/);
  expect(Number(dd.stdout)).toBeGreaterThan(60 * 1024 * 1024);
  expect(
    await run(
      machine,
      'cp /etc/passwd p; truncate -s 67000000 big 2>/dev/null; seq 1 200000 > s; sudo useradd eve; tail -1 /etc/passwd | cut -d: -f1; rm big; wc -l < /etc/passwd',
    ),
  ).toMatchObject({ code: 0 });
  expect(
    (await run(machine, 'dd if=/dev/urandom of=r bs=1M count=3 status=none; wc -c < r')).stdout,
  ).toBe('3145728\n');
});

it('holds a client back whose input nobody reads, and lets go at the end', async () => {
  const machine = await bootGuest();
  const from = { address: '203.0.113.7', port: 1 };
  const deaf = await machine.guest.openSession({ user: 'learner', command: 'sleep 1', from });
  const piece = new Uint8Array(64 * 1024);
  let sent = 0;
  let held = false;
  while (!held && sent < 100) {
    const more = deaf.write(piece);
    sent++;
    held =
      more !== undefined &&
      !(await Promise.race([
        more.then(() => true),
        new Promise((resolve) => setTimeout(() => resolve(false), 200)),
      ]));
  }
  expect(sent).toBeLessThan(10);
  expect(await deaf.ended).toMatchObject({ code: 0 });
  await deaf.write(piece);
  for (const command of ['wc -c', 'read x; echo ${#x}', 'cat > f; wc -c < f']) {
    const reader = await machine.guest.openSession({ user: 'learner', command, from });
    let text = '';
    reader.onOutput((_stream, bytes, done) => {
      text += Buffer.from(bytes).toString();
      done();
    });
    for (let at = 0; at < 30; at++) await reader.write(Buffer.from('x'.repeat(64 * 1024)));
    reader.end();
    await reader.ended;
    expect(text.trim()).toBe(String(30 * 64 * 1024));
  }
});

it('says that cron runs nothing', async () => {
  const machine = await bootGuest();
  for (const line of ['crontab -l', 'crontab -e', 'echo "* * * * * date" | crontab -']) {
    expect(await run(machine, line)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cron runs nothing'),
    });
  }
});

it('shows the programs of a pipeline beside each other', async () => {
  const machine = await bootGuest();
  const listed = await run(machine, 'ps aux | grep worker');
  expect(listed).toMatchObject({ code: 0 });
  expect(listed.stdout).toMatch(/^learner +\d+ .* grep worker\n$/m);
  expect((await run(machine, 'ps aux | grep "[w]orker"')).stdout).not.toContain('grep');
  expect((await run(machine, 'pgrep -c cat | cat; ps -eo comm | grep -c sort | sort')).stdout).toBe(
    '1\n1\n',
  );
  // Nothing of it is left, whether it ran, failed or was stopped.
  await run(
    machine,
    'false | nosuch | sort > /etc/no; sleep 5 | sort & sleep 0.1; kill %1; x=2; seq 3 | head -$x | cat',
  );
  expect(
    (
      await run(
        machine,
        'ps -eo comm | tail -n +2 | sort -u | grep -cE "^(sort|head|cat|tail)$"; echo; ps -eo comm= | cat > l; grep -cE "sort|head" l',
      )
    ).stdout,
  ).toBe('2\n\n0\n');
  expect(
    (await run(machine, 'f() { cat; }; echo a | f | tr a b; echo c | { cat; } | (cat)')).stdout,
  ).toBe('b\nc\n');
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  await terminal.type('ps aux | grep xyz\r', /grep --color=auto .*xyz|grep xyz/);
});

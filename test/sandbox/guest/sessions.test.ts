import { expect, it } from 'vitest';
import { bootGuest, openTerminal, run } from './support.ts';

it('runs a command as the user, with exit codes, pipes, quotes and both outputs', async () => {
  const machine = await bootGuest();
  expect(await run(machine, 'whoami; pwd; echo "a  b" | tr a-z A-Z; exit 7')).toEqual({
    code: 7,
    stdout: 'learner\n/home/learner\nA  B\n',
    stderr: '',
  });
  expect(await run(machine, 'nosuch')).toEqual({
    code: 127,
    stdout: '',
    stderr: 'bash: nosuch: command not found\n',
  });
  expect(await run(machine, 'echo 안녕 | cat; x=$(echo 세계; echo 끝); echo "$x"')).toMatchObject({
    stdout: '안녕\n세계\n끝\n',
  });
});

it('reads what the client sends, and waits for it only where somebody reads', async () => {
  const machine = await bootGuest();
  expect(await run(machine, 'cat > f && wc -c < f', { stdin: 'hello\n' })).toMatchObject({
    code: 0,
    stdout: '6\n',
  });
  expect(await run(machine, 'ls')).toMatchObject({ code: 0, stdout: 'f\n' });
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  await run(machine, 'cat > bytes', { stdin: bytes });
  expect(await machine.guest.files('learner').read('/home/learner/bytes')).toEqual(bytes);
  expect(
    await run(machine, 'while read -r line; do echo "<$line>"; done', { stdin: 'a\nb\n' }),
  ).toMatchObject({ stdout: '<a>\n<b>\n' });
  expect(await run(machine, 'bash', { stdin: 'x=5\necho $((x + 1))\n' })).toMatchObject({
    stdout: '6\n',
  });
});

it('sends output while a loop goes on', async () => {
  const machine = await bootGuest();
  const session = await machine.guest.openSession({
    user: 'learner',
    command: 'while true; do echo tick; sleep 0.05; done',
    from: { address: '203.0.113.7', port: 1 },
  });
  let ticks = 0;
  await new Promise<void>((resolve) => {
    session.onOutput((_stream, _bytes, done) => {
      done();
      if (++ticks === 3) resolve();
    });
  });
  session.signal('INT');
  expect(await session.ended).toMatchObject({ code: 130 });
});

it('refuses files by their mode, in every command', async () => {
  const machine = await bootGuest();
  const { stderr, code } = await run(
    machine,
    'cat /etc/shadow; echo x > /etc/new; cat < /etc/shadow; mkdir /etc/d; rm /etc/passwd; ls /root',
  );
  expect(stderr.match(/Permission denied/g)).toHaveLength(6);
  expect(stderr).not.toContain('No such file');
  expect(code).not.toBe(0);
  expect(await run(machine, 'sudo cat /etc/shadow | head -c 5')).toMatchObject({ stdout: 'root:' });
});

it('answers questions about permissions for the user who asks', async () => {
  const machine = await bootGuest();
  const asks =
    '[ -w /etc/passwd ] && echo w; [[ -r /etc/shadow ]] && echo r; test -x /bin/ls && echo x';
  expect((await run(machine, `${asks}; cd /root; pwd`)).stdout).toBe('x\n/home/learner\n');
  expect((await run(machine, `${asks}; cd /root; pwd`, { user: 'root' })).stdout).toBe(
    'w\nr\nx\n/root\n',
  );
});

it('runs traps, and ends with exec', async () => {
  const machine = await bootGuest();
  expect(await run(machine, 'trap "echo caught" TERM; kill $$; echo after')).toMatchObject({
    stdout: 'caught\nafter\n',
  });
  expect(await run(machine, 'exec sh -c "echo last; exit 6"; echo never')).toEqual({
    code: 6,
    stdout: 'last\n',
    stderr: '',
  });
});

it('runs scripts by their x bit, with arguments and an EXIT trap', async () => {
  const machine = await bootGuest();
  const script = '#!/bin/bash\ntrap "echo bye" EXIT\necho "$0 $1 $#"\nexit 3\n';
  await machine.guest.files('learner').write('/home/learner/a.sh', Buffer.from(script), 0o644);
  expect(await run(machine, './a.sh')).toMatchObject({
    code: 126,
    stderr: 'bash: ./a.sh: Permission denied\n',
  });
  expect(await run(machine, 'chmod +x a.sh; ./a.sh one two')).toMatchObject({
    code: 3,
    stdout: './a.sh one 2\nbye\n',
  });
  expect(await run(machine, "bash -c 'echo $0 $1' name arg")).toMatchObject({
    stdout: 'name arg\n',
  });
});

it('has jobs that run beside the shell', async () => {
  const machine = await bootGuest();
  const script = 'sleep 300 & echo started; jobs; kill %1; wait %1; echo $?';
  expect((await run(machine, script)).stdout).toBe(
    'started\n[1]+  Running                 sleep 300 &\n143\n',
  );
  // A job that never waits does not hold the shell up.
  expect(
    await run(machine, 'while :; do :; done & echo on; kill -9 $!; wait $!; echo $?'),
  ).toMatchObject({ stdout: 'on\n137\n' });
  await run(machine, '(sleep 0.2; echo later > out) &');
  await expect.poll(() => run(machine, 'cat out').then((ran) => ran.stdout)).toBe('later\n');
});

it('keeps what a session wrote: the next boot of the disk has it', async () => {
  const machine = await bootGuest();
  await run(
    machine,
    'mkdir -p a/b; echo kept > a/b/c; ln -s a/b/c link; chmod 640 a/b/c; touch gone; rm gone',
  );
  await machine.guest.shutdown();
  const again = await bootGuest({ disk: machine.disk });
  expect(await run(again, 'cat link; stat -c %a a/b/c; ls')).toMatchObject({
    stdout: 'kept\n640\na\nlink\n',
  });
});

it('falls asleep when nothing goes on, and wakes up as it was', async () => {
  const machine = await bootGuest();
  const before = await run(machine, 'cat /proc/sys/kernel/random/boot_id; echo x > mine');
  // Of more than two that idle, the third is not kept waiting.
  await bootGuest();
  await bootGuest();
  for (let wait = 3000; machine.begins === 1 && wait < 30_000; wait *= 2) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    await run(machine, 'true');
  }
  expect(machine.begins).toBe(2);
  const after = await run(machine, 'cat /proc/sys/kernel/random/boot_id; cat mine');
  expect(after.stdout).toBe(`${before.stdout}x\n`);
  expect(machine.power).toEqual([]);
});

it('prints what a startup script says on the serial port, and leaves its jobs running', async () => {
  const machine = await bootGuest({
    startupScript: '#!/bin/bash\necho "hello from $(whoami)"\nsleep 60 &\nnosuch\nexit 4\n',
  });
  await expect.poll(() => machine.serial).toContain('Finished running startup scripts');
  expect(machine.serial).toContain('startup-script: hello from root\n');
  expect(machine.serial).toContain('nosuch: command not found\n');
  expect(machine.serial).toContain('exit status 4');
  expect((await run(machine, 'ps aux | grep -c "[s]leep 60"')).stdout).toBe('1\n');
});

it('edits lines, keeps history, continues what is open, and stops at Ctrl-C', async () => {
  const machine = await bootGuest();
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  await terminal.type('echo 한굴\x7f글\r', '\r\n한글\r\n');
  await terminal.type('x=5; f() { echo "f$x"; }\r', '$ ');
  await terminal.type('f\r', '\r\nf5\r\n');
  await terminal.type('cat <<E\r', '> ');
  await terminal.type('in it\rE\r', '\r\nin it\r\n');
  await terminal.type('sleep 100\r', 'sleep 100\r\n');
  await terminal.type('\x03', /\^C\r\n.*\$ /s);
  await terminal.type('echo $?\r', '\r\n130\r\n');
  await terminal.type('while :; do :; done\r', 'done\r\n');
  await terminal.type('\x03', /\^C\r\n.*\$ /s);
  await terminal.type('\x1b[A\x1b[A\r', '\r\n130\r\n');
  await terminal.type('cat /etc/os-rel\t\r', 'PRETTY_NAME');
  await terminal.type('printf "no end"\r', /\r\nno end.*no end.*\$ /s);
  await terminal.type('read -p "name? " n; echo "hi $n"\r', 'name? ');
  await terminal.type('유나\r', '\r\nhi 유나\r\n');
  await terminal.type('yes\r', 'y\r\ny\r\ny\r\n');
  await terminal.type('\x03', /\^C\r\n.*\$ /s);
  await terminal.type('sleep 0.1 &\r', '[1] ');
  await terminal.type('', '$ ');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await terminal.type('\r', /\[1\]\+?\s+Done +sleep 0.1/);
  terminal.session.write(Buffer.from('\x04'));
  expect(await terminal.session.ended).toMatchObject({ code: 0 });
  expect((await run(machine, 'tail -1 .bash_history')).stdout).toBe('sleep 0.1 &\n');
});

it('hangs up the jobs of a client that is gone, but not those of nohup', async () => {
  const machine = await bootGuest();
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  await terminal.type('sleep 501 &\r', '[1] ');
  await terminal.type('nohup sleep 502 &\r', '[2] ');
  terminal.session.close();
  await expect
    .poll(() => run(machine, 'ps -eo args | grep "^sleep 50"').then((r) => r.stdout))
    .toBe('sleep 502\n');
});

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

import { expect, it } from 'vitest';
import { bootGuest, openTerminal, run } from './support.ts';

/** Programs that have the terminal for themselves. */

it('writes a file with nano: Korean, in the middle of a line, refused where it may not', async () => {
  const machine = await bootGuest();
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  await terminal.type('nano 메모.txt\r', 'New File');
  await terminal.type('안녕 코\x7f클라우드\rsecond\x1b[A\x1b[H> ', '> 안녕');
  await terminal.type('\x18', 'Save modified buffer?');
  await terminal.type('y', 'File Name to Write: 메모.txt');
  await terminal.type('\r', '$ ');
  expect((await run(machine, 'cat 메모.txt')).stdout).toBe('> 안녕 클라우드\nsecond\n');
  await terminal.type('nano /etc/motd\r', 'is unwritable');
  await terminal.type('x\x0f\r', 'Error writing /etc/motd: Permission denied');
  await terminal.type('\x18n', '$ ');
  await terminal.type('sudo nano /etc/motd\r', 'Read');
  await terminal.type('by root\x0f\r', 'Wrote');
  await terminal.type('\x18', '$ ');
  expect((await run(machine, 'cat /etc/motd')).stdout).toMatch(/^by root/);
  expect(await run(machine, 'nano x')).toMatchObject({ code: 1, stdout: '' });
});

it('edits with vi, and does not lose what was not written', async () => {
  const machine = await bootGuest();
  await run(machine, 'printf "one\\ntwo\\nthree\\n" > f');
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  await terminal.type('vi f\r', '"f" 3L, 14B');
  await terminal.type('dd', '~');
  await terminal.type('p', '2,1');
  await terminal.type('A 하나\x1b', '2,6');
  await terminal.type('ofour\x1b', '3,4');
  await terminal.type(':q\r', 'E37: No write since last change');
  await terminal.type(':nonsense\r', 'E492: Not an editor command: nonsense');
  await terminal.type(':wq\r', '$ ');
  expect((await run(machine, 'cat f')).stdout).toBe('two\none 하나\nfour\nthree\n');
  await terminal.type('vi f\r', '4L');
  await terminal.type('dGx:q!\r', '$ ');
  expect((await run(machine, 'wc -l < f')).stdout.trim()).toBe('4');
});

it('pages with less, watches with top, and gives the line back to the shell', async () => {
  const machine = await bootGuest();
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  await terminal.type('seq 1000 | less\r', '23');
  await terminal.type('/777\r', /777.*799/s);
  await terminal.type('G', '(END)');
  await terminal.type('q', '$ ');
  await terminal.type('top\r', 'COMMAND');
  terminal.session.resize(100, 30);
  await terminal.type('q', '$ ');
  await terminal.type('echo back\r', '\r\nback\r\n');
  expect((await run(machine, 'seq 100 | less')).stdout).toMatch(/^1\n2\n/);
});

it('finds an earlier line with Ctrl-R, and says that Ctrl-Z stops nothing', async () => {
  const machine = await bootGuest();
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  await terminal.type('echo first\r', '\r\nfirst\r\n');
  await terminal.type('echo second\r', '\r\nsecond\r\n');
  await terminal.type('\x12echo', 'echo second');
  await terminal.type('\x12', 'echo first');
  await terminal.type('\r', '\r\nfirst\r\n');
  await terminal.type('\x12nothing', 'failed reverse-i-search');
  await terminal.type('\x03', '$ ');
  await terminal.type('sleep 100\r', 'sleep 100\r\n');
  await terminal.type('\x1a', 'start it with &');
  await terminal.type('\x03', '$ ');
});

it('follows a file that grows', async () => {
  const machine = await bootGuest();
  await run(machine, 'seq 20 > log');
  const terminal = await openTerminal(machine);
  await terminal.type('', '$ ');
  await terminal.type('tail -n 1 -f log\r', '\r\n20\r\n');
  await run(machine, 'echo 다음 >> log');
  await terminal.type('', '다음\r\n');
  await terminal.type('\x03', '$ ');
});

it('says of crontab what does instead', async () => {
  expect(await run(await bootGuest(), 'crontab -l')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cron runs nothing on this machine'),
  });
});

import { expect, it } from 'vitest';
import { machine } from './support.ts';

/** Programs that look for files and run others: what an exercise over a log is made of. */

it('finds by name, owner, size and mode, and acts on what it found', async () => {
  const vm = await machine();
  const tree =
    'mkdir -p 로그/옛것 && echo 가 > 로그/a.log && echo b > 로그/옛것/b.log && chmod 600 로그/a.log';
  await vm.run(`${tree} && truncate -s 3000 로그/c.bin`);
  const found = async (args: string) =>
    (await vm.run(`find 로그 ${args}`)).stdout.split('\n').filter(Boolean);
  expect(await found("-name '*.log'")).toEqual(['로그/a.log', '로그/옛것/b.log']);
  expect(await found('-maxdepth 1 -type f -perm 600')).toEqual(['로그/a.log']);
  expect(await found('-type f -size +2k -o -type d -name 옛것')).toEqual([
    '로그/c.bin',
    '로그/옛것',
  ]);
  expect(await found('-user alice ! -name "*.log" -type f')).toEqual(['로그/c.bin']);
  expect(await found("-name '*.log' -exec cat {} \\;")).toEqual(['가', 'b']);
  await found("-name '*.log' -delete");
  expect(await found('-type f')).toEqual(['로그/c.bin']);
  expect(await vm.run('find /root')).toEqual({
    code: 1,
    stdout: '/root\n',
    stderr: 'find: ‘/root’: Permission denied\n',
  });
});

it('hands words on, and what stands in the environment', async () => {
  const vm = await machine();
  const run = async (command: string) => (await vm.run(command)).stdout;
  expect(await run('seq 5 | xargs -n2 echo')).toBe('1 2\n3 4\n5\n');
  expect(await run("printf '첫 줄\\n둘째\\n' | xargs -I{} echo '<{}>'")).toBe('<첫 줄>\n<둘째>\n');
  expect(await run('NAME=철수 env | grep ^NAME; env -i A=1 printenv A')).toBe('NAME=철수\n1\n');
  expect(await run('env')).toMatch(/^([A-Z_]+=.*\n)+$/);
  expect(await run('TZ=Asia/Seoul date +%Z%z')).toBe('KST+0900\n');
});

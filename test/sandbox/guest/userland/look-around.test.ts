import { expect, it } from 'vitest';
import { type Machine, machine } from './support.ts';

/** What a beginner types first: the machine says what it is, in the words of the real programs. */

async function lines(vm: Machine, command: string): Promise<string[]> {
  const { code, stdout, stderr } = await vm.run(command);
  expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

it('shows the machine type everywhere the same', async () => {
  const vm = await machine({ vcpus: 4, memoryMb: 16_384, cpuPlatform: 'AMD Milan' });
  expect(await lines(vm, 'nproc; grep -c ^processor /proc/cpuinfo')).toEqual(['4', '4']);
  expect(await lines(vm, "lscpu | grep 'Model name'")).toEqual([
    expect.stringMatching(/Model name: +AMD EPYC 7B13$/),
  ]);
  const [total] = await lines(vm, "awk '/MemTotal/ {print $2}' /proc/meminfo");
  expect(Number(total)).toBeGreaterThan(15.4 * 1024 * 1024);
  expect(Number(total)).toBeLessThan(16 * 1024 * 1024);
  expect(await lines(vm, "free | awk '/Mem:/ {print $2}'")).toEqual([total]);
});

it('is the image that the boot disk was made from', async () => {
  const families = { 'debian-12': 'bookworm', 'debian-13': 'trixie', 'ubuntu-2204-lts': 'jammy' };
  for (const [imageFamily, codename] of Object.entries(families)) {
    const vm = await machine({ imageFamily });
    expect(await lines(vm, '. /etc/os-release; echo $VERSION_CODENAME')).toEqual([codename]);
  }
  const cos = await machine({ imageFamily: 'cos-stable' });
  expect((await cos.run('apt update')).stderr).toBe('bash: apt: command not found\n');
});

it('has disks, addresses and ports', async () => {
  const vm = await machine({
    disks: [
      { deviceName: 'boot', sizeGb: 20, boot: true },
      { deviceName: 'data', sizeGb: 100, boot: false },
    ],
  });
  expect(await lines(vm, 'lsblk -n | grep disk')).toEqual([
    'sda       8:0    0   20G  0 disk ',
    'sdb       8:16   0  100G  0 disk',
  ]);
  expect((await lines(vm, 'df -h /'))[1]).toMatch(/^\/dev\/sda1 +20G +2\.0G +1\dG +1\d% \/$/);
  expect(await lines(vm, 'hostname -I')).toEqual(['10.178.0.2']);
  expect(await lines(vm, 'hostname -f')).toEqual(['web-1.asia-northeast3-a.c.my-project.internal']);
  expect((await lines(vm, 'ip route'))[0]).toMatch(/^default via 10\.178\.0\.1 dev ens4/);
  expect(vm.ports).toEqual([22]);
});

it('lists files with their owners, and Korean names', async () => {
  const vm = await machine();
  await lines(vm, 'mkdir 폴더 && echo 안녕 > "폴더/첫 파일.txt" && chmod 640 폴더/*');
  const [total, file] = await lines(vm, 'ls -l 폴더');
  expect(total).toBe('total 4');
  expect(file).toMatch(/^-rw-r----- 1 alice alice 7 \w{3} [ \d]\d \d\d:\d\d 첫 파일\.txt$/);
  expect(await lines(vm, "stat -c '%a %U %G %s %n' 폴더/*")).toEqual([
    '640 alice alice 7 폴더/첫 파일.txt',
  ]);
  const screen = await vm.type('ls 폴더\rexit\r');
  expect(screen).toContain("'첫 파일.txt'");
});

it('refuses as the system does, and says so as the programs do', async () => {
  const vm = await machine();
  const refused = async (command: string) => (await vm.run(command)).stderr;
  expect(await refused('ls /root')).toBe("ls: cannot open directory '/root': Permission denied\n");
  expect(await refused('ls nope')).toBe("ls: cannot access 'nope': No such file or directory\n");
  expect(await refused('rm /etc/passwd')).toBe(
    "rm: cannot remove '/etc/passwd': Permission denied\n",
  );
  expect(await refused('chown root ~/.profile')).toMatch(/: Operation not permitted\n$/);
  expect(await refused('kill -9 1')).toMatch(/\(1\) - Operation not permitted\n$/);
  expect(await refused('htop')).toBe('bash: htop: command not found\n');
});

it('shows and ends processes', async () => {
  const vm = await machine();
  const { stdout } = await vm.run(
    'sleep 300 & sleep 0.1; ps -o pid= -C sleep; pkill sleep; wait; pgrep sleep',
  );
  expect(stdout.match(/\d+/g)).toHaveLength(1);
  expect(await lines(vm, 'ps aux | awk \'$11 == "/sbin/init" {print $1, $2}\'')).toEqual([
    'root 1',
  ]);
  await vm.run('sudo kill -9 1');
  expect(await lines(vm, 'ps -p 1 -o comm=')).toEqual(['init']);
});

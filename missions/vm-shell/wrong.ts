import type { WrongSolution } from '../../src/missions/define.ts';
import { closeFirewall, createVm, deleteVm, openFirewall, type } from './actions.ts';
import { accessLog, secretFile } from './startup-script.ts';
import { typed } from './typed.ts';
import { largestOf, type World } from './world.ts';

/** A mistake made by typing other lines in the VM. */
function typing(
  task: keyof typeof typed,
  hint: string,
  name: string,
  lines: (world: World) => readonly string[],
): WrongSolution<World> {
  return {
    name,
    failsAt: task,
    hint,
    solve: { [task]: (world, act) => type(world, act, lines(world)) },
  };
}

/** Mistakes that learners make; the checks must see each, and say the right thing about it. */
export const wrong: readonly WrongSolution<World>[] = [
  {
    name: 'the VM is made without the key',
    failsAt: 'vm',
    hint: 'ssh-denied',
    solve: { vm: (world, act) => createVm(world, act, { withoutKey: true }) },
  },
  {
    name: 'the VM is made without the startup script',
    failsAt: 'vm',
    hint: 'script-missing',
    solve: { vm: (world, act) => createVm(world, act, { withoutScript: true }) },
  },
  typing('look-around', 'facts-hostname', 'the facts are those of another machine', () => [
    'mkdir -p ~/lab',
    "printf 'my-laptop\\n22.6.0\\nmacOS\\n8\\n' > ~/lab/machine.txt",
  ]),
  typing('files', 'copy-missing', 'the file is moved to the wrong folder', ({ project, word }) => [
    `mkdir -p ~/lab/${project}/notes`,
    `cp /opt/lab/data.csv ~/lab/${project}/`,
    `echo '${word}' > ~/lab/${project}/notes/메모.txt`,
  ]),
  typing('files', 'draft-left', 'the draft is copied instead of renamed', (world) => [
    ...typed.files(world),
    `cp ~/lab/${world.project}/notes/메모.txt ~/lab/${world.project}/draft.txt`,
  ]),
  typing('permissions', 'script-mode', 'everybody may do everything', (world) => [
    ...typed.permissions(world),
    `chmod 777 ~/lab/${world.project}/run.sh`,
  ]),
  typing('permissions', 'secret-mode', 'the secret stays root’s', (world) => [
    ...typed.permissions(world),
    `sudo chown root ~/lab/${world.project}/secret.txt`,
  ]),
  typing('permissions', 'secret-opened', 'the original is opened to all instead', (world) => [
    ...typed.permissions(world),
    `sudo chmod 644 ${secretFile}`,
  ]),
  typing('log', 'errors-count', '500 is counted wherever it stands', (world) => [
    ...typed.log().slice(0, 1),
    `grep -c 500 ${accessLog} > ~/lab/errors.txt`,
    `echo '${world.log.busiest}' > ~/lab/busiest.txt`,
  ]),
  typing('log', 'busiest-client', 'the first client is taken for the busiest', () => [
    ...typed.log(),
    `cut -d ' ' -f 1 ${accessLog} | sort | uniq | tail -n 1 > ~/lab/busiest.txt`,
  ]),
  typing('processes', 'others-dead', 'all the workers are stopped', () => [
    "sudo pkill -f '^bash /opt/lab/worker.sh'",
  ]),
  typing('processes', 'wild-alive', 'the log is deleted and not its writer stopped', (world) => [
    `sudo rm /var/log/workers/${world.wildQueue}.log`,
  ]),
  typing('disk', 'others-gone', 'the whole cache is emptied', (world) => [
    ...typed.disk(world),
    'sudo find /srv/cache -type f -delete',
  ]),
  typing(
    'disk',
    'largest-left',
    'the largest file is copied away and left where it was',
    (world) => [
      'df -h / > ~/lab/disk.txt',
      'grep MemTotal /proc/meminfo > ~/lab/memory.txt',
      `sudo mkdir -p /srv/cache/old && sudo cp /srv/cache/${largestOf(world)} /srv/cache/old/`,
    ],
  ),
  typing('web', 'nginx-stopped', 'nginx is installed and stopped', (world) => [
    ...typed.web(world).slice(0, 3),
    'sudo systemctl stop nginx',
  ]),
  typing('web', 'page-differs', 'nginx shows the page that it came with', (world) => [
    ...typed.web(world).filter((line) => !line.includes('index.html')),
  ]),
  {
    name: 'another port is opened',
    failsAt: 'firewall',
    hint: 'rule-port',
    solve: { firewall: (world, act) => openFirewall(world, act, { ports: ['8080'] }) },
  },
  {
    name: 'all ports are opened, to be on the safe side',
    failsAt: 'firewall',
    hint: 'rule-wide',
    solve: { firewall: (world, act) => openFirewall(world, act, { ports: ['1-65535'] }) },
  },
  {
    name: 'the rule is for a tag that the VM does not have',
    failsAt: 'firewall',
    hint: 'rule-tag',
    solve: { firewall: (world, act) => openFirewall(world, act, { tag: 'http-server' }) },
  },
  {
    name: 'the firewall rule is forgotten',
    failsAt: 'clean-up',
    hint: 'rule-left',
    solve: { 'clean-up': deleteVm },
  },
  {
    name: 'the VM is forgotten',
    failsAt: 'clean-up',
    hint: 'vm-left',
    solve: { 'clean-up': closeFirewall },
  },
];

/** What a sandbox takes of this machine's memory with fifty VMs that run. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fleet, startWithMachines } from './machines.mjs';

const MACHINES = 50;
const GOAL_MB = 400;

export async function memory() {
  for (const [what, metadata] of [
    ['that only booted', []],
    [
      'that each ran a startup script',
      [{ key: 'startup-script', value: 'date > /var/tmp/booted' }],
    ],
  ]) {
    const server = await startWithMachines();
    const before = residentMb(server.pid);
    await fleet(server, MACHINES, metadata);
    const peak = await settle(server.pid);
    const { machines } = await server.get('/_cloudlab/compute/machines');
    const running = machines.filter(({ status, ssh }) => status === 'RUNNING' && ssh).length;
    if (running !== MACHINES) throw new Error(`${running} of ${MACHINES} run`);
    console.log(
      `memory: ${before} MB before, with ${MACHINES} VMs ${what} ${peak.last} MB, at most ${peak.most} MB (goal ${GOAL_MB})`,
    );
    await server.stop();
  }
}

/** Looks for a while: guests boot after their instances run, and rest some time later. */
async function settle(pid) {
  let most = 0;
  let last = 0;
  for (let looks = 0; looks < 60; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    last = residentMb(pid);
    most = Math.max(most, last);
  }
  return { last, most };
}

function residentMb(pid) {
  const kilobytes =
    process.platform === 'linux'
      ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])
      : Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  return Math.round(kilobytes / 1024);
}

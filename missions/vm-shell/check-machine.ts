import { fail, type Inspect, pass } from '../../src/missions/define.ts';
import { ask } from './actions.ts';
import { largestOf, type World } from './world.ts';

export async function checkLog(world: World, inspect: Inspect) {
  const { errors, busiest } = world.log;
  const counted = await ask(world, inspect, 'cat ~/lab/errors.txt');
  if (counted === undefined) return fail('errors-missing', '~/lab/errors.txt', 'no such file');
  if (counted !== String(errors)) return fail('errors-count', String(errors), counted);
  const named = await ask(world, inspect, 'cat ~/lab/busiest.txt');
  if (named === undefined) return fail('busiest-missing', '~/lab/busiest.txt', 'no such file');
  if (named !== busiest) return fail('busiest-client', busiest, named);
  return pass(`errors.txt=${counted} busiest.txt=${named}`);
}

/** The wild worker must be gone, and the others must still be at work. */
export async function checkProcesses(world: World, inspect: Inspect) {
  const { queues, wildQueue } = world;
  const running = (await ask(world, inspect, 'ps -eo args')) ?? '';
  const alive = queues.filter((queue) => running.includes(`worker.sh ${queue}`));
  const found = `worker.sh: ${alive.join(', ') || '(none)'}`;
  const wanted = `worker.sh: ${queues.filter((queue) => queue !== wildQueue).join(', ')}`;
  if (alive.includes(wildQueue)) return fail('wild-alive', wanted, found);
  if (alive.length < queues.length - 1) return fail('others-dead', wanted, found);
  const log = await ask(world, inspect, `test -s /var/log/workers/${wildQueue}.log && echo there`);
  if (log !== 'there') return fail('log-gone', `/var/log/workers/${wildQueue}.log`, 'no such file');
  return pass(found);
}

export async function checkDisk(world: World, inspect: Inspect) {
  const disk = await ask(world, inspect, 'cat ~/lab/disk.txt');
  const device = await ask(world, inspect, "df / | tail -n 1 | awk '{print $1}'");
  if (disk === undefined || (device !== undefined && !disk.includes(device))) {
    return fail('disk-facts', `~/lab/disk.txt: ${device}`, disk ?? 'no such file');
  }
  const memory = await ask(world, inspect, 'cat ~/lab/memory.txt');
  const total = await ask(world, inspect, "grep MemTotal /proc/meminfo | awk '{print $2}'");
  if (memory === undefined || (total !== undefined && !memory.includes(total))) {
    return fail('memory-facts', `~/lab/memory.txt: ${total} kB`, memory ?? 'no such file');
  }
  const left = ((await ask(world, inspect, 'ls /srv/cache')) ?? '').split('\n').filter(Boolean);
  const largest = largestOf(world);
  const found = left.join(' ') || '(nothing)';
  if (left.includes(largest)) return fail('largest-left', `/srv/cache/${largest}: none`, found);
  const missing = world.cached.filter(({ name }) => name !== largest && !left.includes(name));
  if (missing.length > 0) {
    return fail('others-gone', missing.map(({ name }) => name).join(' '), found);
  }
  return pass(`${device}; MemTotal ${total} kB; /srv/cache: ${left.length} files, not ${largest}`);
}

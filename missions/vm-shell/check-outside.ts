import {
  fail,
  type Inspect,
  lastPart,
  orMissing,
  pass,
  SshError,
} from '../../src/missions/define.ts';
import { ask } from './actions.ts';
import { ready } from './startup-script.ts';
import { machineType, type World } from './world.ts';

/** How often the startup script is asked for, half a second apart. */
const looks = 240;

/** The VM runs, lets its user in, and is furnished. */
export async function checkVm(world: World, inspect: Inspect) {
  const { vm, zone } = world;
  const { compute, project } = inspect;
  const found = await orMissing(compute.instances.get({ project, zone, instance: vm }));
  if (found === undefined) return fail('vm-missing', `zones/${zone}/instances/${vm}`, '404');
  const type = lastPart(found.machineType ?? '');
  if (type !== machineType) return fail('vm-machineType', machineType, type);
  if (found.status !== 'RUNNING') return fail('vm-status', 'RUNNING', String(found.status));
  const keys = new Set((found.metadata?.items ?? []).map(({ key }) => key));
  if (!keys.has('startup-script'))
    return fail('script-missing', 'startup-script', [...keys].join());
  try {
    for (let look = 0; ; look += 1) {
      const done = await ask(world, inspect, `test -f ${ready} && hostname`);
      if (done !== undefined) {
        inspect.remember('vm', String(found.id));
        return pass(`status=RUNNING; ssh ${world.key.user}@${done}: logged in; ${ready}`);
      }
      if (look === looks) return fail('script-failed', ready, 'no such file');
      await inspect.sleep(500);
    }
  } catch (error) {
    if (!(error instanceof SshError)) throw error;
    const hint = error.fault === 'denied' ? 'ssh-denied' : 'ssh-unreachable';
    return fail(hint, `ssh ${world.key.user}@${vm}`, `${error.fault}: ${error.message}`);
  }
}

/** nginx serves the page inside; from outside the firewall still refuses. */
export async function checkWeb(world: World, inspect: Inspect) {
  const { vm, zone, word } = world;
  const installed = await ask(world, inspect, 'command -v nginx || ls /usr/sbin/nginx');
  if (installed === undefined) return fail('nginx-missing', '/usr/sbin/nginx', 'no such file');
  const active = await ask(world, inspect, 'systemctl is-active nginx || true');
  if (active !== 'active') return fail('nginx-stopped', 'nginx: active', `nginx: ${active}`);
  const page = await ask(world, inspect, 'curl -s http://localhost/');
  if (!(page ?? '').includes(word)) return fail('page-differs', word, firstLine(page));
  const outside = await inspect.visit(zone, vm, 80);
  const refused = outside === undefined ? 'no answer' : `status=${outside.status}`;
  return pass(`nginx: active; http://localhost/: ${firstLine(page)}; from outside: ${refused}`);
}

/** A rule that opens port 80 of this VM and nothing else, and the page behind it. */
export async function checkFirewall(world: World, inspect: Inspect) {
  const { vm, zone, tag, word } = world;
  const { compute, project } = inspect;
  const rule = await orMissing(compute.firewalls.get({ project, firewall: world.firewall }));
  if (rule === undefined) return fail('rule-missing', world.firewall, '404');
  const allowed = (rule.allowed ?? []).map(
    ({ IPProtocol, ports }) => `${IPProtocol}${(ports ?? []).map((port) => `:${port}`).join('')}`,
  );
  if (allowed.join() !== 'tcp:80') {
    const wide = allowed.some((one) => !one.includes(':') || one.includes('-'));
    return fail(wide ? 'rule-wide' : 'rule-port', 'tcp:80', allowed.join() || '(nothing)');
  }
  const tags = (rule.targetTags ?? []).join();
  if (tags !== tag) return fail('rule-tag', `targetTags=${tag}`, `targetTags=${tags}`);
  const sources = (rule.sourceRanges ?? []).join();
  if (sources !== '0.0.0.0/0') return fail('rule-source', '0.0.0.0/0', sources);
  const answer = await inspect.visit(zone, vm, 80, 60_000);
  if (answer === undefined) return fail('web-unreachable', 'status=200', 'no answer');
  if (!answer.text.includes(word)) return fail('page-differs', word, firstLine(answer.text));
  return pass(
    `allow ${allowed.join()} → ${tag}; from outside: ${answer.status} ${firstLine(answer.text)}`,
  );
}

export async function checkCleanUp(world: World, inspect: Inspect) {
  const { vm, zone, firewall } = world;
  const { compute, project } = inspect;
  const found = await orMissing(compute.instances.get({ project, zone, instance: vm }));
  if (found !== undefined) return fail('vm-left', `${vm}: 404`, `${vm}: ${found.status}`);
  const disk = await orMissing(compute.disks.get({ project, zone, disk: vm }));
  if (disk !== undefined) return fail('disk-left', `disk ${vm}: 404`, `disk ${vm}: ${disk.status}`);
  const rule = await orMissing(compute.firewalls.get({ project, firewall }));
  if (rule !== undefined) return fail('rule-left', `${firewall}: 404`, `${firewall}: there`);
  const [operations] = await compute.zoneOperations.list({
    project,
    zone,
    filter: 'operationType=delete',
  });
  const deletion = operations.find(
    (one) =>
      one.operationType === 'delete' &&
      one.status === 'DONE' &&
      String(one.targetId) === inspect.recall('vm'),
  );
  if (deletion === undefined) return fail('vm-never', `delete ${vm}: DONE`, 'no such operation');
  return pass(`GET instances/${vm}, disks/${vm}, firewalls/${firewall}: 404 notFound`);
}

function firstLine(text: string | undefined): string {
  return (text ?? '').split('\n')[0] || '(nothing)';
}

import type { Act, Inspect } from '../../src/missions/define.ts';
import { startupScript } from './startup-script.ts';
import {
  diskOf,
  diskSizeGb,
  firewallOf,
  instanceOf,
  loginOf,
  machineType,
  type World,
} from './world.ts';

/** What a learner may get wrong on purpose. */
interface VmMistakes {
  readonly withoutKey?: true;
  readonly withoutScript?: true;
}

/** The VM, its boot disk, the key that opens it and the script that furnishes it. */
export function createVm(world: World, act: Act, mistakes: VmMistakes = {}): Promise<void> {
  const { project, compute, labels } = act;
  const { vm, zone, key, tag } = world;
  const metadata = [
    // On GCP the machine then says its host keys where only the project can write them.
    { key: 'enable-guest-attributes', value: 'TRUE' },
    ...(mistakes.withoutKey ? [] : [{ key: 'ssh-keys', value: `${key.user}:${key.publicKey}` }]),
    ...(mistakes.withoutScript ? [] : [{ key: 'startup-script', value: startupScript(world) }]),
  ];
  return act.create([diskOf(world), instanceOf(world)], async () => {
    const [started] = await compute.instances.insert({
      project,
      zone,
      instanceResource: {
        name: vm,
        machineType: `zones/${zone}/machineTypes/${machineType}`,
        labels: { ...labels },
        tags: { items: [tag] },
        metadata: { items: metadata },
        disks: [
          {
            boot: true,
            autoDelete: true,
            initializeParams: {
              diskName: vm,
              sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
              diskSizeGb,
              diskType: `zones/${zone}/diskTypes/${diskOf(world).type}`,
              labels: { ...labels },
            },
          },
        ],
        networkInterfaces: [
          {
            network: 'global/networks/default',
            accessConfigs: [{ name: 'External NAT', type: 'ONE_TO_ONE_NAT' }],
          },
        ],
      },
    });
    await act.done(started);
  });
}

export function deleteVm(world: World, act: Act): Promise<void> {
  const { project, compute } = act;
  const { vm, zone } = world;
  return act.remove([instanceOf(world), diskOf(world)], async () => {
    const [started] = await compute.instances.delete({ project, zone, instance: vm });
    await act.done(started);
  });
}

interface Opening {
  readonly protocol: string;
  readonly ports: readonly string[];
  readonly tag: string;
}

/** A firewall rule of the default network, for everybody. */
export function openFirewall(world: World, act: Act, mistakes: Partial<Opening> = {}) {
  const { protocol, ports, tag } = { protocol: 'tcp', ports: ['80'], tag: world.tag, ...mistakes };
  return act.create(firewallOf(world), async () => {
    const [started] = await act.compute.firewalls.insert({
      project: act.project,
      firewallResource: {
        name: world.firewall,
        description: act.description,
        network: 'global/networks/default',
        direction: 'INGRESS',
        sourceRanges: ['0.0.0.0/0'],
        targetTags: [tag],
        allowed: [{ IPProtocol: protocol, ports: [...ports] }],
      },
    });
    await act.done(started);
  });
}

export function closeFirewall(world: World, act: Act): Promise<void> {
  const { project, compute } = act;
  return act.remove(firewallOf(world), async () => {
    const [started] = await compute.firewalls.delete({ project, firewall: world.firewall });
    await act.done(started);
  });
}

/** Installing takes a while. */
const longest = 300_000;

/** Types these lines in the VM, one after the other, as a person would. */
export async function type(world: World, act: Act, lines: readonly string[]): Promise<void> {
  const shell = await act.shell(loginOf(world));
  for (const line of lines) {
    const { code, stderr } = await shell.run(line, { timeoutMs: longest });
    // A mistake is found by looking at what came of it; but a line of ours that fails is told.
    if (code !== 0) throw new Error(`${line}: exit code ${code}: ${stderr.trim()}`);
  }
}

/** What a command answers in the VM, without the line end; undefined where it fails. */
export async function ask(
  world: World,
  inspect: Inspect,
  command: string,
): Promise<string | undefined> {
  const shell = await inspect.shell(loginOf(world));
  const { code, stdout } = await shell.run(command);
  return code === 0 ? stdout.trim() : undefined;
}

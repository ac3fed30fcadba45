import type { Login, Preparation, Resource, SshKey } from '../../src/missions/define.ts';
import { type AccessLog, writeLog } from './access-log.ts';
import { startupScript } from './startup-script.ts';

/** Names, seeds and the right answers of one run. */
export interface World extends Furniture {
  readonly run: string;
  readonly vm: string;
  readonly zone: string;
  readonly key: SshKey;
  /** For the metadata's `ssh-keys`, and the startup script: as files, for those who type. */
  readonly keysFile: string;
  readonly scriptFile: string;
  /** The network tag of the VM, and of the firewall rule. */
  readonly tag: string;
  readonly firewall: string;
  /** What a person types to log in. */
  readonly loginCommand: string;
  /** And to see the page from outside: the sandbox's external addresses exist in it alone. */
  readonly visitCommand: string;
  /** A folder below ~/lab. */
  readonly project: string;
}

/** What the startup script puts into the VM. */
export interface Furniture {
  /** A word that only this run has. */
  readonly word: string;
  readonly log: AccessLog;
  /** Queues that have a worker each; one of the workers has gone wild. */
  readonly queues: readonly string[];
  readonly wildQueue: string;
  /** Files below /srv/cache with their sizes in bytes; no two are of one size. */
  readonly cached: readonly { readonly name: string; readonly bytes: number }[];
}

export const user = 'learner';
export const machineType = 'e2-micro';
const diskType = 'pd-balanced';
export const diskSizeGb = 10;

export async function prepareWorld(preparation: Preparation): Promise<World> {
  const { run, region, seed, inputs, target, makeSshKey, writeFile } = preparation;
  const vm = inputs['name'] ?? `shell-${seed.pick(['tiger', 'crane', 'otter', 'comet'])}-${run}`;
  const zone = inputs['zone'] ?? `${region}-a`;
  const queues = ['mail', 'image', 'report', 'search'].map(
    (name) => `${name}-${seed.integer(10, 99)}`,
  );
  const largest = seed.integer(0, 5);
  const key = await makeSshKey(user);
  const furniture = {
    word: `${seed.pick(['amber', 'cobalt', 'indigo', 'scarlet'])}-${seed.integer(1000, 9999)}`,
    log: writeLog(seed),
    queues,
    wildQueue: queues[seed.integer(0, queues.length - 1)] ?? '',
    cached: Array.from({ length: 6 }, (_, index) => ({
      name: `part-${seed.integer(100, 999)}-${index}.bin`,
      bytes: index === largest ? seed.integer(900_000, 1_200_000) : 20_000 * (index + 1) + index,
    })),
  };
  return {
    ...furniture,
    run,
    vm,
    zone,
    key,
    keysFile: writeFile('ssh-keys', `${key.user}:${key.publicKey}\n`),
    scriptFile: writeFile('startup.sh', startupScript(furniture)),
    tag: `cloudlab-${run}`,
    firewall: `cloudlab-web-${run}`,
    loginCommand:
      target === 'sandbox'
        ? `cloudlab ssh ${vm} --user ${user} --zone ${zone}`
        : `gcloud compute ssh ${user}@${vm} --zone=${zone}`,
    visitCommand:
      target === 'sandbox'
        ? `cloudlab network reach my-computer ${vm} --zone ${zone} --port 80`
        : `curl http://$(gcloud compute instances describe ${vm} --zone=${zone} --format="value(networkInterfaces[0].accessConfigs[0].natIP)")/`,
    project: `project-${seed.integer(100, 999)}`,
  };
}

export function largestOf({ cached }: Furniture): string {
  return cached.reduce((one, other) => (other.bytes > one.bytes ? other : one)).name;
}

export function loginOf({ zone, vm, key }: World): Login {
  return { zone, vm, key };
}

/** The boot disk has the name of its VM. */
export function diskOf({ vm, zone }: World) {
  const size = { type: diskType, sizeGb: diskSizeGb };
  return { kind: 'disk', name: vm, zone, ...size } as const satisfies Resource;
}

export function instanceOf({ vm, zone }: World) {
  const rest = { machineType, ephemeralAddress: true };
  return { kind: 'instance', name: vm, zone, ...rest } as const satisfies Resource;
}

export function firewallOf({ firewall }: World) {
  return { kind: 'firewall', name: firewall, network: 'default' } as const satisfies Resource;
}

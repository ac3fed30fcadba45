import { type Act, defineMission } from '../../src/missions/define.ts';
import { vmNameProblem, zoneProblem } from '../create-vm/vm-name.ts';
import { closeFirewall, createVm, deleteVm, openFirewall, type } from './actions.ts';
import { checkFiles, checkLookAround, checkPermissions } from './check-files.ts';
import { checkDisk, checkLog, checkProcesses } from './check-machine.ts';
import { checkCleanUp, checkFirewall, checkVm, checkWeb } from './check-outside.ts';
import { typed } from './typed.ts';
import { diskOf, firewallOf, instanceOf, machineType, prepareWorld, type World } from './world.ts';
import { wrong } from './wrong.ts';

/** A task that is done by typing in the VM. */
function inTheVm(id: keyof typeof typed) {
  return {
    id,
    needs: ['vm'],
    unseen: true as const,
    given: ({ loginCommand, project, word }: World) => ({
      login: loginCommand,
      ...(id === 'files' || id === 'permissions' ? { folder: `~/lab/${project}`, word } : {}),
      ...(id === 'web' ? { word } : {}),
    }),
    commands: (world: World) => [world.loginCommand, ...typed[id](world)],
    solve: (world: World, act: Act) => type(world, act, typed[id](world)),
  };
}

/* What a person would type to create the VM, and to put a mistake right. */

const createCommand = ({ vm, zone, tag, run, scriptFile, keysFile }: World) =>
  `gcloud compute instances create ${vm} --zone=${zone} --machine-type=${machineType} --image-project=debian-cloud --image-family=debian-12 --tags=${tag} --labels=cloudlab-run=${run} --metadata-from-file=startup-script=${scriptFile},ssh-keys=${keysFile}`;

const makeAnew = (world: World) => [
  `gcloud compute instances delete ${world.vm} --zone=${world.zone} --quiet`,
  createCommand(world),
];

const changeRule = (flag: (world: World) => string) => (world: World) => [
  `gcloud compute firewall-rules update ${world.firewall} ${flag(world)}`,
  world.visitCommand,
];

export default defineMission<World>({
  id: 'vm-shell',
  services: ['compute'],

  inputs: {
    name: { check: vmNameProblem },
    zone: { check: zoneProblem },
  },

  prepare: prepareWorld,

  creates: (world) => [diskOf(world), instanceOf(world), firewallOf(world)],

  tasks: [
    {
      id: 'vm',
      needs: [],
      given: ({ vm, zone, tag, scriptFile, keysFile, loginCommand }) => ({
        vm,
        zone,
        machine: machineType,
        image: 'debian-12',
        tag,
        script: scriptFile,
        keys: keysFile,
        login: loginCommand,
      }),
      commands: (world) => [createCommand(world), world.loginCommand],
      fixes: {
        'vm-machineType': makeAnew,
        'vm-status': ({ vm, zone }) => [`gcloud compute instances start ${vm} --zone=${zone}`],
        'script-missing': makeAnew,
        'script-failed': ({ vm, zone }) => [
          `gcloud compute instances get-serial-port-output ${vm} --zone=${zone}`,
        ],
        'ssh-denied': ({ vm, zone, keysFile, loginCommand }) => [
          `gcloud compute instances add-metadata ${vm} --zone=${zone} --metadata-from-file=ssh-keys=${keysFile}`,
          loginCommand,
        ],
      },
      solve: (world, act) => createVm(world, act),
      check: checkVm,
    },
    { ...inTheVm('look-around'), check: checkLookAround },
    { ...inTheVm('files'), needs: ['look-around'], check: checkFiles },
    { ...inTheVm('permissions'), needs: ['files'], check: checkPermissions },
    { ...inTheVm('log'), needs: ['look-around'], check: checkLog },
    { ...inTheVm('processes'), check: checkProcesses },
    { ...inTheVm('disk'), needs: ['look-around'], check: checkDisk },
    { ...inTheVm('web'), check: checkWeb },
    {
      id: 'firewall',
      needs: ['web'],
      given: ({ firewall, tag, visitCommand }) => ({ rule: firewall, tag, visit: visitCommand }),
      commands: ({ firewall, tag, run, visitCommand }) => [
        `gcloud compute firewall-rules create ${firewall} --network=default --direction=INGRESS --allow=tcp:80 --source-ranges=0.0.0.0/0 --target-tags=${tag} --description=cloudlab-run=${run}`,
        visitCommand,
      ],
      fixes: {
        'rule-port': changeRule(() => '--allow=tcp:80'),
        'rule-wide': changeRule(() => '--allow=tcp:80'),
        'rule-tag': changeRule(({ tag }) => `--target-tags=${tag}`),
        'rule-source': changeRule(() => '--source-ranges=0.0.0.0/0'),
      },
      solve: (world, act) => openFirewall(world, act),
      check: checkFirewall,
    },
    {
      id: 'clean-up',
      needs: ['vm', 'firewall'],
      removes: true,
      given: ({ vm, zone, firewall }) => ({ vm, zone, rule: firewall }),
      commands: ({ vm, zone, firewall }) => [
        `gcloud compute firewall-rules delete ${firewall}`,
        `gcloud compute instances delete ${vm} --zone=${zone}`,
      ],
      async solve(world, act) {
        await closeFirewall(world, act);
        await deleteVm(world, act);
      },
      check: checkCleanUp,
    },
  ],

  wrong,
});

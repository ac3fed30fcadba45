import { defineExperiments, type Lab } from '../../src/tutor/experiment.ts';
import { createVm } from '../../src/tutor/experiment-vm.ts';

/** The port that the experiments knock at; nothing has to listen for the network to decide. */
const PORT = 8080;
const OUTSIDE = '8.8.8.8';

/** A rule of the default network for TCP, or for everything where no port is given. */
async function makeRule(
  lab: Lab,
  name: string,
  rule: { direction: 'INGRESS' | 'EGRESS'; allow: boolean; port?: number },
): Promise<void> {
  const { direction, allow, port } = rule;
  const what = [
    port === undefined ? { IPProtocol: 'all' } : { IPProtocol: 'tcp', ports: [String(port)] },
  ];
  const [started] = await lab.compute.firewalls.insert({
    project: lab.project,
    firewallResource: {
      name,
      network: 'global/networks/default',
      direction,
      [direction === 'INGRESS' ? 'sourceRanges' : 'destinationRanges']: ['0.0.0.0/0'],
      [allow ? 'allowed' : 'denied']: what,
    },
  });
  await lab.done(started);
}

/** What is left of two ways, as the questions name it. */
function ways(into: boolean, out: boolean): string {
  if (into) return out ? 'both' : 'only-in';
  return out ? 'only-out' : 'neither';
}

export default defineExperiments({
  'nat-for-address': {
    services: ['compute'],
    async run(lab) {
      const { compute, project, region, zone, step, saw } = lab;
      const vm = lab.name('shop');
      await step(
        { en: 'create a VM with an external address', ko: '외부 주소가 있는 VM 만들기' },
        () => createVm(lab, vm),
      );
      await step(
        { en: `allow tcp:${PORT} from everywhere`, ko: `tcp:${PORT}을 모두에게 열기` },
        () =>
          makeRule(lab, lab.name('allow-shop'), { direction: 'INGRESS', allow: true, port: PORT }),
      );
      await step(
        { en: 'add Cloud NAT for the region', ko: '리전에 Cloud NAT 추가하기' },
        async () => {
          const [started] = await compute.routers.insert({
            project,
            region,
            routerResource: {
              name: lab.name('router'),
              network: 'global/networks/default',
              nats: [
                {
                  name: 'nat',
                  natIpAllocateOption: 'AUTO_ONLY',
                  sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
                },
              ],
            },
          });
          await lab.done(started);
        },
      );
      await step({ en: 'take the external address away', ko: '외부 주소 떼어 내기' }, async () => {
        const [started] = await compute.instances.deleteAccessConfig({
          project,
          zone,
          instance: vm,
          accessConfig: 'External NAT',
          networkInterface: 'nic0',
        });
        await lab.done(started);
      });
      const into = await lab.reach('internet', vm, PORT);
      const out = await lab.reach(vm, OUTSIDE, 443);
      saw('internet → VM', into.reason);
      saw(`VM → ${OUTSIDE}`, out.reason);
      return ways(into.allowed, out.allowed);
    },
  },

  'no-way-to-leave': {
    services: ['compute'],
    async run(lab) {
      const { step, saw } = lab;
      const vm = lab.name('api');
      await step(
        { en: 'create a VM with an external address', ko: '외부 주소가 있는 VM 만들기' },
        () => createVm(lab, vm),
      );
      await step({ en: `allow tcp:${PORT} in`, ko: `tcp:${PORT}이 들어오게 허용하기` }, () =>
        makeRule(lab, lab.name('allow-api'), { direction: 'INGRESS', allow: true, port: PORT }),
      );
      await step({ en: 'deny everything going out', ko: '나가는 것을 모두 거부하기' }, () =>
        makeRule(lab, lab.name('deny-out'), { direction: 'EGRESS', allow: false }),
      );
      const into = await lab.reach('internet', vm, PORT);
      const out = await lab.reach(vm, OUTSIDE, 443);
      saw('internet → VM', into.reason);
      saw(`VM → ${OUTSIDE}`, out.reason);
      return ways(into.allowed, out.allowed);
    },
  },

  'two-addresses': {
    services: ['compute'],
    async run(lab) {
      const { compute, project, zone, step, saw } = lab;
      const [caller, called] = [lab.name('caller'), lab.name('called')];
      await step(
        { en: 'create two VMs with external addresses', ko: '외부 주소가 있는 VM 두 대 만들기' },
        async () => {
          await createVm(lab, caller);
          await createVm(lab, called);
        },
      );
      const [instance] = await compute.instances.get({ project, zone, instance: called });
      const nic = instance.networkInterfaces?.[0];
      const inside = await lab.reach(caller, nic?.networkIP ?? '', PORT);
      const outside = await lab.reach(caller, nic?.accessConfigs?.[0]?.natIP ?? '', PORT);
      saw('networkIP', inside.reason);
      saw('natIP', outside.reason);
      if (inside.allowed) return outside.allowed ? 'both' : 'only-internal';
      return outside.allowed ? 'only-external' : 'neither';
    },
  },
});

import { myComputer } from '../cloud/my-computer.ts';
import { senderAddress } from '../cloud/sender-address.ts';

/** VPC 네트워크의 길을 설명하는 말. 해요체. */
export const reach: typeof import('./reach.en.ts').reach = {
  options: {
    from: '연결을 거는 쪽 (아래를 보세요)',
    to: '연결을 받는 쪽 (아래를 보세요)',
    port: '포트. TCP와 UDP에 필요해요',
    protocol: 'tcp(기본값), udp, icmp(ping) 중 하나',
  },

  ends: {
    title: '쓸 수 있는 이름',
    vm: 'VM 이름. 같은 이름이 둘이면 영역(zone)을 앞에 붙여요',
    me: '인터넷에 있는 내 컴퓨터',
    address: '이 주소를 가진 쪽',
    google: 'VM의 메타데이터 서버, Google API',
  },

  verdict: (from, to, what, allowed) =>
    allowed
      ? `돼요: ${from}에서 ${to}(${what})에 연결할 수 있어요.`
      : `안 돼요: ${from}에서 ${to}(${what})에 연결할 수 없어요.`,

  why: ({ reason, rule }, what) => {
    const name = rule?.name ?? '';
    switch (reason) {
      case 'allowed':
        if (rule === undefined) return '사이에 막는 것이 없어요.';
        if (rule.kind === 'always') return '메타데이터 서버는 어떤 규칙으로도 막을 수 없어요.';
        if (rule.kind === 'implied') {
          return '막는 규칙이 없어요. 나가는 트래픽은 막는 규칙이 없으면 허용돼요.';
        }
        return `방화벽 규칙이 허용해요: ${name} (우선순위 ${rule.priority})`;
      case 'ingress-denied':
        return rule?.kind === 'firewall'
          ? `방화벽 규칙이 막아요: ${name} (우선순위 ${rule.priority})`
          : `들어오는 트래픽(${what})을 허용하는 방화벽 규칙이 없어요. 허용하지 않은 것은 들어오지 못해요.`;
      case 'egress-denied':
        return `방화벽 규칙이 나가지 못하게 막아요: ${name} (우선순위 ${rule?.priority})`;
      case 'source-not-running':
        return '연결을 걸 VM이 켜져 있지 않아요.';
      case 'destination-not-running':
        return '받는 VM이 켜져 있지 않아서 아무도 답하지 않아요.';
      case 'no-route':
        return '네트워크에 그쪽으로 가는 경로(route)가 없어요.';
      case 'private-address-not-routed':
        return '비공개 주소인데 이 주소를 가진 서브넷이 없어요. 인터넷으로도 갈 수 없는 주소예요.';
      case 'no-such-host':
        return '서브넷까지는 가지만, 그 주소를 가진 VM이 없어요.';
      case 'different-networks':
        return '서로 다른 VPC 네트워크에 있어요. 피어링하지 않은 네트워크끼리는 내부 주소로 통하지 않아요.';
      case 'no-way-out':
        return 'VM에 외부 주소가 없고, 대신 내보내 줄 Cloud NAT도 없어요.';
      case 'no-external-address':
        return 'VM에 외부 주소가 없어서 인터넷에서는 찾아갈 길이 없어요.';
      case 'private-address-from-internet':
        return '비공개 주소예요. 그 네트워크 안에서만 통해요.';
      case 'address-not-in-use':
        return '샌드박스의 실행 중인 VM 가운데 그 외부 주소를 가진 것이 없어요.';
      case 'nat-is-outbound-only':
        return 'Cloud NAT의 주소예요. VM을 내보내기만 하고 들여보내지는 않아요.';
      case 'smtp-blocked':
        return 'Google Cloud는 외부로 나가는 TCP 25번 포트를 항상 막아요. 규칙으로 열 수 없어요.';
      case 'next-hop-does-not-forward':
        return '경로가 가리키는 VM이 canIpForward 없이 만들어졌어요.';
      case 'next-hop-is-a-vm':
        return '경로가 VM을 가리켜요. 넘겨줄지는 그 VM이 정하는데, 샌드박스의 VM은 넘겨주지 않아요.';
      case 'no-route-back':
        return '도착은 하지만 답이 돌아올 경로(route)가 네트워크에 없어요.';
      case 'metadata-is-for-vms':
        return '메타데이터 서버는 VM에서만 쓸 수 있어요.';
      default:
        return reason;
    }
  },

  advice: (answer, { protocol, port }) => {
    const { reason, hops } = answer;
    const at = hops.find((one) => one.hop === 'destination' && one.kind === 'instance');
    const from = hops.find((one) => one.hop === 'source' && one.kind === 'instance');
    const what = port === undefined ? protocol : `${protocol}:${port}`;
    if (reason === 'ingress-denied' && at !== undefined && 'network' in at) {
      const only = senderAddress(answer);
      const sources = only === undefined ? '' : ` --source-ranges ${only}/32`;
      return `거기서만 들어오게 열려면:\ngcloud compute firewall-rules create allow-${protocol}${port === undefined ? '' : `-${port}`} --network ${at.network} --allow ${what}${sources}`;
    }
    if (reason === 'destination-not-running' && at !== undefined && 'zone' in at) {
      return `켜려면:\ngcloud compute instances start ${at.name} --zone ${at.zone}`;
    }
    if (reason === 'source-not-running' && from !== undefined && 'zone' in from) {
      return `켜려면:\ngcloud compute instances start ${from.name} --zone ${from.zone}`;
    }
    if (reason === 'no-external-address' && at !== undefined && 'zone' in at) {
      return `주소를 주려면:\ngcloud compute instances add-access-config ${at.name} --zone ${at.zone}`;
    }
    return undefined;
  },

  here: (here) => {
    switch (here.kind) {
      case 'web':
        return `외부 주소는 샌드박스 안에만 있어요. 이 컴퓨터에서는 여기로 여세요:\n${here.url}`;
      case 'ssh':
        return `로그인하려면:\ncloudlab ssh ${here.vm} --zone ${here.zone}`;
      case 'silent':
        return `길은 열려 있는데, ${here.vm} 안에서 ${here.port}번 포트를 여는 프로그램이 없어요. 서버부터 켜세요. 80번이라면 nginx 같은 거예요.`;
    }
  },

  hops: {
    source: '출발',
    destination: '도착',
    route: '경로',
    firewall: { out: { name: '방화벽(나감)' }, in: { name: '방화벽(들어옴)' } },
    address: '주소',
    nat: 'Cloud NAT',
    google: 'Google 접근',
    peering: '피어링',
  },

  route: ({ name, destRange, priority, nextHop }) => {
    const by =
      nextHop.kind === 'instance'
        ? `VM ${nextHop.name}`
        : { subnet: '서브넷', 'internet-gateway': '인터넷 게이트웨이' }[nextHop.kind];
    return `${destRange} → ${by}: ${name}, 우선순위 ${priority}`;
  },

  firewall: ({ allowed, rule, network }) => {
    const word = allowed ? '허용' : '거부';
    const detail = `우선순위 ${rule.priority}, 네트워크 ${network}`;
    if (rule.kind === 'firewall') return `${word}: ${rule.name} (${detail})`;
    return `${word}: 맞는 규칙이 없어서 기본 규칙을 따라요 (${detail})`;
  },

  externalAddress: (address, name) => `${address} (${name}의 외부 주소)`,
  nat: (nat, router, address) => `${address} (라우터 ${router}의 ${nat})`,
  privateGoogleAccess: (subnetwork) => `서브넷 ${subnetwork}의 비공개 Google 액세스`,
  peering: (name, network) => `${name} (네트워크 ${network}로)`,

  end: (kind, address) => {
    if (kind === 'metadata') return `메타데이터 서버 (${address})`;
    if (kind === 'google-apis') return 'Google API';
    if (kind === 'internet') {
      return address === myComputer ? `내 컴퓨터 (${address})` : `인터넷의 ${address}`;
    }
    return `${address} (이 주소를 가진 VM이 없어요)`;
  },
};

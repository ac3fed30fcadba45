import type { GuestInterface } from '../../contract.ts';
import type { Listener } from '../../kernel/ports.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { parseOptions } from '../options.ts';
import { Failure, program, programs } from '../program.ts';
import { faultOf } from './http.ts';

/**
 * Programs about interfaces, routes and sockets. On Compute Engine a machine knows its internal
 * address alone, with a /32 mask: everything else is behind the gateway, also its own subnet.
 */

function link(one: GuestInterface, index: number): string {
  return `${index + 2}: ${one.name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu ${one.mtu} qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether ${one.mac} brd ff:ff:ff:ff:ff:ff
${altnames(one, index)}`;
}

/** Names that udev gives the same card. */
function altnames(_one: GuestInterface, index: number): string {
  return `    altname enp0s${index + 4}\n`;
}

const LOOPBACK = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
`;

function linkLocal(mac: string): string {
  const bytes = mac.split(':').map((one) => Number.parseInt(one, 16));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes;
  const words = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return `fe80::${words.map((word) => word.toString(16)).join(':')}`;
}

function addresses(io: ProgramIo, options: { four: boolean; six: boolean }): string {
  const four = options.four || !options.six;
  const six = options.six || !options.four;
  let text = LOOPBACK.replace(' mode DEFAULT', '')
    .replace(/(link\/loopback.*\n)/, options.four ? '' : '$1')
    .replace(/^ {4}\n/m, '');
  if (four)
    text += '    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n';
  if (six)
    text +=
      '    inet6 ::1/128 scope host noprefixroute \n       valid_lft forever preferred_lft forever\n';
  io.kernel.machine.interfaces.forEach((one, index) => {
    const left = 86_400 - (Math.floor((io.kernel.now() - io.kernel.booted) / 1000) % 43_200);
    let block = link(one, index).replace(' mode DEFAULT', '');
    if (options.four) block = block.replace(/ {4}link\/ether.*\n/, '');
    text += block;
    if (four)
      text += `    inet ${one.address}/32 metric 100 scope global dynamic ${one.name}\n       valid_lft ${left}sec preferred_lft ${left}sec\n`;
    if (six)
      text += `    inet6 ${linkLocal(one.mac)}/64 scope link \n       valid_lft forever preferred_lft forever\n`;
  });
  return text;
}

const ip = program('ip', async (io) => {
  const args = io.args.filter((arg) => !/^-(c|color|4|6|br|brief|o|s|d|details)/.test(arg));
  const [four, six] = [io.args.includes('-4'), io.args.includes('-6')];
  const brief = io.args.some((arg) => /^-br/.test(arg));
  const [object = '', verb = 'show', ...rest] = args;
  const is = (name: string) => object !== '' && name.startsWith(object);
  if (object === '' || is('help')) {
    throw new Failure(
      'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip [ -force ] -batch filename\nwhere  OBJECT := { address | link | neighbor | route }',
      255,
    );
  }
  const { interfaces } = io.kernel.machine;
  const shows = ['show', 'list', 'ls', 'sh', 's', 'l', 'get'].includes(verb);
  const device = shows ? (rest[0] === 'dev' ? rest[1] : rest[0]) : verb;
  if (!shows && !interfaces.some((one) => one.name === verb) && verb !== 'lo') {
    if (!['add', 'del', 'set', 'flush', 'replace', 'change', 'append'].includes(verb))
      throw new Failure(`Command "${verb}" is unknown, try "ip ${object} help".`, 255);
    throw new Failure(
      io.who.uid === 0
        ? 'RTNETLINK answers: Operation not supported'
        : 'RTNETLINK answers: Operation not permitted',
      2,
    );
  }
  const only = (text: string): string => {
    if (device === undefined || verb === 'get') return text;
    const block = text.split(/^(?=\d+: )/m).find((one) => one.split(': ')[1] === device);
    if (block === undefined) throw new Failure(`Device "${device}" does not exist.`);
    return block;
  };
  if (is('address') && brief) {
    await io.out('lo               UNKNOWN        127.0.0.1/8 ::1/128 \n');
    for (const one of interfaces)
      await io.out(
        `${one.name.padEnd(17)}UP             ${one.address}/32 metric 100 ${linkLocal(one.mac)}/64 \n`,
      );
  } else if (is('address')) await io.out(only(addresses(io, { four, six })));
  else if (is('link')) await io.out(only(LOOPBACK + interfaces.map(link).join('')));
  else if (is('route')) await io.out(verb === 'get' ? routeTo(io, rest[0]) : routes(interfaces));
  else if (is('neighbor') || is('neighbour')) {
    for (const one of interfaces)
      await io.out(`${one.gateway} dev ${one.name} lladdr 42:01:0a:b2:00:01 REACHABLE\n`);
  } else throw new Failure(`Object "${object}" is unknown, try "ip help".`);
  return 0;
});

function routes(interfaces: readonly GuestInterface[]): string {
  return interfaces
    .map((one, index) => {
      const metric = 100 * (index + 1);
      const source = `src ${one.address} metric ${metric}`;
      const first =
        index === 0 ? `default via ${one.gateway} dev ${one.name} proto dhcp ${source} \n` : '';
      const resolver =
        index === 0
          ? `169.254.169.254 via ${one.gateway} dev ${one.name} proto dhcp ${source} \n`
          : '';
      return `${first}${one.gateway} dev ${one.name} proto dhcp scope link ${source} \n${resolver}`;
    })
    .join('');
}

function routeTo(io: ProgramIo, address: string | undefined): string {
  const [first] = io.kernel.machine.interfaces;
  if (!first || address === undefined || !/^[\d.]+$/.test(address))
    throw new Failure(`Error: any valid prefix is expected rather than "${address}".`);
  return `${address} via ${first.gateway} dev ${first.name} src ${first.address} uid ${io.who.uid} \n    cache \n`;
}

function sockets(io: ProgramIo, line: (one: Listener, owner: boolean) => string): string {
  return io.kernel.ports
    .all()
    .map((one) => line(one, io.who.uid === 0 || one.process.who.uid === io.who.uid))
    .join('');
}

/** Listening TCP sockets: connections and UDP are outside of the machine. */
const ss = program('ss', (io) => {
  const options = parseOptions(
    io,
    't,tcp u,udp l,listening n,numeric p,processes a,all 4,ipv4 6,ipv6 H,no-header s,summary x e o i r',
  );
  const processes = options.has('p');
  const listening = options.has('l') || options.has('a');
  const name = (port: number) =>
    options.has('n')
      ? String(port)
      : ({ 22: 'ssh', 80: 'http', 443: 'https' }[port] ?? String(port));
  if (!options.has('H')) {
    io.out(
      `State    Recv-Q   Send-Q      Local Address:Port       Peer Address:Port   Process${processes ? '                                   ' : '   '}\n`,
    );
  }
  if (options.has('u') && !options.has('t')) return 0;
  const row = (address: string, port: number, who: string) =>
    `LISTEN   0        ${String(port === 22 ? 128 : 511).padEnd(9)}${address.padStart(16)}:${name(port).padEnd(12)}${(address === '[::]' ? '[::]' : '0.0.0.0').padStart(13)}:*       ${who}\n`;
  if (listening) {
    io.out(
      sockets(io, (one, owner) => {
        const who =
          processes && owner
            ? `users:(("${one.process.name}",pid=${one.process.pid},fd=${one.port === 22 ? 3 : 6}))`
            : '';
        return options.has('6') ? '' : row(one.address, one.port, who);
      }),
    );
    if (!options.has('4')) {
      io.out(
        sockets(io, (one, owner) => {
          const who =
            processes && owner
              ? `users:(("${one.process.name}",pid=${one.process.pid},fd=${one.port === 22 ? 4 : 7}))`
              : '';
          return one.address === '0.0.0.0' ? row('[::]', one.port, who) : '';
        }),
      );
    }
  }
  return 0;
});

const netstat = program('netstat', (io) => {
  const options = parseOptions(
    io,
    't,tcp u,udp l,listening n,numeric p,programs a,all r,route i,interfaces 4 6 e s',
  );
  if (options.has('r')) {
    io.out(
      'Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n',
    );
    for (const one of io.kernel.machine.interfaces.slice(0, 1)) {
      io.out(
        `0.0.0.0         ${one.gateway.padEnd(15)} 0.0.0.0         UG        0 0          0 ${one.name}\n${one.gateway.padEnd(15)} 0.0.0.0         255.255.255.255 UH        0 0          0 ${one.name}\n`,
      );
    }
    return 0;
  }
  const processes = options.has('p');
  if (processes && io.who.uid !== 0)
    io.err(
      '(Not all processes could be identified, non-owned process info\n will not be shown, you would have to be root to see it all.)\n',
    );
  io.out(
    `Active Internet connections (${options.has('l') ? 'only servers' : options.has('a') ? 'servers and established' : 'w/o servers'})\nProto Recv-Q Send-Q Local Address           Foreign Address         State      ${processes ? ' PID/Program name    ' : ''}\n`,
  );
  if (!options.has('l') && !options.has('a')) return 0;
  io.out(
    sockets(io, (one, owner) => {
      const who = !processes
        ? ''
        : owner
          ? ` ${`${one.process.pid}/${one.process.name}`.padEnd(20)}`
          : ' -                   ';
      return `tcp        0      0 ${`${one.address}:${one.port}`.padEnd(23)} ${'0.0.0.0:*'.padEnd(23)} LISTEN     ${who}\n`;
    }),
  );
  return 0;
});

const ifconfig = program('ifconfig', (io) => {
  for (const one of io.kernel.machine.interfaces) {
    io.out(`${one.name}: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu ${one.mtu}
        inet ${one.address}  netmask 255.255.255.255  broadcast 0.0.0.0
        inet6 ${linkLocal(one.mac)}  prefixlen 64  scopeid 0x20<link>
        ether ${one.mac}  txqueuelen 1000  (Ethernet)

`);
  }
  io.out(`lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536
        inet 127.0.0.1  netmask 255.0.0.0
        inet6 ::1  prefixlen 128  scopeid 0x10<host>
        loop  txqueuelen 1000  (Local Loopback)

`);
  return 0;
});

/**
 * ICMP does not leave the sandbox; what the machine itself answers is itself. For the rest `ping`
 * says so instead of inventing round-trip times.
 */
const ping = program('ping', async (io) => {
  const options = parseOptions(io, 'c:,count: i: W: w: n q 4 6 s: t: I:', { status: 2 });
  const [host] = options.operands;
  if (host === undefined) throw new Failure('ping: usage error: Destination address required');
  const { kernel } = io;
  const own = kernel.machine.interfaces.some((one) => one.address === host);
  const local = own || /^(localhost|127\.\d+\.\d+\.\d+)$/.test(host) || host === kernel.hostname;
  if (!local) {
    try {
      // Whether the name can be resolved at all is known outside.
      await kernel.request({
        method: 'HEAD',
        url: `http://${host}/`,
        headers: [['Host', host]],
        body: new Uint8Array(0),
        timeoutMs: 1000,
      });
    } catch (error) {
      if (faultOf(error) === 'unresolved')
        throw new Failure(`ping: ${host}: Name or service not known`, 2);
    }
    throw new Failure(
      `ping: ${host}: this sandbox carries no ICMP between machines: try a TCP port with curl, or 'cloudlab network reach'`,
      2,
    );
  }
  const address = own ? host : '127.0.0.1';
  await io.out(`PING ${host} (${address}) 56(84) bytes of data.\n`);
  const count = Math.min(1000, Number(options.value('c') ?? 1000));
  let sent = 0;
  const started = kernel.now();
  while (sent < count && !io.signal.aborted) {
    sent++;
    const time = (0.03 + (kernel.randomBytes(1)[0] ?? 0) / 10_000).toFixed(3);
    await io.out(`64 bytes from ${address}: icmp_seq=${sent} ttl=64 time=${time} ms\n`);
    if (sent < count) await io.sleep(1000);
  }
  await io.out(
    `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${sent} received, 0% packet loss, time ${Math.round(kernel.now() - started)}ms\n`,
  );
  return 0;
});

/** Programs that would need another machine's protocol. */
const refusals: readonly [names: readonly string[], text: string][] = [
  [
    ['ssh', 'scp'],
    'this sandbox does not carry SSH from one machine to another: log in from your own computer, with cloudlab ssh',
  ],
  [
    ['gcloud', 'gsutil'],
    'the Google Cloud CLI does not run inside this machine: use it on your own computer, or the API with curl and a token of the metadata server',
  ],
  [['docker'], 'containers do not run inside this machine'],
];

const refused = refusals.flatMap(([names, text]) =>
  programs(names, (io) => {
    throw new Failure(`${io.name.split('/').at(-1)}: ${text}`, io.name.endsWith('ssh') ? 255 : 1);
  }),
);

const sshKeygen = program('ssh-keygen', (io) => {
  throw new Failure(
    `ssh-keygen: keys are made on your own computer, and stand in the machine's metadata${io.args.length > 0 ? '' : ''}`,
  );
});

export const networkPrograms = [ip, ss, netstat, ifconfig, ping, ...refused, sshKeygen];

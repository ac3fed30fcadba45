import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { announceSandbox } from '../../src/cloud/running-sandbox.ts';
import { candidates } from '../../src/commands/completion-candidates.ts';
import { locateHome } from '../../src/home.ts';
import { widthOf } from '../../src/terminal/width.ts';
import { compute } from '../sandbox/compute/instance-support.ts';
import { start } from '../sandbox/support.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { packageRoot, TestHost } from '../support/host.ts';

/** A sandbox with a VM in its default network, and how to ask about it. */
async function sandboxWithVm() {
  const sandbox = await start();
  const vms = compute(sandbox);
  const vm = await vms.running('web-1');
  const home = temporaryDirectory();
  const { instanceId } = (await vms.get('/_cloudlab/status')).json;
  const { url, dataDir } = sandbox;
  announceSandbox(locateHome(home, '/', '/'), {
    ...{ url, dataDir, instanceId },
    ...{ pid: process.pid, controlToken: 'secret' },
  });
  const run = (args: string, columns?: number) =>
    new TestHost({ home, ...(columns === undefined ? {} : { columns }) }).run(
      'network',
      'reach',
      ...args.split(' '),
    );
  return { run, vm, vms };
}

it('says yes with the rule and the way, no with the reason and what to do', async () => {
  const { run, vm } = await sandboxWithVm();
  const external = vm.networkInterfaces[0].accessConfigs[0].natIP;
  const yes = await run('my-computer web-1 --port 22');
  expect(yes).toMatchObject({ code: 0, stderr: '' });
  expect(yes.stdout).toBe(
    [
      'Yes: my-computer reaches web-1 on tcp:22.',
      'The firewall rule default-allow-ssh (priority 65534) allows it.',
      '',
      '  From          your computer (203.0.113.10)',
      `  Address       ${external}, the external address of web-1`,
      '  Firewall, in  allowed by default-allow-ssh (priority 65534, network default)',
      '  To            web-1 (10.178.0.2, nic0, default, asia-northeast3-a)',
      '',
      'To log in:',
      '  cloudlab ssh web-1 --zone asia-northeast3-a',
      '',
    ].join('\n'),
  );
  const no = await run('my-computer web-1 --port 80');
  expect(no.code).toBe(1);
  expect(no.stdout).toContain('No: my-computer does not reach web-1 on tcp:80.');
  expect(no.stdout).toContain(
    'To allow it from there alone:\n  gcloud compute firewall-rules create allow-tcp-80 --network default --allow tcp:80 --source-ranges 203.0.113.10/32\n',
  );
});

it('speaks Korean', async () => {
  const { run } = await sandboxWithVm();
  const no = await run('me web-1 --port 80 --lang ko');
  expect(no.stdout).toContain('안 돼요: me에서 web-1(tcp:80)에 연결할 수 없어요.');
  expect(no.stdout).toContain('들어오는 트래픽(tcp:80)을 허용하는 방화벽 규칙이 없어요');
});

it.each([40, 80])(
  'fits into %i columns, but for commands that are to be copied',
  async (columns) => {
    const { run } = await sandboxWithVm();
    for (const args of ['web-1 8.8.8.8 --port 443', 'me web-1 --port 80 --lang ko']) {
      const { stdout } = await run(args, columns);
      const lines = stripVTControlCharacters(stdout).split('\n');
      const wide = lines.filter((line) => widthOf(line) > columns && !line.includes('gcloud'));
      expect(wide).toEqual([]);
      expect(lines.length).toBeGreaterThan(7);
    }
  },
);

it('gives codes to programs', async () => {
  const { run } = await sandboxWithVm();
  const answer = await run('internet web-1 --protocol icmp --json');
  expect(JSON.parse(answer.stdout)).toMatchObject({
    allowed: true,
    rule: { kind: 'firewall', name: 'default-allow-icmp' },
  });
});

it.each([
  ['me web-2 --port 80', 'Did you mean: web-1'],
  ['me web-1', '--port'],
  ['me web-1 --port 70000', '0-65535'],
  ['me web-1 --protocol sctp --port 1', 'tcp, udp, icmp'],
  ['metadata web-1 --port 80', 'Nothing in the sandbox connects from metadata'],
  ['me internet --port 80', 'both are outside'],
])('%s: says what is wrong', async (args, words) => {
  const { run } = await sandboxWithVm();
  expect(await run(args)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(words),
  });
});

it('needs a running sandbox', async () => {
  const host = new TestHost({ home: temporaryDirectory() });
  expect(await host.run('network', 'reach', 'me', 'x', '--port', '1')).toMatchObject({ code: 3 });
});

it('completes the ends of a way', async () => {
  const { vms } = await sandboxWithVm();
  const home = locateHome(temporaryDirectory(), '/', '/');
  const { instanceId, dataDir } = (await vms.get('/_cloudlab/status')).json;
  announceSandbox(home, {
    ...{ url: vms.url, dataDir, instanceId },
    ...{ pid: process.pid, controlToken: 'secret' },
  });
  const after = (...words: string[]) =>
    candidates(['network', 'reach', ...words], packageRoot, home);
  expect(await after('m')).toEqual(['my-computer', 'metadata']);
  expect(await after('me', '')).toContain('web-1');
  expect(await after('me', 'web-1', '')).toEqual([]);
  expect(await after('me', 'web-1', '--protocol', 'u')).toEqual(['udp']);
});

import { expect, it } from 'vitest';
import { runProgram, startSandboxProgram } from '../support/cli.ts';
import { madeInCompute } from '../support/compute.ts';
import { temporaryDirectory } from '../support/directories.ts';

const METHODS: Readonly<Record<string, readonly string[]>> = {
  'create-bucket': [
    'storage.buckets.insert',
    'storage.buckets.get',
    'storage.objects.insert',
    'storage.objects.list',
    'storage.objects.delete',
    'storage.buckets.delete',
  ],
  'create-vm': [
    'compute.addresses.insert',
    'compute.instances.insert',
    'compute.zoneOperations.wait',
    'compute.instances.get',
    'compute.instances.stop',
    'compute.instances.delete',
    'compute.disks.get',
    'compute.addresses.delete',
    'compute.instances.aggregatedList',
    'compute.firewalls.list',
  ],
};

/** A cloud that fails now and then fails no mission, and nothing is left behind in it. */
const INSTRUCTIONS = [
  'return-503',
  'return-429',
  'return-reset-connection',
  'return-503-after-applied',
  'return-reset-connection-after-applied',
];

it.each(
  Object.keys(METHODS).flatMap((mission) => INSTRUCTIONS.map((one) => [mission, one] as const)),
)('%s gets over %s at any of its calls', { timeout: 120_000 }, async (mission, instruction) => {
  const home = temporaryDirectory();
  const { url } = await startSandboxProgram({ home }, '--faults');
  for (const method of METHODS[mission] ?? []) {
    const answer = await fetch(`${url}/retry_test`, {
      method: 'POST',
      body: JSON.stringify({ instructions: { [method]: [instruction] }, withoutHeader: true }),
    });
    const { id } = (await answer.json()) as { id: string };
    const played = await runProgram(['mission', mission, '--json'], { home });
    expect([method, played.code, played.stderr]).toEqual([method, 0, '']);
    const left = await (await fetch(`${url}/retry_test/${id}`)).json();
    expect([method, left]).toEqual([method, expect.objectContaining({ completed: true })]);
    const status = await (await fetch(`${url}/_cloudlab/status`)).json();
    expect(status).toMatchObject({ buckets: 0, objects: 0 });
    expect(await madeInCompute(url)).toEqual([]);
  }
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startCompute, vm } from './instance-support.ts';

/** Paths of a body at which something else is put. */
const places = [
  ['name'],
  ['machineType'],
  ['disks'],
  ['disks', 0],
  ['disks', 0, 'boot'],
  ['disks', 0, 'source'],
  ['disks', 0, 'initializeParams'],
  ['disks', 0, 'initializeParams', 'sourceImage'],
  ['disks', 0, 'initializeParams', 'diskSizeGb'],
  ['disks', 0, 'initializeParams', 'diskType'],
  ['disks', 0, 'deviceName'],
  ['networkInterfaces'],
  ['networkInterfaces', 0],
  ['networkInterfaces', 0, 'network'],
  ['networkInterfaces', 0, 'networkIP'],
  ['networkInterfaces', 0, 'accessConfigs'],
  ['networkInterfaces', 0, 'accessConfigs', 0, 'natIP'],
  ['metadata'],
  ['metadata', 'items'],
  ['tags'],
  ['labels'],
  ['scheduling'],
  ['scheduling', 'maxRunDuration'],
  ['serviceAccounts'],
  ['hostname'],
  ['shieldedInstanceConfig'],
  ['guestAccelerators'],
] as const;

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', '0', '-1', '../..', 'zones//disks/', 'global/images/family/', '__proto__'),
  fc.constantFrom({ items: [{}] }, { items: [{ key: 'a' }] }, [{ email: '' }], [{}], [null]),
);

function put(target: unknown, [first, ...rest]: readonly (string | number)[], value: unknown) {
  const object = target as Record<string | number, unknown>;
  if (first === undefined) return;
  if (rest.length === 0) object[first] = value;
  else if (typeof object[first] === 'object' && object[first]) put(object[first], rest, value);
}

it('whatever is inserted is made or refused, and never an error of ours', async () => {
  const gce = await startCompute({ unlimitedQuota: true });
  let number = 0;
  const changes = fc.array(fc.tuple(fc.constantFrom(...places), anything), {
    minLength: 1,
    maxLength: 2,
  });
  await fc.assert(
    fc.asyncProperty(changes, async (some) => {
      const body = structuredClone(vm(`vm-${number++}`));
      for (const [place, value] of some) put(body, place, value);
      const { status, text } = await gce.insert(body);
      expect([200, 400, 404, 409, 501], text).toContain(status);
    }),
    { numRuns: 150 },
  );
  for (const { name } of (await gce.get(`${gce.base}/instances`)).json.items ?? []) {
    expect((await gce.get(`${gce.base}/instances/${name}`)).status).toBe(200);
  }
});

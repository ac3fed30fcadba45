import { type Inspect, lastPart } from '../../src/missions/define.ts';
import type { World } from './world.ts';

/** What the lists of Compute Engine's clients have in common. */
interface Lists {
  aggregatedListAsync(
    request: { project: string; filter: string },
    options: { autoPaginate: false },
  ): AsyncIterable<[string, object]>;
}

/** Where there is something of this name, in whatever zone or region: `zones/…/NAME`. */
export async function listed(client: Lists, { project }: Inspect, name: string): Promise<string[]> {
  const found: string[] = [];
  const scopes = client.aggregatedListAsync(
    { project, filter: `name=${name}` },
    { autoPaginate: false },
  );
  for await (const [scope, scoped] of scopes) {
    const items = Object.values(scoped).find(Array.isArray) as { name?: string }[] | undefined;
    for (const item of items ?? []) if (item.name === name) found.push(`${scope}/${name}`);
  }
  return found;
}

/**
 * The operations of one type that have come to their end at the VM, by their
 * names, the newest first.
 *
 * @param targetId the id of the very VM that was seen: another may have had its name before
 */
export async function finishedOperations(
  { compute, project }: Inspect,
  { vm, zone }: World,
  type: string,
  targetId: string | undefined,
): Promise<string[]> {
  const [operations] = await compute.zoneOperations.list({
    project,
    zone,
    filter: `operationType=${type}`,
  });
  return operations
    .filter(
      (one) =>
        one.operationType === type &&
        one.status === 'DONE' &&
        String(one.targetId) === targetId &&
        lastPart(one.targetLink ?? '') === vm,
    )
    .map(({ name }) => `${name} (${type} ${vm})`);
}

/** True where an operation has deleted the very address that was seen. */
export async function wasReleased(
  { compute, project, recall }: Inspect,
  { region }: World,
): Promise<boolean> {
  const [operations] = await compute.regionOperations.list({
    project,
    region,
    filter: 'operationType=delete',
  });
  return operations.some(
    (one) =>
      one.operationType === 'delete' &&
      one.status === 'DONE' &&
      String(one.targetId) === recall('address'),
  );
}

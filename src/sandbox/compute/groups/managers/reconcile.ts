import { placeName } from '../../place.ts';
import { type ComputeState, collectionOf } from '../../state.ts';
import { type CurrentAction, MANAGERS, type ManagerRecord, type Member } from '../kinds.ts';
import { advanceMember, instanceOfMember, moreDisruptive, recreate, versionOf } from './members.ts';
import { amountOf, sortByVersion } from './versions.ts';

/*
 * What keeps a managed group as it is wanted. It looks at what is there, begins whatever is
 * missing, and is called again when something has changed: a request, an instance that has
 * started, stopped or gone, a time that has come. Called twice, it does nothing the second
 * time.
 *
 * https://cloud.google.com/compute/docs/instance-groups/updating-migs
 */

/** Inside a change: begins what is to be done next, and writes the record. */
export function reconcile(state: ComputeState, manager: ManagerRecord): void {
  const groupId = uuid(state);
  advance(state, manager, groupId);
  if (manager.leaving !== true) {
    update(state, manager);
    resize(state, manager);
  }
  // What was decided begins at once.
  advance(state, manager, groupId);
  collectionOf<ManagerRecord>(state, MANAGERS).put(manager);
}

function advance(state: ComputeState, manager: ManagerRecord, groupId: string): void {
  manager.members = manager.members.filter((member) =>
    advanceMember(state, manager, member, groupId),
  );
}

/** The instances that the group means to keep. */
export const keptMembers = ({ members }: ManagerRecord): Member[] =>
  members.filter(({ action }) => action !== 'DELETING');

const isServing = (state: ComputeState, member: Member): boolean =>
  member.action === 'NONE' && instanceOfMember(state, member)?.status === 'RUNNING';

/** How many more than its target size the group has while it is updated. */
function surgeOf({ updatePolicy, targetSize }: ManagerRecord, outdated: number): number {
  if (updatePolicy.type !== 'PROACTIVE' || updatePolicy.replacementMethod !== 'SUBSTITUTE') {
    return 0;
  }
  return Math.min(amountOf(updatePolicy.maxSurge, targetSize), outdated);
}

/** A proactive update: what is of another version is replaced, a few at a time. */
function update(state: ComputeState, manager: ManagerRecord): void {
  const { updatePolicy, versions, targetSize } = manager;
  if (updatePolicy.type !== 'PROACTIVE') return;
  const kept = keptMembers(manager);
  const { outdated, next } = sortByVersion(versions, kept, targetSize);
  const unavailable = amountOf(updatePolicy.maxUnavailable, targetSize);
  let spare = kept.filter((one) => isServing(state, one)).length - (targetSize - unavailable);
  const waiting = outdated.filter((one) => !isServing(state, one));
  for (const member of [...waiting, ...outdated.filter((one) => isServing(state, one))]) {
    const serves = isServing(state, member);
    if (!serves && member.action !== 'NONE' && member.action !== 'CREATING') continue;
    if (serves && spare <= 0) return;
    const done = applyVersion(manager, member, next(member), updatePolicy.minimalAction);
    if (done && serves && member.action !== 'NONE') spare -= 1;
  }
}

/**
 * Brings one instance to another version: in its place if that is all it takes, by going
 * and leaving its place to a new one otherwise.
 *
 * @returns false if the policy forbids what it takes
 */
export function applyVersion(
  { updatePolicy }: Pick<ManagerRecord, 'updatePolicy'>,
  member: Member,
  version: ManagerRecord['versions'][number],
  minimalAction: ManagerRecord['updatePolicy']['minimalAction'],
): boolean {
  const isSame = member.version.instanceTemplate === version.instanceTemplate;
  const action = moreDisruptive(minimalAction, isSame ? 'REFRESH' : 'REPLACE');
  const most = updatePolicy.mostDisruptiveAllowedAction ?? 'REPLACE';
  if (moreDisruptive(action, most) !== most) return false;
  if (action === 'REPLACE' && updatePolicy.replacementMethod === 'SUBSTITUTE') {
    member.action = 'DELETING';
    return true;
  }
  member.version = versionOf(version);
  if (action === 'REPLACE') recreate(member);
  if (action === 'RESTART') member.action = 'RESTARTING';
  return true;
}

/** Makes what is missing, and gives up what is too much. */
function resize(state: ComputeState, manager: ManagerRecord): void {
  const kept = keptMembers(manager);
  const { outdated, next } = sortByVersion(manager.versions, kept, manager.targetSize);
  const wanted = manager.targetSize + surgeOf(manager, outdated.length);
  for (let missing = wanted - kept.length; missing > 0; missing -= 1) {
    manager.members.push({
      name: freeName(state, manager),
      scope: nextZone(manager),
      version: versionOf(next()),
      action: 'CREATING',
    });
  }
  const surplus = kept.length - wanted;
  if (surplus <= 0) return;
  for (const member of leastWanted(state, manager, kept, outdated).slice(0, surplus)) {
    member.action = 'DELETING';
    delete member.phase;
  }
}

/** Who goes first: what is of an old version, what does not serve yet, where there are most. */
function leastWanted(
  state: ComputeState,
  manager: ManagerRecord,
  kept: readonly Member[],
  outdated: readonly Member[],
): Member[] {
  const rank = (member: Member) =>
    (outdated.includes(member) ? 0 : 2) + (isServing(state, member) ? 1 : 0);
  const left = [...kept].reverse();
  const order: Member[] = [];
  while (left.length > 0) {
    const count = countByZone(manager, left);
    left.sort((a, b) => rank(a) - rank(b) || (count.get(b.scope) ?? 0) - (count.get(a.scope) ?? 0));
    order.push(left.shift() as Member);
  }
  return order;
}

function countByZone(manager: ManagerRecord, members: readonly Member[]): Map<string, number> {
  const count = new Map(zonesOfGroup(manager).map((scope) => [scope, 0]));
  for (const { scope } of members) count.set(scope, (count.get(scope) ?? 0) + 1);
  return count;
}

/** `zones/Z`, in the order in which they are filled. */
function zonesOfGroup({ scope, distributionPolicy }: ManagerRecord): string[] {
  if (distributionPolicy === undefined) return [scope];
  return distributionPolicy.zones.map(
    ({ zone }) => `zones/${placeName(zone.slice(zone.lastIndexOf('/zones/') + 1))}`,
  );
}

/** The zone that has fewest. */
export function nextZone(manager: ManagerRecord): string {
  const count = countByZone(manager, keptMembers(manager));
  const [first = manager.scope, ...others] = zonesOfGroup(manager);
  return others.reduce(
    (least, one) => ((count.get(one) ?? 0) < (count.get(least) ?? 0) ? one : least),
    first,
  );
}

const LETTERS = '0123456789bcdfghjklmnpqrstvwxz';

/** The base name and four characters, as Compute Engine names them. */
function freeName(state: ComputeState, manager: ManagerRecord): string {
  for (;;) {
    const end = [...state.randomBytes(4)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
    const name = `${manager.baseInstanceName}-${end}`;
    if (!manager.members.some((member) => member.name === name)) return name;
  }
}

/** How many instances are under each action. */
export function countActions({ members }: ManagerRecord): Record<CurrentAction, number> {
  const count = { NONE: 0, CREATING: 0, RECREATING: 0, DELETING: 0, RESTARTING: 0 };
  for (const { action } of members) count[action] += 1;
  return count;
}

/** When the group has to look again by itself: what could not be made is tried again. */
export function dueOf({ members }: ManagerRecord): number | undefined {
  const times = members.flatMap(({ failure }) => (failure === undefined ? [] : [failure.retryAt]));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Nothing goes on in the group, and nothing is going to. */
export function isStable(state: ComputeState, manager: ManagerRecord): boolean {
  const { members, targetSize, updatePolicy, versions } = manager;
  if (members.length !== targetSize || manager.leaving === true) return false;
  if (members.some((member) => !isServing(state, member))) return false;
  if (updatePolicy.type !== 'PROACTIVE') return true;
  return sortByVersion(versions, members, targetSize).outdated.length === 0;
}

/** Every instance is of the version that the group wants of it. */
export const isVersionReached = ({ versions, members, targetSize }: ManagerRecord): boolean =>
  sortByVersion(versions, members, targetSize).outdated.length === 0;

function uuid(state: ComputeState): string {
  const hex = Buffer.from(state.randomBytes(16)).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

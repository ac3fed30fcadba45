import { monthlyPrice } from '../cloud/prices.ts';
import type { Resource } from '../cloud/resource.ts';
import { describeRun } from '../cloud/resources/compute.ts';
import { findResource, settleResource } from '../cloud/resources/index.ts';
import {
  isNotFound,
  missionLabel,
  runLabel,
  type Standing,
  statusOf,
} from '../cloud/resources/kind.ts';
import type { Target } from '../cloud/target.ts';
import type { Facts } from '../content/compiled.ts';
import { formatMoney } from '../content/facts.ts';
import { Interrupted } from '../errors.ts';
import type { OpenAccess } from './access.ts';
import type { Access, Act, Inspect, Mission } from './define.ts';
import type { Ledger } from './ledger.ts';

/** What a mission's checks and solutions are given their powers from. */
export interface Powers {
  readonly mission: Mission;
  readonly target: Target;
  readonly ledger: Ledger;
  /** Prices. */
  readonly facts: Facts;
  /** Asked between steps: has somebody pressed Ctrl-C? A call that is under way is always waited for. */
  readonly interrupted: () => boolean;
}

/**
 * What checks look with.
 *
 * @param seen what they remember, for each other
 */
export function inspectWith(
  run: Powers,
  { access, visit }: OpenAccess,
  seen: Map<string, string> = new Map(),
): Inspect {
  return extend<Access, Omit<Inspect, keyof Access>>(access, {
    recall: (fact) => seen.get(fact),
    remember: (fact, value) => void seen.set(fact, value),
    visit,
    audit: (filter) => run.target.audit({ ...filter, since: new Date(run.ledger.state.start.at) }),
    recordsData: run.target.recordsData,
    monthly(resources) {
      const usd = monthlyPrice(resources, run.facts);
      return usd === undefined ? undefined : formatMoney(usd);
    },
  });
}

/** The second object with what the first one has, whose clients may not all be there to be read. */
function extend<Base extends object, More extends object>(base: Base, more: More): Base & More {
  return Object.defineProperties(more, Object.getOwnPropertyDescriptors(base)) as Base & More;
}

/** What solutions work with: each change is in the ledger before it is made. */
export function actOn(run: Powers, { access }: OpenAccess): Act {
  const { ledger, target, mission } = run;
  const id = ledger.state.start.run;
  const stopIfAsked = () => {
    if (run.interrupted()) throw new Interrupted();
  };
  const all = async (resources: readonly Resource[], wanted: Standing) => {
    for (const one of resources) {
      if ((await findResource(target, one, id)) !== wanted) return false;
    }
    return true;
  };
  return extend<Access, Omit<Act, keyof Access>>(access, {
    labels: { [runLabel]: id, [missionLabel]: mission.id },
    description: describeRun(id),
    async create(what, call) {
      const resources = [what].flat();
      stopIfAsked();
      for (const one of resources) ledger.intend(one);
      await call().catch(async (error) => {
        // The client has repeated a call that was carried out, only its answer was lost:
        // what stands in the way is the run's own.
        const inTheWay = [409, 412].includes(statusOf(error) ?? 0);
        if (!inTheWay || !(await all(resources, 'ours'))) throw error;
        for (const one of resources) await settleResource(target, one);
      });
      for (const one of resources) ledger.created(one);
    },
    async remove(what, call) {
      const resources = [what].flat();
      stopIfAsked();
      for (const one of resources) ledger.deleting(one);
      await call().catch(async (error) => {
        if (!isNotFound(error) || !(await all(resources, 'absent'))) throw error;
      });
      for (const one of resources) ledger.deleted(one);
    },
  });
}

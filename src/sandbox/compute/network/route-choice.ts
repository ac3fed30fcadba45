import { contains, parseRange } from './ipv4.ts';
import type { RouteRecord } from './kinds.ts';

/*
 * Which route a packet takes. First the routes to subnets, whose ranges no other route may
 * touch: the own network's, and those of networks that it is peered with. Then the route with
 * the most specific destination; among those, the one with the lowest number as its priority.
 * Routes with tags are there for instances that have one of them only, and routes to an instance
 * that does not run are passed over.
 * https://cloud.google.com/vpc/docs/routes#routeselection
 */

type Route = Pick<RouteRecord, 'name' | 'destRange' | 'priority' | 'tags' | 'routeType'>;

export function chooseRoute<R extends Route>(
  routes: Iterable<R>,
  destination: number,
  tags: readonly string[],
  isUsable: (route: R) => boolean = () => true,
): R | undefined {
  let best: R | undefined;
  for (const route of routes) {
    const range = parseRange(route.destRange);
    if (range === undefined || !contains(range, destination)) continue;
    const { tags: wanted = [] } = route;
    if (wanted.length > 0 && !wanted.some((tag) => tags.includes(tag))) continue;
    if (!isUsable(route)) continue;
    if (best === undefined || goesBefore(route, best)) best = route;
  }
  return best;
}

function goesBefore(route: Route, other: Route): boolean {
  if (route.routeType !== other.routeType) return route.routeType === 'SUBNET';
  const [length, otherLength] = [prefixOf(route), prefixOf(other)];
  if (length !== otherLength) return length > otherLength;
  if (route.priority !== other.priority) return route.priority < other.priority;
  return route.name < other.name;
}

const prefixOf = ({ destRange }: Route): number => parseRange(destRange)?.prefix ?? 0;

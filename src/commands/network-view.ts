import type { Hop, HopEnd, ReachAnswer, ReachWish } from '../cloud/reach.ts';
import type { Here } from '../cloud/reach-here.ts';
import type { Context } from '../context.ts';
import { describeRows, type Row } from '../terminal/list.ts';
import { wrap } from '../terminal/width.ts';

/** The answer first, why, the way with all that decides on it, and what to do with it. */
export function showReach(
  { terminal, say }: Context,
  wish: ReachWish,
  answer: ReachAnswer,
  here: Here | undefined,
): void {
  const { paint, columns } = terminal;
  const what = wish.port === undefined ? wish.protocol : `${wish.protocol}:${wish.port}`;
  const verdict = say.reach.verdict(wish.from, wish.to, what, answer.allowed);
  const print = (text: string) => terminal.print(wrap(text, columns));
  print(answer.allowed ? paint.good(verdict) : paint.bad(verdict));
  print(say.reach.why(answer, what));
  if (answer.hops.length > 0) {
    terminal.print();
    terminal.print(
      describeRows(
        terminal,
        answer.hops.map((hop) => rowOf(hop)),
      ),
    );
  }
  const advice = answer.allowed ? here && say.reach.here(here) : say.reach.advice(answer, wish);
  if (advice !== undefined) {
    const [words = '', command] = advice.split('\n');
    terminal.print();
    print(words);
    // Not wrapped: it is there to be copied.
    if (command !== undefined) terminal.print(`  ${paint.code(command)}`);
  }

  function rowOf(hop: Hop): Row {
    const names = say.reach.hops;
    switch (hop.hop) {
      case 'source':
        return { name: names.source, text: nameOfEnd(hop) };
      case 'destination':
        return { name: names.destination, text: nameOfEnd(hop) };
      case 'route':
        return { name: names.route, text: say.reach.route(hop) };
      case 'firewall': {
        const { name } = names.firewall[hop.rule.direction === 'EGRESS' ? 'out' : 'in'];
        const decision = say.reach.firewall(hop);
        return { name, text: hop.allowed ? decision : paint.bad(decision) };
      }
      case 'external-address':
        return { name: names.address, text: say.reach.externalAddress(hop.address, hop.of) };
      case 'cloud-nat':
        return { name: names.nat, text: say.reach.nat(hop.nat, hop.router, hop.address) };
      case 'private-google-access':
        return { name: names.google, text: say.reach.privateGoogleAccess(hop.subnetwork) };
      case 'peering':
        return { name: names.peering, text: say.reach.peering(hop.name, hop.network) };
    }
  }

  function nameOfEnd(end: HopEnd): string {
    if (end.kind !== 'instance') return say.reach.end(end.kind, end.address);
    const { name, address, interface: nic, network, zone, status } = end;
    const state = status === 'RUNNING' ? '' : `, ${status}`;
    return `${name} (${address}, ${nic}, ${network}, ${zone}${state})`;
  }
}

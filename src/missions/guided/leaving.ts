import { costOf } from '../../cloud/prices.ts';
import { addressOf, type Resource } from '../../cloud/resource.ts';
import type { Context } from '../../context.ts';
import { wrap } from '../../terminal/width.ts';
import { noteMisplaced } from '../misplaced.ts';
import { findSurvivors } from '../teardown.ts';
import type { GuidedRun } from './guide.ts';

/** Longer lists are cut. */
const shownAtMost = 10;
const day = 86_400_000;

/**
 * Says plainly what a run that was left has made and still exists, what a day of it costs, and
 * how all of it is removed.
 *
 * @returns what exists; undefined where the provider could not be asked
 */
export async function tellWhatExists(
  { terminal, say }: Pick<Context, 'terminal' | 'say'>,
  { target, ledger, facts, mission }: GuidedRun,
): Promise<readonly Resource[] | undefined> {
  const words = say.guided;
  const { code } = terminal.paint;
  const line = (text: string, indent = '') =>
    terminal.print(wrap(indent + text, terminal.columns, `${indent}  `));
  line(words.left);
  terminal.print(`  ${code(`cloudlab mission ${mission.id}`)}`);
  // Without an answer nothing is added; then the survivors cannot be looked for, either.
  await noteMisplaced(target, ledger).catch(() => undefined);
  const { survivors, searched } = await findSurvivors(target, ledger);
  const existing = survivors.map(({ resource }) => resource);
  if (!searched) line(words.notLooked);
  else if (existing.length === 0) line(words.nothingExists);
  else {
    line(words.exists(existing.length));
    for (const one of existing.slice(0, shownAtMost)) line(addressOf(one), '  ');
    const more = existing.length - shownAtMost;
    if (more > 0) line(say.mission.planMore(more), '  ');
    const { usd } = costOf([], existing, day, target.region, facts);
    const perDay = priceOf(usd, say);
    line(target.kind === 'sandbox' ? words.freeHere(perDay) : words.costsThere(perDay));
  }
  if (!searched || existing.length > 0) {
    line(words.removeWith);
    terminal.print(`  ${code(`cloudlab mission reset ${mission.id}`)}`);
  }
  return searched ? existing : undefined;
}

/** Cents are enough, unless there are none. */
function priceOf(usd: number, say: Context['say']): string {
  if (usd === 0) return '$0';
  return usd < 0.005 ? say.mission.costLessThan('$0.01') : `$${usd.toFixed(2)}`;
}

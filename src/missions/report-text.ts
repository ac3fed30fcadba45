import type { CostItem } from '../cloud/prices.ts';
import type { Messages } from '../i18n/messages.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { padEnd, widthOf, wrap } from '../terminal/width.ts';
import type { MissionReport } from './report.ts';
import type { RunResult } from './run.ts';

/** Longer lists are cut; `--json` has all of it. */
const shownAtMost = 10;

/** The report as a person reads it, line by line. */
export function reportLines(
  report: MissionReport,
  result: RunResult,
  terminal: Terminal,
  say: Messages,
): string[] {
  const { strong, good, bad, caution } = terminal.paint;
  const words = say.mission;
  const passed = report.tasks.filter((task) => task.state === 'passed').length;
  const skipped = report.tasks.filter((task) => task.state === 'skipped').length;
  const kept = report.kept;
  const left = report.survivors.length;
  const rows: [string, string][] = [
    [words.tasks, words.tasksPassed(passed, report.tasks.length - skipped)],
    [words.created, words.things(report.created.length)],
    [words.removed, words.things(report.removed.length)],
    [words.survivors, leftText(report, say)],
    [words.calls, String(report.calls)],
    [words.time, words.seconds((report.durationMs / 1000).toFixed(1))],
    [words.cost, costText(report, say)],
  ];
  const label = Math.max(...rows.map(([name]) => widthOf(name))) + 2;
  const verdict =
    report.verdict === 'passed'
      ? good(
          kept || left > 0 || !report.searched ? words.verdicts.passedKept : words.verdicts.passed,
        )
      : (report.verdict === 'interrupted' ? caution : bad)(words.verdicts[report.verdict]);
  const indent = ' '.repeat(label);
  return [
    '',
    strong(words.report),
    ...rows.map(([name, value]) => wrap(padEnd(name, label) + value, terminal.columns, indent)),
    ...costLines(report.cost.items, say).map((line) => wrap(`  ${line}`, terminal.columns, '    ')),
    ...survivorLines(report, result, terminal, say),
    '',
    wrap(verdict, terminal.columns),
  ];
}

function leftText({ survivors, searched }: MissionReport, say: Messages): string {
  if (survivors.length > 0) return say.mission.things(survivors.length);
  return searched ? say.mission.nothingLeft : say.mission.notSearched;
}

function costText({ cost, target }: MissionReport, say: Messages): string {
  const { usd, asOf, items } = cost;
  if (asOf === undefined) return items.length === 0 ? dollars(0, say) : say.mission.costUnknown;
  const text = say.mission.costText(dollars(usd, say), asOf);
  return target.kind === 'sandbox' ? `${text}; ${say.mission.costHere}` : text;
}

/** Tiny sums keep enough digits to be told from nothing. */
function dollars(usd: number, say: Messages): string {
  if (usd === 0) return '$0';
  if (usd < 0.000_01) return say.mission.costLessThan('$0.00001');
  return `$${usd < 0.01 ? usd.toFixed(5) : usd.toFixed(2)}`;
}

function costLines(items: readonly CostItem[], say: Messages): string[] {
  const textOf: Record<CostItem['what'], (quantity: number, type: string) => string> =
    say.mission.costItems;
  return items.map(
    ({ what, quantity, type = '', usd }) =>
      `${textOf[what](quantity, type)}: ${usd === null ? say.mission.costUnknown : dollars(usd, say)}`,
  );
}

function survivorLines(
  { survivors, kept, run, target }: MissionReport,
  { abandoned }: RunResult,
  terminal: Terminal,
  say: Messages,
): string[] {
  if (survivors.length === 0) return [];
  const words = say.mission;
  const { bad, code } = terminal.paint;
  const list = survivors.slice(0, shownAtMost).map(({ address, state, reason }) => {
    const doubt =
      state === 'unknown' && !abandoned ? ` (${words.unknownState}: ${reason ?? ''})` : '';
    return wrap(`  ${address}${doubt}`, terminal.columns, '    ');
  });
  const more = survivors.length - list.length;
  if (more > 0) list.push(`  ${words.planMore(more)}`);
  const heading = kept
    ? target.kind === 'gcp'
      ? words.keptGcp
      : words.kept
    : bad(abandoned ? words.leftAtOnce : words.stillThere);
  const yes = target.kind === 'gcp' ? ' --yes' : '';
  const remove = words.removeWith(code(`cloudlab cleanup ${run}${yes}`));
  const byHand = [...new Set(survivors.map(({ removeCommand }) => removeCommand))];
  return [
    '',
    wrap(heading, terminal.columns),
    ...list,
    wrap(remove, terminal.columns),
    ...(target.kind === 'gcp'
      ? [words.orByHand, ...byHand.map((command) => `  ${code(command)}`)]
      : []),
  ];
}

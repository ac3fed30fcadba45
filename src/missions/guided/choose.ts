import { loadContent } from '../../content/load.ts';
import type { Context } from '../../context.ts';
import { select } from '../../terminal/prompt.ts';
import { wrap } from '../../terminal/width.ts';
import { refuseSecond, type Unfinished, unfinishedRuns } from './unfinished.ts';

/** How somebody at a terminal wants a mission. */
export type Way =
  | { readonly kind: 'show' }
  | { readonly kind: 'new' }
  | { readonly kind: 'goOn' | 'startOver'; readonly run: Unfinished };

/**
 * Asks whether the learner does the mission, and where one was begun whether to go on with it.
 *
 * @param guided doing it is chosen already
 * @throws Interrupted, and UserError `guided-elsewhere`
 */
export async function chooseWay(context: Context, mission: string, guided: boolean): Promise<Way> {
  const { say, terminal, host } = context;
  const words = say.guided;
  const run = unfinishedRuns(context).find(({ start }) => start.mission === mission);
  if (run === undefined) {
    const chosen = guided
      ? 'new'
      : await select(context, words.how, [
          { value: 'new', name: words.ways.doIt },
          { value: 'show', name: words.ways.showMe },
        ] as const);
    if (chosen === 'new') refuseSecond(context);
    return { kind: chosen };
  }
  refuseSecond(context);
  const { tasks } = loadContent(host.packageRoot).mission(mission, say.language);
  const { size } = run.guided.tasks;
  const begun = words.unfinished(dayOf(run), size, Object.keys(tasks).length);
  terminal.print(wrap(begun, terminal.columns));
  const kind = await select(context, words.how, [
    { value: 'goOn', name: words.waysOn.goOn },
    { value: 'startOver', name: words.waysOn.startOver },
    ...(guided ? [] : [{ value: 'show' as const, name: words.ways.showMe }]),
  ] as const);
  return kind === 'show' ? { kind } : { kind, run };
}

/** `2026-11-21 09:30`, by the clock on the learner's wall. */
function dayOf({ worker }: Unfinished): string {
  const at = new Date(worker.at);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

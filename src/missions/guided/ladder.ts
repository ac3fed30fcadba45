import type { MissionTexts } from '../../content/compiled.ts';
import type { Task } from '../define.ts';

/** One step of advice; each tells more than the one before. */
export type Rung =
  | { readonly kind: 'nudge' | 'concept' | 'shape'; readonly text: string }
  | { readonly kind: 'command'; readonly lines: readonly string[] };

/**
 * The ladder for a task: a nudge, what is behind it, the shape of the command, the command. What
 * the check found chooses it; what its hint does not say, the task does.
 *
 * @param found the hint of the latest check; undefined where it could not look
 * @param evidence what that check has found
 */
export function ladderFor(
  task: Task<unknown>,
  world: unknown,
  texts: Pick<MissionTexts, 'hints' | 'tasks'>,
  found: string | undefined,
  evidence = '',
): readonly Rung[] {
  const hint = found === undefined ? undefined : texts.hints[found];
  const own = texts.tasks[task.id];
  const fix = found === undefined ? undefined : task.fixes?.[found];
  const nudge = hint?.next ?? hint?.why;
  const concept = hint?.concept ?? own?.concept;
  const shape = hint?.shape ?? own?.shape;
  return [
    ...(nudge === undefined ? [] : [{ kind: 'nudge' as const, text: nudge }]),
    ...(concept === undefined ? [] : [{ kind: 'concept' as const, text: concept }]),
    ...(shape === undefined ? [] : [{ kind: 'shape' as const, text: shape }]),
    { kind: 'command', lines: fix?.(world, evidence) ?? task.commands(world) },
  ];
}

/** How far somebody has climbed, for each thing that was found. */
export class Climb {
  private readonly steps = new Map<string, number>();

  /** The next rung, and which of how many it is; the last one again once there is no more. */
  next(
    task: string,
    found: string | undefined,
    ladder: readonly Rung[],
  ): { readonly rung: Rung; readonly number: number } | undefined {
    const key = Climb.keyOf(task, found);
    const step = Math.min(this.steps.get(key) ?? 0, ladder.length - 1);
    this.steps.set(key, step + 1);
    const rung = ladder[step];
    return rung === undefined ? undefined : { rung, number: step + 1 };
  }

  /** The nudge was told without being asked for: who asks wants more. */
  skipNudge(task: string, found: string | undefined): void {
    const key = Climb.keyOf(task, found);
    this.steps.set(key, Math.max(this.steps.get(key) ?? 0, 1));
  }

  /** By what the ledger counts the rungs that were asked for. */
  static keyOf(task: string, found: string | undefined): string {
    return `${task} ${found ?? ''}`;
  }

  /** Rungs that were climbed in an earlier sitting. */
  restore(climbed: ReadonlyMap<string, number>): void {
    for (const [key, count] of climbed) this.steps.set(key, count);
  }
}

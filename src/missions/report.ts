import { type Cost, costOf } from '../cloud/prices.ts';
import { addressOf, type Resource } from '../cloud/resource.ts';
import type { Target } from '../cloud/target.ts';
import type { Facts, Hint } from '../content/compiled.ts';
import type { Messages } from '../i18n/messages.ts';
import { describeError } from '../terminal/error.ts';
import type { LoadedMission } from './catalogue.ts';
import type { RunResult, TaskState, Verdict } from './run.ts';

/** What `--json` prints, and what the last screen is drawn from. */
export interface MissionReport {
  readonly run: string;
  readonly mission: string;
  readonly target: {
    readonly kind: Target['kind'];
    readonly project: string;
    readonly endpoint: string;
  };
  readonly verdict: Verdict;
  readonly tasks: readonly {
    readonly id: string;
    readonly title: string;
    readonly state: TaskState;
    readonly expected?: string;
    readonly found?: string;
    readonly hint?: string;
    readonly reason?: string;
    readonly calls: readonly {
      readonly method: string;
      readonly path: string;
      readonly status: number;
    }[];
    readonly durationMs: number;
  }[];
  readonly created: readonly NamedResource[];
  readonly removed: readonly NamedResource[];
  readonly survivors: readonly (NamedResource & {
    readonly state: 'exists' | 'unknown';
    readonly reason?: string;
    readonly removeCommand: string;
  })[];
  /** False where the provider could not be asked for what carries the run's label. */
  readonly searched: boolean;
  readonly kept: boolean;
  /** Requests sent to the provider, retries, checks and teardown included. */
  readonly calls: number;
  readonly durationMs: number;
  readonly cost: Cost;
}

interface NamedResource {
  readonly kind: Resource['kind'];
  readonly address: string;
}

/** Turns what happened into the report. */
export function makeReport(
  { mission, texts }: LoadedMission,
  say: Messages,
  run: string,
  target: Target,
  result: RunResult,
  facts: Facts,
): MissionReport {
  return {
    run,
    mission: mission.id,
    target: { kind: target.kind, project: target.project, endpoint: target.origins[0] },
    verdict: result.verdict,
    tasks: result.tasks.map(({ id, calls, milliseconds, hint, reason, trouble, ...rest }) => {
      const advice = hint === undefined ? undefined : texts.hints[hint];
      return {
        id,
        title: texts.tasks[id]?.title ?? id,
        ...rest,
        ...(reason === undefined
          ? {}
          : { reason: trouble ? describeError(trouble, say).what : reason }),
        ...(advice === undefined ? {} : { hint: adviceOf(advice) }),
        // The query of a resumable upload holds what alone authorises it: not for logs.
        calls: calls.map(({ method, path, status }) => ({
          method,
          path: path.split('?')[0] ?? path,
          status,
        })),
        durationMs: Math.round(milliseconds),
      };
    }),
    created: result.created.map(named),
    removed: result.removed.map(named),
    survivors: result.survivors.map(({ resource, state, reason, command }) => ({
      ...named(resource),
      state,
      ...(reason === undefined ? {} : { reason }),
      removeCommand: command,
    })),
    searched: result.searched,
    kept: result.kept,
    calls: result.calls.length,
    durationMs: Math.round(result.milliseconds),
    cost: costOf(result.calls, result.created, result.milliseconds, target.region, facts),
  };
}

/** In one piece, where nobody asks for more. */
export function adviceOf({ why, next }: Hint): string {
  return next === undefined ? why : `${why} ${next}`;
}

function named(resource: Resource): NamedResource {
  return { kind: resource.kind, address: addressOf(resource) };
}

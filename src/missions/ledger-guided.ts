import type { LedgerLine } from './ledger-lines.ts';

/** What became of a task so far; one that is not there is to be done. */
export interface DoneTask {
  /** `passed`: by the learner. `shown`: by cloudlab, which does not count. */
  readonly state: 'passed' | 'shown';
  /** What proved it. */
  readonly found?: string;
}

/** What the ledger of a run by hand adds up to. */
export interface GuidedState {
  readonly inputs: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly keep: boolean;
  /** What is found at these addresses was made for this run. */
  readonly free: ReadonlySet<string>;
  readonly tasks: ReadonlyMap<string, DoneTask>;
  /** What the checks of these tasks have seen. */
  readonly facts: ReadonlyMap<string, string>;
  /** How many rungs were asked for, by task. */
  readonly hints: ReadonlyMap<string, number>;
  /** Changes in the provider's log that were told as part of a task that passed. */
  readonly deeds: number;
  /** Where its own sandbox listened; undefined where it has none. */
  readonly port: number | undefined;
  /** It was left on purpose, and its process is not at work any more. */
  readonly left: boolean;
}

/** Undefined where nobody does the run by hand. */
export function addUpGuided(lines: readonly LedgerLine[]): GuidedState | undefined {
  const begun = lines.find((line) => line.event === 'guided');
  if (begun === undefined) return undefined;
  const tasks = new Map<string, DoneTask>();
  const facts = new Map<string, string>();
  const hints = new Map<string, number>();
  let deeds = 0;
  let port: number | undefined;
  let left = false;
  const misplaced: string[] = [];
  for (const line of lines) {
    switch (line.event) {
      case 'passed':
        tasks.set(line.task, { state: 'passed', found: line.found });
        deeds = line.deeds ?? deeds;
        for (const [fact, value] of Object.entries(line.facts)) facts.set(fact, value);
        break;
      case 'shown':
        tasks.set(line.task, { state: 'shown' });
        for (const [fact, value] of Object.entries(line.facts)) facts.set(fact, value);
        break;
      case 'reopened':
        tasks.delete(line.task);
        break;
      case 'hint':
        hints.set(line.task, (hints.get(line.task) ?? 0) + 1);
        break;
      case 'misplaced':
        misplaced.push(line.address);
        break;
      case 'listens':
        port = line.port;
        break;
      case 'left':
        left = true;
        break;
      case 'resumed':
        left = false;
        break;
    }
  }
  const { inputs, cwd, keep, free } = begun;
  return {
    inputs,
    cwd,
    keep,
    free: new Set([...free, ...misplaced]),
    tasks,
    facts,
    hints,
    deeds,
    port,
    left,
  };
}

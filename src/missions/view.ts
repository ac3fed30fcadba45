import type { Call } from '../cloud/calls.ts';
import { addressOf, type Resource } from '../cloud/resource.ts';
import type { Target } from '../cloud/target.ts';
import type { Context } from '../context.ts';
import type { Messages } from '../i18n/messages.ts';
import { renderError } from '../terminal/error.ts';
import { renderBlocks } from '../terminal/markdown.ts';
import { type Spinner, startSpinner } from '../terminal/spinner.ts';
import { wrap, wrapCommand } from '../terminal/width.ts';
import type { Outcome } from './attempt.ts';
import type { LoadedMission } from './catalogue.ts';
import type { Task } from './define.ts';
import { adviceOf, type MissionReport } from './report.ts';
import { reportLines } from './report-text.ts';
import type { RunResult, RunWatcher, TaskResult, TaskState } from './run.ts';

/** Longer lists are cut: a folder may hold thousands of files. */
const shownAtMost = 8;

/** On a terminal each step waits so long for its reader before it is done. */
const readingPause = 1200;
const indent = '    ';

/**
 * Shows a run while it happens: each step with its explanation, the command a
 * person would type, the requests that were really made, and the proof.
 * Terminals get a spinner and marks; pipes and `--plain` get words only.
 */
export class MissionView implements RunWatcher {
  readonly results: TaskResult[] = [];
  private spinner: Spinner | undefined;
  private removals = 0;

  constructor(
    private readonly context: Pick<Context, 'terminal' | 'say' | 'host'>,
    private readonly loaded: LoadedMission,
    private readonly world: unknown,
  ) {}

  introduce(run: string, target: Target, keep: boolean): void {
    const { terminal, say } = this.context;
    const { strong, faint } = terminal.paint;
    this.line(strong(wrap(this.loaded.texts.title, terminal.columns)));
    this.line();
    this.line(renderBlocks(terminal, this.loaded.texts.intro));
    this.line();
    this.line(
      wrap(
        `${faint(`${say.mission.where}:`)} ${whereIs(target, keep, say)}`,
        terminal.columns,
        '  ',
      ),
    );
    this.line(`${faint(`${say.mission.run}:`)} ${run}`);
  }

  /** What will be created, before it is. */
  showPlan(): void {
    const { terminal, say } = this.context;
    const plan = this.loaded.mission.creates(this.world);
    this.line(say.mission.plan(plan.length));
    for (const resource of plan.slice(0, shownAtMost)) this.line(`  ${addressOf(resource)}`);
    if (plan.length > shownAtMost)
      this.line(`  ${say.mission.planMore(plan.length - shownAtMost)}`);
    if (terminal.json) {
      // The plan belongs to the question, not to the one object on stdout.
      for (const resource of plan) terminal.detail(addressOf(resource));
    }
  }

  async taskStarted(task: Task<unknown>): Promise<void> {
    const { terminal, say } = this.context;
    const { title, body } = this.textsOf(task);
    const number = this.loaded.mission.tasks.indexOf(task) + 1;
    this.line();
    const heading = `${number}/${this.loaded.mission.tasks.length} ${title}`;
    this.line(terminal.paint.strong(wrap(heading, terminal.columns)));
    this.line(renderBlocks(terminal, body, indent));
    this.line(`${indent}${terminal.paint.faint(`${say.mission.youWouldType}:`)}`);
    for (const command of task.commands(this.world)) {
      this.line(terminal.paint.code(wrapCommand(command, terminal.columns, `${indent}  `)));
    }
    this.spinner = await startSpinner(terminal, `${title} ${say.mission.working}`);
    if (terminal.animated) await this.context.host.clock.sleep(readingPause);
  }

  async taskEnded(_task: Task<unknown>, result: TaskResult): Promise<void> {
    const { terminal, say } = this.context;
    this.results.push(result);
    this.spinner?.stop();
    this.showCalls(result.calls);
    this.outcome(result);
    this.advice(result);
    if (result.state === 'error')
      this.line(wrap(indent + say.mission.errorIsNotYours, terminal.columns, indent));
    if (result.state === 'blocked')
      this.line(wrap(indent + say.mission.blockedBy, terminal.columns, indent));
  }

  /** The mark, and what was expected and found. */
  private outcome({ state, expected, found, reason, trouble }: Outcome): void {
    const { terminal, say } = this.context;
    this.line(`${indent}${this.mark(state)}`);
    if (found !== undefined && state === 'passed') this.labelled(say.mission.proof, found);
    if (expected !== undefined) this.labelled(say.mission.expected, expected);
    if (found !== undefined && state !== 'passed') this.labelled(say.mission.found, found);
    if (trouble !== undefined) this.line(renderError(trouble, terminal, say));
    else if (reason !== undefined) this.labelled(say.mission.states.error, reason);
  }

  private advice({ hint }: Outcome): void {
    const advice = hint === undefined ? undefined : this.loaded.texts.hints[hint];
    if (advice !== undefined) this.labelled(this.context.say.mission.hint, adviceOf(advice));
  }

  async tearingDown(): Promise<void> {
    this.spinner = await startSpinner(this.context.terminal, this.context.say.mission.tearingDown);
  }

  removing(resource: Resource): void {
    const { terminal, say } = this.context;
    this.removals += 1;
    if (this.removals > shownAtMost) return;
    this.spinner?.stop();
    const address = this.removals === shownAtMost ? '…' : addressOf(resource);
    this.line(terminal.paint.faint(say.mission.removing(address)));
  }

  stopping(): void {
    const { terminal, say } = this.context;
    this.spinner?.stop();
    terminal.note(`\n${wrap(say.mission.stopping, terminal.columns)}`);
  }

  /** The last words of a run; with `--json` the only ones. */
  report(report: MissionReport, result: RunResult): void {
    const { terminal, say } = this.context;
    this.spinner?.stop();
    if (terminal.json) {
      terminal.printJson(report);
      return;
    }
    for (const line of reportLines(report, result, terminal, say)) terminal.print(line);
    const { lesson } = this.loaded.texts;
    if (result.verdict === 'passed' && lesson !== undefined) {
      terminal.note(`\n${wrap(say.mission.next(lesson), terminal.columns)}`);
    }
  }

  private mark(state: TaskState): string {
    const { terminal, say } = this.context;
    const { good, bad, caution } = terminal.paint;
    const word = say.mission.states[state];
    switch (state) {
      case 'passed':
        return good(terminal.animated ? `✔ ${word}` : word);
      case 'failed':
      case 'error':
        return bad(terminal.animated ? `✖ ${word}` : word);
      default:
        return caution(terminal.animated ? `◌ ${word}` : word);
    }
  }

  private textsOf(task: Task<unknown>) {
    const texts = this.loaded.texts.tasks[task.id];
    if (texts === undefined) throw new Error(`no text for the task ${task.id}`);
    return texts;
  }

  /** What was done at the provider, by its name in Google's reference; with --verbose each request. */
  private showCalls(calls: readonly Call[]): void {
    const { terminal, say } = this.context;
    if (terminal.verbose) {
      for (const call of calls) {
        this.line(
          terminal.paint.faint(wrap(indent + callLine(call), terminal.columns, `${indent}  `)),
        );
      }
      return;
    }
    // Looking is not doing: what a check reads is left to --verbose.
    const groups = new Map<string, Call[]>();
    for (const call of calls.filter(isChange)) {
      const key = `${call.api ?? call.method} ${call.status}`;
      groups.set(key, [...(groups.get(key) ?? []), call]);
    }
    for (const group of groups.values()) this.labelled(say.mission.apiCall, groupLine(group));
  }

  private labelled(label: string, value: string): void {
    const { terminal } = this.context;
    const { faint } = terminal.paint;
    this.line(wrap(`${indent}${faint(`${label}:`)} ${value}`, terminal.columns, `${indent}  `));
  }

  /** The course of a run is a result for a reader of text, and noise beside the object of `--json`. */
  private line(text = ''): void {
    if (!this.context.terminal.json) this.context.terminal.print(text);
  }
}

/** Several requests of one kind in one line: `storage.objects.insert ×4 → 200 (9 ms)`. */
function groupLine(calls: readonly Call[]): string {
  const [first] = calls;
  const times = calls.length === 1 ? '' : ` ×${calls.length}`;
  const milliseconds = calls.reduce((sum, call) => sum + call.milliseconds, 0);
  return `${first?.api ?? first?.method}${times} → ${answerOf(first)} (${roundUp(milliseconds)} ms)`;
}

/** Some methods that only look have a body, and so a POST. */
function isChange({ method, api }: Call): boolean {
  return method !== 'GET' && !/\.(list|getIamPolicy)$/.test(api ?? '');
}

function callLine(call: Call): string {
  const route = decodeURIComponent(call.path.split('?')[0] ?? call.path);
  return `${call.method} ${route} → ${answerOf(call)} (${roundUp(call.milliseconds)} ms)`;
}

function answerOf(call: Call | undefined): string {
  return call === undefined || call.status === 0 ? '×' : String(call.status);
}

function roundUp(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds));
}

/** Where a run takes place. */
export function whereIs(target: Target, keep: boolean, say: Messages): string {
  if (target.record.kind === 'gcp') return say.mission.onGcp(target.project);
  if (target.record.private) return say.mission.inProcess;
  return keep && target.inProcess
    ? say.mission.inUserData(target.record.dataDir)
    : say.mission.inRunning(target.origins[0]);
}

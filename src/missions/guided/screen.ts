import { basename } from 'node:path';
import type { AuditEntry } from '../../cloud/audit.ts';
import type { Call } from '../../cloud/calls.ts';
import { chooseShell, evalCommands } from '../../cloud/shell-families.ts';
import type { Target } from '../../cloud/target.ts';
import type { Context } from '../../context.ts';
import { renderError } from '../../terminal/error.ts';
import { describeRows } from '../../terminal/list.ts';
import { renderBlocks } from '../../terminal/markdown.ts';
import { widthOf, wrap, wrapCommand } from '../../terminal/width.ts';
import type { LoadedMission } from '../catalogue.ts';
import { lastLines, type ProgramRun, type Task } from '../define.ts';
import { whereIs } from '../view.ts';
import type { Course } from './course.ts';
import { deedLines } from './deeds.ts';
import type { Look } from './guide.ts';
import type { Rung } from './ladder.ts';

const indent = '  ';
/** Of what a program has printed, on each of its two streams. */
const printedLines = 10;

/**
 * What somebody sees who does a mission by hand. Everything is printed below what was there, so
 * that the terminal's own scrolling leads back to it; the last line alone gives way
 * (`live-line.ts`).
 */
export class Screen {
  private isBlank = true;

  constructor(
    private readonly context: Context,
    private readonly loaded: LoadedMission,
    private readonly world: unknown,
    private readonly course: Course,
  ) {}

  introduce(run: string, target: Target): void {
    const { terminal, say } = this.context;
    const { strong, faint } = terminal.paint;
    const { keep } = this.course;
    this.line(strong(wrap(this.loaded.texts.title, terminal.columns)));
    this.line();
    this.line(renderBlocks(terminal, this.loaded.texts.intro));
    this.line();
    this.wrapped(`${faint(`${say.mission.where}:`)} ${whereIs(target, keep, say)}`, '', indent);
    this.line(`${faint(`${say.mission.run}:`)} ${run}`);
    this.line();
    this.tools(target);
  }

  /** Where the tasks are done, and how tools are led there. */
  private tools(target: Target): void {
    const { terminal, say, settings, host } = this.context;
    if (target.kind === 'gcp') {
      this.wrapped(say.guided.toolsOnGcp(target.project), '');
      return;
    }
    const family = chooseShell(undefined, settings.SHELL, host.platform);
    this.wrapped(say.guided.tools, '');
    this.line(`${indent}${terminal.paint.code('cloudlab shell')}`);
    this.wrapped(say.guided.orInYours, '');
    this.line(`${indent}${terminal.paint.code(evalCommands[family])}`);
  }

  /** All the tasks, each with how it stands. */
  list(): void {
    const { terminal, say } = this.context;
    this.line();
    this.line(terminal.paint.strong(say.guided.tasks));
    for (const task of this.course.tasks) {
      this.wrapped(`${this.mark(task)} ${this.nameOf(task)}${this.standing(task)}`, indent, '    ');
    }
  }

  private mark(task: Task<unknown>): string {
    const { plain, paint } = this.context.terminal;
    const { good, accent, faint, caution } = paint;
    // A reader of screens would say their names; the word behind the title says it all.
    if (plain) return '-';
    const state = this.course.stateOf(task);
    if (state === 'passed') return good('✔');
    if (state === 'shown') return caution('↷');
    if (task === this.course.current) return accent('▸');
    return faint(this.course.ready.includes(task) ? '○' : '·');
  }

  /** Marks and colours alone tell nothing to who hears or does not see them. */
  private standing(task: Task<unknown>): string {
    const { terminal, say } = this.context;
    const { states } = say.guided;
    const state = this.course.stateOf(task);
    const missing = this.course.missingFor(task);
    const word = this.course.isLeftOut(task)
      ? states.leftOut
      : state !== undefined
        ? states[state]
        : missing.length > 0
          ? states.needs(this.numbersOf(missing))
          : states.ready;
    return terminal.paint.faint(` · ${word}`);
  }

  /** The task that is next, with its text and what it gives. */
  open(task: Task<unknown>): void {
    const { terminal } = this.context;
    this.line();
    this.line(terminal.paint.strong(wrap(this.headingOf(task), terminal.columns)));
    this.line(renderBlocks(terminal, this.textsOf(task).body, indent));
    const given = Object.entries(task.given?.(this.world) ?? {});
    for (const [name, value] of given) this.given(this.loaded.texts.given[name] ?? name, value);
    this.line();
  }

  /** To be copied: it is never broken here, but by the window, if it must. */
  private given(name: string, value: string): void {
    const { terminal } = this.context;
    const label = `${indent}${terminal.paint.faint(`${name}:`)}`;
    const fits = widthOf(label) + 1 + widthOf(value) <= terminal.columns;
    if (fits) this.line(`${label} ${terminal.paint.code(value)}`);
    else {
      this.line(label);
      this.line(`${indent}${terminal.paint.code(value)}`);
    }
  }

  passed(task: Task<unknown>, look: Look, deeds: readonly AuditEntry[]): void {
    const { terminal, say } = this.context;
    this.line();
    const mark = terminal.plain ? `${say.guided.states.passed}:` : '✔';
    const heading = `${mark} ${this.headingOf(task)}`;
    this.line(terminal.paint.good(wrap(heading, terminal.columns, indent)));
    this.labelled(say.mission.proof, look.found ?? '');
    const did = deedLines(deeds);
    if (did.length > 0) this.labelled(say.guided.did, did.join(', '));
    this.line();
  }

  /** The task is not done, and what is there says why. */
  notYet(task: Task<unknown>, look: Look): void {
    const { terminal, say } = this.context;
    this.line();
    const heading = `${this.headingOf(task)}: ${say.guided.notYet}`;
    this.line(terminal.paint.caution(wrap(heading, terminal.columns, indent)));
    this.details(look);
    this.line();
  }

  /** What was expected and found, why that is not it, and one next step. */
  private details(look: Look): void {
    const { terminal, say } = this.context;
    const { state, expected, found, hint, reason, trouble, failedCall } = look;
    const advice = hint === undefined ? undefined : this.loaded.texts.hints[hint];
    if (state === 'error') {
      const call = failedCall === undefined ? (reason ?? '') : this.callOf(failedCall);
      if (trouble !== undefined) this.line(renderError(trouble, terminal, say));
      else this.wrapped(say.guided.couldNotLook(call), indent);
    }
    if (expected !== undefined) this.labelled(say.mission.expected, expected);
    if (found !== undefined) this.labelled(say.mission.found, found);
    if (advice !== undefined) this.labelled(say.guided.why, advice.why);
    if (advice?.next !== undefined) this.labelled(say.guided.next, advice.next);
  }

  private callOf({ api, method, path, status }: Call): string {
    const name = api ?? `${method} ${path.split('?')[0]}`;
    return `${name} → ${status === 0 ? this.context.say.guided.noAnswer : status}`;
  }

  blocked(task: Task<unknown>, missing: readonly Task<unknown>[]): void {
    const { terminal, say } = this.context;
    this.wrapped(
      `${terminal.paint.faint(this.headingOf(task))}: ${say.guided.blocked(this.numbersOf(missing))}`,
      '',
      indent,
    );
  }

  /** What comes next is another matter. */
  space(): void {
    this.line();
  }

  reopened(task: Task<unknown>, look: Look): void {
    const { terminal, say } = this.context;
    this.line();
    const heading = `${terminal.plain ? '' : '○ '}${this.headingOf(task)}`;
    this.line(terminal.paint.caution(wrap(heading, terminal.columns, indent)));
    this.wrapped(say.guided.reopened, indent);
    this.details(look);
    this.line();
  }

  /** A program of the learner has come to its end: the last of what it has printed. */
  ran(task: Task<unknown>, { output, errors, milliseconds }: ProgramRun): void {
    const { terminal, say } = this.context;
    const file = basename(task.workbench?.file(this.world) ?? '');
    const seconds = (milliseconds / 1000).toFixed(1);
    const isSilent = output.trim() === '' && errors.trim() === '';
    this.line();
    this.wrapped(
      isSilent ? say.guided.ranSilent(file, seconds) : say.guided.ran(file, seconds),
      indent,
    );
    for (const text of [output, errors]) {
      for (const line of lastLines(text, printedLines)) {
        this.line(terminal.paint.faint(wrap(`    ${line}`, terminal.columns, '    ')));
      }
    }
    this.line();
  }

  rung(rung: Rung, number: number, all: number): void {
    const { say } = this.context;
    const label = `${say.guided.rungs[rung.kind]} ${number}/${all}`;
    this.line();
    if (rung.kind !== 'command') this.labelled(label, rung.text);
    else this.commands(label, rung.lines);
    this.line();
  }

  /** cloudlab has done the task, and shows how. */
  shown(task: Task<unknown>): void {
    const { terminal, say } = this.context;
    this.line();
    const heading = `${terminal.plain ? '' : '↷ '}${this.headingOf(task)}`;
    this.line(terminal.paint.caution(wrap(heading, terminal.columns, indent)));
    this.commands(say.guided.skipped, task.commands(this.world));
    this.line();
  }

  couldNotDo(task: Task<unknown>, look: Look): void {
    this.line();
    this.line(this.context.terminal.paint.bad(this.headingOf(task)));
    this.wrapped(this.context.say.guided.couldNotDo, indent);
    if (look.reason !== undefined)
      this.labelled(this.context.say.mission.states.error, look.reason);
    this.details(look);
  }

  /** The mission's own commands, and below them what the learner did. */
  solution(deeds: readonly AuditEntry[]): void {
    const { terminal, say } = this.context;
    this.line();
    this.line(terminal.paint.strong(say.guided.solution));
    for (const task of this.course.wanted) {
      this.line();
      this.commands(this.headingOf(task), task.commands(this.world));
    }
    this.line();
    const isShared = this.course.wanted.some((task) => this.course.stateOf(task) === 'shown');
    const { solutionYours, solutionShared } = say.guided;
    this.line(terminal.paint.strong(isShared ? solutionShared : solutionYours));
    for (const line of deedLines(deeds)) this.wrapped(line, indent, '    ');
  }

  help(): void {
    const { terminal, say } = this.context;
    const { help } = say.guided;
    this.line();
    this.line(
      describeRows(terminal, [
        { name: 'r', text: help.look },
        { name: 'h', text: help.hint },
        { name: 's', text: help.skip },
        { name: 'q', text: help.leave },
        { name: 't', text: help.tasks },
      ]),
    );
    this.wrapped(say.lesson.help.layout, indent);
  }

  say(text: string): void {
    this.line();
    this.wrapped(text, '');
    this.line();
  }

  /** `2, 3`: by their numbers in the list. */
  numbersOf(tasks: readonly Task<unknown>[]): string {
    return tasks.map((task) => this.course.tasks.indexOf(task) + 1).join(', ');
  }

  private commands(label: string, lines: readonly string[]): void {
    const { terminal } = this.context;
    this.wrapped(terminal.paint.faint(`${label}:`), indent);
    for (const [index, line] of lines.entries()) {
      // A whole program, and below it how it is run: two things, to be copied apart.
      const before = lines[index - 1] ?? '';
      if (before.includes('\n')) this.line();
      // Pasted together, the rest would be run on this machine once the VM is left.
      if (/^(cloudlab|gcloud compute) ssh /.test(before)) {
        this.wrapped(terminal.paint.faint(`${this.context.say.guided.thenInside}:`), indent);
      }
      this.line(terminal.paint.code(wrapCommand(line, terminal.columns, '    ')));
    }
  }

  private headingOf(task: Task<unknown>): string {
    return `${this.course.tasks.indexOf(task) + 1}/${this.course.tasks.length} ${this.textsOf(task).title}`;
  }

  private nameOf(task: Task<unknown>): string {
    return `${this.course.tasks.indexOf(task) + 1} ${this.textsOf(task).title}`;
  }

  private textsOf(task: Task<unknown>) {
    const texts = this.loaded.texts.tasks[task.id];
    if (texts === undefined) throw new Error(`no text for the task ${task.id}`);
    return texts;
  }

  private labelled(label: string, value: string): void {
    this.wrapped(`${this.context.terminal.paint.faint(`${label}:`)} ${value}`, indent, '    ');
  }

  private wrapped(text: string, first: string, rest = first): void {
    this.line(wrap(first + text, this.context.terminal.columns, rest));
  }

  /** Two parts are an empty line apart, whichever of them brings it. */
  private line(text = ''): void {
    if (text === '' && this.isBlank) return;
    this.isBlank = text === '';
    this.context.terminal.print(text);
  }
}

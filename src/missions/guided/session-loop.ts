import type { Context } from '../../context.ts';
import { Interrupted } from '../../errors.ts';
import { openReplies, type Replies } from '../../tutor/keys.ts';
import type { LoadedMission } from '../catalogue.ts';
import type { Task } from '../define.ts';
import { watchFile } from '../program/watch-file.ts';
import type { Guide, Look } from './guide.ts';
import { Climb, ladderFor } from './ladder.ts';
import { liveLine } from './live-line.ts';
import type { News } from './news.ts';
import type { Screen } from './screen.ts';

/** While somebody changes things, looks are at least so far apart (milliseconds). */
const betweenLooks = 400;
/** What may be half of a change is looked at again after so long. */
const settling = 2500;
/** Work inside a VM sends no request: it is looked for so often. */
const unseenPause = 4000;

/** What it was ended by. */
export type Ending = 'over' | 'left';

/**
 * Sits beside somebody who works in another window: waits for keys and for what changes at the
 * provider, whichever comes first.
 */
export class SessionLoop {
  private readonly over = new AbortController();
  private readonly climb = new Climb();
  private replies: Replies | undefined;
  private doing: string | undefined;
  /** A look is under way, and whether another has to follow it. */
  private watching: 'no' | 'looking' | 'again' = 'no';
  private opened: Task<unknown> | undefined;
  /** A program that was saved while something else was being done. */
  private saved: Task<unknown> | undefined;

  constructor(
    private readonly context: Context,
    private readonly loaded: LoadedMission,
    private readonly guide: Guide,
    private readonly screen: Screen,
    private readonly news: News,
  ) {
    this.climb.restore(guide.run.ledger.state.guided?.hints ?? new Map());
  }

  /** @returns how it ended; whatever was under way then has come to its end */
  async run(): Promise<Ending> {
    const { context, guide } = this;
    const replies = openReplies(context);
    this.replies = replies;
    const stopWatching = guide.run.target.watch(() => void this.changed());
    void this.lookForUnseen();
    const stopFiles = this.watchPrograms();
    const prompt = liveLine(context, () => ({
      done: guide.course.doneCount,
      all: guide.course.wanted.length,
      doing: this.doing ?? context.say.guided.watching(this.screen.numbersOf(guide.course.ready)),
    }));
    let sure = false;
    try {
      this.openNext();
      for (;;) {
        if (guide.course.isOver) return 'over';
        const key = await replies.ask(prompt, this.over.signal, () =>
          this.tell(() => this.screen.say(context.say.guided.wrongWindow)),
        );
        if (guide.course.isOver) return 'over';
        if (key === undefined || key === 'q') return 'left';
        sure = await this.obey(key, sure);
      }
    } catch (error) {
      if (error instanceof Interrupted) return 'left';
      throw error;
    } finally {
      this.over.abort();
      stopWatching();
      stopFiles();
      replies.close();
      // Nobody waits for a program that never ends.
      guide.run.target.programs?.stop();
      if (!guide.course.isOver) guide.run.leave();
      await guide.settled();
    }
  }

  /** @returns whether a second `s` means it */
  private async obey(key: string, sure: boolean): Promise<boolean> {
    const { guided } = this.context.say;
    switch (key) {
      case 'r': {
        const { current } = this.guide.course;
        if (current?.workbench !== undefined) await this.runProgram(current);
        else await this.busy(guided.looking, () => this.lookNow());
        return false;
      }
      case 'h':
        await this.busy(guided.looking, () => this.hint());
        return false;
      case 's':
        if (!sure) this.screen.say(guided.skipSure);
        else await this.busy(guided.doing, () => this.skip());
        return !sure;
      case '':
      case 't':
        this.screen.list();
        if (this.guide.course.current !== undefined) this.screen.open(this.guide.course.current);
        return false;
      case '?':
        this.screen.help();
        return false;
      default:
        // Whoever types a command into the wrong window does not mean its letters.
        if (this.context.terminal.plain) this.screen.help();
        return false;
    }
  }

  /** Works while the last line says so; keys are read meanwhile, so that one can leave. */
  private async busy(doing: string, work: () => Promise<void>): Promise<void> {
    if (this.doing !== undefined) return;
    this.doing = doing;
    // It may have been begun by no key.
    this.replies?.renew();
    const done = work()
      .catch((error) => this.fail(error))
      .finally(() => {
        this.doing = undefined;
        this.replies?.renew();
        const { saved } = this;
        this.saved = undefined;
        if (saved !== undefined && !this.over.signal.aborted) void this.savedProgram(saved);
      });
    // Where each line stays, the next prompt comes after the answer.
    if (!this.context.terminal.animated) await this.replies?.during(() => done);
  }

  private failure: unknown;

  /** Our own mistake in the background ends the loop, and is told by who began it. */
  private fail(error: unknown): void {
    this.failure ??= error;
    this.over.abort();
  }

  /** What went wrong in the background, if anything. */
  get trouble(): unknown {
    return this.failure;
  }

  private async lookNow(): Promise<void> {
    const { guide } = this;
    const looks = await guide.look();
    this.news.asked(looks);
    this.tell(() => {
      for (const task of guide.course.wanted) {
        const look = looks.get(task.id);
        const missing = guide.course.missingFor(task);
        if (look !== undefined) this.notYet(task, look);
        else if (missing.length > 0) this.screen.blocked(task, missing);
      }
      this.screen.space();
    });
  }

  /** What a learner writes is run whenever it is saved, and then looked at as if asked for. */
  private watchPrograms(): () => void {
    const { run, course } = this.guide;
    const stops = course.wanted.flatMap((task) => {
      const path = task.workbench?.file(run.world);
      if (path === undefined) return [];
      return [watchFile(path, () => void this.savedProgram(task))];
    });
    return () => {
      for (const stop of stops) stop();
    };
  }

  private async savedProgram(task: Task<unknown>): Promise<void> {
    if (!this.guide.course.ready.includes(task)) return;
    // Whoever saves while something is being done does not wait, but is not forgotten either.
    if (this.doing !== undefined) this.saved = task;
    else await this.runProgram(task);
  }

  private runProgram(task: Task<unknown>): Promise<void> {
    return this.busy(this.context.say.guided.running, async () => {
      const came = await this.guide.runProgram(task);
      if (came !== undefined) this.tell(() => this.screen.ran(task, came));
      const looks = await this.guide.look();
      this.news.asked(looks);
      const look = looks.get(task.id);
      this.tell(() => {
        if (look !== undefined) this.notYet(task, look);
      });
    });
  }

  private notYet(task: Task<unknown>, look: Look): void {
    this.screen.notYet(task, look);
    if (this.loaded.texts.hints[look.hint ?? '']?.next !== undefined) {
      this.climb.skipNudge(task.id, look.hint);
    }
  }

  private async hint(): Promise<void> {
    const { guide, loaded } = this;
    const looks = await guide.look();
    this.news.asked(looks);
    const task = guide.course.current;
    if (task === undefined) return this.tell(() => {});
    const look = looks.get(task.id);
    const found = look?.hint;
    const ladder = ladderFor(task, guide.run.world, loaded.texts, found, look?.found);
    const step = this.climb.next(task.id, found, ladder);
    if (step === undefined) return;
    const key = Climb.keyOf(task.id, found);
    guide.run.ledger.note({ event: 'hint', task: key, hint: step.rung.kind });
    this.tell(() => this.screen.rung(step.rung, step.number, ladder.length));
  }

  private async skip(): Promise<void> {
    const { guide, screen } = this;
    const task = guide.course.current;
    if (task === undefined) return;
    const look = await guide.show(task);
    if (look.state !== 'passed') this.tell(() => screen.couldNotDo(task, look));
    else {
      this.tell(() => screen.shown(task));
      await this.lookQuietly(false);
    }
  }

  /** Something may have changed: one look now, and at most one more after it. */
  private async changed(): Promise<void> {
    if (this.over.signal.aborted) return;
    if (this.watching !== 'no') {
      this.watching = 'again';
      return;
    }
    try {
      do {
        this.watching = 'looking';
        await this.lookQuietly(false);
        await this.guide.run.clock.sleep(betweenLooks);
      } while ((this.watching as string) === 'again' && !this.over.signal.aborted);
    } catch (error) {
      this.fail(error);
    } finally {
      this.watching = 'no';
    }
  }

  private async lookQuietly(settled: boolean): Promise<void> {
    const looks = await this.guide.look();
    if (this.over.signal.aborted) return;
    const { tell, doubtful } = this.news.of(looks, settled);
    this.tell(() => {
      for (const task of this.guide.course.wanted) {
        const look = looks.get(task.id);
        if (look !== undefined && tell.includes(task.id)) this.notYet(task, look);
      }
    }, tell.length > 0);
    if (doubtful && !settled) void this.lookOnceSettled();
  }

  private async lookOnceSettled(): Promise<void> {
    await this.guide.run.clock.sleep(settling);
    if (this.over.signal.aborted) return;
    await this.lookQuietly(true).catch((error) => this.fail(error));
  }

  /** Work inside of a VM is seen by looking there. */
  private async lookForUnseen(): Promise<void> {
    for (;;) {
      await this.guide.run.clock.sleep(unseenPause);
      if (this.over.signal.aborted) return;
      if (this.guide.course.ready.some(({ unseen }) => unseen)) await this.changed();
    }
  }

  /** Prints above the last line, and below it what comes next; ends the loop once all is done. */
  tell(print: () => void, anything = true): void {
    if (this.over.signal.aborted && !this.guide.course.isOver) return;
    const { current } = this.guide.course;
    const opens = current !== undefined && current !== this.opened;
    if (anything || opens) {
      this.replies?.above(() => {
        print();
        if (opens) this.openNext();
      });
    }
    this.replies?.renew();
    if (this.guide.course.isOver) this.over.abort();
  }

  private openNext(): void {
    const { current } = this.guide.course;
    if (current === undefined || current === this.opened) return;
    this.opened = current;
    this.screen.open(current);
  }
}

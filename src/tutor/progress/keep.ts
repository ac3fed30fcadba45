import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { describeError } from '../../terminal/error.ts';
import { wrap } from '../../terminal/width.ts';
import { emptyProgress, type Progress } from './format.ts';
import { type Damage, ProgressStore } from './store.ts';

/**
 * Progress for something that goes on whether it can be kept or not: a lesson,
 * a quiz, a mission. What cannot be read or written is said once; from then on
 * the changes live in memory, and end with the program.
 */
export interface Keeper {
  /** As it was last read or written by this process. */
  readonly progress: Progress;
  /** False once something could not be kept. */
  readonly keeps: boolean;
  change(how: (progress: Progress) => Progress): void;
}

type Use = Pick<Context, 'home' | 'host' | 'terminal' | 'say'>;

/**
 * @param mustRead where nothing can be done without what is kept: then what
 *   cannot be read is an error (`progress-newer`, `progress-unreadable`)
 */
export function openKeeper(context: Use, mustRead = false): Keeper {
  const store = openStore(context);
  let keeps = true;
  const attempt = (action: () => Progress, otherwise: () => Progress): Progress => {
    if (!keeps) return otherwise();
    try {
      return action();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      keeps = false;
      sayNotKept(context, error);
      return otherwise();
    }
  };
  let progress = mustRead ? store.read() : attempt(() => store.read(), emptyProgress);
  return {
    get progress() {
      return progress;
    },
    get keeps() {
      return keeps;
    },
    change(how) {
      progress = attempt(
        () => store.update(how),
        () => how(progress),
      );
    },
  };
}

/** The store, with what it finds damaged told to the learner. */
export function openStore(context: Use): ProgressStore {
  return new ProgressStore(context.home, (damage) => sayDamaged(context, damage));
}

function sayNotKept({ terminal, say }: Use, error: UserError): void {
  const { what, why } = describeError(error, say);
  const text = [say.progress.notKept, what, ...(why === undefined ? [] : [why])].join(' ');
  terminal.note(wrap(text, terminal.columns));
}

function sayDamaged({ terminal, say }: Use, { path, replaced }: Damage): void {
  const text = `${say.progress.damaged(path)} ${say.progress.afterDamage(replaced)}`;
  terminal.note(terminal.paint.caution(wrap(text, terminal.columns)));
}

import type { Lesson } from '../../content/compiled.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { whatNext } from './next.ts';
import { printNext } from './view.ts';

/** Says what comes after a lesson; its own mission was named already. */
export async function sayAfterLesson(context: Context, lesson: Lesson): Promise<void> {
  try {
    const next = await whatNext(context);
    const [, id] = next.command;
    // Where nothing can be kept, the lesson looks as if it was never read.
    if (id === lesson.id || id === lesson.mission) return;
    printNext(context, next);
  } catch (error) {
    // What keeps progress from being read was said when the lesson began.
    if (!(error instanceof UserError)) throw error;
  }
}

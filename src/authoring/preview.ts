import { watch } from 'node:fs';
import { join } from 'node:path';
import { checkContent } from '../content/compile.ts';
import type { ContentLanguage, Lesson, MissionTexts } from '../content/compiled.ts';
import { describeProblem } from '../content/problems.ts';
import type { Context } from '../context.ts';
import { Interrupted } from '../errors.ts';
import { renderBlocks } from '../terminal/markdown.ts';

/** What an author wants to see. */
export interface Wish {
  readonly kind: 'lesson' | 'mission';
  readonly id: string;
  /** The folder in the repository. */
  readonly folder: string;
  /** One section of a lesson; the whole where it is undefined. */
  readonly section: string | undefined;
}

/** Editors write a file in several steps: look only when it is quiet for so long (milliseconds). */
const quiet = 80;

/** Shows the sources as a learner will see them, problems first. */
export async function showPreview(context: Context, root: string, wish: Wish): Promise<void> {
  const { terminal, say } = context;
  if (terminal.animated) terminal.streams.stdout.write('\u001b[2J\u001b[3J\u001b[H');
  const { files, problems, unfinished } = checkContent(root);
  const own = [...problems, ...unfinished].filter(({ file }) => file.startsWith(`${wish.folder}/`));
  await printText(context, wish, files, say.language);
  for (const problem of own) terminal.note(describeProblem(problem));
}

async function printText(
  context: Context,
  { kind, id, section }: Wish,
  files: ReadonlyMap<string, unknown>,
  language: ContentLanguage,
): Promise<void> {
  const { terminal } = context;
  const text = files.get(`${kind}-${id}.${language}`);
  // Sources that cannot be read at all have only problems to show.
  if (text === undefined) return;
  if (kind === 'mission') {
    const { title, intro, tasks } = text as MissionTexts;
    terminal.print(`${terminal.paint.strong(title)}\n\n${renderBlocks(terminal, intro)}`);
    for (const task of Object.values(tasks)) {
      terminal.print(
        `\n${terminal.paint.strong(task.title)}\n\n${renderBlocks(terminal, task.body)}`,
      );
    }
    return;
  }
  const { printLesson, printSection } = await import('../tutor/handout.ts');
  const lesson = text as Lesson;
  const only = lesson.sections.find((one) => one.id === section);
  if (only === undefined) printLesson(context, lesson);
  else printSection(context, lesson, only);
}

/**
 * Shows it again after each save, until it is interrupted.
 *
 * @throws Interrupted on Ctrl-C
 */
export async function keepShowing(context: Context, root: string, wish: Wish): Promise<never> {
  const { host, terminal, say } = context;
  let saves = 0;
  let wake = () => {};
  const watchers = [wish.folder, 'lessons/facts'].map((folder) =>
    watch(join(root, folder), () => {
      saves += 1;
      wake();
    }),
  );
  let interrupted = false;
  const stopListening = host.interrupts.listen(() => {
    interrupted = true;
    wake();
  });
  try {
    for (let shown = -1; ; ) {
      if (saves === shown && !interrupted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (interrupted) throw new Interrupted();
      for (shown = -1; shown !== saves; ) {
        shown = saves;
        await host.clock.sleep(quiet);
      }
      await showPreview(context, root, wish);
      terminal.note(terminal.paint.faint(say.author.watching));
    }
  } finally {
    stopListening();
    for (const watcher of watchers) watcher.close();
  }
}

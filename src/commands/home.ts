import { loadContent } from '../content/load.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { select } from '../terminal/prompt.ts';
import type { Next } from '../tutor/progress/next.ts';

/**
 * The menu of `cloudlab` alone on a terminal.
 *
 * @param help what the help entry shows
 * @returns the words of the chosen command, or undefined to leave
 */
export async function showHome(
  context: Context,
  help: string,
): Promise<readonly string[] | undefined> {
  const { terminal, host, say } = context;
  const words = say.home;
  terminal.print(terminal.paint.strong(say.tagline));
  const next = await readNext(context);
  const chosen = await select(context, words.greeting, [
    ...(next === undefined
      ? []
      : [{ value: 'next' as const, name: `${say.progress.next.label}: ${next.title}` }]),
    { value: 'mission', name: words.mission },
    { value: 'lesson', name: words.lesson },
    { value: 'progress', name: words.progress },
    { value: 'sandbox', name: words.sandbox },
    { value: 'doctor', name: words.doctor },
    { value: 'help', name: words.help },
    { value: 'quit', name: words.quit },
  ] as const);
  const content = loadContent(host.packageRoot);
  switch (chosen) {
    case 'next':
      return next?.command;
    case 'mission': {
      const missions = content.missions().map(({ id, title }) => ({
        value: id,
        name: `${id}: ${title[say.language]}`,
      }));
      return ['mission', await select(context, words.chooseMission, missions)];
    }
    case 'lesson': {
      const lessons = content.lessons().map(({ id, title }) => ({
        value: id,
        name: `${id}: ${title[say.language]}`,
      }));
      return ['lesson', await select(context, words.chooseLesson, lessons)];
    }
    case 'progress':
      return ['progress'];
    case 'sandbox':
      return ['sandbox', 'start'];
    case 'doctor':
      return ['doctor'];
    case 'help':
      terminal.print(help);
      return undefined;
    case 'quit':
      return undefined;
  }
}

/** What cannot be read keeps nobody from the menu; the commands say what is wrong with it. */
async function readNext(context: Context): Promise<Next | undefined> {
  const { whatNext } = await import('../tutor/progress/next.ts');
  return whatNext(context).catch((error) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
}

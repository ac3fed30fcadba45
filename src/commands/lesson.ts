import type { Lesson, LessonEntry } from '../content/compiled.ts';
import { loadContent } from '../content/load.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { describeRows } from '../terminal/list.ts';
import type { Search } from '../tutor/finding.ts';
import { defineCommand, type OptionValues } from './command.ts';

export default defineCommand({
  summary: (say) => say.commands.lesson,
  arguments: [{ name: '[id]', text: (say) => say.options.lessonId }],
  options: [
    { flags: '--quiz', text: (say) => say.lesson.options.quiz },
    { flags: '--section <section>', text: (say) => say.lesson.options.section },
  ],
  examples: [
    'cloudlab lesson list',
    'cloudlab lesson storage',
    'cloudlab lesson storage --section sharing',
    'cloudlab lesson storage --quiz',
  ],
  subcommands: {
    list: defineCommand({
      summary: (say) => say.commands.lessonList,
      examples: ['cloudlab lesson list', 'cloudlab lesson list --json'],
      run: listLessons,
    }),
  },

  async run(context, [name], options) {
    if (name === undefined) return listLessons(context);
    const { terminal } = context;
    const lesson = await readLesson(context, name);
    const section = findSection(lesson, options);
    if (terminal.json) terminal.printJson(lesson);
    else if (terminal.interactive) await play(context, lesson, section, options);
    else await print(context, lesson, section, options);
    return exitCodes.done;
  },
});

async function listLessons({ terminal, host, say }: Context): Promise<ExitCode> {
  const lessons = loadContent(host.packageRoot)
    .lessons()
    .map(({ title, summary, ...entry }) => ({
      ...entry,
      title: title[say.language],
      summary: summary[say.language],
    }));
  if (terminal.json) {
    terminal.printJson(lessons);
    return exitCodes.done;
  }
  const rows = lessons.map(({ id, title, minutes, summary }) => ({
    name: id,
    text: `${title} (${say.lesson.minutes(minutes)}). ${summary}`,
  }));
  terminal.print(terminal.paint.strong(say.lesson.listTitle));
  terminal.print(describeRows(terminal, rows));
  terminal.note(say.lesson.open(lessons[0]?.id ?? ''));
  return exitCodes.done;
}

/** @throws UserError `unknown-lesson` */
async function readLesson({ host, say }: Context, name: string): Promise<Lesson> {
  const content = loadContent(host.packageRoot);
  const entries = content.lessons();
  const wanted = name.normalize('NFC').toLowerCase();
  const entry = entries.find((one) => namesOf(one).some((known) => known.toLowerCase() === wanted));
  if (entry !== undefined) return content.lesson(entry.id, say.language);
  // A number is at most one letter away from any other.
  const names = entries.flatMap(namesOf).filter((known) => !/^\d+$/.test(known));
  const meant = nearest(wanted, names);
  throw new UserError('unknown-lesson', { id: name, nearest: meant });
}

function namesOf({ id, aliases }: LessonEntry): string[] {
  return [id, ...aliases];
}

/**
 * The number of the section to begin with; 0 where none is named.
 *
 * @throws UserError `bad-option-value`
 */
function findSection({ sections }: Lesson, { section }: OptionValues): number {
  if (section === undefined) return 0;
  const value = String(section);
  const byId = sections.findIndex(({ id }) => id === value.toLowerCase()) + 1;
  const number = byId > 0 ? byId : /^\d+$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= sections.length) return number;
  const expected = `1-${sections.length}, ${sections.map(({ id }) => id).join(', ')}`;
  throw new UserError('bad-option-value', { option: '--section', value, expected });
}

async function play(context: Context, lesson: Lesson, section: number, options: OptionValues) {
  const { playLesson } = await import('../tutor/player.ts');
  const { forgetfulLearning } = await import('../tutor/forgetful.ts');
  const start = options['quiz'] === true ? 'questions' : section || 'where-stopped';
  const search: Search = async (words) => {
    const { searchLessons } = await import('../tutor/search/in-lesson.ts');
    return searchLessons(context, words);
  };
  await playLesson(context, lesson, { start, learning: forgetfulLearning(), search });
}

async function print(context: Context, lesson: Lesson, section: number, options: OptionValues) {
  const { printLesson, printQuestions, printSection } = await import('../tutor/handout.ts');
  const only = lesson.sections[section - 1];
  if (options['quiz'] === true) printQuestions(context, lesson);
  else if (only !== undefined) printSection(context, lesson, only);
  else printLesson(context, lesson);
}

import type { Lesson } from '../content/compiled.ts';
import { loadContent } from '../content/load.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { describeRows } from '../terminal/list.ts';
import type { Search } from '../tutor/finding.ts';
import { openLearning } from '../tutor/progress/learning.ts';
import { defineCommand, type OptionValues } from './command.ts';
import { findLesson } from './find-lesson.ts';

export default defineCommand({
  summary: (say) => say.commands.lesson,
  arguments: [{ name: '[id]', text: (say) => say.options.lessonId }],
  options: [
    { flags: '--quiz', text: (say) => say.lesson.options.quiz },
    { flags: '--section <section>', text: (say) => say.lesson.options.section },
    { flags: '--format <format>', text: (say) => say.lesson.options.format },
    { flags: '--files', text: (say) => say.lesson.options.files },
  ],
  examples: [
    'cloudlab lesson list',
    'cloudlab lesson storage',
    'cloudlab lesson storage --section sharing',
    'cloudlab lesson storage --quiz',
    'cloudlab lesson storage --format md',
    'cloudlab lesson serverless --files',
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
    if (options['files'] === true) return writeFiles(context, lesson, options);
    const section = findSection(lesson, options);
    const wish = {
      section,
      questions: options['quiz'] === true,
      format: terminal.json ? ('json' as const) : findFormat(options),
    };
    const wanted = wish.questions ? withQuestionsAbout(lesson, section) : lesson;
    if (wish.format === undefined && terminal.interactive) await play(context, wanted, wish);
    else await print(context, wanted, wish);
    return exitCodes.done;
  },
});

/** What of a lesson is wanted, and how. */
interface Wish {
  /** The number of a section; 0 where none is named. */
  readonly section: number;
  readonly questions: boolean;
  /** Undefined where it is played at a terminal, and printed as text elsewhere. */
  readonly format: Format | undefined;
}

const formats = ['text', 'md', 'json'] as const;
type Format = (typeof formats)[number];

/** @throws UserError `bad-option-value` */
function findFormat({ format }: OptionValues): Format | undefined {
  if (format === undefined) return undefined;
  const value = String(format);
  const found = formats.find((one) => one === value.toLowerCase());
  if (found !== undefined) return found;
  throw new UserError('bad-option-value', {
    option: '--format',
    value,
    expected: formats.join(', '),
  });
}

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
  return content.lesson(findLesson(content.lessons(), name).id, say.language);
}

/**
 * The number of the section to begin with; 0 where none is named.
 *
 * @throws UserError `bad-option-value`
 */
function findSection({ sections }: Lesson, { section }: OptionValues): number {
  if (section === undefined) return 0;
  const value = String(section).normalize('NFKC');
  const byId = sections.findIndex(({ id }) => id === value.toLowerCase()) + 1;
  const number = byId > 0 ? byId : /^\d+$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= sections.length) return number;
  const expected = `1-${sections.length}, ${sections.map(({ id }) => id).join(', ')}`;
  throw new UserError('bad-option-value', { option: '--section', value, expected });
}

/**
 * The lesson with the questions about one of its sections only; with all where none is named.
 *
 * @throws UserError `bad-option-value` where nothing is asked about it
 */
function withQuestionsAbout(lesson: Lesson, number: number): Lesson {
  const section = lesson.sections[number - 1];
  if (section === undefined) return lesson;
  const questions = lesson.questions.filter((question) => question.section === section.id);
  if (questions.length > 0) return { ...lesson, questions };
  const expected = lesson.sections
    .map(({ id }) => id)
    .filter((id) => lesson.questions.some((question) => question.section === id));
  throw new UserError('bad-option-value', {
    option: '--quiz --section',
    value: section.id,
    expected: expected.join(', '),
  });
}

/** @throws UserError `bad-option-value`, `lesson-file-differs`, `lesson-file-unwritable` */
async function writeFiles(context: Context, lesson: Lesson, options: OptionValues) {
  const { terminal, host, say } = context;
  const only = lesson.sections[findSection(lesson, options) - 1];
  const { writeLessonFiles } = await import('../tutor/lesson-files.ts');
  const names = writeLessonFiles(host.cwd, only === undefined ? lesson.sections : [only]);
  if (terminal.json) terminal.printJson({ files: names });
  else if (names.length === 0) terminal.print(say.lesson.noFiles);
  else terminal.print([say.lesson.filesWritten, ...names.map((name) => `  ${name}`)].join('\n'));
  return exitCodes.done;
}

async function play(context: Context, lesson: Lesson, { section, questions }: Wish) {
  const { playLesson } = await import('../tutor/player.ts');
  const start = questions ? 'questions' : section || 'where-stopped';
  const search: Search = async (words) => {
    const { searchLessons } = await import('../tutor/search/in-lesson.ts');
    return searchLessons(context, words);
  };
  const visit = { start, learning: openLearning(context), search } as const;
  if (await playLesson(context, lesson, visit)) {
    const { sayAfterLesson } = await import('../tutor/progress/after-lesson.ts');
    await sayAfterLesson(context, lesson);
  }
}

async function print(context: Context, lesson: Lesson, { section, questions, format }: Wish) {
  const { terminal } = context;
  const only = lesson.sections[section - 1];
  if (format === 'json') {
    terminal.printJson(questions ? lesson.questions : (only ?? lesson));
  } else if (format === 'md') {
    const { lessonAsMarkdown, questionsAsMarkdown, sectionAsMarkdown } = await import(
      '../tutor/handout-markdown.ts'
    );
    const page = { terminal, say: context.say.lesson };
    if (questions) terminal.print(questionsAsMarkdown(page, lesson.questions));
    else terminal.print(only ? sectionAsMarkdown(only) : lessonAsMarkdown(page, lesson));
  } else {
    const { printLesson, printQuestions, printSection } = await import('../tutor/handout.ts');
    if (questions) printQuestions(context, lesson);
    else if (only !== undefined) printSection(context, lesson, only);
    else printLesson(context, lesson);
  }
}

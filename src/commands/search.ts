import type { SearchEntry } from '../content/compiled.ts';
import { loadContent } from '../content/load.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { loadMessages, type Messages } from '../i18n/messages.ts';
import { wrap } from '../terminal/width.ts';
import type { Found } from '../tutor/search/search.ts';
import { defineCommand } from './command.ts';

/** As many as fit a screen. */
const shownAtMost = 10;

export default defineCommand({
  summary: (say) => say.commands.search,
  arguments: [{ name: '[words...]', text: (say) => say.lookup.options.words }],
  examples: [
    'cloudlab search soft delete',
    'cloudlab search 버킷',
    'cloudlab search 고정 IP --json',
  ],

  async run(context, values): Promise<ExitCode> {
    const { terminal, host, say } = context;
    const typed = values.filter((word) => word !== undefined).join(' ');
    const { search } = await import('../tutor/search/search.ts');
    const { wordsOf } = await import('../tutor/search/words.ts');
    if (wordsOf(typed).length === 0) {
      throw new UserError('missing-argument', { name: 'words', usage: 'cloudlab search <words>' });
    }
    const entries = [...loadContent(host.packageRoot).searchEntries(), ...(await commandEntries())];
    const found = search(entries, typed, say.language);
    if (terminal.json) terminal.printJson(found.map((one) => describe(one, context)));
    else await print(context, typed, found, lessonTitles(entries, say));
    return found.length > 0 ? exitCodes.done : exitCodes.failed;
  },
});

/** The commands, by their names and what they do, in both languages. */
async function commandEntries(): Promise<readonly SearchEntry[]> {
  const { loadCommands } = await import('../commands.ts');
  const [en, ko] = await Promise.all([loadMessages('en'), loadMessages('ko')]);
  const commands = Object.entries(await loadCommands()).filter(([, { hidden }]) => hidden !== true);
  return commands.flatMap(([name, { summary, subcommands = {} }]) =>
    [
      [name, summary] as const,
      ...Object.entries(subcommands).map(
        ([below, spec]) => [`${name} ${below}`, spec.summary] as const,
      ),
    ].map(([id, describeIt]) => {
      const text = (say: Messages) => ({
        title: `cloudlab ${id}`,
        names: id,
        body: describeIt(say),
      });
      return { kind: 'command' as const, id, text: { en: text(en), ko: text(ko) } };
    }),
  );
}

function describe({ entry, excerpt }: Found, { say }: Context) {
  const { kind, id, lesson, section, text } = entry;
  return {
    kind,
    id,
    ...(lesson !== undefined && { lesson }),
    ...(section !== undefined && { section }),
    title: text[say.language].title,
    excerpt,
    command: commandOf(entry),
  };
}

function commandOf({ kind, id, lesson, section }: Found['entry']): string {
  switch (kind) {
    case 'lesson':
      return `cloudlab lesson ${id}`;
    case 'section':
      return `cloudlab lesson ${lesson} --section ${section}`;
    case 'term':
      return `cloudlab glossary ${id}`;
    case 'product':
      return `cloudlab compare ${id}`;
    case 'mission':
      return `cloudlab mission ${id}`;
    case 'command':
      return `cloudlab ${id} --help`;
  }
}

/** The titles of lessons by their ids: sections of several are called "Do it yourself". */
function lessonTitles(
  entries: readonly SearchEntry[],
  { language }: Context['say'],
): ReadonlyMap<string, string> {
  const lessons = entries.filter(({ kind }) => kind === 'lesson');
  return new Map(lessons.map(({ id, text }) => [id, text[language].title]));
}

async function print(
  context: Context,
  typed: string,
  found: readonly Found[],
  lessons: ReadonlyMap<string, string>,
): Promise<void> {
  const { terminal, say } = context;
  const { columns, paint } = terminal;
  if (found.length === 0) {
    const { wordsOf } = await import('../tutor/search/words.ts');
    const words = wordsOf(typed).join(' ');
    terminal.print(wrap(say.lookup.nothing(words), columns));
    terminal.note(wrap(say.lookup.nothingNext, columns));
    return;
  }
  for (const one of found.slice(0, shownAtMost)) {
    const { title, excerpt, kind, command } = describe(one, context);
    const within = kind === 'section' ? lessons.get(one.entry.lesson ?? '') : undefined;
    const head = [say.lookup.kinds[kind], within, title].filter(Boolean).join(': ');
    terminal.print(paint.strong(wrap(head, columns, '  ')));
    if (excerpt !== '') terminal.print(wrap(`  ${excerpt}`, columns, '  '));
    terminal.print(`  ${paint.code(command)}\n`);
  }
  const more = found.length - shownAtMost;
  if (more > 0) terminal.note(wrap(say.lookup.more(more), columns));
}

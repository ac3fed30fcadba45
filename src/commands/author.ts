import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { wrap } from '../terminal/width.ts';
import { defineCommand, type OptionValues } from './command.ts';

const usage = 'cloudlab author new|check|preview|accept';

/** For those who write lessons and missions, in a checkout of the repository. */
export default defineCommand({
  summary: (say) => say.commands.author,
  examples: ['cloudlab author new lesson message-queue', 'cloudlab author check'],
  subcommands: {
    new: defineCommand({
      summary: (say) => say.commands.authorNew,
      arguments: [
        { name: '<kind>', text: (say) => say.author.options.kind },
        { name: '<id>', text: (say) => say.author.options.id },
      ],
      examples: [
        'cloudlab author new lesson message-queue',
        'cloudlab author new mission read-object',
      ],
      run: makeNew,
    }),
    check: defineCommand({
      summary: (say) => say.commands.authorCheck,
      arguments: [{ name: '[id]', text: (say) => say.author.options.only }],
      options: [{ flags: '--links', text: (say) => say.author.options.links }],
      examples: ['cloudlab author check', 'cloudlab author check storage --json'],
      run: check,
    }),
    preview: defineCommand({
      summary: (say) => say.commands.authorPreview,
      arguments: [{ name: '<id>', text: (say) => say.author.options.only }],
      options: [
        { flags: '--section <section>', text: (say) => say.author.options.section },
        { flags: '--once', text: (say) => say.author.options.once },
      ],
      examples: [
        'cloudlab author preview storage',
        'cloudlab author preview storage --section why',
      ],
      run: preview,
    }),
    accept: defineCommand({
      summary: (say) => say.commands.authorAccept,
      arguments: [{ name: '[id]', text: (say) => say.author.options.only }],
      examples: ['cloudlab author accept storage'],
      run: accept,
    }),
  },
  run: async () => {
    throw new UserError('missing-argument', { name: 'new, check, preview, accept', usage });
  },
});

type Values = readonly (string | undefined)[];

async function makeNew({ host, terminal, say }: Context, values: Values): Promise<ExitCode> {
  const [kind, id = ''] = values;
  if (kind !== 'lesson' && kind !== 'mission') {
    throw new UserError('bad-option-value', {
      option: '<kind>',
      value: kind ?? '',
      expected: 'lesson, mission',
    });
  }
  const { findRepository } = await import('../authoring/repository.ts');
  const { writeNew } = await import('../authoring/write-new.ts');
  const { folder, files } = writeNew(findRepository(host.cwd), kind, id, host.clock.now());
  if (terminal.json) {
    terminal.printJson({ folder, files });
    return exitCodes.done;
  }
  terminal.print(say.author.made(folder));
  for (const name of files) terminal.print(`  ${name}`);
  terminal.note(wrap(`\n${say.author.thenWrite}`, terminal.columns));
  terminal.note(`  cloudlab author preview ${id}`);
  terminal.note(say.author.thenCheck);
  terminal.note(`  cloudlab author check ${id}`);
  return exitCodes.done;
}

/** Folders of lessons and missions by their ids. */
async function findFolders(context: Context) {
  const { findRepository } = await import('../authoring/repository.ts');
  const { checkContent } = await import('../content/compile.ts');
  const { foldersOf } = await import('../authoring/folders.ts');
  const root = findRepository(context.host.cwd);
  return { root, folders: foldersOf(root), checkContent };
}

/** @throws UserError `unknown-content` */
function folderOf(folders: ReadonlyMap<string, string>, id: string): string {
  const folder = folders.get(id);
  if (folder !== undefined) return folder;
  throw new UserError('unknown-content', { id, nearest: nearest(id, [...folders.keys()]) });
}

async function check(context: Context, [id]: Values, options: OptionValues): Promise<ExitCode> {
  const { terminal, say } = context;
  const { root, folders, checkContent } = await findFolders(context);
  const folder = id === undefined ? undefined : folderOf(folders, id);
  const isWanted = ({ file }: { readonly file: string }) =>
    folder === undefined || file.startsWith(`${folder}/`) || file.startsWith('lessons/facts/');
  const content = checkContent(root);
  const found = {
    problems: content.problems.filter(isWanted),
    unfinished: content.unfinished.filter(isWanted),
    broken: options['links'] === true ? (await brokenLinks(root)).filter(isWanted) : [],
  };
  const all = Object.values(found).flat();
  if (terminal.json) {
    terminal.printJson({ ok: all.length === 0, ...found });
  } else {
    const { describeProblem } = await import('../content/problems.ts');
    for (const [kind, problems] of Object.entries(found)) {
      if (problems.length === 0) continue;
      terminal.print(
        terminal.paint.strong(say.author[kind as keyof typeof found](problems.length)),
      );
      for (const problem of problems) terminal.print(describeProblem(problem));
    }
    if (found.unfinished.length > 0) terminal.note(say.author.acceptWith(id ?? 'ID'));
    if (all.length === 0) {
      const kinds = [...folders.values()];
      const lessons = kinds.filter((one) => one.startsWith('lessons/')).length;
      terminal.print(say.author.checked(lessons, kinds.length - lessons));
    }
  }
  return all.length === 0 ? exitCodes.done : exitCodes.failed;
}

async function brokenLinks(root: string) {
  const { checkLinks } = await import('../authoring/links.ts');
  const timeout = 15_000;
  return checkLinks(root, (url) => fetch(url, { signal: AbortSignal.timeout(timeout) }));
}

async function preview(
  context: Context,
  [id = '']: Values,
  options: OptionValues,
): Promise<ExitCode> {
  const { root, folders } = await findFolders(context);
  const folder = folderOf(folders, id);
  const { keepShowing, showPreview } = await import('../authoring/preview.ts');
  const section = options['section'];
  const wish = {
    kind: folder.startsWith('lessons/') ? ('lesson' as const) : ('mission' as const),
    id,
    folder,
    section: typeof section === 'string' ? section : undefined,
  };
  if (options['once'] !== true && context.terminal.interactive) {
    return keepShowing(context, root, wish);
  }
  await showPreview(context, root, wish);
  return exitCodes.done;
}

async function accept(context: Context, [id]: Values): Promise<ExitCode> {
  const { terminal, say } = context;
  const { root, folders, checkContent } = await findFolders(context);
  const wanted = id === undefined ? [...folders.values()] : [folderOf(folders, id)];
  const { writeTranslationRecord } = await import('../authoring/accept.ts');
  const { parts } = checkContent(root);
  const written = wanted.flatMap((folder) => {
    const own = parts.get(folder);
    return own === undefined ? [] : [writeTranslationRecord(root, folder, own)];
  });
  if (terminal.json) terminal.printJson({ written });
  else for (const file of written) terminal.print(say.author.accepted(file));
  return exitCodes.done;
}

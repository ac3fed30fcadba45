import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { confirm } from '../terminal/prompt.ts';
import { wrap } from '../terminal/width.ts';
import { openStore } from '../tutor/progress/keep.ts';
import { defineCommand, type OptionValues } from './command.ts';

export default defineCommand({
  summary: (say) => say.progress.commands.progress,
  examples: [
    'cloudlab progress',
    'cloudlab progress --json',
    'cloudlab progress export learned.json',
  ],
  subcommands: {
    export: defineCommand({
      summary: (say) => say.progress.commands.export,
      arguments: [{ name: '<file>', text: (say) => say.progress.options.exportFile }],
      examples: ['cloudlab progress export learned.json', 'cloudlab progress export -'],
      run: exportProgress,
    }),
    import: defineCommand({
      summary: (say) => say.progress.commands.import,
      arguments: [{ name: '<file>', text: (say) => say.progress.options.importFile }],
      examples: ['cloudlab progress import learned.json'],
      run: importProgress,
    }),
    reset: defineCommand({
      summary: (say) => say.progress.commands.reset,
      options: [{ flags: '--yes', text: (say) => say.options.yes }],
      examples: ['cloudlab progress reset', 'cloudlab progress reset --yes'],
      run: reset,
    }),
  },
  run: show,
});

async function show(context: Context): Promise<ExitCode> {
  const { terminal, home } = context;
  const { makeOverview } = await import('../tutor/progress/overview.ts');
  const overview = await makeOverview(context, openStore(context));
  if (terminal.json) {
    const { lessons, missions, plan, learned, setAside } = overview;
    const { cap, doneToday, due, today, later, until, next } = plan;
    terminal.printJson({
      lessons,
      missions,
      reviews: { cap, doneToday, due: due.length, today: today.length, later, until, next },
      days: {
        last28: learned.count,
        inARow: learned.inARow,
        learned: learned.days.flatMap(({ day, learned: yes }) => (yes ? [day] : [])),
      },
      path: home.progress,
      setAside,
    });
    return exitCodes.done;
  }
  const { printOverview } = await import('../tutor/progress/view.ts');
  printOverview(context, overview);
  return exitCodes.done;
}

async function exportProgress(
  context: Context,
  [file = '']: readonly (string | undefined)[],
): Promise<ExitCode> {
  const { terminal, say } = context;
  const { exportText, exportToFile } = await import('../tutor/progress/carry.ts');
  if (file === '-') {
    terminal.print(exportText(context).trimEnd());
    return exitCodes.done;
  }
  const path = exportToFile(context, file);
  if (terminal.json) {
    terminal.printJson({ path });
    return exitCodes.done;
  }
  terminal.print(wrap(say.progress.transfer.exported(path), terminal.columns));
  terminal.print(`  ${terminal.paint.code('cloudlab progress import FILE')}`);
  return exitCodes.done;
}

async function importProgress(
  context: Context,
  [file = '']: readonly (string | undefined)[],
): Promise<ExitCode> {
  const { terminal, say } = context;
  const words = say.progress.transfer;
  const { importFrom } = await import('../tutor/progress/carry.ts');
  const { added, before } = await importFrom(context, file);
  if (terminal.json) {
    terminal.printJson({ added, before });
    return exitCodes.done;
  }
  const { sections, answers, missions, days } = added;
  const text = words.added(sections, answers, missions, days);
  terminal.print(
    wrap(text === '' ? words.nothingNew : `${words.imported} ${text}`, terminal.columns),
  );
  if (before !== undefined) terminal.note(wrap(words.before(before), terminal.columns));
  return exitCodes.done;
}

async function reset(
  context: Context,
  _values: readonly (string | undefined)[],
  options: OptionValues,
): Promise<ExitCode> {
  const { terminal, say } = context;
  const words = say.progress.transfer;
  const { forget, whatToForget } = await import('../tutor/progress/carry.ts');
  const known = whatToForget(context);
  if (known === undefined) {
    if (terminal.json) terminal.printJson({ reset: false });
    else terminal.print(words.nothingToReset);
    return exitCodes.done;
  }
  if (options['yes'] !== true) {
    if (!terminal.interactive) {
      throw new UserError('not-confirmed', { what: words.resetWhat, option: '--yes' });
    }
    const message = wrap(words.confirmReset(known.path), terminal.columns);
    if (!(await confirm(context, message, say.words.yesNo))) {
      terminal.print(words.resetDeclined);
      return exitCodes.done;
    }
  }
  forget(context, known);
  if (terminal.json) terminal.printJson({ reset: true, copy: known.path });
  else {
    terminal.print(words.resetDone);
    terminal.print(`  ${terminal.paint.code(`cloudlab progress import ${known.path}`)}`);
  }
  return exitCodes.done;
}

import { parseCommandLine } from './command-line.ts';
import { commandNameIn, loadCommands } from './commands.ts';
import type { Context, Host } from './context.ts';
import { type ExitCode, exitCodes, Interrupted, UserError } from './errors.ts';
import { locateHome } from './home.ts';
import { chooseLanguage, type Language, loadMessages, type Messages } from './i18n/messages.ts';
import { readSettings, type Settings } from './settings.ts';
import { describeBug, describeError, renderError } from './terminal/error.ts';
import { Terminal, type TerminalOptions } from './terminal/terminal.ts';

/**
 * Runs one command line: the only place where errors are caught and turned
 * into words and an exit code.
 */
export async function runCli(host: Host): Promise<ExitCode> {
  const wishes = readGlobalOptions(host.argv);
  const { settings, wrong } = await readSettings(host.variables, host.cwd);
  const asked = wishes.lang ?? settings.CLOUDLAB_LANG;
  const say = await loadMessages(chooseLanguage(asked, settings));
  const terminal = new Terminal(host.streams, settings, wishes);
  try {
    if (wishes.badLang !== undefined) {
      throw new UserError('bad-option-value', {
        option: '--lang',
        value: wishes.badLang,
        expected: 'ko, en',
      });
    }
    const home = locateHome(settings.CLOUDLAB_HOME, host.cwd, host.dataDirectory);
    return await dispatch({ host, settings, home, say, terminal }, wrong);
  } catch (error) {
    return reportError(error, host, terminal, say, settings);
  }
}

async function dispatch(context: Context, wrongSettings: readonly UserError[]): Promise<ExitCode> {
  const { host, say, terminal } = context;
  const table = await loadCommands(commandNameIn(host.argv));
  const wanted = parseCommandLine(table, host.argv, say, terminal, host.packageRoot);
  if ('text' in wanted) {
    if (terminal.json) terminal.printJson({ text: wanted.text });
    else if (wanted.asked || !terminal.interactive) terminal.print(wanted.text);
    else return openMenu(context, wanted.text, wrongSettings);
    return exitCodes.done;
  }
  const [wrong] = wrongSettings;
  if (wrong !== undefined) {
    // What cleans up or finds the mistake must not be stopped by it.
    if (wanted.spec.worksWithWrongSettings !== true) throw wrong;
    terminal.note(renderError(wrong, terminal, say));
  }
  return wanted.spec.run(context, wanted.values, wanted.options);
}

async function openMenu(
  context: Context,
  help: string,
  wrongSettings: readonly UserError[],
): Promise<ExitCode> {
  const { showHome } = await import('./commands/home.ts');
  const chosen = await showHome(context, help);
  if (chosen === undefined) return exitCodes.done;
  return dispatch(withArguments(context, chosen), wrongSettings);
}

function withArguments(context: Context, argv: readonly string[]): Context {
  return { ...context, host: { ...context.host, argv: [...argv, ...context.host.argv] } };
}

/** What must be known before anything can be said: how to say it. */
function readGlobalOptions(
  everything: readonly string[],
): TerminalOptions & { lang: Language | undefined; badLang: string | undefined } {
  const end = everything.indexOf('--');
  const argv = end < 0 ? everything : everything.slice(0, end);
  const at = argv.indexOf('--lang');
  const joined = argv.find((word) => word.startsWith('--lang='));
  const value = at >= 0 ? argv[at + 1] : joined?.slice('--lang='.length);
  const lang = value === 'ko' || value === 'en' ? value : undefined;
  return {
    lang,
    badLang: lang === undefined ? value : undefined,
    json: argv.includes('--json'),
    plain: argv.includes('--plain'),
    noColour: argv.includes('--no-color'),
    verbose: argv.includes('--verbose'),
  };
}

async function reportError(
  error: unknown,
  host: Host,
  terminal: Terminal,
  say: Messages,
  settings: Settings,
): Promise<ExitCode> {
  if (error instanceof Interrupted) return exitCodes.interrupted;
  if (error instanceof UserError) {
    if (terminal.json) {
      const { what, why, next } = describeError(error, say);
      terminal.printJson({ error: { code: error.code, what, why, next } });
    } else {
      terminal.note(renderError(error, terminal, say));
    }
    return error.exitCode;
  }
  const home = locateHome(settings.CLOUDLAB_HOME, host.cwd, host.dataDirectory);
  const what = describeBug(error, home.log, host.clock, say);
  if (terminal.json) terminal.printJson({ error: { code: 'bug', what } });
  else terminal.note(what);
  return exitCodes.bug;
}

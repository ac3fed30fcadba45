import { rmSync } from 'node:fs';
import {
  type ClientSession,
  environmentOf,
  openClientSession,
  type SessionOptions,
  sessionFolder,
} from '../cloud/client-session.ts';
import { findProgram } from '../cloud/find-program.ts';
import { findGcloud, isOlder, oldestGcloud } from '../cloud/gcloud-install.ts';
import { oftenSetByShells } from '../cloud/outer-credentials.ts';
import { findShell, prepareShell } from '../cloud/shell-program.ts';
import type { Context, Interrupt } from '../context.ts';
import { type ExitCode, passedOn, UserError } from '../errors.ts';
import { wrap } from '../terminal/width.ts';
import { runChild } from './run-child.ts';

/** Set in the shells that are opened here, so that one inside another is noticed. */
const marker = 'CLOUDLAB_SHELL';

/**
 * Opens the user's own shell with the sandbox running and every client pointed at it, and
 * tidies up after it.
 *
 * @returns the shell's own exit code, as `ssh` and `su` do
 * @throws UserError `shell-needs-terminal`, `already-in-shell`, as `findShell` and `openClientSession`
 */
export async function openShell(
  context: Context,
  { shell: named, ...options }: Omit<SessionOptions, 'private'> & { shell: string | undefined },
): Promise<ExitCode> {
  const { host, home, settings, terminal, say } = context;
  const outer = host.variables[marker];
  if (outer !== undefined && outer !== '') throw new UserError('already-in-shell', { url: outer });
  const shell = findShell(host, named, settings.SHELL);
  if (!terminal.interactive) throw new UserError('shell-needs-terminal', {});
  const session = await openClientSession(host, home, { ...options, private: false });
  try {
    const folder = sessionFolder(home, host);
    try {
      const environment = {
        ...session.environment,
        [marker]: session.url,
        // What was found by a .env file here must be found from everywhere.
        ...(settings.CLOUDLAB_HOME === undefined ? {} : { CLOUDLAB_HOME: home.path }),
      };
      const removed = oftenSetByShells.map((name) => [name, null] as const);
      const inside = { ...Object.fromEntries(removed), ...environment };
      const start = prepareShell(shell, host, folder, inside);
      greet(context, session);
      const code = await runChild(host, {
        path: shell.path,
        args: start.args,
        environment: environmentOf(host, environment, start.environment),
        passOn,
      });
      return passedOn(code);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    await session.close();
    terminal.note(wrap(say.shell.left(session.startedHere), terminal.columns));
  }
}

/** Ctrl-C belongs to what runs in the shell; an interactive shell would not hear a SIGTERM. */
function passOn(interrupt: Interrupt): NodeJS.Signals | undefined {
  return interrupt === 'SIGINT' ? undefined : 'SIGHUP';
}

function greet(context: Context, session: ClientSession): void {
  const { host, terminal, say } = context;
  const { strong, code, caution } = terminal.paint;
  const words = say.shell;
  const tell = (text: string) => terminal.note(wrap(text, terminal.columns));
  tell(strong(words.greeting(session.url, session.projectId)));
  if (session.enforce) tell(words.enforced);
  const gcloud = findGcloud(host);
  if (gcloud === undefined) tell(caution(words.withoutGcloud(othersThan(context))));
  else if (gcloud.version !== undefined && isOlder(gcloud.version, oldestGcloud)) {
    tell(caution(words.oldGcloud(gcloud.version, oldestGcloud)));
  }
  const example =
    gcloud === undefined
      ? 'curl "$CLOUDLAB_URL/storage/v1/b?project=$GOOGLE_CLOUD_PROJECT"'
      : 'gcloud storage buckets create gs://my-first-bucket-2026';
  tell(`${words.tryThis} ${code(example)}`);
  tell(words.leave(session.startedHere));
}

/** What else is installed that talks to the sandbox. */
function othersThan({ host }: Context): string[] {
  const programs = { curl: 'curl', python3: 'Python', node: 'Node.js', go: 'Go', aws: 'aws s3' };
  return [
    ...Object.entries(programs).flatMap(([name, shown]) =>
      findProgram(host, name) ? [shown] : [],
    ),
    ...(findProgram(host, 'terraform') ? ['Terraform'] : []),
    'cloudlab ssh',
  ];
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findGcloud, isOlder, oldestGcloud } from '../cloud/gcloud-install.ts';
import { findRunningSandbox } from '../cloud/running-sandbox.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { prepareHome } from '../home.ts';
import { readLedgers } from '../missions/ledger.ts';
import { describeError } from '../terminal/error.ts';

/** One thing looked at. `note` is worth knowing; `bad` keeps cloudlab from working. */
export interface Finding {
  readonly id: string;
  readonly mark: 'ok' | 'note' | 'bad';
  readonly what: string;
  readonly found: string;
  readonly fix?: string;
}

const oldestNode = '20.19';

/** Looks at everything that missions and the sandbox stand on, slow programs side by side. */
export async function examine(context: Context): Promise<Finding[]> {
  const slow = Promise.all([checkSandbox(context), checkGcloud(context), checkPython(context)]);
  return [
    checkNode(context),
    checkHome(context),
    checkTerminal(context),
    { id: 'language', mark: 'ok', what: context.say.doctor.language, found: context.say.language },
    checkLedgers(context),
    ...(await slow),
    checkCredentials(context),
  ];
}

function checkNode({ host, say }: Context): Finding {
  const [major = 0, minor = 0] = host.nodeVersion.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  const finding = { id: 'node', what: say.doctor.node, found: host.nodeVersion };
  return good
    ? { ...finding, mark: 'ok' }
    : { ...finding, mark: 'bad', fix: say.doctor.nodeOld(oldestNode) };
}

function checkHome({ home, say }: Context): Finding {
  const finding = { id: 'home', what: say.doctor.home };
  try {
    prepareHome(home);
    return { ...finding, mark: 'ok', found: `${home.path} (${say.doctor.homeWritable})` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, why, next } = describeError(error, say);
    return {
      ...finding,
      mark: 'bad',
      found: why === undefined ? what : `${what} ${why}`,
      fix: next,
    };
  }
}

function checkTerminal({ terminal, say }: Context): Finding {
  const { stdout } = terminal.streams;
  const size = stdout.isTTY
    ? say.doctor.terminalSize(stdout.columns ?? 0)
    : say.doctor.terminalNone;
  const found = `${size}, ${say.doctor.colour(terminal.paint.enabled)}`;
  return { id: 'terminal', mark: 'ok', what: say.doctor.terminal, found };
}

function checkLedgers({ home, say }: Context): Finding {
  const finding = { id: 'leftovers', what: say.doctor.ledgers };
  const { readable, unreadable } = readLedgers(home);
  const [damaged] = unreadable;
  if (damaged !== undefined) {
    const { what, next } = describeError(damaged, say);
    return { ...finding, mark: 'bad', found: what, fix: next };
  }
  const open = readable.filter((state) => !state.ended).length;
  if (open === 0) return { ...finding, mark: 'ok', found: say.doctor.ledgersNone };
  return {
    ...finding,
    mark: 'note',
    found: say.doctor.ledgersSome(open),
    fix: say.doctor.ledgersFix,
  };
}

async function checkSandbox({ home, say }: Context): Promise<Finding> {
  const running = await findRunningSandbox(home);
  const found = running?.address.url ?? say.doctor.sandboxNone;
  return { id: 'sandbox', mark: 'ok', what: say.doctor.sandbox, found };
}

async function checkGcloud(context: Context): Promise<Finding> {
  const { doctor } = context.say;
  const finding = { id: 'gcloud', what: doctor.gcloud };
  const install = findGcloud(context.host);
  if (install === undefined) {
    return { ...finding, mark: 'note', found: doctor.gcloudMissing, fix: doctor.gcloudFix };
  }
  const asked = install.version ?? (await firstLine(context, 'gcloud', ['--version']));
  const [version] = /\d+\.\d+\.\d+/.exec(asked ?? '') ?? [];
  const found = `${version ?? '?'} (${install.path})`;
  return version !== undefined && !isOlder(version, oldestGcloud)
    ? { ...finding, mark: 'ok', found }
    : { ...finding, mark: 'note', found, fix: doctor.gcloudOld(oldestGcloud) };
}

/** What google-cloud-storage and google-auth ask for. https://pypi.org/project/google-cloud-storage */
const oldestPython = '3.9';

async function checkPython(context: Context): Promise<Finding> {
  const { doctor } = context.say;
  const finding = { id: 'python', what: doctor.python };
  const program = context.host.platform === 'win32' ? 'python' : 'python3';
  const script =
    'import sys, importlib.util as u; print(sys.version.split()[0], bool(u.find_spec("ensurepip")))';
  const answer = await firstLine(context, program, ['-c', script]);
  if (answer === undefined) {
    return { ...finding, mark: 'note', found: doctor.pythonMissing, fix: doctor.pythonFix };
  }
  const [version = '', withVenv] = answer.split(' ');
  if (isOlder(version, oldestPython)) {
    return { ...finding, mark: 'note', found: version, fix: doctor.pythonOld(oldestPython) };
  }
  return withVenv === 'True'
    ? { ...finding, mark: 'ok', found: version }
    : { ...finding, mark: 'note', found: version, fix: doctor.pythonNoVenv };
}

/** Looks only for the file or variable, as google-auth-library would; whether they work, GCP decides. */
function checkCredentials({ host, settings, say }: Context): Finding {
  const platformFolder =
    host.platform === 'win32'
      ? join(settings.APPDATA ?? '', 'gcloud')
      : join(host.userDirectory, '.config', 'gcloud');
  const folder = settings.CLOUDSDK_CONFIG ?? platformFolder;
  const path =
    settings.GOOGLE_APPLICATION_CREDENTIALS ?? join(folder, 'application_default_credentials.json');
  const finding = { id: 'credentials', what: say.doctor.credentials };
  return existsSync(path)
    ? { ...finding, mark: 'ok', found: path }
    : {
        ...finding,
        mark: 'note',
        found: say.doctor.credentialsNone,
        fix: say.doctor.credentialsFix,
      };
}

/** The first line that a program prints; undefined where there is no such program. */
async function firstLine(
  { host }: Context,
  program: string,
  args: readonly string[],
): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], {
      env: host.variables as NodeJS.ProcessEnv,
      timeout: 20_000,
      // gcloud is a .cmd file on Windows, which only a shell starts.
      shell: host.platform === 'win32' && program === 'gcloud',
    });
    return stdout.split('\n')[0]?.trim();
  } catch {
    return undefined;
  }
}

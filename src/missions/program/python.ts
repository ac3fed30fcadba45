import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { findPython } from './find-python.ts';
import { installFailure } from './install-failure.ts';
import type { Toolchain } from './prepare-runtime.ts';
import { runTool, type ToolHost } from './tool.ts';

const library = { name: 'google-cloud-storage', version: '3.17.1' };

/** Making an environment takes seconds; downloading, on the network of a course, minutes. */
const venvWithinMs = 120_000;
const installWithinMs = 600_000;

/** A virtual environment with Google's client library for Cloud Storage. */
export async function pythonToolchain(host: ToolHost, folder: string): Promise<Toolchain> {
  const python = await findPython(host);
  const pin = `${library.name}==${library.version}`;
  const minor = python.version.split('.').slice(0, 2).join('.');
  const home = join(folder, `python-${minor}-${library.name}-${library.version}`);
  const interpreter =
    host.platform === 'win32' ? join(home, 'Scripts', 'python.exe') : join(home, 'bin', 'python');
  const runs = async (code: string) =>
    (await runTool(host, [interpreter, '-I', '-c', code], { timeoutMs: 60_000 })).code === 0;
  return {
    packages: `${library.name} ${library.version}`,
    megabytes: 65,
    kept: { folder: home, content: `${pin} ${minor}\n` },

    async fill(progress) {
      const complain = installFailure(`${library.name} ${library.version}`, 'python');
      if (!(await runs('import pip'))) {
        progress('python -m venv');
        // Whatever is left there of an older Python, or of half a try.
        const made = await runTool(host, [python.path, '-m', 'venv', '--clear', home], {
          timeoutMs: venvWithinMs,
        });
        if (made.code !== 0) {
          if (/ensurepip/.test(made.output + made.errors)) {
            throw new UserError('python-without-venv', { path: python.path, version: minor });
          }
          throw complain(made);
        }
      }
      const options = ['--no-input', '--disable-pip-version-check', '--no-user', '--retries', '2'];
      const installed = await runTool(
        host,
        [interpreter, '-I', '-m', 'pip', 'install', ...options, '--progress-bar', 'off', pin],
        { timeoutMs: installWithinMs, onLine: (line) => tell(line, progress) },
      );
      if (installed.code !== 0) throw complain(installed);
      if (!(await runs('import google.cloud.storage'))) {
        throw complain({ ...installed, errors: 'import google.cloud.storage' });
      }
    },

    works: () => runs('import google.cloud.storage'),

    runtime: {
      language: 'python',
      interpreter,
      // Neither the user's own packages nor anything beside the program's environment.
      options: ['-s'],
      variables: {
        PYTHONUTF8: '1',
        PYTHONUNBUFFERED: '1',
        PYTHONDONTWRITEBYTECODE: '1',
      },
      // A KeyboardInterrupt, whose traceback tells where the program was.
      askingToEnd: 'SIGINT',
    },
  };
}

/** `Collecting requests<3`, `Installing collected packages: …`: as much as fits beside a spinner. */
function tell(line: string, progress: (step: string) => void): void {
  const step = /^(Collecting|Downloading|Installing) ([^ (]+( packages)?)/.exec(line.trim())?.[0];
  if (step !== undefined) progress(step);
}

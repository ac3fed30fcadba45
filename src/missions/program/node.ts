import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../errors.ts';
import { installFailure } from './install-failure.ts';
import type { Toolchain } from './prepare-runtime.ts';
import { runTool, type ToolHost } from './tool.ts';

const library = { name: '@google-cloud/storage', version: '7.22.0' };
const installWithinMs = 600_000;

/** Node's heap: the rest of what a program may have is for its buffers. */
const heapMegabytes = 256;

/**
 * Google's client library for Cloud Storage in a folder whose `node_modules`
 * the learner's program finds by a link beside it.
 */
export async function nodeToolchain(host: ToolHost, folder: string): Promise<Toolchain> {
  const node = await findNode(host);
  const npm = host.platform === 'win32' ? 'npm.cmd' : 'npm';
  const pin = `${library.name}@${library.version}`;
  const home = join(folder, `node-google-cloud-storage-${library.version}`);
  const complain = installFailure(`${library.name} ${library.version}`, 'node');
  return {
    packages: `${library.name} ${library.version}`,
    megabytes: 15,
    kept: { folder: home, content: `${pin}\n` },

    async fill(progress) {
      writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
      progress(`npm install ${pin}`);
      const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel', 'error'];
      const installed = await runTool(
        host,
        // No package of it needs a script to be installed.
        [npm, 'install', ...quiet, '--ignore-scripts', '--fetch-retries', '1', pin],
        { timeoutMs: installWithinMs, cwd: home },
      );
      if (installed.code === null && !installed.timedOut) throw new UserError('npm-missing', {});
      if (installed.code !== 0) throw complain(installed);
      if (!isInstalled(home)) throw complain({ ...installed, errors: `import '${library.name}'` });
    },

    works: async () => isInstalled(home),

    runtime: {
      language: 'node',
      interpreter: node,
      options: [`--max-old-space-size=${heapMegabytes}`],
      variables: {},
      modules: join(home, 'node_modules'),
      // Node says nothing when it is asked to end; it is over all the same.
      askingToEnd: 'SIGTERM',
    },
  };
}

/** The Node on the PATH, which is the one that runs cloudlab wherever it was installed with npm. */
async function findNode(host: ToolHost): Promise<string> {
  const { code, output } = await runTool(
    host,
    ['node', '-p', 'JSON.stringify({ path: globalThis.process.execPath })'],
    { timeoutMs: 15_000 },
  );
  const parsed = z.safeParse(z.object({ path: z.string() }), code === 0 && parse(output));
  if (!parsed.success) throw new UserError('npm-missing', {});
  return parsed.data.path;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isInstalled(home: string): boolean {
  try {
    createRequire(join(home, 'package.json')).resolve(library.name);
    return true;
  } catch {
    return false;
  }
}

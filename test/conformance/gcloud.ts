import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { clientVariables } from '../../src/cloud/client-env.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { start, tempDir } from '../sandbox/support.ts';
import { requireTool, run } from './tools.ts';

/**
 * gcloud with a configuration of its own, led to a new sandbox by the variables that
 * `cloudlab env` prints; skips the test where it is not installed. It asks nothing.
 */
export async function startGcloud(context: TestContext, options: Partial<SandboxOptions> = {}) {
  await requireTool(context, 'gcloud', 'Google Cloud SDK');
  const sandbox = await start(options);
  const dir = await tempDir();
  const env = {
    ...process.env,
    ...clientVariables(sandbox.url, sandbox.projectId),
    CLOUDSDK_CONFIG: join(dir, 'config'),
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  };
  const gcloud = async (...args: string[]) =>
    (await run('gcloud', args, { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  const storage = (...args: string[]) => gcloud('storage', ...args);
  return { sandbox, dir, env, gcloud, storage };
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { clientVariables } from '../../src/cloud/client-env.ts';
import { askForToken } from '../../src/cloud/session-token.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { start, tempDir } from '../sandbox/support.ts';
import { requireTool, run } from './tools.ts';

/**
 * gcloud with a configuration of its own, led to a new sandbox by the variables that
 * `cloudlab env` prints; skips the test where it is not installed. It asks nothing.
 *
 * @param anonymous it shows no token, and may do what an owner of a project may not (sign for its
 *   accounts, set organization policies)
 */
export async function startGcloud(
  context: TestContext,
  options: Partial<SandboxOptions> = {},
  { anonymous = false } = {},
) {
  await requireTool(context, 'gcloud', 'Google Cloud SDK');
  const controlToken = 'control';
  const sandbox = await start({ controlToken, ...options });
  const dir = await tempDir();
  const { accessToken: token = '', email = '' } =
    (await askForToken({ url: sandbox.url, controlToken })) ?? {};
  const learner = { email, token, tokenFile: join(dir, 'token') };
  await writeFile(learner.tokenFile, token);
  const env = {
    ...process.env,
    ...clientVariables(sandbox.url, sandbox.projectId, anonymous ? {} : { learner }),
    CLOUDSDK_CONFIG: join(dir, 'config'),
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  };
  const gcloud = async (...args: string[]) =>
    (await run('gcloud', args, { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  const storage = (...args: string[]) => gcloud('storage', ...args);
  return { sandbox, dir, env, gcloud, storage };
}

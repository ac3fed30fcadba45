import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { variablesByClient } from '../../src/cloud/client-env.ts';
import { startHeld } from '../sandbox/compute/access-support.ts';
import { tempDir } from '../sandbox/support.ts';
import { requireTool, run } from './tools.ts';

/** What `gcloud compute` makes of refusals, where nobody is let in without a token. */
it('shows what is missing, in the words of Compute Engine', {
  timeout: 120_000,
}, async (context) => {
  await requireTool(context, 'gcloud', 'Google Cloud SDK');
  const { sandbox, owner, person } = await startHeld();
  const { url, projectId: project } = sandbox;
  const deployer = await person('deployer', ['roles/compute.instanceAdmin.v1']);
  const dir = await tempDir();
  const as = async ({ email, token }: { email: string; token: string }) => {
    const tokenFile = join(dir, email);
    await writeFile(tokenFile, token);
    const access = { url, project, enforce: true, learner: { email, token, tokenFile } };
    const variables = variablesByClient(access).map((one) => one.variables);
    const env = { ...process.env, ...Object.assign({}, ...variables), CLOUDSDK_CONFIG: dir };
    const vms = ['compute', 'instances'];
    return async (...args: string[]) => (await run('gcloud', [...vms, ...args], { env })).stdout;
  };
  const [learner, limited] = [await as(owner), await as(deployer)];
  const small = ['--machine-type=e2-micro', '--zone=asia-northeast3-a', '--format=value(name)'];
  await expect(limited('create', 'web', ...small)).rejects.toThrow(
    "The user does not have access to service account '100000000001-compute@developer.gserviceaccount.com'.",
  );
  expect(await learner('create', 'web', ...small)).toBe('web\n');
  const member = `--member=serviceAccount:${deployer.email}`;
  const place = '--zone=asia-northeast3-a';
  const role = '--role=roles/compute.viewer';
  const policy = await learner(
    'add-iam-policy-binding',
    'web',
    place,
    member,
    role,
    '--format=json',
  );
  expect(JSON.parse(policy).bindings).toEqual([
    { role: 'roles/compute.viewer', members: [`serviceAccount:${deployer.email}`] },
  ]);
  await expect(limited('add-metadata', 'web', place, '--metadata=a=b')).rejects.toThrow(
    'Ask a project owner to grant you the iam.serviceAccountUser role on the service account',
  );
});

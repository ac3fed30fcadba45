import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { clientVariables } from '../../src/cloud/client-env.ts';
import { federate, startWithReader } from './auth-support.ts';
import { requireTool, run } from './tools.ts';

/*
 * gcloud, unmodified: with a key file, with the learner's token and acting as an account by it,
 * with the metadata server, and what it makes for federation.
 */
test('a session with gcloud about who somebody is', { timeout: 240_000 }, async (context) => {
  await requireTool(context, 'gcloud', 'Google Cloud SDK');
  const started = await startWithReader();
  const { sandbox, dir, bucket, reader, keyFile, tokenFile, asLearner, metadata } = started;
  const { CLOUDSDK_AUTH_DISABLE_CREDENTIALS: _, ...variables } = clientVariables(
    sandbox.url,
    sandbox.projectId,
  );
  const gcloudWith =
    (config: string, more: Record<string, string>) =>
    async (...args: string[]) => {
      const env = { PATH: process.env['PATH'], HOME: dir, ...variables, ...more };
      const settings = { CLOUDSDK_CONFIG: join(dir, config), CLOUDSDK_CORE_DISABLE_PROMPTS: '1' };
      return (await run('gcloud', args, { env: { ...env, ...settings } })).stdout.trim();
    };
  const cat = ['storage', 'cat', `gs://${bucket}/report.txt`];

  const withKey = async () => {
    const gcloud = gcloudWith('with-key', {});
    await gcloud('auth', 'activate-service-account', `--key-file=${keyFile}`);
    expect(await gcloud(...cat)).toBe('the report');
    await expect(gcloud('storage', 'rm', `gs://${bucket}/report.txt`)).rejects.toThrow(
      /reader@cloudlab-sandbox\S* does not have storage\.objects\.delete access/,
    );
  };
  const asLearnerHimself = async () => {
    const gcloud = gcloudWith('learner', { CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile });
    const impersonate = `--impersonate-service-account=${reader.email}`;
    await expect(gcloud(...cat, impersonate)).rejects.toThrow(
      /iam\.serviceAccounts\.getAccessToken/,
    );
    await asLearner('POST', `${reader.path}:setIamPolicy`, {
      policy: {
        bindings: [
          { role: 'roles/iam.serviceAccountTokenCreator', members: ['user:learner@example.com'] },
        ],
      },
    });
    expect(await gcloud(...cat, impersonate)).toBe('the report');
    const keys = await generateKeyPair('RS256', { extractable: true });
    const jwks = join(dir, 'jwks.json');
    await writeFile(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)) }] }));
    const pools = ['iam', 'workload-identity-pools'];
    await gcloud(...pools, 'create', 'gcloud-pool', '--location=global', '--display-name=CI');
    const there = ['--location=global', '--workload-identity-pool=gcloud-pool'];
    await gcloud(
      ...[...pools, 'providers', 'create-oidc', 'ci-jobs', ...there],
      ...['--issuer-uri=https://ci.example.com', `--jwk-json-path=${jwks}`],
      ...['--attribute-mapping=google.subject=assertion.sub,attribute.repo=assertion.repo'],
      "--attribute-condition=attribute.repo=='owner/app'",
    );
    const shown = await gcloud(...pools, 'providers', 'list', ...there, '--format=value(name)');
    expect(shown).toMatch(/workloadIdentityPools\/gcloud-pool\/providers\/ci-jobs$/);
    const configuration = join(dir, 'cred-config.json');
    await gcloud(
      ...[...pools, 'create-cred-config', `--output-file=${configuration}`],
      'projects/100000000001/locations/global/workloadIdentityPools/gcloud-pool/providers/ci-jobs',
      ...[`--service-account=${reader.email}`, '--credential-source-file=/dev/null'],
    );
    expect(JSON.parse(await readFile(configuration, 'utf8'))).toMatchObject({
      type: 'external_account',
      token_url: 'https://sts.googleapis.com/v1/token',
    });
    await gcloud(...pools, 'delete', 'gcloud-pool', '--location=global');
  };
  const byMetadata = async () => {
    const gcloud = gcloudWith('metadata', metadata);
    expect(await gcloud(...cat)).toBe('the report');
  };
  const federated = async () => {
    const { configuration } = await federate(started);
    const gcloud = gcloudWith('federated', {});
    await gcloud('auth', 'login', `--cred-file=${configuration}`);
    expect(await gcloud(...cat)).toBe('the report');
  };
  await federated();
  await Promise.all([withKey(), asLearnerHimself(), byMetadata()]);
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect } from 'vitest';
import { applicationCredentials } from '../../src/cloud/client-files.ts';
import { bearer } from '../sandbox/iam-support.ts';
import { client, start, tempDir } from '../sandbox/support.ts';

/**
 * A sandbox that asks everybody who he is, with a bucket of the learner's and a service account
 * that may read it and has a key file.
 */
export async function startWithReader() {
  const sandbox = await start({ auth: 'enforce', controlToken: 'control' });
  const http = client(sandbox);
  const { accessToken } = (
    await http.call('POST', '/_cloudlab/token', { headers: bearer('control') })
  ).json;
  const asLearner = async (method: string, path: string, body?: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const init = { headers: bearer(accessToken), ...(body === undefined ? {} : { body: text }) };
    const reply = await http.call(method, path, init);
    expect(reply.status, `${method} ${path}: ${reply.text}`).toBe(200);
    return reply.json;
  };
  const account = async (accountId: string) => {
    const path = '/v1/projects/cloudlab-sandbox/serviceAccounts';
    const made = await asLearner('POST', path, { accountId });
    return { email: made.email as string, path: `/v1/${made.name}` };
  };
  const bucket = 'auth-reports';
  await asLearner('POST', '/storage/v1/b?project=cloudlab-sandbox', { name: bucket });
  const upload = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=report.txt`;
  await asLearner('POST', upload, 'the report');
  const reader = await account('reader');
  const grant = async (member: string, role = 'roles/storage.objectViewer') => {
    const iam = `/storage/v1/b/${bucket}/iam`;
    const policy = await asLearner('GET', iam);
    policy.bindings.push({ role, members: [member] });
    await asLearner('PUT', iam, policy);
  };
  await grant(`serviceAccount:${reader.email}`);
  const made = await asLearner('POST', `${reader.path}/keys`, {});
  const dir = await tempDir();
  const keyFile = join(dir, 'key.json');
  await writeFile(keyFile, Buffer.from(made.privateKeyData, 'base64'), { mode: 0o600 });
  const { host } = new URL(sandbox.url);
  /** What a program needs to find the metadata server, and nothing of this machine's own. */
  const metadata = { GCE_METADATA_HOST: host, GCE_METADATA_IP: host, GCE_METADATA_ROOT: host };
  const tokenFile = join(dir, 'token');
  await writeFile(tokenFile, accessToken, { mode: 0o600 });
  /** What `cloudlab env` lets GOOGLE_APPLICATION_CREDENTIALS name. */
  const learnerFile = join(dir, 'application-credentials.json');
  const credentials = applicationCredentials(sandbox.url, sandbox.projectId, { tokenFile });
  await writeFile(learnerFile, credentials);
  return {
    tokenFile,
    learnerFile,
    sandbox,
    dir,
    bucket,
    reader,
    keyFile,
    accessToken,
    asLearner,
    account,
    grant,
    metadata,
  };
}

/**
 * Lets the bearer of a token of another issuer act as the reader, and writes the configuration by
 * which Google's libraries exchange that token: an `external_account` file that leads to the
 * sandbox, where `gcloud iam workload-identity-pools create-cred-config` writes Google's addresses.
 */
export async function federate({
  sandbox,
  dir,
  reader,
  asLearner,
}: Awaited<ReturnType<typeof startWithReader>>) {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const issuerUri = 'https://ci.example.com';
  const jwksJson = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'ci' }] });
  const pools = '/v1/projects/cloudlab-sandbox/locations/global/workloadIdentityPools';
  await asLearner('POST', `${pools}?workloadIdentityPoolId=ci-pool`, {});
  const attributeMapping = { 'google.subject': 'assertion.sub' };
  await asLearner('POST', `${pools}/ci-pool/providers?workloadIdentityPoolProviderId=ci-jobs`, {
    ...{ attributeMapping, oidc: { issuerUri, jwksJson } },
  });
  const pool = 'projects/100000000001/locations/global/workloadIdentityPools/ci-pool';
  const audience = `//iam.googleapis.com/${pool}/providers/ci-jobs`;
  const members = [`principal://iam.googleapis.com/${pool}/subject/job-7`];
  await asLearner('POST', `${reader.path}:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/iam.workloadIdentityUser', members }] },
  });
  const token = await new SignJWT({ iss: issuerUri, aud: `https:${audience}`, sub: 'job-7' })
    .setProtectedHeader({ alg: 'RS256', kid: 'ci' })
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(privateKey);
  const file = join(dir, 'token.jwt');
  await writeFile(file, token);
  const impersonation = `${sandbox.url}/v1/projects/-/serviceAccounts/${reader.email}`;
  const configuration = join(dir, 'external.json');
  await writeFile(
    configuration,
    JSON.stringify({
      type: 'external_account',
      audience,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${sandbox.url}/v1/token`,
      service_account_impersonation_url: `${impersonation}:generateAccessToken`,
      credential_source: { file },
    }),
  );
  return { configuration, tokenFile: file, audience };
}
